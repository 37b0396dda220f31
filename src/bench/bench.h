/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include <net/if.h>

#include "base/step.h"
#include "driver/netdrv.h"
#include "net/tapnet.h"

/**
 * DOC: a run of bench
 *
 * One tap, or macvtap, has a queue for each pair, and each pair has its own vhost device. Two threads serve each driven
 * queue: the driver, and the far end, which takes the packets out of the tap (TX) or puts them in (RX). A thread counts
 * in its own memory or in the flow that the two threads share. The totals are made when all threads have ended.
 */

/* Each pair has one vhost device and one queue of the tap. */
#define BENCH_PAIRS_MAX TAPNET_QUEUES_MAX

/* The most packets on their way with a macvtap: they wait in a CPU's backlog of 1000 (net.core.netdev_max_backlog). */
#define BENCH_MACVTAP_WINDOW 896

/**
 * struct bench_conf - what to run
 * @tx: drive the TX queues
 * @rx: drive the RX queues
 * @pairs: number of queue pairs, 1 to BENCH_PAIRS_MAX
 * @vhost: descriptors of /dev/vhost-net without owner, one for each pair; bench_run() takes them over, even if it fails
 * @packets: packets on each queue; UINT64_MAX for no limit
 * @duration_ns: how long to run, in nanoseconds; 0 for no limit
 * @dev: the same for all devices; its @vhost, @tap and @pair are ignored
 * @isolate: run in a new network namespace
 * @macvtap: a macvtap, or a link to make one on, in place of a tap; a macvlan on the same link is the far end; NULL: a
 *           tap
 * @tx_queue_len: packets that may wait in the tap for each RX queue
 * @tx_policy: how to drive the TX queues
 * @rx_policy: how to drive the RX queues
 * @drop_kick: the kick of this number, from 1, is not sent on either queue of the first pair; 0 for none
 * @log: keep the queues' logs
 * @progress: called once a second with the packets delivered so far and the seconds since the start, or NULL
 */
struct bench_conf {
	bool tx, rx;
	unsigned int pairs;
	int vhost[BENCH_PAIRS_MAX];
	uint64_t packets;
	uint64_t duration_ns;
	struct netdrv_conf dev;
	bool isolate;
	const char *macvtap;
	unsigned int tx_queue_len;
	struct netdrv_policy tx_policy, rx_policy;
	uint64_t drop_kick;
	bool log;
	void (*progress)(uint64_t tx, uint64_t rx, double seconds);
};

/**
 * struct bench_side - the numbers of one direction, of one pair or of all
 * @submitted: packets submitted; the sum of the next three
 * @delivered: packets that came through, each counted once
 * @lost: packets that will never arrive
 * @in_flight: packets that had not arrived at the end, but may
 * @duplicates: packets that came more than once
 * @reordered: packets that came after a later one
 * @corrupt: packets that came through changed
 * @strays: packets of other pairs that arrived here; no other member counts them
 * @queue: the driver's counts of notifications
 * @start_ns: when the driver's loop began, CLOCK_BOOTTIME; for all pairs: the first one
 * @end_ns: when it ended; for all pairs: the last one
 * @balanced: the sum holds, counted independently at both ends; for all pairs: of each pair
 * @err: how the loop ended: 0, -ETIME when the queue was stuck, another -errno; for all pairs: -ETIME if any was stuck,
 *       else the first error
 * @sides: both sides' view of the queue at the end; for several pairs: zero
 */
struct bench_side {
	uint64_t submitted, delivered, lost, in_flight;
	uint64_t duplicates, reordered, corrupt, strays;
	struct netq_stats queue;
	uint64_t start_ns, end_ns;
	bool balanced;
	int err;
	struct netdrv_sides sides;
};

/**
 * struct bench_queue - the result of one queue
 * @name: "tx0" and so on
 * @side: the numbers
 * @log: its log; empty without @log of struct bench_conf
 */
struct bench_queue {
	char name[16];
	struct bench_side side;
	struct netq_log log;
};

/**
 * struct bench_cpu - CPU time in seconds; negative: not known
 * @driver: the driver's threads
 * @worker: vhost's workers
 * @far_end: the threads at the far end of the tap
 */
struct bench_cpu {
	double driver, worker, far_end;
};

/**
 * struct bench_result - the result of a run
 * @name: the tap's name
 * @cpu: CPU time
 * @tx: the TX queues of all pairs together; zero if they were not driven
 * @rx: the same for RX
 * @queues: the driven queues: TX, then RX, each in the order of the pairs; owned
 * @count: number of @queues
 */
struct bench_result {
	char name[IFNAMSIZ];
	struct bench_cpu cpu;
	struct bench_side tx, rx;
	struct bench_queue *queues;
	unsigned int count;
};

/**
 * bench_run() - set up, run, take down
 * @c: what to run
 * @r: the result; the caller calls bench_result_fini(), even after an error
 * @step: where to say what failed
 *
 * A stop request ends the run early, once the packets in flight have arrived. With @c->isolate the calling thread stays
 * in the new network namespace.
 *
 * Return: 0, or -errno with no result and nothing else left behind. A fault of a queue is no error: @r tells of it.
 */
int bench_run(const struct bench_conf *c, struct bench_result *r, struct step *step);

/**
 * bench_result_fini() - release a result
 * @r: the result, from bench_run()
 */
void bench_result_fini(struct bench_result *r);

#endif
