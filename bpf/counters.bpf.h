/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COUNTERS_BPF_H
#define COUNTERS_BPF_H

#include <bpf/bpf_helpers.h>

#include "bracket.bpf.h"
#include "counts.h"
#include "queues.bpf.h"
#include "threads.bpf.h"

/* Shared by the programs that count; see counters.bpf.c. */

/* Histograms are wanted; set before loading. */
extern const volatile bool want_hists;

/*
 * Is anything counted? Set by user space. It guards nothing: a program that reads it late counts, or does not count, an
 * event of that moment. The window number marks remembered state as stale.
 */
extern __u32 counting;

/* Number of times that counting was switched on. State of a queue from an earlier window is stale. */
extern __u32 window;

/**
 * struct counted_thread - state of a thread, in struct thread's @cb
 * @bracket: the decision under way
 * @run_kicks: kicks that the current run serves, for histograms
 * @run_window: the window in which the run began
 */
struct counted_thread {
	struct bracket bracket;
	__u32 run_kicks;
	__u32 run_window;
};

_Static_assert(sizeof(struct counted_thread) <= THREAD_CB * sizeof(__u64), "it has to fit");

static __always_inline struct counted_thread *counted_thread(struct thread *t)
{
	return (struct counted_thread *)t->cb;
}

struct states_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u32);
	__type(value, struct queue_state);
};

/* User space raises max_entries to QUEUE_SLOTS if histograms are wanted. */
struct hists_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct queue_hists);
};

extern struct states_map states SEC(".maps");
extern struct hists_map hists SEC(".maps");

static __always_inline bool is_counting(void)
{
	return *(volatile __u32 *)&counting;
}

static __always_inline struct queue_state *state_at(__u32 slot)
{
	return bpf_map_lookup_elem(&states, &slot);
}

/* State of an earlier window is stale. */
static __always_inline void enter_window(struct queue_state *st)
{
	if (st->window == window)
		return;
	st->window = window;
	st->unsignalled_since = 0;
	st->unsignalled = 0;
	st->avail_known = 0;
	st->requeued = 0;
}

/* Count a value in a queue's histogram @which (enum queue_hist), if histograms are wanted. */
int add_value(__u32 slot, __u32 which, __u64 value);

/*
 * Number of kicks since the last call, read from the count of the kick eventfd. @kick: the eventfd's struct file; 0 is
 * returned when it is a new one.
 */
__u64 new_kicks(struct queue_state *st, __u64 kick);

#endif
