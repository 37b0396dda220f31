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
 * DOC: what stat and hist do alike
 *
 * They count from beginning to end and print what was counted: at every interval, the last of which may be
 * shorter, and when SIGUSR1 asks, or else once, at the end. What they print differs.
 */

struct interval_run;

/**
 * typedef interval_print_fn - print what was counted
 * @t: the run; to be printed to its @out
 * @counted: as counters_read() has it
 * @total: everything since the beginning; else what there was since it was called before
 *
 * Return: 0 or -errno.
 */
typedef int interval_print_fn(struct interval_run *t, const struct counted *counted, bool total);

/**
 * typedef interval_look_fn - take note of what was counted, whether or not it is to be printed
 *
 * Return: 0 or -errno.
 */
typedef int interval_look_fn(struct interval_run *t, const struct counted *counted);

/**
 * struct interval_run - one run; @command to @arg are the caller's, the rest is run_intervals()'s
 * @command: its name, for messages
 * @options: what is counted
 * @hists: histograms as well
 * @quiet: the sums are not to be printed at the end
 * @look: NULL, or called before @print, and four times a second without intervals
 * @print: see interval_print_fn
 * @arg: the caller's
 * @out: where it goes
 * @counters: where the counts come from
 * @wait: when they are looked at
 * @interval: nanoseconds from print to print; 0: one at the end
 * @intervals: how many are left; 0: no limit
 * @lost: decisions lost so far, as said
 * @shown: how often it was printed
 */
struct interval_run {
	const char *command;
	const struct interval_options *options;
	bool hists, quiet;
	interval_look_fn *look;
	interval_print_fn *print;
	void *arg;
	struct out out;
	struct counters *counters;
	struct interval_loop wait;
	uint64_t interval, intervals;
	uint64_t lost, shown;
};

/**
 * run_intervals() - the run, from the operands to the sums
 *
 * Return: an exit status, with what went wrong printed.
 */
int run_intervals(struct interval_run *t, const struct cli *cli);

#endif
