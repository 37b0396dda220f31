/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIRTIO_STATE_H
#define VIRTIO_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/virtqueue.h"

/**
 * DOC: what a driver's queue says: who has which buffers, and who wants to be notified of what
 *
 * The same for split and packed rings. The entries of a split ring are counted by indexes of 16 bits. Those of a packed
 * ring are positions in it; with the wrap counter, which tells one lap from the next, they are indexes modulo twice the
 * ring size.
 *
 * A packed ring has no used index: that an entry was returned is written into the entry. So we see whether the next one
 * was returned, but not how many were.
 */

/* When a side wants to be notified. */
enum virtio_asks {
	VIRTIO_ASKS_UNKNOWN,	/* the words could not be read */
	VIRTIO_ASKS_NEVER,	/* the flags say no */
	VIRTIO_ASKS_ALWAYS,	/* the flags say yes */
	VIRTIO_ASKS_AT,		/* when an entry is published or returned */
};

/**
 * enum virtio_passed - where the driver's index is, beside the entry for which the device asked for a kick
 * @VIRTIO_NOT_PASSED: before it, or at it: the device has seen all that was published
 * @VIRTIO_PASSED: behind it, and the device has returned no buffer from there on
 * @VIRTIO_PASSED_LONG_AGO: the device has returned buffers behind it without asking anew: it was awake
 */
enum virtio_passed { VIRTIO_NOT_PASSED, VIRTIO_PASSED, VIRTIO_PASSED_LONG_AGO };

/* A number that is not known. */
#define VIRTIO_UNKNOWN (-1)

/**
 * struct virtio_state - what a queue says
 * @with_device: buffers that the device has; of a packed ring, descriptors; VIRTIO_UNKNOWN
 * @returned: buffers that the driver can take back; VIRTIO_UNKNOWN: at least one
 * @kick: when the device wants kicks
 * @kick_at: with VIRTIO_ASKS_AT: the entry
 * @passed: with VIRTIO_ASKS_AT: whether the driver is behind that entry
 * @interrupt: when the driver wants interrupts
 * @interrupt_at: with VIRTIO_ASKS_AT: the entry
 * @interrupt_due: the driver wants interrupts, and what can be taken back was worth one
 */
struct virtio_state {
	int32_t with_device, returned;
	enum virtio_asks kick;
	uint16_t kick_at;
	enum virtio_passed passed;
	enum virtio_asks interrupt;
	uint16_t interrupt_at;
	bool interrupt_due;
};

/* The offset within a position of a packed ring. */
#define VIRTIO_OFFSET 0x7fff

/**
 * virtio_state_of() - tell what a queue says
 * @q: the queue
 * @s: the result
 */
void virtio_state_of(const struct virtqueue_record *q, struct virtio_state *s);

/* The most lines of virtio_state_text(), and room for one. */
#define VIRTIO_LINES 3
#define VIRTIO_LINE 160

/**
 * virtio_state_text() - the same in words, without full stops
 * @q: the queue
 * @lines: filled in
 *
 * Return: the number of lines.
 */
int virtio_state_text(const struct virtqueue_record *q, char lines[VIRTIO_LINES][VIRTIO_LINE]);

#endif
