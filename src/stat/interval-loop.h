/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INTERVAL_LOOP_H
#define INTERVAL_LOOP_H

#include <stdint.h>

#include "base/loop.h"

/**
 * DOC: the event loop of stat, hist and top
 *
 * It calls back at the end of each interval and on SIGUSR1, until the duration is over, a signal ends it, or the reader
 * of standard output has closed the pipe.
 */

/**
 * struct interval_loop - the loop of one run
 * @loop: the event loop; the caller may add to it
 * @end: timer: the duration is over
 * @interval: timer: an interval is over
 * @asked: SIGUSR1
 * @due: see struct interval_loop_conf
 * @arg: for @due
 */
struct interval_loop {
	struct loop loop;
	struct loop_timer end, interval;
	struct loop_signal asked;
	loop_fn *due;
	void *arg;
};

/**
 * struct interval_loop_conf - times and callbacks
 * @interval: nanoseconds; 0: there are none
 * @duration: nanoseconds from now; 0: no limit
 * @due: called when an interval is over
 * @asked: called on SIGUSR1
 * @arg: for both
 */
struct interval_loop_conf {
	uint64_t interval, duration;
	loop_fn *due, *asked;
	void *arg;
};

/**
 * interval_loop_open() - begin the first interval, and catch SIGUSR1
 * @l: the loop, for loop_run(), which returns 0 when it is time to end, and -EPIPE when the reader closed the pipe
 * @c: times and callbacks
 *
 * loop_close() may be called even if it failed.
 *
 * Return: 0 or -errno.
 */
int interval_loop_open(struct interval_loop *l, const struct interval_loop_conf *c);

#endif
