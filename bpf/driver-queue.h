/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRIVER_QUEUE_H
#define DRIVER_QUEUE_H

#include <stddef.h>

#include <linux/types.h>

#include "queue.h"

/*
 * The interface between the programs that count what virtio drivers of this kernel do, and the process that reads the
 * counts. Both halves are built together, so it needs no version.
 */

/* Queues that are counted, those of devices that are gone included. */
#define DRIVER_QUEUES 4096

/**
 * struct driver_counts - counts of a queue
 * @buffers: buffers that the driver has added
 * @kicks: decisions to kick the device
 * @suppressed: decisions not to, since the device has asked for no kick
 * @interrupts: calls of the queue's interrupt handler
 * @spurious: those of @interrupts that found nothing in the ring (IRQ_NONE)
 * @collected: buffers that the driver has taken back, up to its last decision or interrupt; of split rings only
 */
struct driver_counts {
	__u64 buffers;
	__u64 kicks;
	__u64 suppressed;
	__u64 interrupts;
	__u64 spurious;
	__u64 collected;
};

/**
 * struct driver_queue - a queue
 * @born: when it was first seen, nanoseconds of CLOCK_BOOTTIME; another one may follow at the same address
 * @vdev: address of its device
 * @number: its position among the device's queues
 * @num: number of entries of a split ring; 0 of a packed one, whose positions do not count buffers
 * @last_used: last_used_idx, up to which @counts.collected counts
 * @reserved: 0
 * @device: the device: "virtio0"
 * @queue: the name that the driver gave it
 * @counts: its counts
 */
struct driver_queue {
	__u64 born;
	__u64 vdev;
	__u32 number;
	__u32 num;
	__u32 last_used;
	__u32 reserved;
	char device[NAME_LEN];
	char queue[NAME_LEN];
	struct driver_counts counts;
};

_Static_assert(sizeof(struct driver_queue) == 112, "no padding");

#endif
