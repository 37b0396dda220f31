/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INTERVAL_LOOP_H
#define INTERVAL_LOOP_H

#include <stdint.h>

#include "base/loop.h"
#include "counters.h"

/**
 * DOC: when stat, hist and top look at the counters
 *
 * At the end of each interval and when SIGUSR1 asks, until the duration is over, somebody wants it to end, or nobody
 * reads standard output any more. Meanwhile counting is switched on and off, if it is sampled.
 */

/**
 * struct interval_loop - the loop of one run
 * @loop: what is waited for; the caller may add to it
 * @counters: what is sampled
 * @end: when the duration is over
 * @interval: when an interval is over
 * @sample: when counting is to be switched
 * @asked: SIGUSR1
 * @due: see struct interval_loop_conf
 * @arg: for @due
 */
struct interval_loop {
	struct loop loop;
	struct counters *counters;
	struct loop_timer end, interval, sample;
	struct loop_signal asked;
	loop_fn *due;
	void *arg;
};

/**
 * struct interval_loop_conf - when to look, and who does it
 * @interval: nanoseconds
 * @duration: nanoseconds from now; 0: until somebody wants it to end
 * @due: called when an interval is over
 * @asked: called when SIGUSR1 came
 * @arg: for both
 */
struct interval_loop_conf {
	uint64_t interval, duration;
	loop_fn *due, *asked;
	void *arg;
};

/**
 * interval_loop_open() - begin the first interval; from now on SIGUSR1 asks for a look
 * @l: the loop, for loop_run(), which returns 0 when it is time to end, and -EPIPE when nobody reads any more
 * @counters: what is sampled
 * @c: when to look, and who does it
 *
 * loop_close() may be called even if it failed.
 *
 * Return: 0 or -errno.
 */
int interval_loop_open(struct interval_loop *l, struct counters *counters, const struct interval_loop_conf *c);

#endif
