// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts kicks and the worker's runs. trace-run.bpf.c says what a run is.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counters.bpf.h"
#include "run.bpf.h"

/*
 * A run takes at most 256 packets (VHOST_NET_PKT_WEIGHT) of at most 512 KiB in all (VHOST_NET_WEIGHT), so that the
 * indexes of 100 runs advance by less than 65,536.
 */
#define ACCOUNT_RUNS 100

/* Kicks since the last account: what was added to the eventfd's count. A process that reads it sets it to 0. */
static __always_inline __u64 new_kicks(struct queue_state *st, __u64 kick)
{
	struct file *file = (void *)kick;
	struct eventfd_ctx *ctx;
	__u64 before, count;

	if (!kick)
		return 0;
	before = st->kick_count;
	if (st->kick != kick) {
		ctx = BPF_CORE_READ(file, private_data);
		st->kick = kick;
		st->kick_ctx = (__u64)ctx;
		st->kick_count = BPF_CORE_READ(ctx, count);
		return 0;
	}
	ctx = (void *)st->kick_ctx;
	count = BPF_CORE_READ(ctx, count);
	st->kick_count = count;
	return count >= before ? count - before : count;
}

__noinline __u64 account(struct queue_state *st, __u64 kick, __u16 avail, __u16 used)
{
	__u64 kicks;

	if (!st)
		return 0;
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

/*
 * Another run ends. Return: whether it is to be accounted for: if it is counted, if the next one will be, and before
 * an index can go once round.
 */
static __always_inline bool count_down(struct queue_state *st)
{
	st->new_runs++;
	if (st->left)
		st->left--;
	return !st->left || st->new_runs >= ACCOUNT_RUNS;
}

/* After a counted run: choose one of the next block. */
static __always_inline void choose_run(struct queue_state *st)
{
	__u32 next = bpf_get_prandom_u32() % sample;

	st->left = st->behind + next;
	st->behind = sample - 1 - next;
}

static __always_inline void count_spurious(struct queue_state *st, const struct run_view *v, __u64 kicks)
{
	/* The kick came while the run before already took its buffer, and caused this empty run. */
	if (kicks)
		st->counts.spurious += kicks;
	else if (st->requeued)
		st->counts.spurious++;
}

/* @counted: this run is counted */
__noinline int account_run(struct queue_state *st, const struct run_view *v, __u32 slot, __u32 run_kicks, bool counted)
{
	bool known;
	__u64 kicks;
	__u16 found;

	if (!st || !v)
		return 0;
	known = st->avail_known;
	found = known ? v->last_avail_idx - st->avail : 0;
	kicks = account(st, v->kick, v->last_avail_idx, v->last_used_idx);
	if (counted) {
		st->counts.counted_runs++;
		if (!found && known && ended_empty(v))
			count_spurious(st, v, kicks);
		if (want_hists && run_kicks && known)
			add_value(slot, HIST_KICK_BATCH, found / run_kicks);
	}
	if (!v->id.private_data)
		forget_indexes(st);
	st->requeued = v->work_flags & WORK_QUEUED && ended_empty(v);
	return 0;
}

/* @side: 0: the queue receives; 1: it sends */
__noinline int count_run(struct thread *t, const struct run_view *v, __u32 side)
{
	struct counted_thread *c;
	struct queue_state *st;
	struct queue_slot *s;
	bool counted;
	__u32 slot;

	if (!t || !v || side > 1)
		return 0;
	slot = thread_slot(t, &v->id);
	s = slot_at(slot);
	st = state_at(slot);
	if (!s || !st || !s->wanted)
		return 0;
	c = counted_thread(t);
	counted = !is_sampled(s) || is_counted_run(st);
	if (count_down(st))
		account_run(st, v, slot, c->run_kicks, counted);
	if (counted && is_sampled(s))
		choose_run(st);
	c->skipped[side] = st->left && !is_in_batch(st) ? v->id.vq : 0;
	c->run_kicks = 0;
	return 0;
}

static __always_inline int run_ends(struct vhost_net *net, struct vhost_virtqueue *vq, __u32 side)
{
	struct run_view v;
	struct thread *t;

	if (!is_counting())
		return 0;
	t = known_thread();
	if (!t)
		return 0;
	view_run(&v, &net->dev, vq);
	if (vq->iotlb)
		note_stop(&v.id, (__u64)(side ? BPF_CORE_READ(net, poll[VHOST_NET_VQ_TX].wqh) :
					 BPF_CORE_READ(net, poll[VHOST_NET_VQ_RX].wqh)));
	count_run(t, &v, side);
	return 0;
}

SEC("fexit")
int BPF_PROG(send_return, struct vhost_net *net)
{
	return run_ends(net, &net->vqs[VHOST_NET_VQ_TX].vq, 1);
}

SEC("fexit")
int BPF_PROG(receive_return, struct vhost_net *net)
{
	return run_ends(net, &net->vqs[VHOST_NET_VQ_RX].vq, 0);
}

/* The rest is for histograms only: the kicks that a run serves, and the time of the first. */

static __always_inline struct queue_state *kicked_state(__u64 vq)
{
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq);

	return number ? state_at(*number) : NULL;
}

SEC("fentry")
int BPF_PROG(poll_woken, struct wait_queue_entry *wait, unsigned int mode, int sync, void *key)
{
	__u64 poll = argument(ctx, 0) - bpf_core_field_offset(struct vhost_poll, wait);
	struct queue_state *st;

	if (!is_counting() || !((__u64)key & POLL_KEY_IN))
		return 0;
	/* The poll of a socket is in no struct vhost_virtqueue, so it has no slot. */
	st = kicked_state(poll - bpf_core_field_offset(struct vhost_virtqueue, poll));
	if (!st)
		return 0;
	if (!st->pending)
		st->time_kick = bpf_ktime_get_boot_ns();
	__sync_fetch_and_add(&st->pending, 1);
	return 0;
}

__noinline int begin_run(struct thread *t, const struct queue_id *id)
{
	struct counted_thread *c;
	struct queue_state *st;
	__u32 slot;
	__u64 now;

	if (!t || !id)
		return 0;
	slot = thread_slot(t, id);
	st = state_at(slot);
	if (!st || !st->pending)
		return 0;
	c = counted_thread(t);
	c->run_kicks = __sync_lock_test_and_set(&st->pending, 0);
	now = bpf_ktime_get_boot_ns();
	if (now > st->time_kick && !st->left)
		add_value(slot, HIST_KICK_TO_RUN, now - st->time_kick);
	return 0;
}

static __always_inline int run_begins(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct queue_id id;
	struct thread *t;

	if (!is_counting())
		return 0;
	t = known_thread();
	if (!t)
		return 0;
	identify_queue(&id, dev, vq);
	begin_run(t, &id);
	return 0;
}

SEC("fentry")
int BPF_PROG(send_entry, struct vhost_net *net)
{
	return run_begins(&net->dev, &net->vqs[VHOST_NET_VQ_TX].vq);
}

SEC("fentry")
int BPF_PROG(receive_entry, struct vhost_net *net)
{
	return run_begins(&net->dev, &net->vqs[VHOST_NET_VQ_RX].vq);
}
