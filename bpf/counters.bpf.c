// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the kernel's notifications by queue and reason; nothing is sent.
 *
 * Theory of operation. As trace-call.bpf.h says, what a task does within the functions that decide is one decision, and
 * a signal of the call eventfd in there its outcome. Here a program at the return is all that is attached to them: what
 * the rule looks at it knows from the one before, since signalled_used and last_used_idx change in there only. What
 * cannot be known without a program at the entry is the driver's word before the kernel read it. So a word that the
 * driver changed meanwhile is counted as moved; the reason is certain all the same, since each act has one reason only
 * in the state that the queue is in, but for that it was crossed or could not be read. Compilers inline vhost_signal()
 * into the two functions that add entries; where one did not, it and they would be two decisions here.
 *
 * Everything that is counted for a queue is counted under its mutex, or by the one worker that it has, so that plain
 * additions do, in an array that the process reads without a system call: for each CPU apart there would be nothing to
 * gain. Kicks need no program: the kernel counts them in the eventfd, which vhost never reads.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counts.h"

const volatile struct queue_filter filter;
#define QUEUE_FILTER filter

#include "queues.bpf.h"
#include "types.bpf.h"
#include "word.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Histograms are wanted. */
const volatile bool want_hists;

/* vhost_add_used_and_signal_n() has another argument before the count, from 6.18 on. */
const volatile bool has_nheads;

/* enum counting, set by the process. */
__u32 counting;

/* How often counting began: what was remembered of a queue before that is not to be gone on from. */
__u32 window;

/* Decisions that could not be counted, for want of a slot, of memory, or of their thread's signal. */
__u64 lost_decisions;

/**
 * struct thread_queue - a queue that a thread has met
 * @vq: its address
 * @ctx: its call eventfd
 * @word: where the driver's word is
 * @slot: its slot
 */
struct thread_queue {
	__u64 vq;
	__u64 ctx;
	struct word_place word;
	__u32 slot;
};

/* A worker has two queues. */
#define THREAD_QUEUES 2

/**
 * struct thread - what is kept of a thread
 * @dev: the device that it works for
 * @queues: those that it met last
 * @next: which of them is to be forgotten first
 * @signalled: the eventfd that it signalled last, until a decision takes it up
 * @signal_known: that is one of @queues' call eventfds
 * @signal_word: the driver's word then, if the eventfd is that of one of @queues
 * @signal_window: the window that this was in
 * @run_kicks: kicks that the run under way on it took up, for histograms
 * @run_window: the window that it began in
 */
struct thread {
	__u64 dev;
	struct thread_queue queues[THREAD_QUEUES];
	__u32 next;
	__u32 run_kicks;
	__u64 signalled;
	struct reading signal_word;
	__u32 signal_window;
	__u32 run_window;
	bool signal_known;
};

#include "threads.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u32);
	__type(value, struct queue_state);
} states SEC(".maps");

/* As many as slots, if they are wanted. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct queue_hists);
} hists SEC(".maps");

static __always_inline bool is_counting(__u32 at_least)
{
	return *(volatile __u32 *)&counting >= at_least;
}

static __always_inline struct queue_state *state_at(__u32 slot)
{
	return bpf_map_lookup_elem(&states, &slot);
}

/**
 * struct met - a queue, as the thread finds it that serves it
 * @t: what is kept of the thread
 * @q: of its queues, this one
 * @s: the queue's slot
 * @st: what is counted there
 * @unheard: whether the thread has signalled until now is not known
 */
struct met {
	struct thread *t;
	struct thread_queue *q;
	struct queue_slot *s;
	struct queue_state *st;
	bool unheard;
};

/* Is it one of the thread's queues? */
static __always_inline bool meets_again(struct met *m, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	for (int i = 0; i < THREAD_QUEUES; i++) {
		m->q = &m->t->queues[i];
		if (m->q->vq != (__u64)vq)
			continue;
		m->s = slot_at(m->q->slot);
		if (slot_is(m->s, (__u64)vq, (__u64)vq->private_data, (__u64)dev->mm))
			return true;
	}
	return false;
}

/* Make it one of them. */
static __always_inline void meet_first(struct met *m, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	m->q = &m->t->queues[m->t->next++ & (THREAD_QUEUES - 1)];
	m->q->slot = search_slot(dev, vq);
	m->q->vq = (__u64)vq;
	m->s = slot_at(m->q->slot);
	m->t->dev = (__u64)dev;
}

/* Return: whether there was a slot and memory for it. */
static __always_inline bool meet(struct met *m, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	m->t = this_thread();
	m->unheard = !m->t && !is_worker();
	if (!m->t)
		m->t = new_thread();
	if (!m->t)
		return false;
	if (!meets_again(m, dev, vq))
		meet_first(m, dev, vq);
	m->st = state_at(m->q->slot);
	return m->s && m->st;
}

static __always_inline void add_value(__u32 slot, int which, __u64 value)
{
	struct queue_hists *all;
	struct hist_counts *h;
	__u32 bucket;

	if (!want_hists)
		return;
	all = bpf_map_lookup_elem(&hists, &slot);
	if (!all)
		return;
	h = &all->of[which];
	h->sum += value;
	h->count++;
	if (value > h->max)
		h->max = value;
	bucket = hist_bucket(value);
	if (bucket < HIST_BUCKETS)
		h->buckets[bucket]++;
}

/* This runs for every eventfd of the host, so what is not ours must leave at once. */
SEC("fentry")
int BPF_PROG(eventfd_signalled, struct eventfd_ctx *eventfd)
{
	struct reading word = { .state = READING_UNKNOWN };
	bool known = false;
	struct thread *t;

	if (!is_counting(COUNTING_SIGNALS))
		return 0;
	/*
	 * The first decision of a worker that is met may signal before anything else is known of it. Of a thread with
	 * another name that decision is lost.
	 */
	t = this_thread();
	if (!t && is_worker())
		t = new_thread();
	if (!t)
		return 0;
	for (int i = 0; i < THREAD_QUEUES; i++)
		if (t->queues[i].ctx == (__u64)eventfd) {
			known = true;
			word = read_word(&t->queues[i].word);
		}
	/* An interrupt between a queue's signal and the end of its decision may signal anybody. */
	if (!known && t->signalled && t->signal_known && t->signal_window == window)
		return 0;
	t->signalled = (__u64)eventfd;
	t->signal_known = known;
	t->signal_window = window;
	t->signal_word = word;
	return 0;
}

/*
 * last_used_idx before @added were put into the ring, if @counts_added. With VIRTIO_F_IN_ORDER, which vhost-net has from
 * 6.18 on, one of them may stand for many entries.
 */
static __always_inline __u16 used_before(const struct queue_state *st, __u64 features, __u16 new, __u16 added,
					 bool counts_added)
{
	bool exact = counts_added && !(features & 1ULL << VIRTIO_F_IN_ORDER);

	return exact || !st->synced ? new - added : st->used;
}

/* The state that the rule looked at, from what was left by the decision before. */
static __always_inline struct decision_state state_before(const struct queue_state *st, struct vhost_virtqueue *vq,
							  __u64 features, __u16 used, __u16 new)
{
	bool event_idx = features & 1ULL << VIRTIO_RING_F_EVENT_IDX;
	__u16 old = st->synced ? st->old : used;

	return (struct decision_state){
		.old = event_idx ? old : used,
		.new = new,
		/* __vhost_add_used_n() invalidates signalled_used when the used index passes it. */
		.valid = !st->first && (__u16)(new - old) >= (__u16)(new - used),
		.call_fd = vq->call_ctx.ctx,
		.event_idx = event_idx,
		.empty = features & 1ULL << VIRTIO_F_NOTIFY_ON_EMPTY && vq->avail_idx == vq->last_avail_idx,
	};
}

/* What decisions left is not to be gone on from. */
static __always_inline void forget_decisions(struct queue_state *st)
{
	st->unsignalled_since = 0;
	st->unsignalled = 0;
	st->synced = 0;
	st->first = 0;
}

/* In a new window nothing is known of the time between. */
static __always_inline void enter_window(struct queue_state *st)
{
	if (st->window == window)
		return;
	st->window = window;
	forget_decisions(st);
	st->avail_known = 0;
	st->requeued = 0;
}

/* The one reason that there is for the act in this state, if any; the word decides between two only. */
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

static __always_inline void count_decision(const struct met *m, struct vhost_virtqueue *vq, __u16 added,
					   bool counts_added)
{
	struct queue_state *st = m->st;
	struct thread *t = m->t;
	__u64 features = vq->acked_features;
	__u16 new = vq->last_used_idx, used = used_before(st, features, new, added, counts_added);
	struct decision_state s = state_before(st, vq, features, used, new);
	bool signalled = s.call_fd && t->signalled == (__u64)vq->call_ctx.ctx && t->signal_window == window;
	struct reading word = signalled && t->signal_word.state != READING_UNKNOWN ? t->signal_word :
										     read_word(&m->q->word);
	struct verdict v = decide(&s, &word);
	__u32 reason = reason_of(&s, &word, signalled);

	st->counts.decisions++;
	if (reason < REASON_COUNT)
		st->counts.reasons[signalled][reason]++;
	if (v.signal != signalled && reason != REASON_UNEXPLAINED)
		st->counts.moved++;
	st->counts.buffers += (__u16)(new - used);
	st->unsignalled += (__u16)(new - used);
	count_hists(m->q->slot, st, &s, &word, signalled);
	if (signalled)
		st->unsignalled = 0;
	st->old = vq->signalled_used;
	st->used = new;
	st->synced = 1;
	/* Without a call eventfd nothing was compared, and the first comparison is still to come. */
	if (s.call_fd && !s.empty)
		st->first = 0;
}

/* A decision that is not counted has taken its signal up. */
static __always_inline int forget_signal(struct vhost_dev *dev)
{
	struct thread *t = this_thread();

	if (!t)
		return 0;
	t->dev = (__u64)dev;
	t->signalled = 0;
	return 0;
}

static __always_inline void lose_decision(void)
{
	__sync_fetch_and_add(&lost_decisions, 1);
}

/* The return from a function that decides, after it has put @added entries into the used ring if @counts_added. */
static __always_inline int decided(struct vhost_dev *dev, struct vhost_virtqueue *vq, __u16 added, bool counts_added)
{
	struct met m;

	if (!is_counting(COUNTING_SIGNALS))
		return 0;
	if (!is_counting(COUNTING_ALL))
		return forget_signal(dev);
	if (!meet(&m, dev, vq)) {
		lose_decision();
		return forget_signal(dev);
	}
	if (slot_is_old(m.s))
		refresh_slot(dev, vq, m.q->slot);
	if (m.s->wanted) {
		note_worker(m.s, bpf_get_current_pid_tgid());
		find_word(&m.q->word, vq);
		enter_window(m.st);
		if (m.unheard) {
			lose_decision();
			forget_decisions(m.st);
		} else {
			count_decision(&m, vq, added, counts_added);
		}
	}
	m.q->ctx = (__u64)vq->call_ctx.ctx;
	m.t->signalled = 0;
	return 0;
}

SEC("fexit")
int BPF_PROG(add_one_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	return decided(dev, vq, 1, true);
}

SEC("fexit")
int BPF_PROG(add_many_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u64 count = 0;

	bpf_get_func_arg(ctx, has_nheads ? 4 : 3, &count);
	return decided(dev, vq, count, true);
}

SEC("fexit")
int BPF_PROG(no_add_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	return decided(dev, vq, 0, false);
}

#include "counters-run.bpf.h"

/* The queue is started: signalled_used becomes invalid. */
SEC("fentry")
int BPF_PROG(started_entry, struct vhost_virtqueue *vq)
{
	struct queue_state *st = state_at(search_slot(BPF_CORE_READ(vq, dev), vq));

	if (!st)
		return 0;
	st->window = window;
	st->synced = 0;
	st->first = 1;
	/* The first run may find buffers already. */
	st->avail = vq->last_avail_idx;
	st->avail_known = 1;
	/* Kicks count from here on. */
	new_kicks(st, vq);
	return 0;
}

SEC("fentry")
int BPF_PROG(closed_entry, struct vhost_dev *dev)
{
	forget_workers(dev);
	return retire_device(dev);
}
