// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the kernel's notifications by queue and reason; no event is sent to user space.
 *
 * Theory of operation. As bracket.bpf.h explains, the functions around a decision are seen, and the signal of the
 * queue's call eventfd within them is the outcome. A program at the entry would cost as much as all that is left to do
 * at the return. So there is none: where a decision begins is known from where the queue's last one ended, or, for the
 * first, from the start of the queue (counters-edge.bpf.c) or of counting (counters-start.bpf.c). The driver's word is
 * read once, right after the kernel has read it: at the signal, or at the return if there was none. If that value does
 * not explain the act, the driver has changed it meanwhile, and the value at the last decision is tried.
 *
 * A thread notes which eventfd it has signalled, and forgets it at the end of each decision and run. So if it is the
 * queue's call eventfd that is noted at the return, the decision was to call, unless errors are signalled by the same
 * eventfd: then the rule says whether there was a call, too.
 *
 * All counts of a queue are written under its mutex or by its one worker. So plain additions suffice, and per-CPU
 * arrays would gain nothing. User space reads the array without a system call, except with sampling (read_edges). Kicks
 * need no program: the kernel counts them in the eventfd, which vhost never reads.
 *
 * Seldom needed parts are global functions, which the verifier checks once.
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
static __always_inline bool is_left_out(const struct queue_slot *s, struct queue_state *st)
{
	return is_sampled(s) && !is_counted_run(st) && !is_in_batch(st);
}

static __always_inline bool is_skipped(const struct counted_thread *c, const struct vhost_virtqueue *vq)
{
	return sample > 1 && (c->skipped[0] == (__u64)vq || c->skipped[1] == (__u64)vq);
}

__noinline __u32 remember_queue(struct thread *t, const struct queue_id *id)
{
	struct queue_slot *s;
	__u32 number;

	if (!t || !id)
		return 0;
	number = thread_slot(t, id);
	s = slot_at(number);
	/* Another thread than the worker may make a decision, too, while the owner changes the backend. */
	if (s && (!s->tid || is_worker()))
		note_worker(s);
	/* The first may be a former slot of the queue. */
	return t->vqs[0] != id->vq || t->slots[0] != number;
}

_Static_assert(THREAD_QUEUES == 2, "as remember_queue() has it");

/* Other threads than workers are known only if they have made a decision. */
static __always_inline struct thread *signalling_thread(void)
{
	struct thread *t;

	if (!may_be_known())
		return NULL;
	t = likely_thread();
	return t || !is_worker() ? t : known_thread();
}

/* This runs for every eventfd of the host: return at once on a thread that decides nothing. */
SEC("fentry")
int BPF_PROG(eventfd_signalled, struct eventfd_ctx *eventfd)
{
	struct thread *t = signalling_thread();
	struct counted_thread *c;

	if (!t)
		return 0;
	c = counted_thread(t);
	c->other = (__u64)eventfd;
	for (int i = 0; i < THREAD_QUEUES; i++) {
		struct queue_call *call = &c->calls[i];

		if (call->ctx != (__u64)eventfd)
			continue;
		c->signalled = (__u64)eventfd;
		call->at_signal = read_word(&call->word);
	}
	return 0;
}

/* __vhost_add_used_n() invalidates signalled_used when the used index passes it: no decision for 65536 entries. */
static __always_inline bool still_valid(const struct notified *n, __u16 new)
{
	return n->valid && (__u16)(new - n->old) >= (__u16)(new - n->used);
}

/* The state that the rule looked at. @vq: at the return; @ctx: its call eventfd */
static __always_inline void find_state(struct decision_state *s, const struct notified *n,
				       const struct vhost_virtqueue *vq, __u64 ctx, __u64 features)
{
	s->event_idx = has_feature(features, VIRTIO_RING_F_EVENT_IDX);
	s->old = s->event_idx ? n->old : n->used;
	s->new = vq->last_used_idx;
	s->valid = still_valid(n, s->new);
	s->call_fd = ctx;
	s->empty = has_feature(features, VIRTIO_F_NOTIFY_ON_EMPTY) && vq->avail_idx == vq->last_avail_idx;
}

/*
 * Where the decision began is not known, since the device could not be found when counting began: the reason by the act
 * alone.
 */
static __always_inline enum reason reason_by_act(const struct decision_state *s, bool signalled,
						 const struct reading *word)
{
	if (!s->call_fd || s->empty || !s->event_idx)
		return decide(s, word).reason;
	if (!signalled)
		return REASON_NOT_REACHED;
	return word->state == READING_FAULT ? REASON_FAULT : REASON_CROSSED;
}

/*
 * The reading does not explain the act. A failed one is no evidence that another value was there: the kernel's reading
 * has failed, too, or waited for the page.
 */
__noinline int reason_by_history(const struct decision_state *s, bool signalled, const struct reading *before,
				 const struct reading *word)
{
	struct explanation why;

	if (!s || !before || !word)
		return REASON_UNEXPLAINED;
	why = explain(s, signalled, word->state == READING_OK ? before : word, word);
	return why.reason;
}

/* Count the act by its reason. */
static __always_inline void count_reason(struct queue_state *st, const struct decision_state *s,
					 const struct reading *word, bool signalled)
{
	struct queue_counts *c = &st->counts;
	__u32 reason;

	c->decisions++;
	if (!st->notified.known) {
		reason = reason_by_act(s, signalled, word);
	} else {
		struct verdict v = decide(s, word);

		reason = v.reason;
		if (v.signal != signalled || (v.reason == REASON_FAULT && word->state == READING_UNKNOWN)) {
			reason = reason_by_history(s, signalled, &st->word, word);
			if (word->state == READING_OK && reason != REASON_UNEXPLAINED)
				c->moved++;
		}
	}
	if (reason < REASON_COUNT)
		c->reasons[signalled][reason]++;
}

/**
 * struct outcome - a decision that has been made
 * @s: what the rule looked at
 * @word: the driver's word
 * @slot: number of the queue's slot
 * @num: the ring's size
 * @signalled: the driver was called
 */
struct outcome {
	struct decision_state s;
	struct reading word;
	__u32 slot;
	__u32 num;
	__u32 signalled;	/* no bool, of which the compiler knows what the verifier does not */
};

static __always_inline void count_hists(const struct outcome *o)
{
	if (!want_hists)
		return;
	add_value(o->slot, HIST_ENTRIES, (__u16)(o->s.new - o->s.old));
	if (o->s.event_idx && o->word.state == READING_OK)
		add_event(o->slot, o->word.value, o->s.new, o->s.old, o->num);
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

/* The place of the driver's word. @c: has room for a number */
static __always_inline void word_of(struct word_place *w, struct counted_thread *c, struct vhost_virtqueue *vq,
				    __u64 features)
{
	volatile __u64 *avail = &c->number;

	/* The verifier takes what is loaded through an argument for a kernel pointer: no arithmetic with that. */
	*avail = (__u64)vq->avail;
	w->at = find_address(vq, *avail, features, vq->num, vq->iotlb);
	w->swap = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && vq->is_le;
}

/*
 * Read the driver's word, or take what was read at the signal. @call: what the thread remembers; brought up to date;
 * @signalled: the thread has signalled the call eventfd, and no errors are signalled by it
 */
static __always_inline struct reading read_call(struct counted_thread *c, struct queue_call *call, __u64 ctx,
						const struct word_place *place, bool signalled)
{
	if (call->ctx == ctx && call->word.at == place->at)
		return signalled && c->signalled == ctx ? call->at_signal : read_word(place);
	call->ctx = ctx;
	call->word = *place;
	return read_word(place);
}

/* The next decision begins here. A decision by the event index has left the indexes like that. */
static __always_inline void note_end(struct notified *n, const struct decision_state *s,
				     const struct vhost_virtqueue *vq)
{
	n->used = s->new;
	n->known = 1;
	if (s->event_idx && s->call_fd && !s->empty) {
		n->old = s->new;
		n->valid = 1;
	} else {
		n->old = vq->signalled_used;
		n->valid = vq->signalled_used_valid;
	}
}

/* It is global for the verifier: what it has in common with the way to it is little. */
__noinline int count_decision(struct queue_state *st, const struct outcome *o)
{
	__u16 from;

	if (!st || !o)
		return 0;
	from = st->notified.known ? st->notified.used : o->s.new;
	if (!st->left) {
		count_reason(st, &o->s, &o->word, o->signalled);
		count_hists(o);
	}
	count_batch(o->slot, st, o->s.new - from, o->signalled);
	turn_version(st);
	account_used(st, from, o->s.new);
	turn_version(st);
	return 0;
}

static __always_inline void end_decision(struct known_queue *q, struct counted_thread *c, struct vhost_virtqueue *vq)
{
	__u64 ctx = (__u64)vq->call_ctx.ctx, features = vq->acked_features;
	bool signalled = ctx && (c->signalled == ctx || c->other == ctx);
	bool errors = signalled && ctx == (__u64)vq->error_ctx;
	struct outcome o = { .slot = q->number, .num = vq->num };
	struct queue_state *st = q->state;
	struct word_place place;

	word_of(&place, c, vq, features);
	o.word = read_call(c, &c->calls[q->index], ctx, &place, signalled && !errors);
	find_state(&o.s, &st->notified, vq, ctx, features);
	/* The signal may be that of an error. */
	if (errors && st->notified.known && o.word.state != READING_UNKNOWN)
		signalled = decide(&o.s, &o.word).signal;
	o.signalled = signalled;
	if (q->slot->wanted && !is_left_out(q->slot, st))
		count_decision(st, &o);
	note_end(&st->notified, &o.s, vq);
	st->word = o.word;
}

/* Only a worker is known by its signals: of another thread's first decision the outcome is not known. */
__noinline int add_deciding_thread(void)
{
	return !add_thread() || !is_worker();
}

static __always_inline struct thread *deciding_thread(void)
{
	struct thread *t = likely_thread();

	return t || add_deciding_thread() ? t : this_thread();
}

/*
 * The functions nest if vhost_signal() is not inlined: it makes the decision then, and the outer one finds no entries
 * that are new.
 */
static __always_inline bool was_inner(struct counted_thread *c, const struct queue_state *st,
				      const struct vhost_virtqueue *vq)
{
	__u64 inner = c->inner;

	c->inner = 0;
	return inner == (__u64)vq && st->notified.used == vq->last_used_idx;
}

static __always_inline void leave(struct vhost_dev *dev, struct vhost_virtqueue *vq, bool adds)
{
	struct counted_thread *c;
	struct known_queue q;
	struct thread *t;

	if (!is_counting())
		return;
	t = deciding_thread();
	if (!t) {
		lose_decision();
		return;
	}
	c = counted_thread(t);
	if (is_skipped(c, vq)) {
		forget_signals(t);
		return;
	}
	find_queue(&q, t, dev, vq);
	if (!q.slot || !q.state) {
		lose_decision();
		return;
	}
	if (slot_is_old(q.slot))
		refresh_slot(t->dev, t->vqs[q.index], q.number);
	if (!q.state->notified.known)
		find_start(q.state, t->vqs[q.index]);
	if (adds && c->inner && was_inner(c, q.state, vq))
		return;
	end_decision(&q, c, vq);
	forget_signals(t);
	if (!adds)
		c->inner = (__u64)vq;
}

SEC("fexit")
int BPF_PROG(add_one_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	leave(dev, vq, true);
	return 0;
}

SEC("fexit")
int BPF_PROG(add_many_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	leave(dev, vq, true);
	return 0;
}

/*
 * vhost_signal() decides about entries that were added before it was called: those since the last decision. Only if
 * that was by the event index it is known where it was.
 */
static __always_inline void note_begin(struct notified *n, const struct vhost_virtqueue *vq)
{
	n->old = vq->signalled_used;
	n->valid = vq->signalled_used_valid;
	n->used = has_feature(vq->acked_features, VIRTIO_RING_F_EVENT_IDX) && n->valid ? n->old : vq->last_used_idx;
	n->known = 1;
}

/* At the end of a run of devices that call this no signals are forgotten. */
SEC("fentry")
int BPF_PROG(no_add_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct known_queue q;
	struct thread *t;

	if (!is_counting())
		return 0;
	t = known_thread();
	if (!t)
		return 0;
	forget_signals(t);
	find_queue(&q, t, dev, vq);
	if (!q.state || q.state->notified.known)
		return 0;
	find_start(q.state, t->vqs[q.index]);
	if (!q.state->notified.known)
		note_begin(&q.state->notified, vq);
	return 0;
}

SEC("fexit")
int BPF_PROG(no_add_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	leave(dev, vq, false);
	return 0;
}
