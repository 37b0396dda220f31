// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "base/clock.h"
#include "base/command.h"
#include "interval-run.h"
#include "stat-row.h"

struct stat_opts {
	struct interval_options common;
	const char *separator;
	bool reasons;
};

static const struct stat_opts stat_defaults = { .common = INTERVAL_DEFAULTS };

static const struct opt stat_opts[] = {
	INTERVAL_OPTIONS,
	{ "reasons", 'r', OPT_FLAG, offsetof(struct stat_opts, reasons), .help = "show decisions by reason" },
	{ "separator", 'x', OPT_STRING, offsetof(struct stat_opts, separator), "SEP",
	  "all values, separated by SEP, for programs" },
	{ 0 },
};

static void print_row(struct interval_run *t, const struct stat_row *row)
{
	const struct stat_opts *o = t->arg;

	if (t->out.json)
		out_json(&t->out, stat_json("queue", row));
	else if (o->separator)
		out_separated(&t->out, stat_values, row, o->separator);
	else
		out_row(&t->out, o->reasons ? stat_reasons : stat_rates, row);
}

static void print_heads(struct interval_run *t)
{
	const struct stat_opts *o = t->arg;

	if (t->out.json)
		return;
	if (o->separator) {
		if (!t->shown)
			out_separated_header(&t->out, stat_values, o->separator);
		return;
	}
	if (t->shown)
		fputc('\n', t->out.file);
	out_header(&t->out, o->reasons ? stat_reasons : stat_rates);
}

/* Print a row. Only the first row of a worker has the worker's usage; @worker: that of the row before. */
static void print_queue(struct interval_run *t, const struct counted_queue *q, const struct stat_time *time, bool total,
			uint32_t *worker)
{
	struct stat_row row = stat_row(q, total, time, *worker && *worker == q->name.tid);

	print_row(t, &row);
	*worker = q->name.tid;
}

/* With @total, queues that are gone come first. */
static int print_table(struct interval_run *t, const struct counted *counted, bool total)
{
	const struct stat_time time = {
		.end = now_ns(),
		.ns = total ? counted->total_ns : counted->ns,
	};
	uint32_t worker = 0;
	int gone;
	const struct counted_queue *queues = counters_gone(t->counters, &gone);

	print_heads(t);
	for (int i = 0; total && i < gone; i++)
		print_queue(t, &queues[i], &time, true, &worker);
	for (int i = 0; i < counted->count; i++)
		if (!total || !counted->queues[i].gone)
			print_queue(t, &counted->queues[i], &time, total, &worker);
	return 0;
}

static int run_stat(const struct cli *cli, const void *opts)
{
	const struct stat_opts *o = opts;
	struct interval_run t = {
		.command = "stat",
		.options = &o->common,
		.quiet = o->separator,
		.sampled = "kicks, buffers and runs are exact, the rest is estimated",
		.print = print_table,
		.arg = (void *)o,
	};

	return run_intervals(&t, cli);
}

static const struct opt_group groups[] = { { "Options", stat_opts }, { 0 } };

const struct command cmd_stat = {
	.name = "stat",
	.summary = "count kicks, calls and suppressed calls of every queue, by reason",
	.operands = "[INTERVAL [COUNT]]",
	.opts = groups,
	.opts_size = sizeof(struct stat_opts),
	.defaults = &stat_defaults,
	.run = run_stat,
};
