// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/columns.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/parse.h"
#include "base/time-column.h"
#include "driver-stat.h"
#include "interval-run.h"
#include "interval-table.h"
#include "stat-row.h"

#define SEPARATOR_MAX 16

/**
 * struct stat_opts - the options
 * @common: those that stat shares with hist and top
 * @columns: which columns
 * @separator: between values; empty: a table for people
 * @reasons: decisions by reason instead of rates
 * @driver: what virtio drivers of this kernel do, instead of vhost
 * @time: an enum time_how
 */
struct stat_opts {
	struct interval_options common;
	struct column_options columns;
	char separator[SEPARATOR_MAX];
	bool reasons, driver;
	int time;
};

static const struct stat_opts stat_defaults = { .common = INTERVAL_DEFAULTS, .time = TIME_NONE };

static const char *parse_separator(void *field, const char *arg)
{
	if (!*arg)
		return "is empty";
	switch (parse_escapes(arg, field, SEPARATOR_MAX)) {
	case 0:
		return NULL;
	case -ENOSPC:
		return "is too long";
	default:
		return "has a backslash that is neither \\t, a tab, nor \\\\, a backslash";
	}
}

static const struct opt stat_opts[] = {
	INTERVAL_OPTIONS,
	{ "reasons", 'r', OPT_FLAG, offsetof(struct stat_opts, reasons), .help = "show decisions by reason" },
	{ "driver", 0, OPT_FLAG, offsetof(struct stat_opts, driver), .help = "count what virtio drivers here do" },
	{ "time", 't', OPT_CHOICE, offsetof(struct stat_opts, time), "HOW", TIME_HOW_HELP " (default)",
	  .choices = time_how_names },
	COLUMN_OPTIONS(stat_opts, columns),
	{ "separator", 'x', OPT_PARSE, offsetof(struct stat_opts, separator), "SEP",
	  "all values, separated by SEP, for programs", .parse = parse_separator },
	{ 0 },
};

/* Room for all columns, one for the time, and an end. */
#define COLUMNS_MAX 64

/**
 * struct stat_run - one run of the command
 * @opts: the options
 * @columns: the columns of text
 * @chosen: which ones the user wants, with the time if it is wanted
 * @names: names of @chosen, if the time was added; owned
 * @view: the columns that are shown unless others are named
 * @all: all columns
 * @shown: the columns that are printed: those of @columns; with --separator all, unless some are named
 * @time: the column of times
 * @rows: the rows of a table; owned
 * @sorted: pointers to @rows, as they are printed; owned
 * @count: how many
 * @room: of @rows
 * @sorted_room: of @sorted
 */
struct stat_run {
	const struct stat_opts *opts;
	struct columns columns;
	struct column_options chosen;
	char *names;
	struct out_col view[COLUMNS_MAX], all[COLUMNS_MAX];
	const struct out_col *shown;
	struct time_column time;
	struct stat_row *rows;
	const void **sorted;
	size_t count, room, sorted_room;
};

static void print_row(struct interval_run *t, const struct stat_row *row)
{
	const struct stat_run *s = t->arg;

	if (t->out.json)
		out_json(&t->out, stat_json("queue", row));
	else
		interval_table_row(&t->out, s->shown, row, s->opts->separator);
}

/* Add a row. Only the first row of a worker has the worker's usage; @worker: that of the row before. */
static int add_row(struct stat_run *s, const struct counted_queue *q, const struct stat_time *time, bool total,
		   uint32_t *worker)
{
	struct stat_row *rows = array_grow(s->rows, &s->room, s->count + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	s->rows = rows;
	s->rows[s->count++] = stat_row(q, total, time, *worker && *worker == q->name.tid);
	*worker = q->name.tid;
	return 0;
}

static bool same_name(const struct stat_row *a, const struct stat_row *b)
{
	return a->shown_device && b->shown_device && !strcmp(a->queue, b->queue) &&
	       !strcmp(a->shown_device, b->shown_device);
}

/* Two processes may have had the same queue, one after the other: "163:vm0". */
static void tell_owners_apart(struct stat_run *s)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t k = 0; k < s->count; k++)
			s->rows[i].ambiguous |= s->rows[i].owner != s->rows[k].owner &&
						same_name(&s->rows[i], &s->rows[k]);
	for (size_t i = 0; i < s->count; i++) {
		struct stat_row *row = &s->rows[i];

		if (!row->ambiguous)
			continue;
		snprintf(row->owner_device, sizeof(row->owner_device), "%" PRIu32 ":%s", row->owner, row->shown_device);
		row->shown_device = row->owner_device;
	}
}

/* With @total, queues that are gone come first. */
static int fill_table(struct stat_run *s, const struct counters *counters, const struct counted *counted, bool total)
{
	const struct stat_time time = {
		.end = now_ns(),
		.ns = total ? counted->total_ns : counted->ns,
	};
	uint32_t worker = 0;
	int gone, err = 0;
	const struct counted_queue *queues = counters_gone(counters, &gone);

	s->count = 0;
	for (int i = 0; total && i < gone && !err; i++)
		err = add_row(s, &queues[i], &time, true, &worker);
	for (int i = 0; i < counted->count && !err; i++)
		if (!total || !counted->queues[i].gone)
			err = add_row(s, &counted->queues[i], &time, total, &worker);
	/* Only a table of all queues has those that are gone. */
	if (!err && total && gone)
		tell_owners_apart(s);
	return err;
}

/* All rows of a table have the same time. */
static int sort_table(struct stat_run *s)
{
	const void **sorted = array_grow(s->sorted, &s->sorted_room, s->count + 1, sizeof(*sorted));
	const struct shown_time shown = s->count ? time_column_show(&s->time, s->rows[0].time) :
							(struct shown_time){ 0 };

	if (!sorted)
		return -ENOMEM;
	s->sorted = sorted;
	for (size_t i = 0; i < s->count; i++) {
		s->rows[i].shown = shown;
		sorted[i] = &s->rows[i];
	}
	return columns_sort(&s->columns, sorted, s->count);
}

/* Names get the room that they need in this table, and other columns what is left. */
static int fit_columns(struct stat_run *s, struct out *o)
{
	struct out_col *view = columns_measured(s->view, s->sorted, s->count);
	struct out_col *all = columns_measured(s->all, s->sorted, s->count);
	const struct out_col *sort = s->columns.sort;
	char why[160];
	int err = -ENOMEM;

	columns_free(&s->columns);
	if (view && all)
		err = columns_choose(&s->columns, o, view, all, &s->chosen, why, sizeof(why));
	s->columns.sort = sort;
	s->shown = s->columns.cols;
	free(view);
	free(all);
	return err;
}

static int print_table(struct interval_run *t, const struct counted *counted, bool total)
{
	struct stat_run *s = t->arg;
	int err = fill_table(s, t->counters, counted, total);

	if (!t->shown)
		time_column_init(&s->time, s->opts->time, now_ns() - counted->total_ns, wall_offset_ns());
	if (!err)
		err = sort_table(s);
	if (!err && !t->out.json && !*s->opts->separator)
		err = fit_columns(s, &t->out);
	if (err)
		return err;
	if (s->columns.header)
		interval_table_heads(&t->out, s->shown, s->opts->separator, t->shown);
	for (size_t i = 0; i < s->count; i++)
		print_row(t, s->sorted[i]);
	return 0;
}

/* The columns of @from, with the time as the user wants it: in the place of the first one if that is a time. */
static void add_time(struct out_col *to, const struct out_col *from, int how)
{
	const bool has_time = from->key && !strcmp(from->key, "time");
	size_t count = 0;

	if (how != TIME_NONE)
		*to++ = time_column(how, offsetof(struct stat_row, shown));
	for (from += how != TIME_NONE && has_time; !out_col_ends(&from[count]); count++)
		to[count] = from[count];
	to[count] = (struct out_col){ 0 };
}

/* Text has the name with its namespace, where that is needed; values for programs have a column for each. */
static void show_namespaces(struct out_col *cols)
{
	for (struct out_col *c = cols; !out_col_ends(c); c++)
		if (c->key && !strcmp(c->key, "device"))
			c->offset = offsetof(struct stat_row, shown_device);
}

/* Whoever wants to see times sees them also beside columns of his choice. */
static int choose_time(struct stat_run *s)
{
	const char *names = s->opts->columns.columns;

	s->chosen = s->opts->columns;
	if (!names || columns_wants_help(&s->chosen) || s->opts->time == TIME_NONE || !strncasecmp(names, "time", 4))
		return 0;
	if (asprintf(&s->names, "time,%s", names) < 0)
		return -ENOMEM;
	s->chosen.columns = s->names;
	return 0;
}

/* Return: 0, or an exit status, with the message printed. */
static int choose_columns(struct stat_run *s, struct out *out)
{
	char why[160];
	int err = choose_time(s);

	add_time(s->all, stat_values, s->opts->time);
	add_time(s->view, s->opts->reasons ? stat_reasons : stat_rates, s->opts->time);
	if (!*s->opts->separator)
		show_namespaces(s->all);
	if (!err)
		err = columns_choose(&s->columns, out, s->view, s->all, &s->chosen, why, sizeof(why));
	s->shown = *s->opts->separator && !s->chosen.columns ? s->all : s->columns.cols;
	return err ? fail_columns("stat", err, why) : STATUS_OK;
}

/* Return: the option that does not go together with --driver; NULL: none. */
static const char *not_of_drivers(const struct stat_opts *o)
{
	if (o->reasons)
		return "--reasons";
	if (o->common.sample > 1)
		return "--sample";
	if (o->common.queue.pid)
		return "--pid";
	if (o->columns.sort)
		return "--sort";
	return o->time != TIME_NONE ? "--time" : NULL;
}

static int stat_drivers(const struct stat_opts *o, const struct cli *cli)
{
	const struct driver_stat_conf conf = { &o->common, &o->columns, o->separator };
	struct out out;

	if (not_of_drivers(o)) {
		fail("stat", "--driver does not go together with %s", not_of_drivers(o));
		return STATUS_USAGE;
	}
	out_init(&out, stdout, cli->json, cli->pretty, cli->color);
	return run_driver_stat(&conf, cli, &out);
}

static int run_stat(const struct cli *cli, const void *opts)
{
	struct stat_run s = { .opts = opts };
	struct interval_run t = {
		.command = "stat",
		.options = &s.opts->common,
		.quiet = *s.opts->separator || s.opts->columns.no_header,
		.sampled = "kicks, buffers and runs are exact, the rest is estimated",
		.print = print_table,
		.arg = &s,
	};
	int status;

	if (s.opts->driver)
		return stat_drivers(s.opts, cli);
	out_init(&t.out, stdout, cli->json, cli->pretty, cli->color);
	status = choose_columns(&s, &t.out);
	if (status)
		return status;
	if (columns_wants_help(&s.opts->columns)) {
		columns_help(stdout, stat_values);
		return STATUS_OK;
	}
	status = run_intervals(&t, cli);
	columns_free(&s.columns);
	free(s.names);
	free(s.rows);
	free(s.sorted);
	return status;
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
