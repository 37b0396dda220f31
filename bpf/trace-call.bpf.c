// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces the decisions whether to notify the driver.
 *
 * Theory of operation. vhost_notify(), which decides, is a local function that the compiler inlines or renames, so no
 * program can be attached to it. Programs are attached to the functions around it: those that a device calls
 * (vhost_signal() and the two functions that inline it), and the function that signals an eventfd, which they call last
 * if the decision is to notify. Entry and return of the former are a bracket: one bracket is one decision. A signal of
 * the queue's call eventfd inside the bracket is the outcome; it is observed, not recomputed.
 *
 * The reason is recomputed from the state that the rule looks at. The queue's mutex protects all of that state except
 * one word: used_event or avail->flags, which the driver may change at any time. So that word is read before and after
 * the kernel reads it; the kernel has seen one of these two values, or one that the driver stored in between.
 *
 * A bracket belongs to a task, not to a CPU: the worker accesses user memory, so it may sleep inside the bracket and
 * wake up on another CPU.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "trace.bpf.h"

/*
 * Begin a bracket. If vhost_signal() is not inlined, the three functions nest: then the innermost takes the bracket
 * over, and the outer ones find it closed when they return. A bracket that stayed open, because the program at the
 * return could not run, does not harm the next decision either.
 */
__noinline int begin_decision(struct thread *t, const struct decision_view *v)
{
	struct trace_counts *c;
	struct queue_slot *s;
	struct bracket *b;
	__u32 slot;

	if (!t || !v)
		return 0;
	slot = thread_slot(t, &v->id);
	s = slot_at(slot);
	c = counts_at(slot);
	if (!s || !c)
		return no_slot();
	if (slot_is_old(s))
		refresh_slot(v->id.dev, v->id.vq, slot);
	if (!s->wanted || !sampled(c, EVENT_CALL))
		return 0;
	note_worker(s);
	b = &traced_thread(t)->bracket;
	if (b->vq != v->id.vq)
		__sync_fetch_and_add(&c->entered, 1);
	b->vq = v->id.vq;
	b->slot = slot;
	b->ctx = v->ctx;
	b->old = v->signalled_used;
	b->used = v->last_used_idx;
	b->valid = v->valid;
	b->event_idx = view_has(v, VIRTIO_RING_F_EVENT_IDX);
	find_word(&b->word, v);
	b->time_signal = 0;
	b->time_entry = bpf_ktime_get_boot_ns();
	b->before = read_word(&b->word);
	return 0;
}

static __always_inline void enter(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct decision_view v;
	struct thread *t;

	if (current_phase() != PHASE_ARMED)
		return;
	t = known_thread();
	if (!t) {
		/* Count it as a decision; whether the filter wants it is not known. */
		__sync_fetch_and_add(&unfollowed.no_memory, 1);
		return;
	}
	view_decision(&v, dev, vq);
	begin_decision(t, &v);
}

/* Note the outcome of the open bracket: its call eventfd is signalled. */
__noinline int note_signal(struct thread *t, __u64 eventfd)
{
	struct bracket *b;

	if (!t)
		return 0;
	b = &traced_thread(t)->bracket;
	if (!b->vq || b->ctx != eventfd || b->time_signal)
		return 0;
	b->after = read_word(&b->word);
	b->time_signal = bpf_ktime_get_boot_ns();
	return 0;
}

/* __vhost_add_used_n() invalidates signalled_used when the used index passes it: no decision for 65536 entries. */
static __always_inline bool still_valid(const struct bracket *b, __u16 new)
{
	return b->valid && (__u16)(new - b->old) >= (__u16)(new - b->used);
}

__noinline int find_state(struct decision_state *s, const struct bracket *b, const struct decision_view *v)
{
	if (!s || !b || !v)
		return 0;
	s->old = b->event_idx ? b->old : b->used;
	s->new = v->last_used_idx;
	s->valid = still_valid(b, v->last_used_idx);
	s->call_fd = b->ctx;
	s->event_idx = b->event_idx;
	s->empty = view_has(v, VIRTIO_F_NOTIFY_ON_EMPTY) && v->avail_idx == v->last_avail_idx;
	return 0;
}

__noinline int explain_call(struct explanation *why, const struct decision_state *s, const struct bracket *b)
{
	if (!why || !s || !b)
		return 0;
	*why = explain(s, b->time_signal, &b->before, &b->after);
	return 0;
}

__noinline int call_flags(const struct decision_state *s, const struct bracket *b, const struct explanation *why)
{
	int flags = 0;

	if (!s || !b || !why)
		return 0;
	if (b->time_signal)
		flags |= CALL_SIGNALLED;
	if (s->call_fd)
		flags |= CALL_FD;
	if (s->event_idx)
		flags |= CALL_EVENT_IDX;
	if (s->valid)
		flags |= CALL_VALID;
	if (s->empty)
		flags |= CALL_EMPTY;
	if (why->moved)
		flags |= CALL_MOVED;
	if (why->word.state == b->after.state && why->word.value == b->after.value)
		flags |= CALL_WORD_AFTER;
	return flags;
}

static __always_inline bool wanted_call(const struct bracket *b, const struct decision_state *s, __u32 reason)
{
	if (filter.acts != ACTS_ALL && !!b->time_signal != (filter.acts == ACTS_SIGNAL))
		return false;
	/* With "first" s->old is not valid. */
	if ((__u16)(s->new - (reason == REASON_FIRST ? b->used : s->old)) < filter.min_batch)
		return false;
	return filter.reasons & (1 << reason);
}

__noinline int report_call(const struct bracket *b, const struct decision_view *v)
{
	struct explanation why = {};
	struct decision_state s = {};
	struct trace_counts *c;
	struct call_event *e;

	if (!b || !v)
		return 0;
	find_state(&s, b, v);
	explain_call(&why, &s, b);
	c = counts_at(b->slot);
	/* begin_decision() has checked that the queue is wanted. */
	if (!c || !wanted_call(b, &s, why.reason) || !take_ticket())
		return 0;
	e = reserve(c, EVENT_CALL, sizeof(*e));
	if (!e)
		return 0;
	fill_head(&e->head, EVENT_CALL, b->slot);
	e->head.reason = why.reason;
	e->head.flags = call_flags(&s, b, &why);
	e->head.old = s.old;
	e->head.new = s.new;
	e->time_entry = b->time_entry;
	e->time_signal = b->time_signal;
	e->before = b->before;
	e->after = b->after;
	submit(e);
	return 0;
}

/* End a bracket. Count it as left only when its event is in the ring buffer: the reader waits for all to be left. */
__noinline int end_decision(struct thread *t, const struct decision_view *v)
{
	struct trace_counts *c;
	struct bracket *b;

	if (!t || !v)
		return 0;
	b = &traced_thread(t)->bracket;
	c = counts_at(b->slot);
	if (!c)
		return 0;
	if (!b->time_signal)
		b->after = read_word(&b->word);
	report_call(b, v);
	b->vq = 0;
	__sync_fetch_and_add(&c->left, 1);
	return 0;
}

static __always_inline void leave(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct thread *t = ending_thread();
	struct decision_view v;

	if (!t || traced_thread(t)->bracket.vq != (__u64)vq)
		return;
	view_decision(&v, dev, vq);
	end_decision(t, &v);
}

/*
 * The programs. User space chooses the functions to attach them to. They use only the first two arguments, which are
 * the same on every kernel.
 */
#define BRACKET(name)									\
SEC("fentry")										\
int BPF_PROG(name##_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)		\
{											\
	enter(dev, vq);									\
	return 0;									\
}											\
											\
SEC("fexit")										\
int BPF_PROG(name##_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)		\
{											\
	leave(dev, vq);									\
	return 0;									\
}

BRACKET(add_one)
BRACKET(add_many)
BRACKET(no_add)

/* This runs for every eventfd of the host: return at once on a thread that is not known. */
SEC("fentry")
int BPF_PROG(eventfd_signalled, struct eventfd_ctx *eventfd)
{
	struct thread *t = ending_thread();

	if (t)
		note_signal(t, argument(ctx, 0));
	return 0;
}
