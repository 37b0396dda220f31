/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COUNTERS_BPF_H
#define COUNTERS_BPF_H

#include <bpf/bpf_helpers.h>

#include "counts.h"
#include "queues.bpf.h"
#include "threads.bpf.h"
#include "word.bpf.h"

/* What the programs that count have in common: see counters.bpf.c. */

/* Histograms are wanted. */
extern const volatile bool want_hists;

/*
 * enum counting, set by the process. It guards nothing: a program that reads it late counts, or does not count, what
 * happened at that moment. What must not be gone on from is marked by the window.
 */
extern __u32 counting;

/* How often counting began: what was remembered of a queue before that is not to be gone on from. */
extern __u32 window;

/**
 * struct thread_queue - a queue of struct thread's @vqs
 * @ctx: its call eventfd
 * @word: where the driver's word is
 */
struct thread_queue {
	__u64 ctx;
	struct word_place word;
};

/**
 * struct counted_thread - what is kept of a thread, in struct thread's @cb
 * @queues: for each of its queues
 * @signalled: the eventfd that it signalled last, until a decision takes it up
 * @signal_word: the driver's word then, if the eventfd is that of one of @queues
 * @signal_window: the window that this was in
 * @run_kicks: kicks that the run under way on it took up, for histograms
 * @run_window: the window that it began in
 * @signal_known: @signalled is one of @queues' call eventfds
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

/* As many as slots, if they are wanted. */
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

/* Count a value in one of a queue's histograms, if they are wanted. */
int add_value(__u32 slot, __u32 which, __u64 value);

/* Kicks of a queue begin to count, from its kick eventfd's count of now on. */
__u64 new_kicks(struct queue_state *st, __u64 kick);

#endif
