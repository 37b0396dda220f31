/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENTS_H
#define EVENTS_H

#include <stddef.h>

#include <linux/types.h>

#include "decide.h"
#include "queue.h"

/*
 * The contract between the programs that trace and the process that reads their events: everything that crosses, and
 * nothing else. Both halves are built together, so that it has no version.
 */

/**
 * enum event_type - what can be traced
 * @EVENT_CALL: vhost decided whether to signal the driver
 * @EVENT_KICK: the driver's kick arrived
 * @EVENT_RUN: the worker handled the queue
 * @EVENT_ARM: vhost asked for kicks
 * @EVENT_DISARM: vhost asked for none
 * @EVENT_REPOLL: the queue is to be handled again, and no kick was why
 * @EVENT_BUSYPOLL: the worker polled the ring and the socket instead of sleeping
 * @EVENT_ERROR: the worker stopped at what it found in the ring
 * @EVENT_CONFIG: the owner configured the queue by an ioctl
 * @EVENT_DRIVER_KICK: a driver in this kernel decided whether to kick its device
 * @EVENT_DRIVER_NOTIFY: it kicked
 * @EVENT_DRIVER_INTERRUPT: its device's interrupt arrived
 * @EVENT_DRIVER_ENABLE: it asked for interrupts
 * @EVENT_DRIVER_DISABLE: it asked for none
 */
enum event_type {
	EVENT_CALL,
	EVENT_KICK,
	EVENT_RUN,
	EVENT_ARM,
	EVENT_DISARM,
	EVENT_REPOLL,
	EVENT_BUSYPOLL,
	EVENT_ERROR,
	EVENT_CONFIG,
	EVENT_DRIVER_KICK,
	EVENT_DRIVER_NOTIFY,
	EVENT_DRIVER_INTERRUPT,
	EVENT_DRIVER_ENABLE,
	EVENT_DRIVER_DISABLE,
	EVENT_TYPES,
};

/* Bits of those of vhost, and of those of drivers. */
#define EVENTS_VHOST ((1U << EVENT_DRIVER_KICK) - 1)
#define EVENTS_DRIVER ((1U << EVENT_TYPES) - 1 - EVENTS_VHOST)

/* Why a run of the worker ended. */
enum run_end {
	RUN_EMPTY,		/* the avail ring is empty, and kicks are asked for */
	RUN_IDLE,		/* receiving: the socket has no packet */
	RUN_FULL,		/* sending: the socket takes no more */
	RUN_WEIGHT,		/* it was others' turn; the queue will be handled again at once */
	RUN_BUSY,		/* busy polling was interrupted by other work; the same */
	RUN_ERROR,		/* the ring is wrong, or its memory */
	RUN_IOTLB,		/* with a virtual IOMMU: where the ring is has to be asked for first */
	RUN_STOPPED,		/* there is no backend */
	RUN_ENDS,
};

/* Why a queue is handled without a kick. */
enum repoll_cause {
	REPOLL_WEIGHT,		/* as RUN_WEIGHT */
	REPOLL_BUSY,		/* as RUN_BUSY */
	REPOLL_SOCKET,		/* the socket has a packet, or takes some again */
	REPOLL_CAUSES,
};

#define CALL_SIGNALLED	(1 << 0)	/* the call eventfd was signalled */
#define CALL_FD		(1 << 1)	/* there is one */
#define CALL_EVENT_IDX	(1 << 2)	/* VIRTIO_RING_F_EVENT_IDX was acked */
#define CALL_VALID	(1 << 3)	/* signalled_used was valid when the rule looked at it */
#define CALL_EMPTY	(1 << 4)	/* VIRTIO_F_NOTIFY_ON_EMPTY was acked, no avail entry was left */
#define CALL_MOVED	(1 << 5)	/* the driver changed its word while the decision was under way */
#define CALL_WORD_AFTER	(1 << 6)	/* the later of the two readings is what explains it */

#define KICK_MERGED	(1 << 0)	/* the worker had not begun to act on an earlier one */
#define KICK_UNASKED	(1 << 1)	/* vhost had asked for none */
#define KICK_EARLY	(1 << 2)	/* it came before vhost was given the eventfd, which it finds signalled */

#define RUN_SPURIOUS	(1 << 0)	/* a kick was why, and there was nothing in the ring */

#define ARM_AGAIN	(1 << 0)	/* buffers had slipped in: the worker goes on */
#define ARM_EVENT_IDX	(1 << 1)	/* avail_event was published, else the flag cleared */

#define POLL_INTERRUPTED (1 << 0)	/* other work ended it */

/* A driver's kick has CALL_SIGNALLED, CALL_EVENT_IDX, CALL_MOVED and CALL_WORD_AFTER, and: */
#define DRIVER_PACKED	(1 << 7)	/* the ring is packed */

#define NOTIFY_FAILED	(1 << 0)	/* the queue is broken */

#define INTERRUPT_NONE	(1 << 0)	/* there was nothing in the ring */

#define ERROR_HEAD	(1 << 0)	/* the head that it stopped at is known */
#define ERROR_FD	(1 << 1)	/* there is an eventfd for errors */

/**
 * struct event - how each of them begins
 * @time: when it ended; all times are nanoseconds of CLOCK_BOOTTIME
 * @tid: the thread that it happened on, in the initial pid namespace
 * @cpu: where
 * @slot: the queue's
 * @type: enum event_type
 * @reason: of a call enum reason, of a run enum run_end, of a repoll enum repoll_cause
 * @flags: those of its type
 * @old: of a call: signalled_used with EVENT_IDX, else last_used_idx at entry; of a run: last_avail_idx at its
 *	 beginning; of an error: last_avail_idx; of a driver's kick: avail->idx at its last one
 * @new: of a call: last_used_idx; of a run: last_avail_idx at its end; of an arm: avail_event or used->flags as
 *	 published; of an error: the head; of a driver's kick: avail->idx; when a driver enables or disables:
 *	 used_event or avail->flags as published
 */
struct event {
	__u64 time;
	__u32 tid;
	__u16 cpu;
	__u16 slot;
	__u8 type;
	__u8 reason;
	__u16 flags;
	__u16 old;
	__u16 new;
};

/**
 * struct call_event - a decision
 * @head: see struct event
 * @time_entry: when the function that decides was entered
 * @time_signal: just before the eventfd's counter was raised; 0 without a signal
 * @before: the word before the kernel read it
 * @after: the word after: just before the signal, or else at return
 */
struct call_event {
	struct event head;
	__u64 time_entry;
	__u64 time_signal;
	struct reading before;
	struct reading after;
};

/**
 * struct run_event - a run of the worker
 * @head: see struct event
 * @time_start: when it began
 * @time_kick: when the first kick arrived that it acts on; 0 if none did
 * @kicks: number of those kicks
 * @reserved: 0
 */
struct run_event {
	struct event head;
	__u64 time_start;
	__u64 time_kick;
	__u32 kicks;
	__u32 reserved;
};

/**
 * struct thread_event - a kick, or a busypoll
 * @head: see struct event
 * @time_start: when it began; 0 for a kick
 * @comm: the thread's name, ended by 0
 */
struct thread_event {
	struct event head;
	__u64 time_start;
	char comm[NAME_LEN];
};

/**
 * struct config_event - an ioctl
 * @head: see struct event
 * @comm: the thread's name, ended by 0
 * @value: what was set: the number, the descriptor (as a signed number), or the address of the descriptors
 * @ioctl: its number
 * @error: 0 or -errno
 */
struct config_event {
	struct event head;
	char comm[NAME_LEN];
	__u64 value;
	__u32 ioctl;
	__s32 error;
};

/**
 * struct driver_kick_event - a driver's decision
 * @head: see struct event
 * @before: the device's word before the kernel read it: avail_event, or used->flags; of a packed ring the offset or
 *	    flags of its device event suppression structure
 * @after: the word after that
 * @num_added: buffers since the last decision
 * @reserved: 0
 */
struct driver_kick_event {
	struct event head;
	struct reading before;
	struct reading after;
	__u32 num_added;
	__u32 reserved;
};

/**
 * struct interrupt_event - an interrupt
 * @head: see struct event
 * @irq: its number
 * @reserved: 0
 */
struct interrupt_event {
	struct event head;
	__u32 irq;
	__u32 reserved;
};

_Static_assert(sizeof(struct event) == 24, "no padding");
_Static_assert(sizeof(struct driver_kick_event) == 40, "no padding");
_Static_assert(sizeof(struct interrupt_event) == 32, "no padding");
_Static_assert(sizeof(struct call_event) == 48, "no padding");
_Static_assert(sizeof(struct run_event) == 48, "no padding");
_Static_assert(sizeof(struct thread_event) == 48, "no padding");
_Static_assert(sizeof(struct config_event) == 56, "no padding");

/* Which acts. */
enum trace_acts { ACTS_ALL, ACTS_SIGNAL, ACTS_SUPPRESS };

/**
 * struct trace_filter - what is counted and handed on; fixed before the programs are loaded
 * @queue: of which queues
 * @limit: number of events, 0 for no limit
 * @events: bits of enum event_type
 * @reasons: bits of enum reason: decisions with these
 * @acts: enum trace_acts: decisions with these
 * @min_batch: decisions on so many used entries at least, and runs that found so many buffers
 * @sample: of so many events of a type on a queue one is looked at; 1 for all
 * @reserved: 0
 */
struct trace_filter {
	struct queue_filter queue;
	__u64 limit;
	__u32 events;
	__u32 reasons;
	__u32 acts;
	__u32 min_batch;
	__u32 sample;
	__u32 reserved;
};

_Static_assert(sizeof(struct trace_filter) == 56, "no padding");

/**
 * enum phase - how far tracing has come; the process says it, the programs obey
 * @PHASE_IDLE: not everything is attached, or nothing is any more: nothing counts
 * @PHASE_ARMED: what happens counts
 * @PHASE_CLOSING: what is under way counts, nothing new
 */
enum phase { PHASE_IDLE, PHASE_ARMED, PHASE_CLOSING };

/**
 * struct trace_counts - what was counted for a queue
 * @entered: functions entered that decide, on queues that the filter wants
 * @left: of these, returned from
 * @events: for each type those that passed the filter
 * @lost: of @events, those for which there was no room
 * @seen: for each type those that were not excluded before sampling; counted with a sample only
 * @time_kick: when the first of @kicks arrived
 * @kicks: kicks that no run has taken up yet
 * @reserved: 0
 */
struct trace_counts {
	__u64 entered;
	__u64 left;
	__u64 events[EVENT_TYPES];
	__u64 lost[EVENT_TYPES];
	__u64 seen[EVENT_TYPES];
	__u64 time_kick;
	__u32 kicks;
	__u32 reserved;
};

_Static_assert(sizeof(struct trace_counts) == 368, "no padding");

/**
 * struct trace_unfollowed - what was not counted for any queue
 * @no_slot: events on a queue for which there was no slot, or but for decisions on a thread without memory
 * @no_state: decisions on a thread for which there was no memory
 */
struct trace_unfollowed {
	__u64 no_slot;
	__u64 no_state;
};

#endif
