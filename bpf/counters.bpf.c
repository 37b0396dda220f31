// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the kernel's notifications by queue and reason; no event is sent to user space.
 *
 * Theory of operation. See bracket.bpf.h for how a decision is observed and explained.
 *
 * All counts of a queue are written under its mutex or by its one worker. So plain additions suffice, and per-CPU
 * arrays would gain nothing. User space reads the array without a system call, except with sampling (read_edges). Kicks
 * need no program: the kernel counts them in the eventfd, which vhost never reads.
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

const volatile __u32 sample = 1;
__u32 counting;

/* Decisions that could not be counted: no slot, or no memory. */
__u64 lost_decisions;

struct states_map states SEC(".maps");

static __always_inline void lose_decision(void)
{
	__sync_fetch_and_add(&lost_decisions, 1);
}

/* Is the run neither counted, nor one in which a batch is followed? */
static __always_inline bool is_left_out(const struct queue_slot *s, __u32 slot)
{
	struct queue_state *st;

	if (!is_sampled(s))
		return false;
	st = state_at(slot);
	return st && !is_counted_run(st) && !is_in_batch(st);
}

__noinline int begin_decision(struct thread *t, const struct decision_view *v, __u32 adds)
{
	struct queue_slot *s;
	__u32 slot;

	if (!t || !v)
		return 0;
	slot = thread_slot(t, &v->id);
	s = slot_at(slot);
	if (!s) {
		lose_decision();
		return 0;
	}
	if (slot_is_old(s))
		refresh_slot(v->id.dev, v->id.vq, slot);
	if (!s->wanted || is_left_out(s, slot))
		return 0;
	note_worker(s);
	open_bracket(&counted_thread(t)->bracket, v, slot, adds);
	return 0;
}

static __always_inline bool is_skipped(const struct counted_thread *c, const struct vhost_virtqueue *vq)
{
	return sample > 1 && (c->skipped[0] == (__u64)vq || c->skipped[1] == (__u64)vq);
}

static __always_inline void enter(struct vhost_dev *dev, struct vhost_virtqueue *vq, __u32 adds)
{
	struct decision_view v;
	struct thread *t;

	if (!is_counting())
		return;
	t = known_thread();
	if (!t) {
		lose_decision();
		return;
	}
	if (is_skipped(counted_thread(t), vq))
		return;
	view_decision(&v, dev, vq);
	begin_decision(t, &v, adds);
}

__noinline int note_signal(struct thread *t)
{
	if (t)
		note_outcome(&counted_thread(t)->bracket);
	return 0;
}

/* This runs for every eventfd of the host: return at once on a thread that decides nothing. */
SEC("fentry")
int BPF_PROG(eventfd_signalled, struct eventfd_ctx *eventfd)
{
	struct thread *t = this_thread();

	if (t && is_outcome(&counted_thread(t)->bracket, argument(ctx, 0)))
		note_signal(t);
	return 0;
}

/* Count the act by its reason. */
static __always_inline void count_reason(struct queue_counts *c, const struct decision_state *s,
					 const struct bracket *b, bool signalled)
{
	struct explanation why = explain(s, signalled, &b->before, &b->after);

	c->decisions++;
	if (why.reason < REASON_COUNT)
		c->reasons[signalled][why.reason]++;
	if (why.moved)
		c->moved++;
}

/* @num: see hist_event_passed() */
static __always_inline void count_hists(__u32 slot, const struct decision_state *s, const struct reading *word,
					__u32 num)
{
	if (!want_hists)
		return;
	add_value(slot, HIST_ENTRIES, (__u16)(s->new - s->old));
	if (s->event_idx && word->state == READING_OK)
		add_event(slot, word->value, s->new, s->old, num);
}

/* @added: used entries of this decision */
static __always_inline void count_batch(__u32 slot, struct queue_state *st, __u16 added, bool signalled)
{
	__u64 now;

	if (!want_hists)
		return;
	now = bpf_ktime_get_boot_ns();
	if (!st->unsignalled_since)
		st->unsignalled_since = now;
	st->unsignalled += added;
	if (!signalled)
		return;
	if (is_in_batch(st)) {
		add_value(slot, HIST_CALL_BATCH, st->unsignalled);
		add_value(slot, HIST_USED_TO_CALL, now - st->unsignalled_since);
	}
	st->unsignalled_since = 0;
	st->unsignalled = 0;
	st->batch_known = !st->left;
}

/*
 * The used index before the entries that a decision is about. vhost_signal() decides about entries that were added
 * before it was called: those since the decision before it, whose index the kernel keeps with EVENT_IDX only.
 */
static __always_inline __u16 first_entry(const struct bracket *b)
{
	return !b->adds && b->event_idx && b->valid ? b->old : b->used;
}

static __always_inline void count_decision(__u32 slot, struct queue_state *st, const struct bracket *b,
					   const struct decision_view *v)
{
	bool signalled = b->signalled != 0;
	struct decision_state s;

	bracket_state(&s, b, v);
	if (!st->left) {
		count_reason(&st->counts, &s, b, signalled);
		count_hists(slot, &s, &b->after, v->num);
	}
	count_batch(slot, st, v->last_used_idx - first_entry(b), signalled);
	turn_version(st);
	account_used(st, first_entry(b), v->last_used_idx);
	turn_version(st);
}

__noinline int end_decision(struct thread *t, const struct decision_view *v)
{
	struct queue_state *st;
	struct bracket *b;

	if (!t || !v)
		return 0;
	b = &counted_thread(t)->bracket;
	st = state_at(b->slot);
	if (!st)
		return 0;
	end_bracket(b, v);
	count_decision(b->slot, st, b, v);
	return 0;
}

static __always_inline void leave(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct thread *t = this_thread();
	struct decision_view v;

	if (!t || counted_thread(t)->bracket.vq != (__u64)vq)
		return;
	if (is_counting()) {
		view_decision(&v, dev, vq);
		end_decision(t, &v);
	}
	counted_thread(t)->bracket.vq = 0;
}

BRACKETS
