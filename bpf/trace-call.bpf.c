// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces the decisions whether to notify the driver.
 *
 * Theory of operation. See bracket.bpf.h for how a decision is observed and explained. If KVM listens to the call
 * eventfd, it injects the interrupt within the signal, on the same thread: so the decision under way tells the queue.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "trace.bpf.h"

/* The kernel's EAGAIN is the same number. */
#define EWOULDBLOCK 11

struct kvm_kernel_irq_routing_entry {
	__u32 gsi;
} __attribute__((preserve_access_index));

__noinline int begin_decision(struct thread *t, const struct decision_view *v, __u32 adds)
{
	struct traced_decision *d;
	struct trace_counts *c;
	struct queue_slot *s;
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
	follow_ring(&c->ring, v->last_avail_idx);
	if (!s->wanted || (is_traced(EVENT_CALL) && !sampled(c, EVENT_CALL)))
		return 0;
	note_worker(s);
	d = &traced_thread(t)->decision;
	if (is_traced(EVENT_CALL) && d->bracket.vq != v->id.vq)
		__sync_fetch_and_add(&c->entered, 1);
	d->time_signal = 0;
	d->time_entry = bpf_ktime_get_boot_ns();
	open_bracket(&d->bracket, v, slot, adds);
	return 0;
}

static __always_inline void enter(struct vhost_dev *dev, struct vhost_virtqueue *vq, __u32 adds)
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
	begin_decision(t, &v, adds);
}

__noinline int note_signal(struct thread *t)
{
	struct traced_decision *d;

	if (!t)
		return 0;
	d = &traced_thread(t)->decision;
	note_outcome(&d->bracket);
	d->time_signal = bpf_ktime_get_boot_ns();
	return 0;
}

__noinline int explain_call(struct explanation *why, const struct decision_state *s, const struct bracket *b)
{
	if (!why || !s || !b)
		return 0;
	*why = explain(s, b->signalled, &b->before, &b->after);
	return 0;
}

__noinline int call_flags(const struct decision_state *s, const struct bracket *b, const struct explanation *why)
{
	int flags = 0;

	if (!s || !b || !why)
		return 0;
	if (b->signalled)
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
	if (filter.acts != ACTS_ALL && !!b->signalled != (filter.acts == ACTS_SIGNAL))
		return false;
	/* With "first" s->old is not valid. */
	if ((__u16)(s->new - (reason == REASON_FIRST ? b->used : s->old)) < filter.min_batch)
		return false;
	return filter.reasons & (1 << reason);
}

__noinline int find_state(struct decision_state *s, const struct bracket *b, const struct decision_view *v)
{
	if (s && b && v)
		bracket_state(s, b, v);
	return 0;
}

__noinline int report_call(const struct traced_decision *d, const struct decision_view *v)
{
	struct explanation why = {};
	struct decision_state s = {};
	const struct bracket *b;
	struct trace_counts *c;
	struct positions p = {};
	struct call_event *e;

	if (!d || !v)
		return 0;
	b = &d->bracket;
	find_state(&s, b, v);
	explain_call(&why, &s, b);
	c = counts_at(b->slot);
	/* begin_decision() has checked that the queue is wanted. */
	if (!c || !wanted_call(b, &s, why.reason) || !take_ticket())
		return 0;
	e = reserve(c, EVENT_CALL, sizeof(*e), b->slot);
	if (!e)
		return 0;
	split_positions(&p, &c->ring, v->last_avail_idx, v->last_used_idx);
	fill_head(&e->head, EVENT_CALL, b->slot, &p);
	e->head.reason = why.reason;
	e->head.flags = call_flags(&s, b, &why);
	e->head.old = s.old;
	e->head.new = s.new;
	e->time_entry = d->time_entry;
	e->time_signal = d->time_signal;
	e->before = b->before;
	e->after = b->after;
	submit(e);
	return 0;
}

/* End a bracket. Count it as left only when its event is in the ring buffer: the reader waits for all to be left. */
__noinline int end_decision(struct thread *t, const struct decision_view *v)
{
	struct traced_decision *d;
	struct trace_counts *c;

	if (!t || !v)
		return 0;
	d = &traced_thread(t)->decision;
	c = counts_at(d->bracket.slot);
	if (!c)
		return 0;
	end_bracket(&d->bracket, v);
	if (!d->bracket.signalled)
		d->time_signal = 0;
	if (is_traced(EVENT_CALL))
		report_call(d, v);
	d->bracket.vq = 0;
	if (is_traced(EVENT_CALL))
		__sync_fetch_and_add(&c->left, 1);
	return 0;
}

static __always_inline void leave(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct thread *t = ending_thread();
	struct decision_view v;

	if (!t || traced_thread(t)->decision.bracket.vq != (__u64)vq)
		return;
	view_decision(&v, dev, vq);
	end_decision(t, &v);
}

BRACKETS

static __always_inline __u8 inject_result(int result)
{
	if (result == -EWOULDBLOCK)
		return INJECT_DEFERRED;
	return result > 0 ? INJECT_DELIVERED : result ? INJECT_FAILED : INJECT_MERGED;
}

__noinline int report_inject(__u32 slot, __u32 gsi, int result)
{
	struct interrupt_event *e = begin_event(slot, EVENT_INJECT, sizeof(*e));

	if (!e)
		return 0;
	e->head.reason = inject_result(result);
	e->irq = gsi;
	e->reserved = 0;
	submit(e);
	return 0;
}

/* This runs for every eventfd of the host: return at once on a thread that decides nothing. */
SEC("fentry")
int BPF_PROG(eventfd_signalled, struct eventfd_ctx *eventfd)
{
	struct thread *t = may_be_known() ? ending_thread() : NULL;

	if (t && is_outcome(&traced_thread(t)->decision.bracket, argument(ctx, 0)))
		note_signal(t);
	return 0;
}

/* Called for all irqfds of the host: return at once on a thread that decides nothing. */
SEC("fexit")
int BPF_PROG(kvm_injected)
{
	struct kvm_kernel_irq_routing_entry *entry = (void *)argument(ctx, 0);
	struct thread *t = ending_thread();
	const struct bracket *b;
	__u64 result = 0;

	if (!t)
		return 0;
	b = &traced_thread(t)->decision.bracket;
	if (b->vq && b->signalled) {
		bpf_get_func_ret(ctx, &result);
		report_inject(b->slot, BPF_CORE_READ(entry, gsi), result);
	}
	return 0;
}
