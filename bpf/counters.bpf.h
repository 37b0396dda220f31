/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COUNTERS_BPF_H
#define COUNTERS_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "counts.h"
#include "queues.bpf.h"
#include "threads.bpf.h"
#include "word.bpf.h"

/* Shared by the programs that count; see counters.bpf.c. */

/* Histograms are wanted; set before loading. */
extern const volatile bool want_hists;

/* One run in so many is counted whole; set before loading. */
extern const volatile __u32 sample;

/*
 * Is anything counted? Set by user space. It guards nothing: a program that reads it late counts, or does not count, an
 * event of that moment.
 */
extern __u32 counting;

/**
 * struct queue_call - what a thread remembers of the calls of a queue that it serves
 * @ctx: the call eventfd at the last decision
 * @word: place of the driver's word then
 * @at_signal: that word, when the thread signalled @ctx
 * @reserved: 0
 */
struct queue_call {
	__u64 ctx;
	struct word_place word;
	struct reading at_signal;
	__u32 reserved;
};

/**
 * struct counted_thread - state of a thread, in struct thread's @cb
 * @calls: of struct thread's @vqs
 * @signalled: the one of these eventfds that it has signalled since its last decision or run
 * @other: another eventfd that it has signalled since then
 * @inner: the queue of the last decision, if vhost_signal() made it
 * @number: for word_of()
 * @skipped: queues whose current run is not counted: of the two that a worker has, the one that receives and the one
 *	     that sends
 * @run_kicks: kicks that the current run serves, for histograms
 * @reserved: 0
 */
struct counted_thread {
	struct queue_call calls[THREAD_QUEUES];
	__u64 signalled;
	__u64 other;
	__u64 inner;
	__u64 number;
	__u64 skipped[2];
	__u32 run_kicks;
	__u32 reserved;
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

/* User space raises max_entries to QUEUE_SLOTS with sampling. */
struct edges_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct queue_edge);
};

extern struct states_map states SEC(".maps");
extern struct edges_map edges SEC(".maps");

/* Signals up to here belong to no decision that is still to come. */
static __always_inline void forget_signals(struct thread *t)
{
	struct counted_thread *c = counted_thread(t);

	c->signalled = 0;
	c->other = 0;
}

static __always_inline bool is_counting(void)
{
	return *(volatile __u32 *)&counting;
}

static __always_inline struct queue_state *state_at(__u32 slot)
{
	return bpf_map_lookup_elem(&states, &slot);
}

/**
 * struct known_queue - a queue as a program finds it
 * @slot: its slot, or NULL
 * @state: the state beside the slot
 * @number: the slot's
 * @index: of the queue in struct thread's @vqs
 */
struct known_queue {
	struct queue_slot *slot;
	struct queue_state *state;
	__u32 number;
	__u32 index;
};

/* Find or add a queue among those that the thread remembers. Return: its index in struct thread's @vqs. */
__u32 remember_queue(struct thread *t, const struct queue_id *id);

/*
 * The slot of a queue that the thread remembers, or NULL. Another owner means another backend, and a device that is
 * closed retires its slots.
 */
static __always_inline struct queue_slot *known_slot(const struct thread *t, const struct vhost_virtqueue *vq, __u32 i)
{
	struct queue_slot *s;

	if (t->vqs[i] != (__u64)vq)
		return NULL;
	s = slot_at(t->slots[i]);
	return s && s->vq == (__u64)vq && s->private_data == (__u64)vq->private_data ? s : NULL;
}

static __always_inline void find_queue(struct known_queue *q, struct thread *t, struct vhost_dev *dev,
				       struct vhost_virtqueue *vq)
{
	struct queue_id id;

	q->index = 0;
	q->slot = known_slot(t, vq, 0);
	if (!q->slot) {
		q->index = 1;
		q->slot = known_slot(t, vq, 1);
	}
	if (!q->slot) {
		identify_queue(&id, dev, vq);
		q->index = remember_queue(t, &id) & (THREAD_QUEUES - 1);
		q->slot = slot_at(t->slots[q->index]);
	}
	q->number = t->slots[q->index];
	q->state = state_at(q->number);
}

_Static_assert(THREAD_QUEUES == 2, "as find_queue() has it");

/* Read how far the driver has been told, from a queue that makes no decision now. */
static __always_inline void read_notified(struct notified *n, struct vhost_virtqueue *vq)
{
	n->old = BPF_CORE_READ(vq, signalled_used);
	n->used = BPF_CORE_READ(vq, last_used_idx);
	n->valid = BPF_CORE_READ(vq, signalled_used_valid);
	n->known = 1;
}

/* Find out where the counts of a queue begin that has made no decision and no run since counting began. */
int find_start(struct queue_state *st, __u64 vq);

/* The same for its kicks alone; also where those of a queue begin that has got another slot with another backend. */
int find_kicks(struct queue_state *st, __u64 vq);

/* The queue starts anew: what was noted of it is out of date. */
int forget_start(__u64 vq);

/*
 * If histograms are wanted:
 * - add_value() counts a value in a queue's histogram @which (enum queue_hist);
 * - add_event() counts a driver's event, either its distance or as passed; see hist_event_passed().
 */
int add_value(__u32 slot, __u32 which, __u64 value);
int add_event(__u32 slot, __u16 event, __u16 new, __u16 old, __u32 num);

/* A run of a queue behind an IOTLB ends. @socket_wqh: where the worker waits for the socket; 0: it does not */
int note_stop(const struct queue_id *id, __u64 socket_wqh);

/*
 * Sampling. Of each block of @sample runs of a queue one is counted whole, chosen at random. What needs no decision is
 * not sampled: used buffers, avail entries, runs and kicks follow from indexes and the count of the kick eventfd. They
 * are accounted for at the return of a counted run and of the run before it, and whenever user space looks. A device
 * that is not a vhost-net is counted whole.
 */
static __always_inline bool is_sampled(const struct queue_slot *s)
{
	return sample > 1 && s->backend != BACKEND_OTHER && s->backend != BACKEND_VSOCK && s->backend != BACKEND_SCSI;
}

/*
 * A batch of buffers that one call tells of may reach beyond a run. It is counted if the call before it was in a
 * counted run, so each batch has the same chance. Decisions are followed until its own call, though not counted.
 */
static __always_inline bool is_in_batch(const struct queue_state *st)
{
	return want_hists && (sample <= 1 || st->batch_known);
}

/* Is the current run of a queue counted? */
static __always_inline bool is_counted_run(struct queue_state *st)
{
	if (!st->chosen) {
		st->left = bpf_get_prandom_u32() % sample;
		st->behind = sample - 1 - st->left;
		st->chosen = 1;
	}
	return !st->left;
}

/*
 * Begin or end an account. Only one thread writes, see counters.bpf.c. The atomic additions order the writes between
 * them, for read_edge().
 */
static __always_inline void turn_version(struct queue_state *st)
{
	if (sample > 1)
		__sync_fetch_and_add(&st->version, 1);
}

/* Account for used entries. @from: what to count from if that is not known */
static __always_inline void account_used(struct queue_state *st, __u16 from, __u16 used)
{
	st->counts.buffers += (__u16)(used - (st->used_known ? st->used : from));
	st->used = used;
	st->used_known = 1;
}

static __always_inline void look_at_kick(struct kick_eventfd *k, struct file *kick)
{
	struct eventfd_ctx *ctx = BPF_CORE_READ(kick, private_data);

	k->file = (__u64)kick;
	k->ctx = (__u64)ctx;
	k->count = BPF_CORE_READ(ctx, count);
}

/* Kicks since the last look at an eventfd: what was added to its count. A process that reads it sets it to 0. */
static __always_inline __u64 kicks_since(struct kick_eventfd *k)
{
	struct eventfd_ctx *ctx = (void *)k->ctx;
	__u64 before = k->count;

	k->count = BPF_CORE_READ(ctx, count);
	return k->count >= before ? k->count - before : k->count;
}

/* Kicks since the last account. What counts of an eventfd that the queue has just been given, begin_kicks() says. */
static __always_inline __u64 new_kicks(struct queue_state *st, struct file *kick)
{
	return kick && st->kick.file == (__u64)kick ? kicks_since(&st->kick) : 0;
}

/*
 * A queue without a backend does nothing, but its indexes may be set anew, and a kick still makes a run. What was done
 * until then has been accounted for.
 */
static __always_inline void forget_indexes(struct queue_state *st)
{
	st->avail_known = 0;
	st->used_known = 0;
}

/*
 * Account for what a queue did since the last time: add it to the counts. @kick: the kick eventfd's file, NULL if there
 * is none; @avail: last_avail_idx; @used: last_used_idx. Return: the kicks.
 */
static __always_inline __u64 account(struct queue_state *st, struct file *kick, __u16 avail, __u16 used)
{
	__u64 kicks;

	turn_version(st);
	kicks = new_kicks(st, kick);
	st->counts.kicks += kicks;
	st->counts.runs += st->new_runs;
	st->new_runs = 0;
	if (st->avail_known)
		st->counts.found += (__u16)(avail - st->avail);
	st->avail = avail;
	st->avail_known = 1;
	account_used(st, used, used);
	turn_version(st);
	return kicks;
}

#endif
