// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/out.h"
#include "base/terminal.h"
#include "base/time-column.h"
#include "counters.h"
#include "interval-loop.h"
#include "interval-options.h"
#include "interval-start.h"
#include "stat-row.h"
#include "top-screen.h"
#include "top-text.h"
#include "top-view.h"

/* Most keys handled before other work: more than curses buffers. */
#define KEYS_MAX 256

struct top_opts {
	struct interval_options common;
	bool batch;
	int sort, time;
};

static const struct top_opts top_defaults = { .common = INTERVAL_DEFAULTS, .sort = TOP_COL_BUFFERS, .time = TIME_NONE };

static const struct opt top_opts[] = {
	INTERVAL_OPTIONS,
	{ "batch", 'b', OPT_FLAG, offsetof(struct top_opts, batch), .help = "print tables, one below the other" },
	{ "sort", 0, OPT_PARSE, offsetof(struct top_opts, sort), "COLUMN", "sort by this column (default bufs)",
	  .parse = parse_top_column },
	{ "time", 't', OPT_CHOICE, offsetof(struct top_opts, time), "HOW", "with --batch: " TIME_HOW_HELP,
	  .choices = time_how_names },
	{ 0 },
};

/**
 * struct top - one run of the command
 * @out: the output of --batch
 * @opts: the options
 * @counters: the counters
 * @wait: the event loop
 * @time: the column of times of --batch
 * @view: the view
 * @screen: the screen; NULL with --batch
 * @intervals: number of intervals left; 0: no limit
 * @complete: the requested number of intervals is over
 * @clock: time of day of the last update of the view, as text
 * @looked: time of the last update, in nanoseconds of CLOCK_BOOTTIME
 * @shown: number of tables printed
 */
struct top {
	struct out out;
	const struct top_opts *opts;
	struct counters *counters;
	struct interval_loop wait;
	struct time_column time;
	struct top_view view;
	struct top_screen *screen;
	uint64_t intervals;
	bool complete;
	char clock[16];
	uint64_t looked;
	uint64_t shown;
};

static void note_time(struct top *t)
{
	const time_t now = time(NULL);
	struct tm tm;

	t->looked = now_ns();
	strftime(t->clock, sizeof(t->clock), "%T", localtime_r(&now, &tm));
}

static struct top_moment moment(const struct top *t)
{
	return (struct top_moment){ .clock = t->clock, .uptime_ns = t->looked, .sample = t->opts->common.sample };
}

static int look(struct top *t)
{
	struct counted c;
	int err = counters_read(t->counters, &c);

	note_time(t);
	return err ? err : top_view_update(&t->view, &c, t->looked);
}

#define SUM(member) offsetof(struct top_sum, member)

static void print_json(struct top *t)
{
	static const struct out_col cols[] = {
		{ "time", NULL, OUT_NSEC, SUM(end) },
		{ "seconds", NULL, OUT_NSEC, SUM(ns) },
		{ "devices", NULL, OUT_U32, SUM(devices) },
		{ "queues", NULL, OUT_U32, SUM(queues) },
		{ "decisions_per_second", NULL, OUT_DOUBLE, SUM(decisions) },
		{ "calls_per_second", NULL, OUT_DOUBLE, SUM(calls) },
		{ "lost", NULL, OUT_U64, SUM(lost) },
		{ "signals_missed", NULL, OUT_U64, SUM(missed) },
		{ 0 },
	};

	out_json(&t->out, out_object("top", cols, &t->view.sum));
	for (int i = 0; i < t->view.count; i++)
		out_json(&t->out, stat_json("queue", &t->view.sorted[i]->row));
}

static void print_text(struct top *t)
{
	const struct shown_time shown = time_column_show(&t->time, t->looked);
	const struct top_moment m = moment(t);
	struct out_col table[TOP_TABLE_COLUMNS + 1];
	char text[TOP_TEXT_MAX];

	top_table(table, &t->out, &t->view, t->opts->time);
	if (t->shown)
		fputc('\n', t->out.file);
	for (int i = 0; i < TOP_HEADER_LINES; i++) {
		top_header(&t->view, &m, i, text, sizeof(text));
		fprintf(t->out.file, "%s\n", text);
	}
	fputc('\n', t->out.file);
	out_header(&t->out, table);
	for (int i = 0; i < t->view.count; i++) {
		t->view.sorted[i]->row.shown = shown;
		out_row(&t->out, table, t->view.sorted[i]);
	}
}

/* Return: 0 or -errno. */
static int print_batch(struct top *t)
{
	int err = look(t);

	if (err)
		return err;
	if (t->out.json)
		print_json(t);
	else
		print_text(t);
	t->shown++;
	return out_flush(&t->out);
}

/* Print the unfinished interval as a table, too, so that all tables together have all counts. */
static int print_rest(struct top *t)
{
	int err = counters_stop(t->counters);

	return err ? err : print_batch(t);
}

/* Return: 0 at the end, or -errno. */
static int run_batch(struct top *t)
{
	int err = print_start(&t->out, &t->opts->common);

	time_column_init(&t->time, t->opts->time, now_ns(), wall_offset_ns());
	if (!err)
		err = loop_run(&t->wait.loop);
	return err || t->complete ? err : print_rest(t);
}

static void draw(struct top *t)
{
	const struct top_moment m = moment(t);

	top_screen_draw(t->screen, &t->view, &m);
}

/* Return: 0 at the end, or -errno. */
static int run_screen(struct top *t)
{
	note_time(t);
	draw(t);
	return loop_run(&t->wait.loop);
}

/* Called at the end of an interval and on SIGUSR1. */
static int look_and_show(void *arg)
{
	struct top *t = arg;
	int err;

	if (!t->screen)
		return print_batch(t);
	if (t->view.paused)
		return 0;
	err = look(t);
	if (!err)
		draw(t);
	return err;
}

static int on_interval(void *arg)
{
	struct top *t = arg;
	int err = look_and_show(t);

	if (err || t->view.paused || !t->intervals || --t->intervals)
		return err;
	t->complete = true;
	return LOOP_END;
}

/* Return: 0, LOOP_END or -errno. */
static int take_key(struct top *t, enum top_key key)
{
	struct loop_timer *interval = &t->wait.interval;

	switch (top_view_press(&t->view, key)) {
	case TOP_WISH_QUIT:
		return LOOP_END;
	case TOP_WISH_RETIME:
		interval->interval = t->view.interval;
		interval->due = now_ns() + t->view.interval;
		return 0;
	case TOP_WISH_LOOK:
		return look(t);
	case TOP_WISH_NONE:
		break;
	}
	return 0;
}

static int on_keys(void *arg)
{
	struct top *t = arg;
	int r = 0;

	for (int i = 0; !r && i < KEYS_MAX; i++) {
		int key = top_screen_key(t->screen);

		if (key < 0)
			break;
		r = take_key(t, (enum top_key)key);
	}
	if (!r)
		draw(t);
	return r;
}

static bool wants_screen(const struct top *t)
{
	return !t->opts->batch && !t->out.json && isatty(STDOUT_FILENO);
}

static int open_screen(struct top *t)
{
	int err;

	if (!wants_screen(t))
		return STATUS_OK;
	err = top_screen_open(&t->screen, &t->wait.loop, on_keys, t, t->out.color);
	if (!err)
		return STATUS_OK;
	fail("top", err == -ENOTTY ? "this kind of terminal is not known; set TERM, or use --batch" :
	     "cannot use this terminal: %s", error_text(err));
	return STATUS_REFUSED;
}

/* Close the screen before printing anything. */
static int run(struct top *t)
{
	int err = t->screen ? run_screen(t) : run_batch(t);

	top_screen_close(t->screen);
	if (!err)
		warn_unmatched("top", &t->opts->common, t->counters);
	return fail_output("top", &t->out, "reading the counters", err);
}

static int wait_and_run(struct top *t)
{
	const struct interval_loop_conf conf = {
		.interval = t->view.interval,
		.duration = t->opts->common.duration,
		.due = on_interval,
		.asked = look_and_show,
		.arg = t,
	};
	int err = interval_loop_open(&t->wait, &conf), status = STATUS_REFUSED;

	if (err)
		fail("top", "cannot wait for events: %s", error_text(err));
	else
		status = open_screen(t);
	if (status == STATUS_OK)
		status = run(t);
	loop_close(&t->wait.loop);
	return status;
}

/* Check this before the counters are opened: without keys, for example, the user could not leave the screen. */
static int check_terminal(const struct top *t)
{
	if (!wants_screen(t))
		return STATUS_OK;
	if (!isatty(STDIN_FILENO))
		fail("top", "standard input is not a terminal, so that there are no keys; use --batch");
	else if (terminal_is_dumb())
		fail("top", "a dumb terminal has no screen; set TERM to its type, or use --batch");
	else
		return STATUS_OK;
	return STATUS_REFUSED;
}

static int run_top(const struct cli *cli, const void *opts)
{
	struct top t = { .opts = opts, .view.interval = NSEC_PER_SEC };
	char choice[QUEUE_OPTIONS_TEXT];
	int status = parse_interval("top", cli->operands, &t.view.interval, &t.intervals);

	if (status)
		return status;
	t.view.sort = t.opts->sort;
	t.view.choice = queue_options_text(&t.opts->common.queue, choice);
	out_init(&t.out, stdout, cli->json, cli->pretty, cli->color);
	status = check_terminal(&t);
	if (status)
		return status;
	status = begin_counting("top", &t.opts->common, false, &t.counters);
	if (status == STATUS_OK)
		status = wait_and_run(&t);
	top_view_fini(&t.view);
	counters_close(t.counters);
	return status;
}

static const struct opt_group groups[] = { { "Options", top_opts }, { 0 } };

const struct command cmd_top = {
	.name = "top",
	.summary = "show the busiest queues, full screen",
	.operands = "[INTERVAL [COUNT]]",
	.opts = groups,
	.opts_size = sizeof(struct top_opts),
	.defaults = &top_defaults,
	.run = run_top,
};
