/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COUNTERS_RUN_BPF_H
#define COUNTERS_RUN_BPF_H

/*
 * Part of counters.bpf.c: kicks, and what the worker does about them. See trace-run.bpf.h for what a run is.
 */

/* Kicks since this was last asked: what was added to the eventfd's count. Whoever reads the eventfd makes it 0. */
static __always_inline __u64 new_kicks(struct queue_state *st, struct vhost_virtqueue *vq)
{
	__u64 kick = (__u64)vq->kick, before = st->kick_count, count = 0;
	struct eventfd_ctx *ctx;

	if (!kick)
		return 0;
	if (st->kick != kick) {
		ctx = BPF_CORE_READ(vq, kick, private_data);
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

/*
 * The ring is empty and kicks are asked for: nothing else is what a run without a find leaves when it had no cause. It is
 * not empty while a virtual IOMMU is asked where it is.
 */
static __always_inline bool ended_empty(struct vhost_virtqueue *vq)
{
	return vq->private_data && !(vq->used_flags & USED_F_NO_NOTIFY) && !untranslated(vq);
}

static __always_inline void count_run(const struct met *m, struct vhost_virtqueue *vq)
{
	struct queue_state *st = m->st;
	__u16 now = vq->last_avail_idx, found = now - st->avail;
	__u64 kicks = new_kicks(st, vq);

	if (!st->avail_known)
		found = 0;
	st->counts.runs++;
	st->counts.found += found;
	st->counts.kicks += kicks;
	if (!found && st->avail_known && ended_empty(vq)) {
		/* A kick that came while the run before took the buffer that it was for has made this one. */
		if (kicks)
			st->counts.spurious += kicks;
		else if (st->requeued)
			st->counts.spurious++;
	}
	/* Of a run that began before this window it is not known what it found. */
	if (want_hists && m->t->run_kicks && m->t->run_window == window && st->avail_known)
		add_value(m->q->slot, HIST_KICK_BATCH, found / m->t->run_kicks);
	m->t->run_kicks = 0;
	st->requeued = vq->poll.work.flags & WORK_QUEUED && ended_empty(vq);
	st->avail = now;
	st->avail_known = 1;
}

static __always_inline int run_ends(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct met m;

	if (!is_counting(COUNTING_ALL) || !meet(&m, dev, vq) || !m.s->wanted)
		return 0;
	enter_window(m.st);
	count_run(&m, vq);
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

/* The rest is for histograms only: which kick a run is for, and since when. */

static __always_inline struct queue_state *kicked_state(__u64 vq)
{
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq);

	return number ? state_at(*number) : NULL;
}

SEC("fentry")
int BPF_PROG(poll_woken, struct wait_queue_entry *wait, unsigned int mode, int sync, void *key)
{
	__u64 poll = (__u64)ctx[0] - bpf_core_field_offset(struct vhost_poll, wait);
	struct queue_state *st;

	if (!is_counting(COUNTING_ALL) || !((__u64)key & POLL_KEY_IN))
		return 0;
	/* Polls of sockets are in no struct vhost_virtqueue, and no slot's. */
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

static __always_inline int run_begins(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct met m;
	__u64 now;

	if (!is_counting(COUNTING_ALL) || !meet(&m, dev, vq) || !m.st->pending || m.st->kick_window != window)
		return 0;
	m.t->run_window = window;
	m.t->run_kicks = __sync_lock_test_and_set(&m.st->pending, 0);
	now = bpf_ktime_get_boot_ns();
	if (now > m.st->time_kick)
		add_value(m.q->slot, HIST_KICK_TO_RUN, now - m.st->time_kick);
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

#endif
