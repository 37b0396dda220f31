/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUEUE_H
#define QUEUE_H

#include <stddef.h>

#include <linux/types.h>

#include "backend.h"
#include "device-pattern.h"

/**
 * DOC: queue slots
 *
 * To find the owner of a queue, its tap and the tap's name takes longer than everything else at a decision. So it is
 * done once: every new queue gets a slot in an array that the programs share with user space. Counts of a queue are
 * kept by the number of its slot, and events carry that number. The names are read again from time to time, since
 * interfaces may be renamed.
 *
 * A driver's queue has a slot, too. There @vq is its struct virtqueue, @private_data its struct virtio_device, @mm is
 * 0, @device is the name of the virtio device, and @worker the name of the queue.
 *
 * What concerns a whole device has a slot, too, which only traces of the owner's ioctls use. There @vq is the device's
 * struct vhost_dev, @private_data the backend of its first queue that has one, and @number QUEUE_NO_NUMBER.
 *
 * A slot belongs to one queue with one backend. When the device is closed or the backend changes, the slot retires:
 * nothing is counted in it any more. User space gives it back after it has read the slot's last events and counts.
 */

#define NAME_LEN 16		/* TASK_COMM_LEN and IFNAMSIZ */
#define QUEUE_SLOTS 4096
#define QUEUE_NO_NUMBER 0xffff

/* For a thread that is not visible in the reader's pid namespace. */
#define TID_HIDDEN 0xffffffff

enum slot_state { SLOT_FREE, SLOT_USED, SLOT_RETIRED };

/**
 * struct queue_slot - a queue
 * @vq: kernel address of the queue; 0 once retired
 * @private_data: kernel address of its backend
 * @mm: kernel address of the owner's struct mm_struct
 * @refreshed: jiffies when the names were read
 * @named: when the names were last written: nanoseconds of CLOCK_BOOTTIME, different each time
 * @state: enum slot_state
 * @owner: thread group of the device's owner, in the reader's pid namespace; 0 if it has no number there, or the kernel
 *	   does not tell; of a device without an owner the one that called it
 * @ifindex: the tap's; 0 without one
 * @netns: inode number of the tap's network namespace; 0 without a tap
 * @former: number of the slot that the queue had before with another backend, plus 1; 0: none. Another queue may have
 *	    got that slot meanwhile
 * @tid: the worker, in the reader's pid namespace; TID_HIDDEN if it has no number there; 0 if it has not been seen yet
 * @number: position among the device's queues, or QUEUE_NO_NUMBER
 * @pair: the tap's queue, for BACKEND_TUN and BACKEND_TAP
 * @backend: enum backend_kind
 * @wanted: the filter wants this queue
 * @device: the tap's name, filled up with 0; empty without one
 * @worker: the worker's name, ended by 0
 * @worker_seen: when the worker was first seen, nanoseconds of CLOCK_BOOTTIME
 * @worker_ns: CPU time that it had used then, nanoseconds
 * @worker_sleeps: how often it had gone to sleep
 *
 * Three words are published: the programs store them last, by an exchange, which orders all stores before it (BPF has
 * release stores from 6.15 on only). User space reads them first, with acquire semantics:
 * - @state: SLOT_USED: the slot has a queue; SLOT_RETIRED: nothing is counted for it any more;
 * - @tid: what is there of the worker is about this one;
 * - @named: the names belong together. If a device is renamed while user space reads, it may find parts of both names,
 *   but also finds @named changed.
 */
struct queue_slot {
	__u64 vq;
	__u64 private_data;
	__u64 mm;
	__u64 refreshed;
	__u64 named;
	__u32 state;
	__u32 owner;
	__u32 ifindex;
	__u32 netns;
	__u32 former;
	__u32 tid;
	__u16 number;
	__u16 pair;
	__u16 backend;
	__u16 wanted;
	char device[NAME_LEN];
	char worker[NAME_LEN];
	__u64 worker_seen;
	__u64 worker_ns;
	__u64 worker_sleeps;
};

_Static_assert(offsetof(struct queue_slot, state) == 40, "no padding");
_Static_assert(offsetof(struct queue_slot, device) == 72, "no padding");
_Static_assert(sizeof(struct queue_slot) == 128, "no padding");

/* Does a queue, which has a number and a backend, take packets of a network for the driver? */
static inline bool queue_receives_packets(__u16 backend, __u16 number)
{
	return (backend == BACKEND_TUN || backend == BACKEND_TAP || backend == BACKEND_SOCKET) && number == 0;
}

/* Which queues. Even queues of a network device receive and odd ones send, as seen from the guest. */
enum queue_choice { QUEUES_ALL, QUEUES_RX, QUEUES_TX, QUEUES_NUMBER };

#define QUEUE_ANY_PAIR 0xffff

/**
 * struct queue_filter - which queues count; fixed before the programs are loaded
 * @owner: only devices of this thread group; 0: all
 * @choice: enum queue_choice
 * @queue: with QUEUES_NUMBER: position among the device's queues; with QUEUES_RX and QUEUES_TX: the tap's queue, or
 *	   QUEUE_ANY_PAIR
 * @taps: only devices on these taps
 */
struct queue_filter {
	__u32 owner;
	__u16 choice;
	__u16 queue;
	struct device_choice taps;
};

_Static_assert(NAME_LEN == DEVICE_NAME_LEN, "the names that patterns are for");

#endif
