// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sched.h>

#include "base/clock.h"
#include "flow.h"
#include "netdrv.h"

/**
 * struct rx - the state of the loop
 * @q: the queue
 * @p: the policy
 * @flow: the packets
 * @finished_fd: readable once the flow is finished; -1 after that was seen
 * @received: packets of the flow that arrived, changed or not
 * @progress_ns: when one last arrived, CLOCK_MONOTONIC
 */
struct rx {
	struct netq *q;
	const struct netdrv_policy *p;
	struct flow *flow;
	int finished_fd;
	uint64_t received;
	uint64_t progress_ns;
};

/* Packets in flight that must still arrive. */
static uint64_t pending(const struct rx *r)
{
	return atomic_load(&r->flow->submitted) - atomic_load(&r->flow->refused) - r->received;
}

static void post(struct rx *r, uint16_t id)
{
	netq_add(r->q, id, (uint32_t)r->q->buffer_size, true);
}

/* Take one packet and post its buffer again. Returns 1, 0 if there was none, or -errno. */
static int receive(struct rx *r, unsigned int *ours)
{
	uint16_t id;
	uint32_t len;
	int err = virtq_take_used(&r->q->vq, &id, &len);

	if (err <= 0)
		return err;
	len = len < NETDRV_HEADER ? 0 : len - NETDRV_HEADER;
	if (flow_receive(r->flow, netq_buffer(r->q, id) + NETDRV_HEADER, len))
		++*ours;
	post(r, id);
	return 1;
}

/* Take the packets that arrived, but only one batch, so that the device gets its buffers back before we go on. Returns
 * how many packets arrived, or -errno. */
static int harvest(struct rx *r)
{
	uint16_t old = r->q->vq.used_idx;
	unsigned int count, ours = 0;
	int err = 0;

	for (count = 0; count < r->p->batch; count++) {
		err = receive(r, &ours);
		if (err <= 0)
			break;
	}
	if (err < 0 || !count)
		return err;
	r->received += ours;
	r->progress_ns = clock_ns(CLOCK_MONOTONIC);
	netq_account_used(r->q, old);
	flow_give(r->flow, ours);
	err = netq_publish(r->q);
	return err ? err : (int)count;
}

/* Nanoseconds until the queue counts as stuck; 0: it is stuck now. */
static uint64_t patience(const struct rx *r)
{
	uint64_t since, waited;

	if (!pending(r))
		return r->p->stall_ns;
	/* Read it after pending(): the submitter stores the time before it raises @submitted. */
	since = atomic_load(&r->flow->submitted_ns);
	if (since < r->progress_ns)
		since = r->progress_ns;
	waited = clock_ns(CLOCK_MONOTONIC) - since;
	return waited < r->p->stall_ns ? r->p->stall_ns - waited : 0;
}

/* After how many buffers to ask for a call. If we asked for more than can arrive, the call would never come. */
static uint16_t after(const struct rx *r)
{
	unsigned int most = r->p->in_flight - r->p->batch + 1;
	uint64_t left = pending(r);

	if (atomic_load(&r->flow->finished) && left < most)
		most = (unsigned int)left;
	return call_after(&r->p->call_after, most);
}

/* Returns 0, -ETIME when the queue is stuck, or another -errno. */
static int wait_used(struct rx *r)
{
	int err;

	if (r->p->notify == NOTIFY_NONE) {
		sched_yield();
		err = harvest(r);
		return err < 0 ? err : err || patience(r) ? 0 : -ETIME;
	}
	if (!netq_enable_call(r->q, after(r))) {
		netq_disable_call(r->q);
		return 0;
	}
	err = netq_wait(r->q, r->finished_fd, patience(r));
	/* With no packet in flight, a time-out is no stall: patience() decides, without a look at the ring. */
	while (err == -ETIME && patience(r))
		err = netq_wait(r->q, r->finished_fd, patience(r));
	if (err < 0)
		return err;
	netq_disable_call(r->q);
	if (!err) {
		r->finished_fd = -1;
		return 0;
	}
	err = harvest(r);
	if (!err)
		r->q->stats.spurious++;
	return err < 0 ? err : 0;
}

static int post_all(struct rx *r)
{
	int id;

	while ((id = virtq_reserve(&r->q->vq)) >= 0)
		post(r, (uint16_t)id);
	return netq_publish(r->q);
}

int netdrv_rx(struct netdrv *d, const struct netdrv_policy *p, struct flow *flow, int finished_fd)
{
	struct rx r = { .q = &d->rx, .p = p, .flow = flow, .finished_fd = finished_fd,
			.progress_ns = clock_ns(CLOCK_MONOTONIC) };
	int err;

	netq_disable_call(r.q);
	err = post_all(&r);
	while (err >= 0 && !(atomic_load(&flow->finished) && !pending(&r))) {
		err = harvest(&r);
		if (!err)
			err = wait_used(&r);
	}
	return err < 0 ? err : 0;
}
