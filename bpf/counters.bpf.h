/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COUNTERS_BPF_H
#define COUNTERS_BPF_H

#include <bpf/bpf_helpers.h>

#include "counts.h"
#include "queues.bpf.h"
#include "threads.bpf.h"
#include "word.bpf.h"

/* Shared by the programs that count; see counters.bpf.c. */

/* Histograms are wanted; set before loading. */
extern const volatile bool want_hists;

/*
 * enum counting, set by user space. It guards nothing: a program that reads it late counts, or does not count, an event
 * of that moment. The window number marks remembered state as stale.
 */
extern __u32 counting;

/* Number of times that counting was switched on. State of a queue from an earlier window is stale. */
extern __u32 window;

/**
 * struct thread_queue - what a thread remembers of a queue in struct thread's @vqs
 * @ctx: its call eventfd; 0: none
 * @word: address of the driver's word
 */
struct thread_queue {
	__u64 ctx;
	struct word_place word;
};

/**
 * struct counted_thread - state of a thread, in struct thread's @cb
 * @queues: by index in struct thread's @vqs
 * @signalled: the eventfd that it signalled last; 0 once a decision has used it
 * @signal_word: the driver's word at that time, if the eventfd belongs to one of @queues
 * @signal_window: the window of that signal
 * @run_kicks: kicks that the current run serves, for histograms
 * @run_window: the window in which the run began
 * @signal_known: @signalled is the call eventfd of one of @queues
 */
struct counted_thread {
	struct thread_queue queues[THREAD_QUEUES];
	__u64 signalled;
	struct reading signal_word;
	__u32 signal_window;
	__u32 run_kicks;
	__u32 run_window;
	bool signal_known;
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

static __always_inline bool is_counting(__u32 at_least)
{
	return *(volatile __u32 *)&counting >= at_least;
}

static __always_inline struct queue_state *state_at(__u32 slot)
{
	return bpf_map_lookup_elem(&states, &slot);
}

/* State of an earlier window is stale. */
static __always_inline void forget_decisions(struct queue_state *st)
{
	st->unsignalled_since = 0;
	st->unsignalled = 0;
	st->synced = 0;
	st->first = 0;
}

static __always_inline void enter_window(struct queue_state *st)
{
	if (st->window == window)
		return;
	st->window = window;
	forget_decisions(st);
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
