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
 * One tap, with a queue for each pair, and a device of its own behind each. Threads: one for each driven queue; for
 * TX one that takes the packets out of the tap, for RX one that puts them in. Each counts in memory of its own or in
 * the flow that it shares with its counterpart; the totals are made when all have ended.
 */

/* One vhost device and one queue of the tap a pair. */
#define BENCH_PAIRS_MAX TAPNET_QUEUES_MAX

/**
 * struct bench_conf - what to run
 * @tx: drive the TX queues
 * @rx: drive the RX queues
 * @pairs: how many pairs of queues, 1 to BENCH_PAIRS_MAX
 * @vhost: for each a descriptor of /dev/vhost-net that nobody owns yet; bench_run() takes them over, even if it fails
 * @packets: how many on each queue; UINT64_MAX for no limit
 * @time_ns: for how long; 0 for no limit
 * @dev: each device, but for its @vhost, @tap and @pair
 * @isolate: in a network namespace of its own
 * @tx_queue_len: packets that may wait in the tap for each RX queue
 * @tx_policy: how to treat the TX queues
 * @rx_policy: how to treat the RX queues
 * @drop_kick: on the first pair, the kick of this number is not sent; 0 for none
 * @log: keep the queues' logs
 * @progress: called once a second with the packets that came through, or NULL
 */
struct bench_conf {
	bool tx, rx;
	unsigned int pairs;
	int vhost[BENCH_PAIRS_MAX];
	uint64_t packets;
	uint64_t time_ns;
	struct netdrv_conf dev;
	bool isolate;
	unsigned int tx_queue_len;
	struct netdrv_policy tx_policy, rx_policy;
	uint64_t drop_kick;
	bool log;
	void (*progress)(uint64_t tx, uint64_t rx, double seconds);
};

/**
 * struct bench_side - one direction, of a pair or of all of them
 * @submitted: packets submitted; the sum of the next three
 * @delivered: packets that came through, each counted once
 * @lost: packets that will not come any more
 * @in_flight: packets that were still under way at the end
 * @duplicates: packets that came more than once
 * @reordered: packets that came after a later one
 * @corrupt: packets that came through changed
 * @strays: packets of other pairs that came, and that nobody else counts
 * @queue: what the driver's queue saw
 * @start_ns: when the driver's loop began, CLOCK_BOOTTIME; of all pairs: the first
 * @end_ns: when it ended; of all pairs: the last
 * @balanced: the sum holds, counted independently at both ends; of all pairs: for each of them
 * @err: how the loop ended: 0, -ETIME when the queue was stuck, another -errno; of all pairs: one of these
 * @sides: both sides' view of the queue at the end; of several pairs: nothing
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
 * struct bench_queue - how it went with one queue
 * @name: "tx0" and so on
 * @side: the numbers
 * @log: its log, if wanted
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
 * struct bench_result - how it went
 * @name: the tap's name
 * @cpu: CPU time
 * @tx: the TX direction, if it was driven: all pairs together
 * @rx: the RX direction, likewise
 * @queues: those that were driven: TX, then RX, each in the order of the pairs; owned
 * @count: how many
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
 * @r: the result; bench_result_fini() releases it, however it went
 * @step: where to say what failed
 *
 * Ends early, with what is under way completed, once stop_requested().
 *
 * Return: 0, or -errno, when there is no result and nothing is left behind but, with @c->isolate, the calling thread's
 * namespace. What went wrong with a queue is in the result.
 */
int bench_run(const struct bench_conf *c, struct bench_result *r, struct step *step);

/**
 * bench_result_fini() - release a result
 * @r: the result, from bench_run()
 */
void bench_result_fini(struct bench_result *r);

#endif
