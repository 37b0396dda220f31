/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* EtherType for local experiments (IEEE 802): no protocol of the host's stack accepts such a frame. */
#define FRAME_ETHERTYPE 0x88b5

/* Without the frame check sequence: Ethernet's minimum and the most that a tap carries. */
#define FRAME_SIZE_MIN 60
#define FRAME_SIZE_MAX 65535

#define FRAME_HEADER 14

/* Offset of the number of its queue pair, 16 bits, big-endian; the programs of steer.h read it. */
#define FRAME_PAIR 16

/* Direction of a frame: a frame that comes back must not count as one of the other direction. */
enum frame_way { FRAME_TX, FRAME_RX };

/**
 * struct frame - the frame that is sent again and again, with a new sequence number each time
 * @size: in bytes, Ethernet header included
 * @data: the frame with sequence number 0; owned
 */
struct frame {
	size_t size;
	uint8_t *data;
};

/**
 * frame_init() - build the frame
 * @f: filled in
 * @size: FRAME_SIZE_MIN to FRAME_SIZE_MAX
 * @way: its direction
 * @pair: its pair of queues
 * @mac: address of the far end's link: destination of FRAME_TX frames, so that the host takes them, source of the
 *       others
 *
 * Return: 0 or -ENOMEM.
 */
int frame_init(struct frame *f, size_t size, enum frame_way way, unsigned int pair, const uint8_t mac[6]);

/**
 * frame_set_driver() - give the driver another address than the usual one
 * @f: the frame, from frame_init()
 * @way: its direction
 * @mac: the address: source of FRAME_TX frames, destination of the others
 */
void frame_set_driver(struct frame *f, enum frame_way way, const uint8_t mac[6]);

/**
 * frame_fini() - release the frame
 * @f: the frame
 */
void frame_fini(struct frame *f);

/**
 * frame_write() - write a whole frame
 * @f: the frame
 * @buf: where to write; @f->size bytes
 * @seq: its sequence number
 */
void frame_write(const struct frame *f, void *buf, uint64_t seq);

/**
 * frame_set_seq() - change the sequence number of a frame that frame_write() wrote
 * @buf: the frame
 * @seq: the new number
 */
void frame_set_seq(void *buf, uint64_t seq);

/**
 * frame_is_ours() - does a frame belong to our direction and pair, changed or not?
 * @f: our frame
 * @buf: the frame to look at
 * @len: its bytes
 *
 * Others may use the tap, too: not all frames are ours.
 */
bool frame_is_ours(const struct frame *f, const void *buf, size_t len);

/**
 * frame_is_stray() - does a frame belong to our direction, but to another pair?
 * @f: our frame
 * @buf: the frame to look at
 * @len: its bytes
 */
bool frame_is_stray(const struct frame *f, const void *buf, size_t len);

/**
 * frame_check() - is a frame unchanged, to the last byte?
 * @f: our frame
 * @buf: the frame to look at
 * @len: its bytes
 * @seq: set to its sequence number, if unchanged
 *
 * Return: false if anything but the sequence number differs.
 */
bool frame_check(const struct frame *f, const void *buf, size_t len, uint64_t *seq);

#endif
