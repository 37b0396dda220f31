/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INTERVAL_RUN_H
#define INTERVAL_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/command.h"
#include "base/out.h"
#include "counters.h"
#include "interval-loop.h"
#include "interval-options.h"

/**
 * DOC: the common part of stat and hist
 *
 * Both count from beginning to end. They print after every interval, of which the last may be shorter, or once at the
 * end if there are no intervals; and on SIGUSR1. They differ in what they print.
 */

struct interval_run;

/**
 * typedef interval_print_fn - print what was counted
 * @t: the run; to be printed to its @out
 * @counted: the result of counters_read()
 * @total: print the counts since the beginning, not those since the last call
 *
 * Return: 0 or -errno.
 */
typedef int interval_print_fn(struct interval_run *t, const struct counted *counted, bool total);

/**
 * typedef interval_look_fn - process a result of counters_read(), whether or not it is printed
 *
 * Return: 0 or -errno.
 */
typedef int interval_look_fn(struct interval_run *t, const struct counted *counted);

/**
 * struct interval_run - one run; the caller sets @command to @out, run_intervals() the rest
 * @command: its name, for messages
 * @options: what is counted
 * @hists: count histograms as well
 * @quiet: do not print the sums at the end
 * @sampled: what sampling means for what is printed
 * @look: NULL, or called before @print and four times a second: then counters_read() is, too, so @print must not use
 *	  what it tells of the time since the last call
 * @print: see interval_print_fn
 * @arg: the caller's
 * @out: the output
 * @counters: the counters
 * @wait: the event loop
 * @looks: timer of @look
 * @interval: nanoseconds between prints; 0: print once at the end
 * @intervals: number of intervals left; 0: no limit
 * @lost: lost decisions that were printed
 * @values_lost: likewise, lost values of histograms
 * @shown: number of prints
 * @unmatched: when to say that no queue has matched, nanoseconds of CLOCK_BOOTTIME; LOOP_NEVER: at the end, if at all
 * @told: it was said
 */
struct interval_run {
	const char *command;
	const struct interval_options *options;
	bool hists, quiet;
	const char *sampled;
	interval_look_fn *look;
	interval_print_fn *print;
	void *arg;
	struct out out;
	struct counters *counters;
	struct interval_loop wait;
	struct loop_timer looks;
	uint64_t interval, intervals;
	uint64_t lost, values_lost, shown;
	uint64_t unmatched;
	bool told;
};

/**
 * run_intervals() - do the whole run, from reading the operands to printing the sums
 *
 * Return: an exit status, with any error printed.
 */
int run_intervals(struct interval_run *t, const struct cli *cli);

#endif
