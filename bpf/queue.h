/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUEUE_H
#define QUEUE_H

#include <stddef.h>

#include <linux/types.h>

#include "backend.h"

/**
 * DOC: which queue it is
 *
 * Finding out who owns a queue, which tap is behind it and what that is called takes longer than all else that there is
 * to do at a decision. So it is done once: every queue that is met gets a slot in an array that both halves see, the
 * process without a system call. What is counted for a queue is counted in there, what is sent carries the slot's
 * number. The name is looked up anew from time to time, since interfaces are renamed.
 *
 * A driver's queue has a slot, too: @vq is its struct virtqueue, @private_data its device, @mm is 0, @device the virtio
 * device's name, and in place of the worker's there is the queue's own name.
 *
 * A slot belongs to one queue with one backend. When the device is closed or the backend changes, the slot retires:
 * nothing is counted in it any more; the process takes note of it when it has read all events, and then gives it back.
 */

#define NAME_LEN 16		/* TASK_COMM_LEN and IFNAMSIZ */
#define QUEUE_SLOTS 4096
#define QUEUE_NO_NUMBER 0xffff

enum slot_state { SLOT_FREE, SLOT_USED, SLOT_RETIRED };

/**
 * struct queue_slot - a queue
 * @vq: the kernel's address of it, 0 once retired
 * @private_data: its backend, to the kernel
 * @mm: the owner's memory, to the kernel
 * @refreshed: jiffies when the names were looked up
 * @named: when they were last written: nanoseconds of CLOCK_BOOTTIME, different each time
 * @state: enum slot_state
 * @owner: the device's owner, a thread group; 0 if the kernel does not tell
 * @ifindex: the tap's; 0 without one
 * @tid: the worker, in the initial pid namespace; 0 if it was not met yet
 * @number: position among the device's queues, or QUEUE_NO_NUMBER
 * @pair: the tap's queue, for BACKEND_TUN and BACKEND_TAP
 * @backend: enum backend_kind
 * @wanted: the filter does not exclude this queue
 * @device: the tap's name, filled up with 0; empty without one
 * @worker: the worker's name, ended by 0
 *
 * Two words are published: the programs store them last, by an exchange, which orders what was stored before (BPF has
 * release stores from 6.15 on only), and the process reads them first, with acquire semantics:
 * - @state: SLOT_USED: the slot has a queue; SLOT_RETIRED: nothing is counted for it any more;
 * - @named: the rest goes together. A device may be renamed while the process reads, who then finds parts of both
 *   names, and @named changed.
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
	__u32 tid;
	__u16 number;
	__u16 pair;
	__u16 backend;
	__u16 wanted;
	char device[NAME_LEN];
	char worker[NAME_LEN];
};

_Static_assert(offsetof(struct queue_slot, state) == 40, "no padding");
_Static_assert(offsetof(struct queue_slot, device) == 64, "compared as two words");
_Static_assert(sizeof(struct queue_slot) == 96, "no padding");

/* Which queues; the even ones of a network device receive, the odd ones send, as the guest sees it. */
enum queue_choice { QUEUES_ALL, QUEUES_RX, QUEUES_TX, QUEUES_NUMBER };

#define QUEUE_ANY_PAIR 0xffff

/**
 * struct queue_filter - which queues count; fixed before the programs are loaded
 * @owner: of this thread group's devices only; 0 for all
 * @choice: enum queue_choice
 * @queue: for QUEUES_NUMBER: position among the device's queues; for QUEUES_RX and QUEUES_TX: the tap's queue, or
 *	   QUEUE_ANY_PAIR
 * @device: of the tap of this name only, filled up with 0; empty for all
 */
struct queue_filter {
	__u32 owner;
	__u16 choice;
	__u16 queue;
	char device[NAME_LEN];
};

_Static_assert(offsetof(struct queue_filter, device) == 8, "compared as two words");
_Static_assert(sizeof(struct queue_filter) == 24, "no padding");

#endif
