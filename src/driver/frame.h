/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* EtherType for local experiments (IEEE 802): no protocol of the host's stack takes such a frame. */
#define FRAME_ETHERTYPE 0x88b5

/* Without the frame check sequence: Ethernet's minimum and the most that a tap carries. */
#define FRAME_SIZE_MIN 60
#define FRAME_SIZE_MAX 65535

#define FRAME_HEADER 14

/* Where the number of its queue pair is, 16 bits, big-endian: what steers a packet reads it there. */
#define FRAME_PAIR 16

/* Which way a frame goes, so that one that comes back is not taken for one of the other way. */
enum frame_way { FRAME_TX, FRAME_RX };

/**
 * struct frame - the frame that is sent over and over, with a new number each time
 * @size: in bytes, Ethernet header included
 * @data: the frame with the number 0; owned
 */
struct frame {
	size_t size;
	uint8_t *data;
};

/**
 * frame_init() - build the frame
 * @f: filled in
 * @size: FRAME_SIZE_MIN to FRAME_SIZE_MAX
 * @way: which way it goes
 * @pair: through which pair of queues
 * @mac: the tap's address: destination of FRAME_TX frames, so that the host takes them, source of the others
 *
 * Return: 0 or -ENOMEM.
 */
int frame_init(struct frame *f, size_t size, enum frame_way way, unsigned int pair, const uint8_t mac[6]);

/**
 * frame_fini() - release the frame
 * @f: the frame
 */
void frame_fini(struct frame *f);

/**
 * frame_write() - write a whole frame
 * @f: the frame
 * @buf: where to; @f->size bytes
 * @seq: its number
 */
void frame_write(const struct frame *f, void *buf, uint64_t seq);

/**
 * frame_set_seq() - change the number of a frame that frame_write() wrote
 * @buf: where it is
 * @seq: its number
 */
void frame_set_seq(void *buf, uint64_t seq);

/**
 * frame_is_ours() - is this one of our frames that go this way through this pair, changed or not?
 *
 * On a tap that others use too, not all are.
 */
bool frame_is_ours(const struct frame *f, const void *buf, size_t len);

/**
 * frame_is_stray() - would a frame be one of ours if it had not come through the wrong pair?
 * @f: what ours look like
 * @buf: the frame
 * @len: its bytes
 */
bool frame_is_stray(const struct frame *f, const void *buf, size_t len);

/**
 * frame_check() - is this the frame, to the last byte?
 * @f: what it should be
 * @buf: what it is
 * @len: length of @buf
 * @seq: its number
 *
 * Return: false if anything but the number differs.
 */
bool frame_check(const struct frame *f, const void *buf, size_t len, uint64_t *seq);

#endif
