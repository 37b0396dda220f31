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

/* Kicks since the last call: what was added to the eventfd's count. A process that reads the eventfd sets it to 0. */
__noinline __u64 new_kicks(struct queue_state *st, __u64 kick)
{
	struct file *file = (void *)kick;
	struct eventfd_ctx *ctx;
	__u64 before, count;

	if (!st || !kick)
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

__noinline int count_run(struct thread *t, const struct run_view *v)
{
	struct counted_thread *c;
	struct queue_state *st;
	struct queue_slot *s;
	__u64 kicks;
	__u16 found;
	__u32 slot;

	if (!t || !v)
		return 0;
	slot = thread_slot(t, &v->id);
	s = slot_at(slot);
	st = state_at(slot);
	if (!s || !st || !s->wanted)
		return 0;
	c = counted_thread(t);
	enter_window(st);
	kicks = new_kicks(st, v->kick);
	found = st->avail_known ? v->last_avail_idx - st->avail : 0;
	st->counts.runs++;
	st->counts.found += found;
	st->counts.kicks += kicks;
	if (!found && st->avail_known && ended_empty(v)) {
		/* The kick came while the run before already took its buffer, and caused this empty run. */
		if (kicks)
			st->counts.spurious += kicks;
		else if (st->requeued)
			st->counts.spurious++;
	}
	/* Skip a run that began before this window: its kicks are not known. */
	if (want_hists && c->run_kicks && c->run_window == window && st->avail_known)
		add_value(slot, HIST_KICK_BATCH, found / c->run_kicks);
	c->run_kicks = 0;
	st->requeued = v->work_flags & WORK_QUEUED && ended_empty(v);
	st->avail = v->last_avail_idx;
	st->avail_known = 1;
	return 0;
}

static __always_inline int run_ends(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct run_view v;
	struct thread *t;

	if (!is_counting())
		return 0;
	t = known_thread();
	if (!t)
		return 0;
	view_run(&v, dev, vq);
	count_run(t, &v);
	return 0;
}

SEC("fexit")
int BPF_PROG(send_return, struct vhost_net *net)
{
	return run_ends(&net->dev, &net->vqs[VHOST_NET_VQ_TX].vq);
}

SEC("fexit")
int BPF_PROG(receive_return, struct vhost_net *net)
{
	return run_ends(&net->dev, &net->vqs[VHOST_NET_VQ_RX].vq);
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
	if (st->kick_window != window) {
		st->kick_window = window;
		st->pending = 0;
	}
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
	if (!st || !st->pending || st->kick_window != window)
		return 0;
	c = counted_thread(t);
	c->run_window = window;
	c->run_kicks = __sync_lock_test_and_set(&st->pending, 0);
	now = bpf_ktime_get_boot_ns();
	if (now > st->time_kick)
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
