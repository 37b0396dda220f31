/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "netdrv.h"

/**
 * DOC: a run of bench
 *
 * Threads: one for each driven queue; for TX one that takes the packets out of the tap, for RX one that puts them in.
 * Each counts in memory of its own or in the flow that it shares with its counterpart; the totals are made when all
 * have ended.
 */

/**
 * struct bench_conf - what to run
 * @tx: drive the TX queue
 * @rx: drive the RX queue
 * @packets: how many each way; UINT64_MAX for no limit
 * @time_ns: for how long; 0 for no limit
 * @dev: the device
 * @tx_policy: how to treat the TX queue
 * @rx_policy: how to treat the RX queue
 * @drop_kick: the kick of this number is not sent; 0 for none
 * @log: keep the queues' logs
 * @progress: called once a second with the packets that came through, or NULL
 */
struct bench_conf {
	bool tx, rx;
	uint64_t packets;
	uint64_t time_ns;
	struct netdrv_conf dev;
	struct netdrv_policy tx_policy, rx_policy;
	uint64_t drop_kick;
	bool log;
	void (*progress)(uint64_t tx, uint64_t rx, double seconds);
};

/**
 * struct bench_side - one direction
 * @submitted: packets submitted; the sum of the next three
 * @delivered: packets that came through, each counted once
 * @lost: packets that will not come any more
 * @in_flight: packets that were still under way at the end
 * @duplicates: packets that came more than once
 * @reordered: packets that came after a later one
 * @corrupt: packets that came through changed
 * @queue: what the driver's queue saw
 * @seconds: from the start to the end of the driver's loop
 * @balanced: the sum holds, counted independently at both ends
 * @err: how the loop ended: 0, -ETIME when the queue was stuck, another -errno
 * @sides: both sides' view of the queue at the end
 */
struct bench_side {
	uint64_t submitted, delivered, lost, in_flight;
	uint64_t duplicates, reordered, corrupt;
	struct netq_stats queue;
	double seconds;
	bool balanced;
	int err;
	struct netdrv_sides sides;
};

/**
 * struct bench_cpu - CPU time in seconds; negative: not known
 * @driver: the driver's threads
 * @worker: vhost's worker
 * @far_end: the threads at the far end of the tap
 */
struct bench_cpu {
	double driver, worker, far_end;
};

/**
 * struct bench_result - how it went
 * @name: the tap's name
 * @seconds: of the direction that took longer
 * @cpu: CPU time
 * @tx: the TX direction, if it was driven
 * @rx: the RX direction, if it was driven
 */
struct bench_result {
	char name[IFNAMSIZ];
	double seconds;
	struct bench_cpu cpu;
	struct bench_side tx, rx;
};

/**
 * struct bench - a run
 * @step: what was being done when bench_run() failed
 * @drv: the driver
 * @tx_log: log of the TX queue
 * @rx_log: log of the RX queue
 */
struct bench {
	const char *step;
	struct netdrv drv;
	struct netq_log tx_log, rx_log;
};

/**
 * bench_run() - set up, run, take down
 * @b: filled in; bench_fini() releases the logs
 * @c: what to run
 * @r: the result
 *
 * Ends early, with what is under way completed, once stop_requested().
 *
 * Return: 0, or -errno with @b->step naming what failed, when there is no result. What went wrong with a queue is in
 * the result.
 */
int bench_run(struct bench *b, const struct bench_conf *c, struct bench_result *r);

/* Release the logs. */
void bench_fini(struct bench *b);

#endif
