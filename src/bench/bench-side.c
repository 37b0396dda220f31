// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench-side.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "driver/tap-peer.h"

/* Packets that may be between the device and the far end, beyond those in the ring. */
#define WIRE_WINDOW 1024

static void raise_fd(int fd)
{
	const uint64_t one = 1;

	/* It cannot fail: the eventfd is our own, and its counter far from full. */
	(void)!write(fd, &one, sizeof(one));
}

/* The submitter has ended: tell the receiver. */
static void finish(struct side *s)
{
	atomic_store(&s->flow.finished, true);
	raise_fd(s->finished_fd);
}

static void *tx_driver(void *arg)
{
	struct side *s = arg;

	s->start_ns = now_ns();
	s->err = netdrv_tx(s->drv, s->policy, &s->flow);
	s->end_ns = now_ns();
	finish(s);
	s->cpu_driver_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	raise_fd(s->done_fd);
	return NULL;
}

static void *tx_far_end(void *arg)
{
	struct side *s = arg;

	s->far_err = tap_peer_receive(s->peer, &s->flow, s->finished_fd);
	/* Nobody receives any more: stop the driver. */
	if (s->far_err)
		flow_close(&s->flow);
	s->cpu_far_end_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

static void *rx_driver(void *arg)
{
	struct side *s = arg;

	s->start_ns = now_ns();
	s->err = netdrv_rx(s->drv, s->policy, &s->flow, s->finished_fd);
	s->end_ns = now_ns();
	/* Nobody receives any more, after an error or not: stop the far end. */
	flow_close(&s->flow);
	s->cpu_driver_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	raise_fd(s->done_fd);
	return NULL;
}

static void *rx_far_end(void *arg)
{
	struct side *s = arg;

	s->far_err = tap_peer_send(s->peer, &s->flow, s->policy->batch);
	finish(s);
	s->cpu_far_end_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

static int open_flow(struct side *s, const struct bench_conf *c, unsigned int pair, unsigned int window,
		     const struct link_info *link, const uint8_t *driver)
{
	int r = flow_init(&s->flow, c->packets, window);

	if (!r)
		r = frame_init(&s->flow.frame, c->dev.frame_size, s->way, pair, link->mac);
	if (!r && driver)
		frame_set_driver(&s->flow.frame, s->way, driver);
	return r;
}

static unsigned int tx_window(const struct bench_conf *c)
{
	const unsigned int window = c->tx_policy.in_flight + WIRE_WINDOW;

	return c->macvtap && window > BENCH_MACVTAP_WINDOW ? BENCH_MACVTAP_WINDOW : window;
}

int side_open(struct side *s, const struct bench_conf *c, unsigned int pair, const struct link_info *link,
	      const uint8_t *driver, struct step *step)
{
	const bool tx = s->way == FRAME_TX;
	unsigned int window;
	int r;

	s->queue = tx ? &s->drv->tx : &s->drv->rx;
	s->policy = tx ? &c->tx_policy : &c->rx_policy;
	s->peer = s->finished_fd = -1;
	window = tx ? tx_window(c) : s->policy->in_flight;
	step_at(step, NULL, "take memory for packets");
	r = open_flow(s, c, pair, window, link, driver);
	if (r)
		return r;
	step_at(step, NULL, "make an eventfd");
	s->finished_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->finished_fd < 0)
		return -errno;
	step_at(step, NULL, "open a packet socket on %s (needs CAP_NET_RAW and CAP_NET_ADMIN)",
		c->macvtap ? link->name : "the tap");
	s->peer = tap_peer_open(link->ifindex, c->dev.frame_size, tx ? window : 0);
	return s->peer < 0 ? s->peer : 0;
}

void side_close(struct side *s)
{
	if (s->peer >= 0)
		close(s->peer);
	if (s->finished_fd >= 0)
		close(s->finished_fd);
	flow_fini(&s->flow);
}

int side_start(struct side *s)
{
	const bool tx = s->way == FRAME_TX;
	int r = pthread_create(&s->far_end, NULL, tx ? tx_far_end : rx_far_end, s);

	if (r)
		return -r;
	r = pthread_create(&s->driver, NULL, tx ? tx_driver : rx_driver, s);
	if (!r)
		return 0;
	/* Stop the far end, which has no driver now. */
	flow_close(&s->flow);
	finish(s);
	pthread_join(s->far_end, NULL);
	return -r;
}

void side_join(struct side *s)
{
	pthread_join(s->driver, NULL);
	pthread_join(s->far_end, NULL);
}

/**
 * DOC: the sum
 *
 * The submitter counts the packets that it submits. Packets are numbered, so the receiver knows which ones arrived. A
 * missing packet is lost if the device has returned its buffer (TX), or if the host refused it or it arrived changed
 * (RX). Any other missing packet is in flight. The sum is checked against the driver's own knowledge: packets in
 * flight must still be in its ring (TX), and once the flow is complete there may be none (RX).
 */
static void count_packets(struct bench_side *out, const struct side *s, uint64_t lost, uint64_t most_in_flight)
{
	const struct flow *f = &s->flow;
	uint64_t missing;

	out->submitted = atomic_load(&f->submitted);
	out->delivered = f->sequence.seen;
	missing = frame_sequence_missing(&f->sequence, out->submitted);
	out->lost = lost;
	out->in_flight = missing - lost;
	out->duplicates = f->sequence.duplicates;
	out->reordered = f->sequence.reordered;
	out->corrupt = f->corrupt;
	out->strays = f->strays;
	out->balanced = lost <= missing && out->in_flight <= most_in_flight &&
			out->submitted == out->delivered + out->lost + out->in_flight;
}

static void count_tx(struct bench_side *out, const struct side *s)
{
	uint64_t outstanding = virtq_outstanding(&s->queue->vq);
	/* The device returns buffers in order, so the last packets are the outstanding ones. */
	uint64_t completed = atomic_load(&s->flow.submitted) - outstanding;

	count_packets(out, s, frame_sequence_missing(&s->flow.sequence, completed), outstanding);
}

static void count_rx(struct bench_side *out, const struct side *s)
{
	count_packets(out, s, atomic_load(&s->flow.refused) + s->flow.corrupt, s->err ? UINT64_MAX : 0);
}

void side_report(const struct side *s, struct bench_side *out)
{
	if (s->way == FRAME_TX)
		count_tx(out, s);
	else
		count_rx(out, s);
	out->queue = s->queue->stats;
	out->start_ns = s->start_ns;
	out->end_ns = s->end_ns;
	/* A far end that failed leaves the driver waiting: report the cause. */
	out->err = s->far_err ? s->far_err : s->err;
	netdrv_sides(s->drv, s->queue, &out->sides);
}
