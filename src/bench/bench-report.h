/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/command.h"
#include "bench.h"

enum mode { MODE_TX, MODE_RX, MODE_BOTH };

/* The words of --notify, in the order of enum notify, ended by NULL. */
extern const char *const bench_notify_names[];

/**
 * struct bench_opts - the options of the command, as given; 0 is "not given" where nothing else is said
 * @mode: an enum mode
 * @queues: pairs of queues
 * @packets: on each queue
 * @time_ns: for how long
 * @size: of a frame
 * @num: ring size
 * @batch: packets published at a time
 * @in_flight: most packets under way
 * @base: ring index to start at
 * @notify: an enum notify
 * @call_after: when to ask for a call
 * @stall_ns: when a queue counts as stuck
 * @drop_kick: which kick of the first pair is not sent
 * @no_netns: no network namespace of its own
 * @log: where the log goes
 */
struct bench_opts {
	int mode;
	uint64_t queues, packets, time_ns, size;
	uint64_t num, batch, in_flight, base;
	int notify;
	struct call_after call_after;
	uint64_t stall_ns, drop_kick;
	bool no_netns;
	const char *log;
};

/**
 * bench_report() - print the result, and on standard error what is wrong with it
 * @cli: how to print
 * @o: what was asked for
 * @res: what came of it
 *
 * Return: an exit status.
 */
int bench_report(const struct cli *cli, const struct bench_opts *o, const struct bench_result *res);

#endif
