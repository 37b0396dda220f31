/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENTS_H
#define EVENTS_H

#include <stddef.h>

#include <linux/types.h>

#include "decide.h"
#include "discard.h"
#include "queue.h"

/*
 * The interface between the programs that trace and the process that reads their events. Both halves are built
 * together, so it needs no version.
 */

/**
 * enum event_type - what can be traced
 * @EVENT_CALL: vhost decided whether to signal the driver
 * @EVENT_KICK: the driver's kick arrived
 * @EVENT_RUN: the worker handled the queue
 * @EVENT_ARM: vhost asked for kicks
 * @EVENT_DISARM: vhost asked for none
 * @EVENT_REPOLL: the queue's work was queued again without a kick
 * @EVENT_BUSYPOLL: the worker polled the ring and the socket instead of sleeping
 * @EVENT_ERROR: the worker stopped at an error in the ring
 * @EVENT_CONFIG: the owner configured the queue or the device by an ioctl
 * @EVENT_INJECT: a signal of vhost reached KVM, which injected an interrupt
 * @EVENT_DISCARD: vhost threw away a packet for the driver
 * @EVENT_DROP: the kernel dropped a packet at the tap, in either direction
 * @EVENT_DRIVER_KICK: a driver in this kernel decided whether to kick its device
 * @EVENT_DRIVER_NOTIFY: that driver kicked
 * @EVENT_DRIVER_INTERRUPT: an interrupt of its device arrived
 * @EVENT_DRIVER_ENABLE: that driver asked for interrupts
 * @EVENT_DRIVER_DISABLE: that driver asked for none
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
	EVENT_INJECT,
	EVENT_DISCARD,
	EVENT_DROP,
	EVENT_DRIVER_KICK,
	EVENT_DRIVER_NOTIFY,
	EVENT_DRIVER_INTERRUPT,
	EVENT_DRIVER_ENABLE,
	EVENT_DRIVER_DISABLE,
	EVENT_TYPES,
};

/*
 * Beyond enum event_type: the ring that the queue's next events are about. It is for the reader alone: no filter, limit
 * or count has it.
 */
#define EVENT_RING EVENT_TYPES

/* Bits of enum event_type: vhost's events, and those of drivers. */
#define EVENTS_VHOST ((1U << EVENT_DRIVER_KICK) - 1)
#define EVENTS_DRIVER ((1U << EVENT_TYPES) - 1 - EVENTS_VHOST)

/* Why a run of the worker ended. */
enum run_end {
	RUN_EMPTY,		/* the avail ring is empty, and kicks are asked for */
	RUN_IDLE,		/* receiving: the socket has no packet */
	RUN_FULL,		/* sending: the socket takes no more */
	RUN_WEIGHT,		/* the weight limit was reached: other work first, then the queue again at once */
	RUN_BUSY,		/* other work interrupted busy polling; the queue is handled again at once */
	RUN_ERROR,		/* the ring or its memory is invalid */
	RUN_IOTLB,		/* with a virtual IOMMU: the owner was asked for a translation */
	RUN_STOPPED,		/* there is no backend */
	RUN_ENDS,
};

/* Why the work of a queue was queued without a kick. */
enum repoll_cause {
	REPOLL_WEIGHT,		/* as RUN_WEIGHT */
	REPOLL_BUSY,		/* as RUN_BUSY */
	REPOLL_SOCKET,		/* the socket has a packet, or takes some again */
	REPOLL_CAUSES,
};

/* What KVM did at a signal. */
enum inject_result {
	INJECT_DELIVERED,	/* the interrupt is pending in a virtual CPU */
	INJECT_MERGED,		/* it was pending already, or is masked: the VM gets no further one */
	INJECT_DEFERRED,	/* KVM has to sleep for it, and will do it by a kernel thread */
	INJECT_FAILED,		/* it has no valid destination */
	INJECT_RESULTS,
};

/* How a kick comes. */
enum kick_source {
	KICK_SOURCE_UNKNOWN,	/* not known */
	KICK_SOURCE_IOEVENTFD,	/* KVM signals the eventfd (an ioeventfd), without an exit to userspace */
	KICK_SOURCE_WRITE,	/* a process writes it: of a VM, after an exit to userspace */
	KICK_SOURCE_KERNEL,	/* a thread of the kernel signals it: another vhost device, for example */
	KICK_SOURCE_OTHER,	/* another system call: io_uring_enter(2), for example */
	KICK_SOURCES,
};

#define CALL_SIGNALLED	(1 << 0)	/* the call eventfd was signalled */
#define CALL_FD		(1 << 1)	/* there is one */
#define CALL_EVENT_IDX	(1 << 2)	/* VIRTIO_RING_F_EVENT_IDX was acked */
#define CALL_VALID	(1 << 3)	/* signalled_used was valid at the decision */
#define CALL_EMPTY	(1 << 4)	/* VIRTIO_F_NOTIFY_ON_EMPTY was acked, no avail entry was left */
#define CALL_MOVED	(1 << 5)	/* the driver changed its word during the decision */
#define CALL_WORD_AFTER	(1 << 6)	/* the later of the two readings explains the decision */

#define KICK_MERGED	(1 << 0)	/* the work of an earlier kick was still queued */
#define KICK_UNASKED	(1 << 1)	/* vhost had asked for no kicks */
#define KICK_EARLY	(1 << 2)	/* it came before vhost got the eventfd, which was signalled already */

#define KICK_AVAIL_IDX	(1 << 3)	/* avail->idx could be read */

#define RUN_SPURIOUS	(1 << 0)	/* there was a kick, but nothing in the ring */

#define ARM_AGAIN	(1 << 0)	/* the ring had new entries: the worker goes on */
#define ARM_EVENT_IDX	(1 << 1)	/* avail_event was published, else the flag cleared */

#define POLL_INTERRUPTED (1 << 0)	/* other work ended it */

/* EVENT_DRIVER_KICK has CALL_SIGNALLED, CALL_EVENT_IDX, CALL_MOVED and CALL_WORD_AFTER, and: */
#define DRIVER_PACKED	(1 << 7)	/* the ring is packed */

#define NOTIFY_FAILED	(1 << 0)	/* the queue is broken */

#define INTERRUPT_NONE	(1 << 0)	/* there was nothing in the ring */

#define CONFIG_VALUE	(1 << 0)	/* the argument has a value, and could be read */
#define CONFIG_MORE	(1 << 1)	/* the same for what goes beyond a number */
#define CONFIG_INDEX	(1 << 2)	/* it is about a queue, whose number could be read */

#define RING_RUNS	(1 << 0)	/* there is one: its size is known */
#define RING_ADDRESS	(1 << 1)	/* and its address */
#define RING_STARTED	(1 << 2)	/* its start was seen: positions are counted from there */

#define ERROR_HEAD	(1 << 0)	/* the head of the failed chain is known */
#define ERROR_FD	(1 << 1)	/* there is an eventfd for errors */

/**
 * struct event - the beginning of each event
 * @time: when it ended; all times are nanoseconds of CLOCK_BOOTTIME
 * @tid: the thread on which it happened, in the reader's pid namespace; TID_HIDDEN if it has no number there
 * @cpu: the CPU on which it happened
 * @slot: number of the queue's slot
 * @type: enum event_type
 * @reason: call and driver kick: enum reason; run: enum run_end; repoll: enum repoll_cause;
 *	    kick: enum kick_source; inject: enum inject_result; discard: enum discard_reason
 * @flags: the flags above, by type
 * @old: call: signalled_used with EVENT_IDX, else last_used_idx at entry; run: last_avail_idx at its beginning;
 *	 error: the failed entry's index, last_avail_idx if not known; driver kick: avail->idx at the decision before
 * @new: call: last_used_idx; run: last_avail_idx at its end; arm and disarm: avail_event or used->flags as published;
 *	 error: the head; driver kick: avail->idx; driver enable and disable: used_event or avail->flags as published;
 *	 kick: avail->idx, with KICK_AVAIL_IDX
 * @avail: position of the avail entry that the device takes next; on a driver's side, that the driver publishes next
 * @used: position of the used entry that the device writes next; on a driver's side, that the driver takes next
 *
 * A position has 64 bits, of which a split ring's index is the lowest 16. It is counted from the ring's start if that
 * was seen (RING_STARTED); else from an anchor, the first index that was seen, as if it were in lap 1. Positions of a
 * packed ring count descriptors. What concerns a whole device has no positions: both are 0.
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
	__u64 avail;
	__u64 used;
};

/**
 * struct ring_event - the ring of a queue, before the first event that is about it
 * @head: see struct event; without positions
 * @device: kernel address of the device, vhost's or the driver's; for comparing only
 * @address: where the ring's descriptors are, with RING_ADDRESS, as the device knows it: a guest-physical address, or,
 *	     with a virtual IOMMU, one that it translates. Both sides of a ring have the same
 * @size: its size, with RING_RUNS
 * @starts: how many starts of the queue were seen
 */
struct ring_event {
	struct event head;
	__u64 device;
	__u64 address;
	__u32 size;
	__u32 starts;
};

/**
 * struct call_event - a decision
 * @head: see struct event
 * @time_entry: entry of the function that decides
 * @time_signal: just before the eventfd's counter was raised; 0 without a signal
 * @before: the driver's word, read before the kernel read it
 * @after: the word, read after that: just before the signal, or at return without one
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
 * @time_kick: when the first of @kicks arrived; 0 if there were none
 * @kicks: number of kicks that it serves
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
 * struct config_addr - the addresses that VHOST_SET_VRING_ADDR sets, as struct vhost_vring_addr
 * @desc: the descriptor table, as all of them in the owner's memory or, with an IOTLB, to be translated
 * @used: the used ring
 * @avail: the avail ring
 * @log: guest-physical address by which writes to the used ring are logged, if @flags has CONFIG_ADDR_LOG
 */
struct config_addr {
	__u64 desc;
	__u64 used;
	__u64 avail;
	__u64 log;
};

/* Bit VHOST_VRING_F_LOG of its flags. */
#define CONFIG_ADDR_LOG 1

/**
 * struct config_memory - the regions that VHOST_SET_MEM_TABLE sets
 * @size: bytes of all of them
 * @first: guest-physical address of the first
 * @first_size: its bytes
 * @last: guest-physical address of the last
 * @last_size: its bytes
 */
struct config_memory {
	__u64 size;
	__u64 first;
	__u64 first_size;
	__u64 last;
	__u64 last_size;
};

/* Words of feature bits that VHOST_SET_FEATURES_ARRAY is read up to. */
#define CONFIG_FEATURES 2

/**
 * struct config_event - an ioctl that configures the queue, or the device as a whole
 * @head: see struct event; the slot is the device's if the ioctl is, or if it names no queue of the device
 * @comm: the thread's name, ended by 0
 * @value: the new value, with CONFIG_VALUE: a number, an address, a file descriptor (signed) or feature bits; of
 *	   VHOST_SET_VRING_ADDR the flags, of VHOST_SET_MEM_TABLE the number of regions, of VHOST_SET_FEATURES_ARRAY
 *	   the number of words
 * @ioctl: the ioctl's number
 * @error: 0 or -errno
 * @index: the queue's number, with CONFIG_INDEX
 * @reserved: 0
 * @addr: VHOST_SET_VRING_ADDR: the addresses
 * @memory: VHOST_SET_MEM_TABLE: the regions
 * @features: VHOST_SET_FEATURES_ARRAY: the first words
 *
 * The last three need CONFIG_MORE; they are 0 without it.
 */
struct config_event {
	struct event head;
	char comm[NAME_LEN];
	__u64 value;
	__u32 ioctl;
	__s32 error;
	__u32 index;
	__u32 reserved;
	union {
		struct config_addr addr;
		struct config_memory memory;
		__u64 features[CONFIG_FEATURES];
	};
};

/**
 * struct driver_kick_event - a driver's decision
 * @head: see struct event
 * @before: the device's word, read before the kernel read it: avail_event or used->flags; for a packed ring the offset
 *	    or flags of its device event suppression structure
 * @after: the word, read after that
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
 * @irq: its number; inject: KVM's number (GSI)
 * @reserved: 0
 */
struct interrupt_event {
	struct event head;
	__u32 irq;
	__u32 reserved;
};

/**
 * struct discard_event - a packet that vhost threw away
 * @head: see struct event
 * @length: the packet's, without the header for the driver; 0: not known
 * @buffers: how many it would have taken, or may take at most; they were given back
 */
struct discard_event {
	struct event head;
	__u32 length;
	__u32 buffers;
};

/* Numbers of reasons for drops (enum skb_drop_reason) that have names, and room for the longest. */
#define DROP_REASONS 256
#define DROP_REASON_LEN 40

/**
 * struct drop_event - a packet that was dropped
 * @head: see struct event
 * @length: the packet's
 * @number: the reason's; not the same on all kernels
 * @reason: its name, ended by 0; empty if it has none
 */
struct drop_event {
	struct event head;
	__u32 length;
	__u32 number;
	char reason[DROP_REASON_LEN];
};

_Static_assert(sizeof(struct event) == 40, "no padding");
_Static_assert(sizeof(struct drop_event) == 88, "no padding");
_Static_assert(sizeof(struct discard_event) == 48, "no padding");
_Static_assert(sizeof(struct driver_kick_event) == 56, "no padding");
_Static_assert(sizeof(struct interrupt_event) == 48, "no padding");
_Static_assert(sizeof(struct call_event) == 64, "no padding");
_Static_assert(sizeof(struct run_event) == 64, "no padding");
_Static_assert(sizeof(struct thread_event) == 64, "no padding");
_Static_assert(sizeof(struct config_event) == 120, "no padding");
_Static_assert(sizeof(struct ring_event) == 64, "no padding");

/* Whether the filter wants decisions to notify, decisions to suppress, or both. */
enum trace_acts { ACTS_ALL, ACTS_SIGNAL, ACTS_SUPPRESS };

/**
 * struct trace_filter - which events are counted and sent; fixed before the programs are loaded
 * @limit: number of events; 0: no limit
 * @events: bits of enum event_type
 * @reasons: bits of enum reason; for decisions
 * @acts: enum trace_acts; for decisions
 * @min_batch: least number of used entries for a decision, of buffers found for a run
 * @sample: take one event in @sample for each type and queue; 0 or 1: all
 * @reserved: 0
 */
struct trace_filter {
	__u64 limit;
	__u32 events;
	__u32 reasons;
	__u32 acts;
	__u32 min_batch;
	__u32 sample;
	__u32 reserved;
};

_Static_assert(sizeof(struct trace_filter) == 32, "no padding");

/**
 * enum phase - the phase of a trace; set by user space, read by the programs
 * @PHASE_IDLE: before all programs are attached, and after the end: nothing counts
 * @PHASE_ARMED: everything counts
 * @PHASE_CLOSING: only decisions, runs and so on that began before count
 */
enum phase { PHASE_IDLE, PHASE_ARMED, PHASE_CLOSING };

/**
 * struct trace_ring - what the programs know of a queue's ring; see trace-ring.bpf.h
 * @position: @avail of struct event, when it was last looked at
 * @changes: how often the ring was set up
 * @told: @changes + 1 as of the last struct ring_event; 0: there was none
 * @starts: how many starts were seen
 * @positioned: @position is valid
 * @started: it is counted from a start
 */
struct trace_ring {
	__u64 position;
	__u32 changes;
	__u32 told;
	__u32 starts;
	__u16 positioned;
	__u16 started;
};

_Static_assert(sizeof(struct trace_ring) == 24, "no padding");

/**
 * struct early_kick - a kick of a queue without a backend, which a filter by name does not know yet
 * @time: see struct event; 0: there is none
 * @tid: likewise
 * @cpu: likewise
 * @flags: likewise
 * @new: likewise
 * @reserved: 0
 * @comm: see struct thread_event
 */
struct early_kick {
	__u64 time;
	__u32 tid;
	__u16 cpu;
	__u16 flags;
	__u16 new;
	__u16 reserved[3];
	char comm[NAME_LEN];
};

_Static_assert(sizeof(struct early_kick) == 40, "no padding");

/* Kicks of a queue that are kept until it has a backend: one each time that vhost is given an eventfd. */
#define EARLY_KICKS 4

/**
 * struct trace_counts - counts of a queue
 * @entered: calls of functions that decide, if the filter wants the queue
 * @left: those of @entered that have returned
 * @events: events that passed the filter, by type
 * @lost: those of @events that found no room in the ring buffer, by type
 * @seen: events before sampling, by type; counted only if sampling is on
 * @time_kick: when the first of @kicks arrived, nanoseconds of CLOCK_BOOTTIME
 * @kicks: kicks that no run has served yet
 * @reserved: 0
 * @ring: the queue's ring
 * @early: kicks that are reported once the queue has a backend, in order; of more than these, the last
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
	struct trace_ring ring;
	struct early_kick early[EARLY_KICKS];
};

_Static_assert(sizeof(struct trace_counts) == 624, "no padding");

/**
 * struct trace_unfollowed - events that were not counted for any queue
 * @no_slot: events of a queue without a slot, or, except for decisions, of a thread for which there was no memory
 * @no_memory: decisions of a thread for which there was no memory
 */
struct trace_unfollowed {
	__u64 no_slot;
	__u64 no_memory;
};

#endif
