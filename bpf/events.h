/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENTS_H
#define EVENTS_H

#include <stddef.h>

#include <linux/types.h>

#include "backend.h"

/*
 * The contract between the programs in the kernel and the process that reads their events: everything that crosses,
 * and nothing else. Both halves are built together, so that it has no version.
 */

#define DECISION_NAME_LEN 16		/* TASK_COMM_LEN and IFNAMSIZ */
#define DECISION_NO_QUEUE 0xffff

/* Outcome of reading the word that the driver steers the decision with. */
enum decision_reading_state {
	READING_UNKNOWN,	/* its address could not be translated; the kernel may have read it */
	READING_OK,
	READING_FAULT,		/* not readable without sleeping */
};

/**
 * struct decision_reading - used_event with EVENT_IDX, avail->flags without, in the host's byte order
 * @value: the word
 * @state: enum decision_reading_state; unless READING_OK @value means nothing
 */
struct decision_reading {
	__u16 value;
	__u16 state;
};

#define DECISION_SIGNALLED	(1 << 0)	/* the call eventfd was signalled */
#define DECISION_CALL_FD	(1 << 1)	/* there is one */
#define DECISION_EVENT_IDX	(1 << 2)	/* VIRTIO_RING_F_EVENT_IDX was acked */
#define DECISION_VALID		(1 << 3)	/* signalled_used was valid when the rule looked at it */
#define DECISION_EMPTY		(1 << 4)	/* VIRTIO_F_NOTIFY_ON_EMPTY was acked, no avail entry was left */

/**
 * struct decision_event - one decision, as it goes through the ring buffer
 * @time: when the function that decided returned; all times are nanoseconds of CLOCK_BOOTTIME
 * @time_entry: when it was entered
 * @time_signal: just before the eventfd's counter was raised; 0 without a signal
 * @cpu: where it returned
 * @tid: the worker, in the initial pid namespace
 * @owner: the device's owner, a thread group; 0 if the kernel does not tell
 * @ifindex: the tap's; 0 without one
 * @old: signalled_used with EVENT_IDX, else last_used_idx at entry
 * @new: last_used_idx
 * @queue: position among the device's queues, or DECISION_NO_QUEUE
 * @pair: the tap's queue, for BACKEND_TUN and BACKEND_TAP
 * @before: the word before the kernel read it
 * @after: the word after: just before the signal, or else at return
 * @flags: DECISION_*
 * @backend: enum backend_kind
 * @worker: the worker's name, ended by 0
 * @device: the tap's name, filled up with 0; empty without one
 */
struct decision_event {
	__u64 time;
	__u64 time_entry;
	__u64 time_signal;
	__u32 cpu;
	__u32 tid;
	__u32 owner;
	__u32 ifindex;
	__u16 old;
	__u16 new;
	__u16 queue;
	__u16 pair;
	struct decision_reading before;
	struct decision_reading after;
	__u32 flags;
	__u32 backend;
	char worker[DECISION_NAME_LEN];
	char device[DECISION_NAME_LEN];
};

_Static_assert(sizeof(struct decision_reading) == 4, "no padding");
_Static_assert(offsetof(struct decision_event, old) == 40, "no padding");
_Static_assert(offsetof(struct decision_event, flags) == 56, "no padding");
_Static_assert(offsetof(struct decision_event, worker) == 64, "no padding");
_Static_assert(offsetof(struct decision_event, device) % 8 == 0, "compared as two words");
_Static_assert(sizeof(struct decision_event) == 96, "no padding");

/* Which queues; the even ones of a network device receive, the odd ones send, as the guest sees it. */
enum decision_queues { QUEUES_ALL, QUEUES_RX, QUEUES_TX, QUEUES_NUMBER };

/* Which acts. */
enum decision_acts { ACTS_ALL, ACTS_SIGNAL, ACTS_SUPPRESS };

#define DECISION_ANY_PAIR 0xffff

/**
 * struct decision_filter - what is counted and handed on; fixed before the programs are loaded
 * @limit: number of decisions, 0 for no limit
 * @owner: of this thread group's devices only; 0 for all
 * @queues: enum decision_queues
 * @queue: for QUEUES_NUMBER: position among the device's queues; for QUEUES_RX and QUEUES_TX: the tap's queue, or
 *	   DECISION_ANY_PAIR
 * @acts: enum decision_acts
 * @device: of the tap of this name only, filled up with 0; empty for all
 */
struct decision_filter {
	__u64 limit;
	__u32 owner;
	__u16 queues;
	__u16 queue;
	__u32 acts;
	__u32 reserved;
	char device[DECISION_NAME_LEN];
};

_Static_assert(offsetof(struct decision_filter, device) == 24, "no padding");
_Static_assert(sizeof(struct decision_filter) == 40, "no padding");

/**
 * enum decision_phase - how far tracing has come; the process says it, the programs obey
 * @PHASE_IDLE: not everything is attached, or nothing is any more: nothing counts
 * @PHASE_ARMED: decisions count
 * @PHASE_CLOSING: those that are under way count, no new ones
 */
enum decision_phase { PHASE_IDLE, PHASE_ARMED, PHASE_CLOSING };

/**
 * struct decision_counts - what the programs counted, for each CPU
 * @entered: functions entered that decide; not filtered
 * @left: of these, returned from
 * @decisions: decisions that passed the filter
 * @ring_full: of @decisions, those for whose event there was no room
 * @no_state: of @decisions, those that could not be followed because memory was missing at their beginning
 */
struct decision_counts {
	__u64 entered;
	__u64 left;
	__u64 decisions;
	__u64 ring_full;
	__u64 no_state;
};

_Static_assert(sizeof(struct decision_counts) == 40, "no padding");

#endif
