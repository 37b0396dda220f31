/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_COMMON_BPF_H
#define TRACE_COMMON_BPF_H

/* Part of trace.bpf.c: what all events have in common. */

/* Room for 150,000 events; emptied every 10 ms, that lasts for 15 million a second. */
#define RING_BYTES (8 << 20)

/* enum phase, set by the process. */
__u32 phase;

/* Events that have taken a ticket; only with a limit, since one word for all CPUs is dear. */
__u64 tickets;

/* Events for which there was no room, of all queues and types, so that the process sees at once that some were lost. */
__u64 lost_events;

struct trace_unfollowed unfollowed;

/**
 * struct bracket - a decision under way on a thread, see trace-call.bpf.h
 * @vq: the queue it is for; 0 if none is under way
 * @ctx: its call eventfd, or 0
 * @word: where the driver's word is
 * @time_entry: see struct call_event
 * @time_signal: see struct call_event
 * @old: signalled_used at entry
 * @used: last_used_idx at entry
 * @before: see struct call_event
 * @after: see struct call_event
 * @slot: the queue's
 * @valid: signalled_used_valid at entry
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was acked
 */
struct bracket {
	__u64 vq;
	__u64 ctx;
	struct word_place word;
	__u64 time_entry;
	__u64 time_signal;
	__u16 old;
	__u16 used;
	struct reading before;
	struct reading after;
	__u32 slot;
	bool valid;
	bool event_idx;
};

/* Queues whose slots a thread remembers: a worker has two. */
#define THREAD_QUEUES 2

/**
 * struct thread - what is kept of a thread
 * @dev: the device that it works for
 * @bracket: the decision under way on it
 * @vqs: queues that it met last
 * @slots: theirs
 * @next: which of them is to be forgotten first
 * @run_slot: the slot of the queue that is run
 * @run_start: when the run under way on it began; 0 if none is
 * @run_kick: see struct run_event
 * @run_kicks: see struct run_event
 * @run_old: last_avail_idx then
 * @poll_idle: a poll's work was not queued when its polling began
 * @busy_start: when busy polling began; 0 if it did not
 * @busy_interrupted: busy polling ended for other work in the run under way
 * @busy_queued: the work of the pair's other queue was queued then
 * @arming: kicks were not asked for when asking for them began
 * @arm_idx: avail_idx then
 */
struct thread {
	__u64 dev;
	struct bracket bracket;
	__u64 vqs[THREAD_QUEUES];
	__u32 slots[THREAD_QUEUES];
	__u32 next;
	__u32 run_slot;
	__u32 run_kicks;
	__u64 run_start;
	__u64 run_kick;
	__u64 busy_start;
	__u16 run_old;
	__u16 arm_idx;
	bool arming;
	bool busy_interrupted;
	bool busy_queued;
	bool poll_idle;
};

#include "threads.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u32);
	__type(value, struct trace_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} events SEC(".maps");

static __always_inline __u32 current_phase(void)
{
	return *(volatile __u32 *)&phase;
}

/* For what begins, which only counts while tracing is on. */
static __always_inline struct thread *beginning_thread(void)
{
	struct thread *t;

	if (current_phase() != PHASE_ARMED)
		return NULL;
	t = known_thread();
	if (!t)
		__sync_fetch_and_add(&unfollowed.no_slot, 1);
	return t;
}

/* For what ends, which counts as long as it had begun. */
static __always_inline struct thread *ending_thread(void)
{
	return current_phase() == PHASE_IDLE ? NULL : this_thread();
}

static __always_inline struct trace_counts *counts_at(__u32 slot)
{
	return bpf_map_lookup_elem(&counts, &slot);
}

/* The number of the queue's slot, as search_slot(), which a worker does for its first queues only. */
static __always_inline __u32 thread_slot(struct thread *t, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u32 number;

	for (int i = 0; i < THREAD_QUEUES; i++)
		if (t->vqs[i] == (__u64)vq &&
		    slot_is(slot_at(t->slots[i]), (__u64)vq, (__u64)vq->private_data, (__u64)dev->mm))
			return t->slots[i];
	number = search_slot(dev, vq);
	t->vqs[t->next % THREAD_QUEUES] = (__u64)vq;
	t->slots[t->next % THREAD_QUEUES] = number;
	t->next++;
	t->dev = (__u64)dev;
	return number;
}

/* One ticket an event makes a limit exact, however many CPUs take them at once. */
static __always_inline bool take_ticket(void)
{
	return !filter.limit || __sync_fetch_and_add(&tickets, 1) < filter.limit;
}

static __always_inline bool sampled(struct trace_counts *c, int type)
{
	return filter.sample <= 1 || !(__sync_fetch_and_add(&c->seen[type], 1) % filter.sample);
}

static __always_inline void fill_head(struct event *e, int type, __u32 slot)
{
	*e = (struct event){
		.time = bpf_ktime_get_boot_ns(),
		.tid = bpf_get_current_pid_tgid(),
		.cpu = bpf_get_smp_processor_id(),
		.slot = slot,
		.type = type,
	};
}

/* Room for an event that has passed the filter. It is counted in any case. */
static __always_inline void *reserve(struct trace_counts *c, int type, __u64 size)
{
	void *room;

	__sync_fetch_and_add(&c->events[type], 1);
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

/* Is the event wanted, seen from its queue alone? Then it is counted, and @c says where. */
static __always_inline bool wanted_event(__u32 slot, int type, struct trace_counts **c)
{
	struct queue_slot *s = slot_at(slot);

	*c = counts_at(slot);
	if (!s || !*c) {
		__sync_fetch_and_add(&unfollowed.no_slot, 1);
		return false;
	}
	return s->wanted && sampled(*c, type) && take_ticket();
}

#endif
