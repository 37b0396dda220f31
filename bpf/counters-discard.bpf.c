// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts packets that vhost throws away; discard.bpf.c says how they are known.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counters.bpf.h"
#include "discard.bpf.h"

__noinline int count_discard(struct thread *t, const struct queue_id *id, __u32 count)
{
	struct discard d = {};
	struct queue_state *st;
	struct queue_slot *s;
	__u32 number;

	if (!t || !id)
		return 0;
	number = t->slots[remember_queue(t, id) & (THREAD_QUEUES - 1)];
	s = slot_at(number);
	st = state_at(number);
	if (!s || !st || !s->wanted || !queue_receives_packets(s->backend, s->number))
		return 0;
	if (find_discard(&d, id->vq, count, s->backend) && d.reason < DISCARD_REASONS)
		st->counts.discards[d.reason]++;
	return 0;
}

/* This is called at each empty ring that a packet waits for, with no buffers to give back: return at once. */
SEC("fentry")
int BPF_PROG(discard_entry, struct vhost_virtqueue *vq, int count)
{
	struct queue_id id;
	struct thread *t;

	if (!count || !is_counting())
		return 0;
	t = known_thread();
	if (!t)
		return 0;
	identify_queue(&id, vq->dev, vq);
	count_discard(t, &id, count);
	return 0;
}
