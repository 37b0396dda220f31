/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_CALL_BPF_H
#define TRACE_CALL_BPF_H

/*
 * Part of trace.bpf.c: the decisions whether to notify the driver.
 *
 * Theory of operation. vhost_notify(), which decides, is a local function that the compiler inlines or renames, so
 * that nothing can be attached to it. What can be attached to are the functions around it: those that a device calls
 * (vhost_signal() and the two that it is inlined into), and the eventfd's signalling, which they end with if the
 * decision is to notify. Entry and return of the first are a bracket: whatever the task does in between is one
 * decision. A signal of that queue's call eventfd inside the bracket is the decision's outcome; nothing is recomputed
 * to know it.
 *
 * The reason is recomputed, from the state that the rule looks at. All of that state is the kernel's and stays put
 * under the queue's mutex, but for one word: used_event, or avail->flags, which the driver may store into at any time.
 * So it is read before the kernel reads it and after; what the kernel saw is one of the two, or came and went between
 * them.
 *
 * A bracket belongs to a task, not to a CPU: the worker may sleep in it (it touches user memory) and wake elsewhere.
 */

/* A decision that cannot be followed is one all the same. What the filter would have said of it is not known. */
static __always_inline int unfollowed_decision(void)
{
	__sync_fetch_and_add(&unfollowed.no_state, 1);
	return 0;
}

/*
 * The beginning of a bracket. The three functions may nest, where vhost_signal() is not inlined into the others; then
 * the innermost takes the bracket over and the outer ones find it closed when they return. So a bracket that was left
 * open, because the program at the return could not run, does no harm to the next decision either.
 */
static __always_inline int enter(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct trace_counts *c;
	struct queue_slot *s;
	struct bracket *b;
	struct thread *t;
	__u32 number;

	if (current_phase() != PHASE_ARMED)
		return 0;
	t = known_thread();
	if (!t)
		return unfollowed_decision();
	b = &t->bracket;
	number = thread_slot(t, dev, vq);
	s = slot_at(number);
	c = counts_at(number);
	if (!s || !c) {
		__sync_fetch_and_add(&unfollowed.no_slot, 1);
		return 0;
	}
	if (slot_is_old(s))
		refresh_slot(dev, vq, number);
	if (!s->wanted || !sampled(c, EVENT_CALL))
		return 0;
	note_worker(s, bpf_get_current_pid_tgid());
	if (b->vq != (__u64)vq)
		__sync_fetch_and_add(&c->entered, 1);
	b->vq = (__u64)vq;
	b->slot = number;
	b->ctx = (__u64)vq->call_ctx.ctx;
	b->old = vq->signalled_used;
	b->used = vq->last_used_idx;
	b->valid = vq->signalled_used_valid;
	b->event_idx = has_feature(vq, VIRTIO_RING_F_EVENT_IDX);
	find_word(&b->word, vq);
	b->time_signal = 0;
	b->time_entry = bpf_ktime_get_boot_ns();
	b->before = read_word(&b->word);
	return 0;
}

/* The outcome. This runs for every eventfd of the host, so what is not ours must leave at once. */
static __always_inline int signal_seen(struct eventfd_ctx *ctx)
{
	struct thread *t = ending_thread();
	struct bracket *b;

	if (!t)
		return 0;
	b = &t->bracket;
	if (!b->vq || b->ctx != (__u64)ctx || b->time_signal)
		return 0;
	b->after = read_word(&b->word);
	b->time_signal = bpf_ktime_get_boot_ns();
	return 0;
}

/* __vhost_add_used_n() invalidates signalled_used when the used index passes it: nobody was told for 65536 entries. */
static __always_inline bool still_valid(const struct bracket *b, __u16 new)
{
	return b->valid && (__u16)(new - b->old) >= (__u16)(new - b->used);
}

static __always_inline struct decision_state decision_state(const struct bracket *b, const struct vhost_virtqueue *vq)
{
	return (struct decision_state){
		.old = b->event_idx ? b->old : b->used,
		.new = vq->last_used_idx,
		.valid = still_valid(b, vq->last_used_idx),
		.call_fd = b->ctx,
		.event_idx = b->event_idx,
		.empty = has_feature(vq, VIRTIO_F_NOTIFY_ON_EMPTY) && vq->avail_idx == vq->last_avail_idx,
	};
}

static __always_inline __u16 call_flags(const struct decision_state *s, const struct bracket *b,
					const struct explanation *why)
{
	__u16 flags = 0;

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
	/* Before the first comparison the old index means nothing. */
	if ((__u16)(s->new - (reason == REASON_FIRST ? b->used : s->old)) < filter.min_batch)
		return false;
	return filter.reasons & (1 << reason);
}

static __always_inline void report_call(const struct bracket *b, struct vhost_virtqueue *vq, struct trace_counts *c)
{
	struct decision_state s = decision_state(b, vq);
	struct explanation why = explain(&s, b->time_signal, &b->before, &b->after);
	struct call_event *e;

	/* The queue was found to be wanted at the entry. */
	if (!wanted_call(b, &s, why.reason) || !take_ticket())
		return;
	e = reserve(c, EVENT_CALL, sizeof(*e));
	if (!e)
		return;
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
}

/* The end of a bracket. It is counted as left when its event is in the ring: then a reader may stop waiting for it. */
static __always_inline int leave(struct vhost_virtqueue *vq)
{
	struct thread *t = ending_thread();
	struct trace_counts *c;
	struct bracket *b;

	if (!t)
		return 0;
	b = &t->bracket;
	if (b->vq != (__u64)vq)
		return 0;
	c = counts_at(b->slot);
	if (!c)
		return 0;
	if (!b->time_signal)
		b->after = read_word(&b->word);
	report_call(b, vq, c);
	b->vq = 0;
	__sync_fetch_and_add(&c->left, 1);
	return 0;
}

/*
 * The programs. What each is attached to, the process chooses; all that they need of the arguments are the first two,
 * which are the same on every kernel.
 */
#define BRACKET(name)									\
SEC("fentry")										\
int BPF_PROG(name##_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)		\
{											\
	return enter(dev, vq);								\
}											\
											\
SEC("fexit")										\
int BPF_PROG(name##_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)		\
{											\
	return leave(vq);								\
}

BRACKET(add_one)
BRACKET(add_many)
BRACKET(no_add)

SEC("fentry")
int BPF_PROG(eventfd_signalled, struct eventfd_ctx *eventfd)
{
	return signal_seen(eventfd);
}

#endif
