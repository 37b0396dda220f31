// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_link.h>

#include "base/clock.h"
#include "base/loop.h"
#include "bench-side.h"
#include "driver/steer.h"
#include "net/macvtap-peer.h"
#include "probe/scan.h"

/**
 * struct bench - a run
 * @conf: what to run
 * @tap: the tap, with one queue for each pair
 * @peer: the far end of a macvtap
 * @drvs: one driver for each pair
 * @drv_count: drivers opened
 * @sides: the driven queues: TX, then RX, each in the order of the pairs
 * @side_count: sides opened
 * @loop: the main thread's, while the other threads run
 * @done: eventfd that each driver's loop writes when it has ended
 * @end: timer for the end of the run
 * @progress: timer for the progress line
 * @start: when the threads were started, CLOCK_BOOTTIME
 * @running: drivers' loops that have not ended
 */
struct bench {
	const struct bench_conf *conf;
	struct tapnet tap;
	struct macvtap_peer peer;
	struct netdrv *drvs;
	unsigned int drv_count;
	struct side *sides;
	unsigned int side_count;
	struct loop loop;
	struct loop_fd done;
	struct loop_timer end, progress;
	uint64_t start;
	unsigned int running;
};

static unsigned int sides_wanted(const struct bench_conf *c)
{
	return (c->tx + c->rx) * c->pairs;
}

/* The options are those of bench: only macvtap is one of the tap's, too. */
static int not_ours(struct step *step, int err)
{
	if (step->key && strcmp(step->key, "macvtap"))
		step->key = NULL;
	return err;
}

/* What the user names is a macvtap, or the link to make one on. A macvlan beside it is of use in mode bridge only. */
static int choose_macvtap(const char *name, struct tapnet_conf *tap, struct step *step)
{
	struct link_info link;
	int r;

	tap->macvtap = name;
	step_at(step, "macvtap", "use %s", name);
	r = link_get(name, &link);
	if (r || strcmp(link.kind, "macvtap"))
		return r == -ENODEV ? 0 : r;
	if (link.macvtap.mode != MACVLAN_MODE_BRIDGE)
		return step_why(step, -EINVAL, "it is a macvtap in mode %s; the far end needs the mode bridge",
				macvtap_mode_name(link.macvtap.mode));
	if (!*link.macvtap.lower)
		return step_why(step, -EINVAL, "the link that it is on is in another network namespace");
	tap->macvtap = NULL;
	tap->tap = name;
	return 0;
}

static int open_tap(struct bench *b, struct step *step)
{
	const struct bench_conf *c = b->conf;
	const uint64_t mtu = c->dev.frame_size - FRAME_HEADER;
	struct tapnet_conf tap = {
		.tap = "vhost%d",
		.queues = c->pairs,
		.vnet_hdr_size = NETDRV_HEADER,
		.mtu = mtu > ETH_DATA_LEN ? mtu : 0,
		.tx_queue_len = c->tx_queue_len,
		.no_ipv6 = true,
	};
	int r = c->macvtap ? choose_macvtap(c->macvtap, &tap, step) : 0;

	if (!r && c->isolate) {
		step_at(step, NULL, "make a network namespace (needs CAP_SYS_ADMIN; --no-netns does without)");
		r = link_isolate();
	}
	if (r)
		return r;
	r = not_ours(step, tapnet_open(&b->tap, &tap, step));
	return r || !c->macvtap ? r : macvtap_peer_open(&b->peer, &b->tap.link, step);
}

static int open_drivers(struct bench *b, struct step *step)
{
	for (unsigned int i = 0; i < b->conf->pairs; i++) {
		struct netdrv_conf dev = b->conf->dev;
		int r;

		dev.vhost = b->conf->vhost[i];
		dev.tap = b->tap.fds[i];
		dev.pair = i;
		/* netdrv_open() takes over the descriptor, even if it fails. */
		b->drv_count++;
		r = netdrv_open(&b->drvs[i], &dev, step);
		if (r)
			return r;
	}
	b->drvs[0].rx.drop_kick = b->drvs[0].tx.drop_kick = b->conf->drop_kick;
	return 0;
}

static int open_sides(struct bench *b, struct step *step)
{
	const struct bench_conf *c = b->conf;

	for (unsigned int i = 0; i < sides_wanted(c); i++) {
		struct side *s = &b->sides[b->side_count++];
		int r;

		s->drv = &b->drvs[i % c->pairs];
		s->way = c->tx && i < c->pairs ? FRAME_TX : FRAME_RX;
		s->done_fd = b->done.fd;
		r = side_open(s, c, i % c->pairs, c->macvtap ? &b->peer.link : &b->tap.link,
			      c->macvtap ? b->tap.link.mac : NULL, step);
		if (r)
			return r;
	}
	return 0;
}

/* Steer each pair's packets to its own queues. One pair needs no steering. */
static int steer(const struct bench *b, struct step *step)
{
	const struct bench_conf *c = b->conf;
	int peers[BENCH_PAIRS_MAX];
	int r = 0;

	if (c->pairs == 1)
		return 0;
	if (c->rx)
		r = steer_to_queues(b->tap.fds[0], step);
	if (r || !c->tx)
		return r;
	for (unsigned int i = 0; i < c->pairs; i++)
		peers[i] = b->sides[i].peer;
	return steer_to_sockets(peers, c->pairs, step);
}

/* When the time is up, or on a stop request. The drivers' loops end once the packets in flight have arrived. */
static int close_flows(void *arg)
{
	struct bench *b = arg;

	for (unsigned int i = 0; i < b->side_count; i++)
		flow_close(&b->sides[i].flow);
	return 0;
}

static int show_progress(void *arg)
{
	const struct bench *b = arg;
	uint64_t delivered[] = { [FRAME_TX] = 0, [FRAME_RX] = 0 };

	for (unsigned int i = 0; i < b->side_count; i++)
		delivered[b->sides[i].way] += atomic_load(&b->sides[i].flow.delivered);
	b->conf->progress(delivered[FRAME_TX], delivered[FRAME_RX], ns_to_s(now_ns() - b->start));
	return 0;
}

static int on_done(void *arg)
{
	struct bench *b = arg;
	uint64_t count;

	if (read(b->done.fd, &count, sizeof(count)) == sizeof(count))
		b->running -= (unsigned int)count;
	return b->running ? 0 : LOOP_END;
}

static int open_loop(struct bench *b, struct step *step)
{
	int r;

	step_at(step, NULL, "make an epoll descriptor");
	r = loop_open(&b->loop);
	if (r)
		return r;
	step_at(step, NULL, "make an eventfd");
	b->done = (struct loop_fd){
		.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .events = EPOLLIN, .fn = on_done, .arg = b,
	};
	if (b->done.fd < 0)
		return -errno;
	loop_on_stop(&b->loop, close_flows, b);
	return loop_add_fd(&b->loop, &b->done);
}

/* Wait until the drivers' loops have ended. */
static int supervise(struct bench *b)
{
	const struct bench_conf *c = b->conf;

	b->start = now_ns();
	b->end = (struct loop_timer){
		.due = c->duration_ns ? b->start + c->duration_ns : LOOP_NEVER,
		.fn = close_flows,
		.arg = b,
	};
	b->progress = (struct loop_timer){
		.due = c->progress ? b->start + NSEC_PER_SEC : LOOP_NEVER,
		.interval = NSEC_PER_SEC,
		.fn = show_progress,
		.arg = b,
	};
	loop_add_timer(&b->loop, &b->end);
	loop_add_timer(&b->loop, &b->progress);
	return loop_run(&b->loop);
}

static int start_and_wait(struct bench *b, struct step *step)
{
	unsigned int started;
	int r = 0;

	step_at(step, NULL, "start the threads");
	for (started = 0; started < b->side_count; started++) {
		r = step_no_process(step, side_start(&b->sides[started]));
		if (r)
			break;
	}
	b->running = started;
	if (!r)
		r = supervise(b);
	if (r)
		close_flows(b);
	for (unsigned int i = 0; i < started; i++)
		side_join(&b->sides[i]);
	if (!r)
		step_at(step, NULL, "stop the devices");
	for (unsigned int i = 0; !r && i < b->drv_count; i++)
		r = netdrv_stop(&b->drvs[i]);
	return r;
}

static double workers_cpu(void)
{
	uint64_t ns;

	return scan_workers_cpu_ns("/proc", gettid(), &ns) ? -1 : ns_to_s(ns);
}

static void add_up(struct bench_side *sum, const struct bench_side *part)
{
	sum->submitted += part->submitted;
	sum->delivered += part->delivered;
	sum->lost += part->lost;
	sum->in_flight += part->in_flight;
	sum->duplicates += part->duplicates;
	sum->reordered += part->reordered;
	sum->corrupt += part->corrupt;
	sum->strays += part->strays;
	netq_stats_add(&sum->queue, &part->queue);
	if (part->start_ns < sum->start_ns)
		sum->start_ns = part->start_ns;
	if (part->end_ns > sum->end_ns)
		sum->end_ns = part->end_ns;
	if (!sum->err || part->err == -ETIME)
		sum->err = part->err;
	sum->balanced = sum->balanced && part->balanced &&
			sum->submitted == sum->delivered + sum->lost + sum->in_flight;
	/* A sum of indexes means nothing. */
	sum->sides = (struct netdrv_sides){ 0 };
}

static void report(const struct bench *b, struct bench_result *res)
{
	const unsigned int pairs = b->conf->pairs;

	/* Before close_all(): the workers end with their devices. */
	res->cpu.worker = workers_cpu();
	for (unsigned int i = 0; i < b->side_count; i++) {
		const struct side *s = &b->sides[i];
		struct bench_queue *q = &res->queues[i];
		struct bench_side *sum = s->way == FRAME_TX ? &res->tx : &res->rx;

		side_report(s, &q->side);
		res->cpu.driver += ns_to_s(s->cpu_driver_ns);
		res->cpu.far_end += ns_to_s(s->cpu_far_end_ns);
		if (i % pairs)
			add_up(sum, &q->side);
		else
			*sum = q->side;
	}
	memcpy(res->name, b->tap.name, sizeof(res->name));
}

/* Name the queues in the result, and let the drivers log into it. */
static void link_result(const struct bench *b, struct bench_result *res)
{
	res->count = b->side_count;
	for (unsigned int i = 0; i < b->side_count; i++) {
		struct netq *q = b->sides[i].queue;

		memcpy(res->queues[i].name, q->name, sizeof(res->queues[i].name));
		q->log = b->conf->log ? &res->queues[i].log : NULL;
	}
}

static int take_memory(struct bench *b, struct bench_result *res, struct step *step)
{
	const unsigned int sides = sides_wanted(b->conf);

	step_at(step, NULL, "take memory for the queues");
	b->drvs = calloc(b->conf->pairs, sizeof(*b->drvs));
	b->sides = calloc(sides, sizeof(*b->sides));
	res->queues = calloc(sides, sizeof(*res->queues));
	return b->drvs && b->sides && res->queues ? 0 : -ENOMEM;
}

static int open_all(struct bench *b, struct bench_result *res, struct step *step)
{
	int r = take_memory(b, res, step);

	if (r)
		return r;
	r = open_tap(b, step);
	if (!r)
		r = open_drivers(b, step);
	if (!r)
		r = open_sides(b, step);
	/* The sides found the tap by its ifindex. */
	if (!r)
		r = tapnet_check(&b->tap, step);
	return r ? r : steer(b, step);
}

/* Close the devices before their tap. */
static void close_all(struct bench *b)
{
	for (unsigned int i = 0; i < b->conf->pairs; i++) {
		if (i < b->drv_count)
			netdrv_close(&b->drvs[i]);
		else
			close(b->conf->vhost[i]);
	}
	macvtap_peer_close(&b->peer);
	tapnet_close(&b->tap);
	for (unsigned int i = 0; i < b->side_count; i++)
		side_close(&b->sides[i]);
	loop_close(&b->loop);
	if (b->done.fd >= 0)
		close(b->done.fd);
	free(b->drvs);
	free(b->sides);
}

int bench_run(const struct bench_conf *c, struct bench_result *res, struct step *step)
{
	struct bench b = { .conf = c, .peer.keeper.fd = -1, .done.fd = -1 };
	int r;

	*res = (struct bench_result){ 0 };
	r = open_loop(&b, step);
	if (!r)
		r = open_all(&b, res, step);
	if (!r) {
		link_result(&b, res);
		r = start_and_wait(&b, step);
	}
	if (!r)
		report(&b, res);
	close_all(&b);
	return r;
}

void bench_result_fini(struct bench_result *res)
{
	for (unsigned int i = 0; i < res->count; i++)
		netq_log_fini(&res->queues[i].log);
	free(res->queues);
	*res = (struct bench_result){ 0 };
}
