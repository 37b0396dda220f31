/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_BPF_H
#define TRACE_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bracket.bpf.h"
#include "events.h"
#include "queues.bpf.h"
#include "threads.bpf.h"
#include "trace-ring.bpf.h"
#include "word.bpf.h"

/* Shared by all programs that trace; see trace.bpf.c. */

/* Room for 110,000 events. User space empties it every 10 ms, so it suffices for 11 million events a second. */
#define RING_BYTES (8 << 20)

/* Set before loading, as queue_filter is. */
extern const volatile struct trace_filter filter;

/* enum phase, set by user space. */
extern __u32 phase;

/* Number of events that took a ticket; used only with a limit, since one counter for all CPUs is slow. */
extern __u64 tickets;

/* Events that found no room, of all queues and types: tells user space at once that some were lost. */
extern __u64 lost_events;

extern struct trace_unfollowed unfollowed;

/**
 * struct traced_decision - a thread's decision under way
 * @bracket: see there
 * @time_entry: see struct call_event
 * @time_signal: see struct call_event
 */
struct traced_decision {
	struct bracket bracket;
	__u64 time_entry;
	__u64 time_signal;
};

/**
 * struct traced_thread - state of a thread, in struct thread's @cb
 * @decision: the decision under way
 * @run_start: when the current run began; 0: there is none
 * @run_kick: @time_kick of struct run_event
 * @run_kicks: @kicks of struct run_event
 * @run_slot: the slot of the run's queue
 * @busy_start: when busy polling began; 0: there is none
 * @run_old: last_avail_idx when the run began
 * @run_used: last_used_idx when the run began
 * @discarded: how many entries the worker gave back the last time that it did so in this run, see failed_entry()
 * @arm_idx: avail_idx at the entry of vhost_enable_notify()
 * @arming: kicks were disabled at that entry
 * @busy_interrupted: other work ended busy polling in the current run
 * @busy_queued: the work of the pair's other queue was queued when busy polling began
 * @poll_idle: the work of a poll was not queued at the entry of vhost_poll_start()
 * @untranslated: the virtual IOMMU has no translation for an address of the current run
 */
struct traced_thread {
	struct traced_decision decision;
	__u64 run_start;
	__u64 run_kick;
	__u32 run_kicks;
	__u32 run_slot;
	__u64 busy_start;
	__u16 run_old;
	__u16 run_used;
	__u16 discarded;
	__u16 arm_idx;
	bool arming;
	bool busy_interrupted;
	bool busy_queued;
	bool poll_idle;
	bool untranslated;
};

_Static_assert(sizeof(struct traced_thread) <= THREAD_CB * sizeof(__u64), "it has to fit");

static __always_inline struct traced_thread *traced_thread(struct thread *t)
{
	return (struct traced_thread *)t->cb;
}

struct counts_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u32);
	__type(value, struct trace_counts);
};

struct events_map {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
};

extern struct counts_map counts SEC(".maps");
extern struct events_map events SEC(".maps");

static __always_inline __u32 current_phase(void)
{
	return *(volatile __u32 *)&phase;
}

static __always_inline int no_slot(void)
{
	__sync_fetch_and_add(&unfollowed.no_slot, 1);
	return 0;
}

/* For programs at the beginning of something: it counts only while tracing is on. */
static __always_inline struct thread *beginning_thread(void)
{
	struct thread *t;

	if (current_phase() != PHASE_ARMED)
		return NULL;
	t = known_thread();
	if (!t)
		no_slot();
	return t;
}

/* For programs at the end of something: it counts if its beginning was counted. */
static __always_inline struct thread *ending_thread(void)
{
	return current_phase() == PHASE_IDLE ? NULL : this_thread();
}

static __always_inline struct trace_counts *counts_at(__u32 slot)
{
	return bpf_map_lookup_elem(&counts, &slot);
}

static __always_inline bool is_traced(int type)
{
	return filter.events & (1U << type);
}

/* Take one ticket per event: this keeps the limit exact on any number of CPUs. */
static __always_inline bool take_ticket(void)
{
	return !filter.limit || __sync_fetch_and_add(&tickets, 1) < filter.limit;
}

static __always_inline bool sampled(struct trace_counts *c, int type)
{
	return filter.sample <= 1 || !(__sync_fetch_and_add(&c->seen[type], 1) % filter.sample);
}

static __always_inline void fill_head(struct event *e, int type, __u32 slot, const struct positions *p)
{
	*e = (struct event){
		.time = bpf_ktime_get_boot_ns(),
		.tid = current_tid(),
		.cpu = bpf_get_smp_processor_id(),
		.slot = slot,
		.type = type,
		.avail = p->avail,
		.used = p->used,
	};
}

/*
 * Reserve room for an event that has passed the filter, and count it, even if there is no room, for itself or for the
 * ring that it is about.
 */
static __always_inline void *reserve(struct trace_counts *c, int type, __u64 size, __u32 slot)
{
	void *room;

	__sync_fetch_and_add(&c->events[type], 1);
	if (!ring_is_told(&c->ring) && tell_ring(slot)) {
		__sync_fetch_and_add(&c->lost[type], 1);
		__sync_fetch_and_add(&lost_events, 1);
		return NULL;
	}
	room = bpf_ringbuf_reserve(&events, size, 0);
	if (!room) {
		__sync_fetch_and_add(&c->lost[type], 1);
		__sync_fetch_and_add(&lost_events, 1);
	}
	return room;
}

static __always_inline void submit(void *room)
{
	bpf_ringbuf_submit(room, BPF_RB_NO_WAKEUP);
}

/* Return: the counts of the queue, if queue, sample and limit allow the event; else NULL. */
static __always_inline struct trace_counts *wanted_event(__u32 slot, int type)
{
	struct queue_slot *s = slot_at(slot);
	struct trace_counts *c = counts_at(slot);

	if (!s || !c) {
		no_slot();
		return NULL;
	}
	return s->wanted && sampled(c, type) && take_ticket() ? c : NULL;
}

/* Return: room for an event, with its head filled in; NULL if the event is not wanted, or there is no room. */
static __always_inline void *begin_event(__u32 slot, int type, __u64 size)
{
	struct trace_counts *c = wanted_event(slot, type);
	struct positions p = {};
	struct event *e;

	if (!c)
		return NULL;
	find_positions(&p, slot);
	e = reserve(c, type, size, slot);
	if (e)
		fill_head(e, type, slot, &p);
	return e;
}

/* The thread, if it is a worker in a traced run. */
static __always_inline struct traced_thread *running_thread(void)
{
	struct thread *t = ending_thread();

	return t && traced_thread(t)->run_start ? traced_thread(t) : NULL;
}

/* The slot of a queue whose worker this thread is. */
static __always_inline __u32 working_slot(struct thread *t, const struct queue_id *id)
{
	const __u32 number = thread_slot(t, id);
	struct queue_slot *s = slot_at(number);

	if (s)
		note_worker(s);
	return number;
}

/* Drops: remember which tap a vhost-net device has. */
int note_tap(__u64 dev);

/* The queue's work is queued, and no kick is the reason. @cause: enum repoll_cause */
int report_repoll(__u32 slot, __u32 cause);

#endif
