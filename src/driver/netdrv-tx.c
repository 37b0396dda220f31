// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sched.h>

#include "base/clock.h"
#include "flow.h"
#include "netdrv.h"

/* How long to wait for the far end's next packet before missing packets count as lost: their credits must not hold the
 * other packets back for ever. */
#define PATIENCE_NS NSEC_PER_SEC

/**
 * struct tx - the state of the loop
 * @q: the queue
 * @p: the policy
 * @flow: the packets
 * @completed: packets that the device has given back
 * @forgiven: completed packets that count as lost, since they never came out of the tap
 * @progress_ns: when the device last gave one back, or got one while it had none, CLOCK_MONOTONIC
 */
struct tx {
	struct netq *q;
	const struct netdrv_policy *p;
	struct flow *flow;
	uint64_t completed;
	uint64_t forgiven;
	uint64_t progress_ns;
};

/* Returns how many buffers came back, or -errno. */
static int reclaim(struct tx *t)
{
	struct virtq *vq = &t->q->vq;
	uint16_t id, old = vq->used_idx;
	uint32_t len;
	int r, count = 0;

	while ((r = virtq_take_used(vq, &id, &len)) > 0) {
		virtq_release(vq, id);
		count++;
	}
	if (r < 0)
		return r;
	if (count) {
		netq_account_used(t->q, old);
		t->completed += (uint64_t)count;
		t->progress_ns = clock_ns(CLOCK_MONOTONIC);
	}
	return count;
}

/* Packets that the device has given back but that did not come out of the tap are lost: give their credits back. */
static void forgive(struct tx *t)
{
	uint64_t settled = atomic_load(&t->flow->delivered) + t->forgiven;

	/* @delivered may include packets that the device has used but that the driver has not taken back yet. */
	if (settled >= t->completed)
		return;
	flow_give(t->flow, t->completed - settled);
	t->forgiven += t->completed - settled;
}

static int submit(struct tx *t, unsigned int count)
{
	uint64_t seq = atomic_load(&t->flow->submitted);
	int r;

	while ((r = flow_take(t->flow, count, PATIENCE_NS)) == -ETIME)
		forgive(t);
	if (r)
		return r == -ECANCELED ? 0 : r;
	if (!virtq_outstanding(&t->q->vq))
		t->progress_ns = clock_ns(CLOCK_MONOTONIC);
	/* Raise it before publishing: the far end may see the packets at once. */
	atomic_store(&t->flow->submitted, seq + count);
	for (unsigned int i = 0; i < count; i++) {
		uint16_t id = (uint16_t)virtq_reserve(&t->q->vq);

		frame_set_seq(netq_buffer(t->q, id) + NETDRV_HEADER, seq + i);
		netq_add(t->q, id, (uint32_t)(NETDRV_HEADER + t->flow->frame.size), false);
	}
	return netq_publish(t->q);
}

/*
 * Sleep until called. A time-out is no stall while the used index moves towards the event that the driver asked for. It
 * is a stall if @after buffers are used and no call came.
 */
static int wait_call(struct tx *t, uint16_t after)
{
	uint16_t seen;
	int r;

	do {
		seen = virtq_pending(&t->q->vq);
		r = netq_wait(t->q, -1, t->p->stall_ns);
	} while (r == -ETIME && virtq_pending(&t->q->vq) != seen && virtq_pending(&t->q->vq) < after);
	return r;
}

/* The ring is full, or there is no more to send: wait for used buffers. Returns how many came back, or -errno. */
static int wait_used(struct tx *t)
{
	uint16_t after = call_after(&t->p->call_after, virtq_outstanding(&t->q->vq));
	int r;

	if (t->p->notify == NOTIFY_NONE) {
		sched_yield();
		r = reclaim(t);
		if (r)
			return r;
		return clock_ns(CLOCK_MONOTONIC) - t->progress_ns > t->p->stall_ns ? -ETIME : 0;
	}
	if (!netq_enable_call(t->q, after)) {
		netq_disable_call(t->q);
		return reclaim(t);
	}
	r = wait_call(t, t->q->vq.event_idx ? after : 1);
	if (r < 0)
		return r;
	netq_disable_call(t->q);
	r = reclaim(t);
	if (r == 0)
		t->q->stats.spurious++;
	return r;
}

/* Submit or wait, and take used buffers back. */
static int step(struct tx *t, uint64_t wanted)
{
	unsigned int batch = wanted < t->p->batch ? (unsigned int)wanted : t->p->batch;
	unsigned int outstanding = virtq_outstanding(&t->q->vq);
	int r;

	if (!batch || outstanding + batch > t->p->in_flight)
		return wait_used(t);
	r = submit(t, batch);
	return r < 0 ? r : reclaim(t);
}

int netdrv_tx(struct netdrv *d, const struct netdrv_policy *p, struct flow *flow)
{
	struct tx t = { .q = &d->tx, .p = p, .flow = flow };
	uint64_t wanted;
	int r = 0;

	/* Every buffer holds the frame from now on; only the number in it changes. */
	for (unsigned int i = 0; i < t.q->vq.vring.num; i++)
		frame_write(&flow->frame, netq_buffer(t.q, (uint16_t)i) + NETDRV_HEADER, 0);
	netq_disable_call(t.q);

	while ((wanted = flow_wanted(flow)) || virtq_outstanding(&t.q->vq)) {
		r = step(&t, wanted);
		if (r < 0)
			break;
	}
	return r < 0 ? r : 0;
}
