// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the kernel's notifications by queue and reason; no event is sent to user space.
 *
 * Theory of operation. As in trace-call.bpf.c, one call of a function that decides is one decision, and a signal of the
 * call eventfd during that call is its outcome. Only the return of these functions has a program here. It knows the
 * state before the decision from the decision before, since signalled_used and last_used_idx change only in these
 * functions. It does not know the driver's word before the kernel read it. If the word read after the act does not
 * explain the act, the driver has changed it, and the decision is counted as moved. The reason is certain all the same:
 * in a given state an act has only one possible reason, except that a signal may be "crossed" or "fault". Compilers
 * inline vhost_signal() into the two functions that add entries; if one did not, a decision would be counted twice.
 *
 * All counts of a queue are written under its mutex or by its one worker. So plain additions suffice, and per-CPU
 * arrays would gain nothing. User space reads the array without a system call. Kicks need no program: the kernel counts
 * them in the eventfd, which vhost never reads.
 *
 * A program copies the kernel's state into a view by plain loads, and leaves the rest to global functions, which the
 * verifier checks once.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counters.bpf.h"

char LICENSE[] SEC("license") = "GPL";

const volatile bool want_hists;

/* From 6.18 on, vhost_add_used_and_signal_n() has one more argument before the count. */
const volatile bool has_nheads;

__u32 counting;
__u32 window;

/* Decisions that could not be counted: no slot, no memory, or the thread's signal was not seen. */
__u64 lost_decisions;

struct states_map states SEC(".maps");
struct hists_map hists SEC(".maps");

__noinline int add_value(__u32 slot, __u32 which, __u64 value)
{
	struct queue_hists *all;
	struct hist_counts *h;
	__u32 bucket;

	if (!want_hists || which >= QUEUE_HISTS)
		return 0;
	all = bpf_map_lookup_elem(&hists, &slot);
	if (!all)
		return 0;
	h = &all->of[which];
	h->sum += value;
	h->count++;
	if (value > h->max)
		h->max = value;
	bucket = hist_bucket(value);
	if (bucket < HIST_BUCKETS)
		h->buckets[bucket]++;
	return 0;
}

/* Index of the thread's queue whose call eventfd this is; THREAD_QUEUES if there is none. */
static __always_inline __u32 called_queue(const struct counted_thread *c, __u64 eventfd)
{
	return c->queues[0].ctx == eventfd ? 0 : c->queues[1].ctx == eventfd ? 1 : THREAD_QUEUES;
}

__noinline int note_signal(struct thread *t, __u64 eventfd)
{
	struct counted_thread *c;
	__u32 i;

	if (!t)
		return 0;
	c = counted_thread(t);
	i = called_queue(c, eventfd);
	/* An interrupt between a queue's signal and the end of its decision may signal any other eventfd: ignore it. */
	if (i >= THREAD_QUEUES && c->signalled && c->signal_known && c->signal_window == window)
		return 0;
	c->signal_word.state = READING_UNKNOWN;
	if (i < THREAD_QUEUES)
		c->signal_word = read_word(&c->queues[i].word);
	c->signalled = eventfd;
	c->signal_known = i < THREAD_QUEUES;
	c->signal_window = window;
	return 0;
}

/* This runs for every eventfd of the host: return at once if the eventfd is not vhost's. */
SEC("fentry")
int BPF_PROG(eventfd_signalled, struct eventfd_ctx *eventfd)
{
	struct thread *t;

	if (!is_counting(COUNTING_SIGNALS))
		return 0;
	/*
	 * A signal may be the first thing that we see of a worker: add it now. A thread that is no worker by its name
	 * is not added here, and loses its first decision.
	 */
	t = this_thread();
	if (!t && is_worker() && add_thread())
		t = this_thread();
	if (t)
		note_signal(t, argument(ctx, 0));
	return 0;
}

/*
 * last_used_idx before @added entries were put into the ring; @added < 0: the number is not known. With
 * VIRTIO_F_IN_ORDER (vhost-net from 6.18 on) one of them may stand for many entries, so @added is not used then.
 */
static __always_inline __u16 used_before(const struct queue_state *st, const struct decision_view *v, int added)
{
	bool exact = added >= 0 && !view_has(v, VIRTIO_F_IN_ORDER);

	return exact || !st->synced ? v->last_used_idx - (added < 0 ? 0 : added) : st->used;
}

/* Compute the state that the rule looked at from the state after the decision before. */
static __always_inline struct decision_state state_before(const struct queue_state *st, const struct decision_view *v,
							  __u16 used)
{
	bool event_idx = view_has(v, VIRTIO_RING_F_EVENT_IDX);
	__u16 new = v->last_used_idx, old = st->synced ? st->old : used;

	return (struct decision_state){
		.old = event_idx ? old : used,
		.new = new,
		/* __vhost_add_used_n() invalidates signalled_used when the used index passes it. */
		.valid = !st->first && (__u16)(new - old) >= (__u16)(new - used),
		.call_fd = v->ctx,
		.event_idx = event_idx,
		.empty = view_has(v, VIRTIO_F_NOTIFY_ON_EMPTY) && v->avail_idx == v->last_avail_idx,
	};
}

/* The only possible reason for the act in this state. The word matters only for "fault" or not. */
static __always_inline __u32 reason_of(const struct decision_state *s, const struct reading *word, bool signalled)
{
	if (!s->call_fd)
		return signalled ? REASON_UNEXPLAINED : REASON_NO_CALL_FD;
	if (s->empty)
		return signalled ? REASON_EMPTY : REASON_UNEXPLAINED;
	if (s->event_idx && !s->valid)
		return signalled ? REASON_FIRST : REASON_UNEXPLAINED;
	if (!signalled)
		return s->event_idx ? REASON_NOT_REACHED : REASON_FLAGS;
	if (word->state == READING_FAULT)
		return REASON_FAULT;
	return s->event_idx ? REASON_CROSSED : REASON_FLAGS;
}

/* Count the act by its reason. */
static __always_inline void count_reason(struct queue_counts *c, const struct decision_state *s,
					 const struct reading *word, bool signalled)
{
	struct verdict v = decide(s, word);
	__u32 reason = reason_of(s, word, signalled);

	c->decisions++;
	if (reason < REASON_COUNT)
		c->reasons[signalled][reason]++;
	if (v.signal != signalled && reason != REASON_UNEXPLAINED)
		c->moved++;
}

static __always_inline void count_hists(__u32 slot, struct queue_state *st, const struct decision_state *s,
					const struct reading *word, bool signalled)
{
	__u64 now;

	if (!want_hists)
		return;
	add_value(slot, HIST_ENTRIES, (__u16)(s->new - s->old));
	if (s->event_idx && word->state == READING_OK)
		add_value(slot, HIST_EVENT, (__u16)(word->value - s->old));
	now = bpf_ktime_get_boot_ns();
	if (!st->unsignalled_since)
		st->unsignalled_since = now;
	if (!signalled)
		return;
	add_value(slot, HIST_CALL_BATCH, st->unsignalled);
	add_value(slot, HIST_USED_TO_CALL, now - st->unsignalled_since);
	st->unsignalled_since = 0;
}

/* @place: where the driver's word is; @added: as in used_before() */
static __always_inline void count_decision(__u32 slot, struct queue_state *st, const struct counted_thread *c,
					   const struct word_place *place, const struct decision_view *v, int added)
{
	__u16 used = used_before(st, v, added);
	struct decision_state s = state_before(st, v, used);
	bool signalled = v->ctx && c->signalled == v->ctx && c->signal_window == window;
	struct reading word = signalled && c->signal_word.state != READING_UNKNOWN ? c->signal_word : read_word(place);

	count_reason(&st->counts, &s, &word, signalled);
	st->counts.buffers += (__u16)(v->last_used_idx - used);
	st->unsignalled += (__u16)(v->last_used_idx - used);
	count_hists(slot, st, &s, &word, signalled);
	if (signalled)
		st->unsignalled = 0;
	st->old = v->signalled_used;
	st->used = v->last_used_idx;
	st->synced = 1;
	/* Without a call eventfd, or with "empty", nothing was compared: the first comparison is still to come. */
	if (s.call_fd && !s.empty)
		st->first = 0;
}

static __always_inline void lose_decision(void)
{
	__sync_fetch_and_add(&lost_decisions, 1);
}

/*
 * Return of a function that decides. @heard: no signal of the thread can have been missed since the decision began;
 * @added: as in used_before().
 */
__noinline int end_decision(struct thread *t, const struct decision_view *v, __u32 heard, int added)
{
	struct counted_thread *c;
	struct queue_state *st;
	struct thread_queue *q;
	struct queue_slot *s;
	__u32 slot;

	if (!t || !v)
		return 0;
	slot = thread_slot(t, &v->id);
	c = counted_thread(t);
	q = &c->queues[t->vqs[0] == v->id.vq ? 0 : 1];
	s = slot_at(slot);
	st = state_at(slot);
	if (!s || !st) {
		lose_decision();
		c->signalled = 0;
		return 0;
	}
	if (slot_is_old(s))
		refresh_slot(v->id.dev, v->id.vq, slot);
	if (s->wanted) {
		note_worker(s);
		find_word(&q->word, v);
		enter_window(st);
		if (heard) {
			count_decision(slot, st, c, &q->word, v, added);
		} else {
			lose_decision();
			forget_decisions(st);
		}
	}
	q->ctx = v->ctx;
	c->signalled = 0;
	return 0;
}

/* The decision is not counted, but its signal is used up. */
static __always_inline void skip_decision(struct thread *t, struct vhost_dev *dev)
{
	if (!t)
		return;
	t->dev = (__u64)dev;
	counted_thread(t)->signalled = 0;
}

static __always_inline int decided(struct vhost_dev *dev, struct vhost_virtqueue *vq, int added)
{
	struct decision_view v;
	struct thread *t;
	__u32 heard;

	if (!is_counting(COUNTING_SIGNALS))
		return 0;
	t = this_thread();
	if (!is_counting(COUNTING_ALL)) {
		skip_decision(t, dev);
		return 0;
	}
	/* A worker's signal is seen even if the worker is new, see eventfd_signalled; that of another thread is not. */
	heard = t || is_worker();
	if (!t && add_thread())
		t = this_thread();
	if (!t) {
		lose_decision();
		return 0;
	}
	view_decision(&v, dev, vq);
	end_decision(t, &v, heard, added);
	return 0;
}

SEC("fexit")
int BPF_PROG(add_one_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	return decided(dev, vq, 1);
}

SEC("fexit")
int BPF_PROG(add_many_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u64 count = 0;

	bpf_get_func_arg(ctx, has_nheads ? 4 : 3, &count);
	return decided(dev, vq, (__u16)count);
}

SEC("fexit")
int BPF_PROG(no_add_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	return decided(dev, vq, -1);
}

__noinline int start_queue(const struct queue_id *id)
{
	struct vhost_virtqueue *vq;
	struct queue_state *st;

	if (!id)
		return 0;
	vq = (void *)id->vq;
	st = state_at(search_slot(id->dev, id->vq));
	if (!st)
		return 0;
	st->window = window;
	st->synced = 0;
	st->first = 1;
	/* The first run may find buffers that are in the ring already. */
	st->avail = BPF_CORE_READ(vq, last_avail_idx);
	st->avail_known = 1;
	/* Kicks count from here on. */
	new_kicks(st, (__u64)BPF_CORE_READ(vq, kick));
	return 0;
}

/* The queue starts: the kernel invalidates signalled_used. */
SEC("fentry")
int BPF_PROG(started_entry, struct vhost_virtqueue *vq)
{
	struct queue_id id;

	identify_queue(&id, vq->dev, vq);
	start_queue(&id);
	return 0;
}

SEC("fentry")
int BPF_PROG(closed_entry, struct vhost_dev *dev)
{
	forget_workers(argument(ctx, 0));
	retire_device(argument(ctx, 0));
	return 0;
}
