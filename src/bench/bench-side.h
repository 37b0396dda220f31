/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_SIDE_H
#define BENCH_SIDE_H

#include <pthread.h>
#include <stdint.h>

#include "base/step.h"
#include "bench.h"
#include "driver/flow.h"
#include "driver/frame.h"
#include "net/link.h"

/**
 * struct side - one direction of one pair while it runs
 * @drv: the pair's driver
 * @queue: the queue of @drv that is driven
 * @policy: how @queue is driven
 * @way: direction of the packets
 * @flow: the packets
 * @peer: packet socket on the tap, for the far end, or -1
 * @finished_fd: eventfd, written when the submitter has ended
 * @done_fd: the run's eventfd, written when the driver's loop has ended
 * @driver: the thread that drives the queue
 * @far_end: the thread at the far end
 * @cpu_driver_ns: CPU time of @driver, in nanoseconds
 * @cpu_far_end_ns: CPU time of @far_end, in nanoseconds
 * @start_ns: when the driver's loop began, CLOCK_BOOTTIME
 * @end_ns: when it ended
 * @err: how it ended: 0 or -errno
 * @far_err: how the far end ended: 0 or -errno
 */
struct side {
	struct netdrv *drv;
	struct netq *queue;
	const struct netdrv_policy *policy;
	enum frame_way way;
	struct flow flow;
	int peer;
	int finished_fd, done_fd;
	pthread_t driver, far_end;
	uint64_t cpu_driver_ns, cpu_far_end_ns;
	uint64_t start_ns, end_ns;
	int err, far_err;
};

/**
 * side_open() - open all that one direction of a pair needs
 * @s: with @s->drv, @s->way and @s->done_fd; the rest is filled in
 * @c: the run
 * @pair: number of the pair, from 0
 * @link: the link of the far end: the tap's, or a macvlan beside a macvtap
 * @driver: address of the driver, the macvtap's; NULL: the usual one
 * @step: where to say what failed
 *
 * Return: 0 or -errno; the caller calls side_close() in either case.
 */
int side_open(struct side *s, const struct bench_conf *c, unsigned int pair, const struct link_info *link,
	      const uint8_t *driver, struct step *step);

/**
 * side_close() - release what side_open() took
 * @s: the side, whose threads have ended
 */
void side_close(struct side *s);

/**
 * side_start() - start both threads or none
 * @s: the side
 *
 * Return: 0 or -errno.
 */
int side_start(struct side *s);

/**
 * side_join() - wait until both threads have ended
 * @s: the side
 */
void side_join(struct side *s);

/**
 * side_report() - result; valid once both threads have ended
 * @s: the side
 * @out: filled in
 */
void side_report(const struct side *s, struct bench_side *out);

#endif
