// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "flow.h"
#include "scan.h"
#include "stop.h"
#include "wire.h"

/* Packets that may be between the device and the far end, beyond those in the ring. */
#define WIRE_WINDOW 1024

/**
 * struct side - one direction while it runs
 * @b: the run
 * @policy: how its queue is treated
 * @flow: its packets
 * @wire: the far end
 * @finished_fd: eventfd, written when the submitter has ended
 * @done_fd: the run's eventfd, written when the driver's loop has ended
 * @driver: the thread that drives the queue
 * @far_end: the thread at the far end
 * @cpu_driver_ns: CPU time of the former
 * @cpu_far_end_ns: and of the latter
 * @seconds: how long the driver's loop took
 * @err: how it ended
 * @far_err: how the far end did
 */
struct side {
	struct bench *b;
	const struct netdrv_policy *policy;
	struct flow flow;
	int wire;
	int finished_fd, done_fd;
	pthread_t driver, far_end;
	uint64_t cpu_driver_ns, cpu_far_end_ns;
	double seconds;
	int err, far_err;
};

static void raise_fd(int fd)
{
	const uint64_t one = 1;

	/* An eventfd of ours, far from overflowing. */
	(void)!write(fd, &one, sizeof(one));
}

/* Nobody submits any more. */
static void finish(struct side *s)
{
	atomic_store(&s->flow.finished, true);
	raise_fd(s->finished_fd);
}

static void *tx_driver(void *arg)
{
	struct side *s = arg;
	uint64_t start = now_ns();

	s->err = netdrv_tx(&s->b->drv, s->policy, &s->flow);
	s->seconds = (double)(now_ns() - start) / NSEC_PER_SEC;
	finish(s);
	s->cpu_driver_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	raise_fd(s->done_fd);
	return NULL;
}

static void *tx_far_end(void *arg)
{
	struct side *s = arg;

	s->far_err = wire_receive(s->wire, &s->flow, s->finished_fd);
	/* Nobody counts what comes out any more. */
	if (s->far_err)
		flow_close(&s->flow);
	s->cpu_far_end_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

static void *rx_driver(void *arg)
{
	struct side *s = arg;
	uint64_t start = now_ns();

	s->err = netdrv_rx(&s->b->drv, s->policy, &s->flow, s->finished_fd);
	s->seconds = (double)(now_ns() - start) / NSEC_PER_SEC;
	/* However it ended, nobody takes packets any more. */
	flow_close(&s->flow);
	s->cpu_driver_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	raise_fd(s->done_fd);
	return NULL;
}

static void *rx_far_end(void *arg)
{
	struct side *s = arg;

	s->far_err = wire_send(s->wire, &s->flow, s->policy->batch);
	finish(s);
	s->cpu_far_end_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

static int side_open(struct side *s, struct bench *b, const struct bench_conf *c, enum frame_way way, int done_fd)
{
	const struct netdrv_policy *p = way == FRAME_TX ? &c->tx_policy : &c->rx_policy;
	unsigned int window = way == FRAME_TX ? p->in_flight + WIRE_WINDOW : p->in_flight;
	int r;

	s->b = b;
	s->policy = p;
	s->done_fd = done_fd;
	b->step = "take memory for packets";
	r = flow_init(&s->flow, c->packets, window);
	if (!r)
		r = frame_init(&s->flow.frame, c->dev.frame_size, way, b->drv.link.mac);
	if (r)
		return r;
	b->step = "make an eventfd";
	s->finished_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->finished_fd < 0)
		return -errno;
	b->step = "open a packet socket on the tap (needs CAP_NET_RAW and CAP_NET_ADMIN)";
	s->wire = wire_open(b->drv.link.ifindex, c->dev.frame_size, way == FRAME_TX ? window : 0);
	return s->wire < 0 ? s->wire : 0;
}

static void side_close(struct side *s)
{
	if (!s)
		return;
	if (s->wire >= 0)
		close(s->wire);
	if (s->finished_fd >= 0)
		close(s->finished_fd);
	flow_fini(&s->flow);
	free(s);
}

static struct side *side_new(void)
{
	struct side *s = calloc(1, sizeof(*s));

	if (s)
		s->wire = s->finished_fd = -1;
	return s;
}

/* Both threads or none. */
static int side_start(struct side *s, void *(*driver)(void *), void *(*far_end)(void *))
{
	int r = pthread_create(&s->far_end, NULL, far_end, s);

	if (r)
		return -r;
	r = pthread_create(&s->driver, NULL, driver, s);
	if (!r)
		return 0;
	/* No driver: the far end has nobody to talk to. */
	flow_close(&s->flow);
	finish(s);
	pthread_join(s->far_end, NULL);
	return -r;
}

static void side_join(struct side *s)
{
	pthread_join(s->driver, NULL);
	pthread_join(s->far_end, NULL);
}

static void close_flows(struct side *tx, struct side *rx)
{
	if (tx)
		flow_close(&tx->flow);
	if (rx)
		flow_close(&rx->flow);
}

static uint64_t delivered(const struct side *s)
{
	return s ? atomic_load(&s->flow.delivered) : 0;
}

/* Wait until the drivers' loops have ended; close the flows when the time is up or somebody wants to stop. */
static void supervise(const struct bench_conf *c, struct side *tx, struct side *rx, int done_fd, int loops)
{
	const uint64_t start = now_ns(), end = c->time_ns ? start + c->time_ns : UINT64_MAX;
	struct pollfd fds[] = { { .fd = done_fd, .events = POLLIN }, { .fd = stop_fd(), .events = POLLIN } };
	uint64_t next = start + NSEC_PER_SEC, count;
	bool closed = false;

	while (loops > 0) {
		uint64_t now = now_ns(), until = closed || next < end ? next : end;

		poll(fds, 2, until > now ? (int)((until - now) / NSEC_PER_MSEC) + 1 : 0);
		if (fds[0].revents && read(done_fd, &count, sizeof(count)) == sizeof(count))
			loops -= (int)count;
		now = now_ns();
		if (!closed && (fds[1].revents || now >= end)) {
			close_flows(tx, rx);
			closed = true;
			fds[1].fd = -1;
		}
		if (now >= next && c->progress && loops > 0)
			c->progress(delivered(tx), delivered(rx), (double)(now - start) / NSEC_PER_SEC);
		while (next <= now)
			next += NSEC_PER_SEC;
	}
}

/**
 * DOC: the sum
 *
 * submitted is the submitter's count. The receiver knows by its number which packet came. Of those that did not, the
 * ones that the device (TX) or the host (RX) is known to be through with are lost, the others in flight. The sum is
 * checked against what the driver knows by itself: what is in flight must still be in its ring (TX) or, once the flow
 * is complete, be nothing (RX).
 */
static void count_packets(struct bench_side *out, const struct side *s, uint64_t lost, uint64_t most_in_flight)
{
	const struct flow *f = &s->flow;
	uint64_t missing;

	out->submitted = atomic_load(&f->submitted);
	out->delivered = f->sequence.seen;
	missing = sequence_missing(&f->sequence, out->submitted);
	out->lost = lost;
	out->in_flight = missing - lost;
	out->duplicates = f->sequence.duplicates;
	out->reordered = f->sequence.reordered;
	out->corrupt = f->corrupt;
	out->balanced = lost <= missing && out->in_flight <= most_in_flight &&
			out->submitted == out->delivered + out->lost + out->in_flight;
}

static void report_side(struct bench_side *out, const struct side *s, const struct netdrv *drv, const struct netq *q)
{
	out->queue = q->stats;
	out->seconds = s->seconds;
	/* A far end that failed is what a driver that waits in vain waits for. */
	out->err = s->far_err ? s->far_err : s->err;
	netdrv_sides(drv, q, &out->sides);
}

static void report_tx(struct bench_side *out, const struct side *s, const struct netdrv *drv)
{
	uint64_t outstanding = virtq_outstanding(&drv->tx.vq);
	/* The device works in order: it gave back all but the last ones. */
	uint64_t completed = atomic_load(&s->flow.submitted) - outstanding;

	count_packets(out, s, sequence_missing(&s->flow.sequence, completed), outstanding);
	report_side(out, s, drv, &drv->tx);
}

static void report_rx(struct bench_side *out, const struct side *s, const struct netdrv *drv)
{
	count_packets(out, s, atomic_load(&s->flow.refused) + s->flow.corrupt, s->err ? UINT64_MAX : 0);
	report_side(out, s, drv, &drv->rx);
}

static void add_cpu(struct bench_cpu *cpu, const struct side *s)
{
	if (!s)
		return;
	cpu->driver += (double)s->cpu_driver_ns / NSEC_PER_SEC;
	cpu->far_end += (double)s->cpu_far_end_ns / NSEC_PER_SEC;
}

static double worker_cpu(void)
{
	pid_t tid = scan_worker("/proc", gettid());
	uint64_t ns;

	if (tid < 0 || scan_cpu_ns("/proc", tid, &ns))
		return -1;
	return (double)ns / NSEC_PER_SEC;
}

static void report(struct bench_result *r, const struct netdrv *drv, struct side *tx, struct side *rx)
{
	r->cpu.worker = worker_cpu();
	add_cpu(&r->cpu, tx);
	add_cpu(&r->cpu, rx);
	if (tx)
		report_tx(&r->tx, tx, drv);
	if (rx)
		report_rx(&r->rx, rx, drv);
	r->seconds = r->tx.seconds > r->rx.seconds ? r->tx.seconds : r->rx.seconds;
	memcpy(r->name, drv->name, sizeof(r->name));
}

static int start_and_wait(struct bench *b, const struct bench_conf *c, struct side *tx, struct side *rx, int done_fd)
{
	int loops = 0, r = 0;

	b->step = "start the threads";
	if (tx)
		r = side_start(tx, tx_driver, tx_far_end);
	if (r)
		return r;
	loops += tx != NULL;
	if (rx)
		r = side_start(rx, rx_driver, rx_far_end);
	loops += rx && !r;
	if (r)
		close_flows(tx, NULL);
	supervise(c, tx, rx, done_fd, loops);
	if (tx)
		side_join(tx);
	if (rx && !r)
		side_join(rx);
	return r;
}

static int run_sides(struct bench *b, const struct bench_conf *c, struct side *tx, struct side *rx,
		     struct bench_result *res)
{
	int done_fd, r = 0;

	b->step = "make an eventfd";
	done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (done_fd < 0)
		return -errno;
	if (tx)
		r = side_open(tx, b, c, FRAME_TX, done_fd);
	if (!r && rx)
		r = side_open(rx, b, c, FRAME_RX, done_fd);
	if (!r)
		r = start_and_wait(b, c, tx, rx, done_fd);
	if (!r)
		report(res, &b->drv, tx, rx);
	close(done_fd);
	return r;
}

int bench_run(struct bench *b, const struct bench_conf *c, struct bench_result *res)
{
	struct side *tx = c->tx ? side_new() : NULL, *rx = c->rx ? side_new() : NULL;
	int r;

	*res = (struct bench_result){ 0 };
	r = netdrv_open(&b->drv, &c->dev);
	b->step = b->drv.step;
	if (!r && ((c->tx && !tx) || (c->rx && !rx))) {
		b->step = "take memory for packets";
		r = -ENOMEM;
	}
	if (!r) {
		b->drv.tx.log = c->log ? &b->tx_log : NULL;
		b->drv.rx.log = c->log ? &b->rx_log : NULL;
		b->drv.tx.drop_kick = b->drv.rx.drop_kick = c->drop_kick;
		r = run_sides(b, c, tx, rx, res);
	}
	netdrv_close(&b->drv);
	side_close(tx);
	side_close(rx);
	return r;
}

void bench_fini(struct bench *b)
{
	netq_log_fini(&b->tx_log);
	netq_log_fini(&b->rx_log);
}
