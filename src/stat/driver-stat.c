// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver-stat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "driver-count.h"
#include "interval-loop.h"
#include "interval-start.h"
#include "interval-table.h"
#include "probe/device-choice.h"
#include "probe/virtio-labels.h"

/**
 * struct driver_row - a queue's counts in a period; negative: not known, or a share of nothing
 */
struct driver_row {
	uint64_t time, ns;
	const char *device, *queue;
	uint32_t vq;
	struct driver_counts counts;
	int64_t collected;
	double buffers_rate, kicks_rate, suppressed_rate, interrupts_rate;
	double spurious_percent, buffers_per_kick, buffers_per_interrupt;
};

#define ROW(member) offsetof(struct driver_row, member)

#define NAMES								\
	{ "device", "DEVICE", OUT_STRING, ROW(device), -8, .grow = 9 },	\
	{ "queue", "VQ", OUT_STRING, ROW(queue), -9, .grow = 6 }

#define RATES									\
	{ "buffers_per_second", "BUFS/S", OUT_SHORT, ROW(buffers_rate), 7 },	\
	{ "kicks_per_second", "KICKS/S", OUT_SHORT, ROW(kicks_rate), 7 },	\
	{ "suppressed_per_second", "SUPPR/S", OUT_SHORT, ROW(suppressed_rate), 7 }, \
	{ "interrupts_per_second", "IRQS/S", OUT_SHORT, ROW(interrupts_rate), 6 }, \
	{ "spurious_percent", "%SPUR", OUT_SHORT, ROW(spurious_percent), 5 },	\
	{ "buffers_per_kick", "B/KICK", OUT_SHORT, ROW(buffers_per_kick), 6 },	\
	{ "buffers_per_interrupt", "B/IRQ", OUT_SHORT, ROW(buffers_per_interrupt), 6 }

/* Only this tells the queues of a console apart. */
#define NUMBER	{ "vq", "NO", OUT_U32, ROW(vq), 3 }

static const struct out_col rate_cols[] = { NAMES, NUMBER, RATES, { 0 } };

/* Of --separator, --columns and JSON. */
static const struct out_col value_cols[] = {
	{ "time", "TIME", OUT_NSEC, ROW(time), 14 },
	{ "seconds", "SECONDS", OUT_NSEC, ROW(ns), 9 },
	NUMBER,
	{ "buffers", "BUFFERS", OUT_U64, ROW(counts.buffers), 9 },
	{ "kicks", "KICKS", OUT_U64, ROW(counts.kicks), 8 },
	{ "suppressed", "SUPPRESSED", OUT_U64, ROW(counts.suppressed), 10 },
	{ "interrupts", "INTERRUPTS", OUT_U64, ROW(counts.interrupts), 10 },
	{ "spurious", "SPURIOUS", OUT_U64, ROW(counts.spurious), 8 },
	{ "collected", "COLLECTED", OUT_I64, ROW(collected), 9 },
	NAMES, RATES, { 0 },
};

/**
 * struct driver_stat - one run
 * @conf: what is to be printed
 * @out: the output
 * @columns: the columns of text
 * @shown: the columns that are printed: those of @columns; with --separator all, unless some are named
 * @filter: the queues that are wanted
 * @count: the counts
 * @any: a row was printed
 * @wait: the event loop
 * @interval: nanoseconds between tables; 0: one at the end
 * @intervals: number of tables left; 0: no limit
 * @began: when counting began, nanoseconds of CLOCK_BOOTTIME
 * @last: when the last table was printed
 * @tables: number of tables
 */
struct driver_stat {
	const struct driver_stat_conf *conf;
	struct out *out;
	struct columns columns;
	const struct out_col *shown;
	struct queue_filter filter;
	struct driver_count *count;
	bool any;
	struct interval_loop wait;
	uint64_t interval, intervals, began, last, tables;
};

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : -1;
}

static struct driver_row make_row(const struct driver_queue *q, const struct driver_counts *c, uint64_t now,
				  uint64_t ns)
{
	const double seconds = ns_to_s(ns ? ns : 1);
	const double spurious = share(c->spurious, c->interrupts);

	return (struct driver_row){
		.time = now, .ns = ns, .device = q->device, .queue = q->queue, .vq = q->number, .counts = *c,
		.buffers_rate = (double)c->buffers / seconds, .kicks_rate = (double)c->kicks / seconds,
		.suppressed_rate = (double)c->suppressed / seconds,
		.interrupts_rate = (double)c->interrupts / seconds,
		.spurious_percent = spurious < 0 ? -1 : 100 * spurious,
		.buffers_per_kick = share(c->buffers, c->kicks),
		.collected = q->num ? (int64_t)c->collected : -1,
		.buffers_per_interrupt = q->num ? share(c->collected, c->interrupts - c->spurious) : -1,
	};
}

static bool is_wanted(const struct driver_stat *s, const struct driver_queue *q)
{
	const struct queue_filter *f = &s->filter;
	const bool input = !strncmp(q->queue, "input.", 6), output = !strncmp(q->queue, "output.", 7);

	if (!device_choice_matches(&f->taps, 0, q->device))
		return false;
	if (f->choice == QUEUES_ALL)
		return true;
	if (f->choice == QUEUES_NUMBER)
		return q->number == f->queue;
	return (f->choice == QUEUES_RX ? input : output) && (f->queue == QUEUE_ANY_PAIR || q->number / 2 == f->queue);
}

static bool is_idle(const struct driver_counts *c)
{
	return !c->buffers && !c->kicks && !c->suppressed && !c->interrupts;
}

static void print_row(struct driver_stat *s, const struct driver_row *row)
{
	s->any = true;
	if (s->out->json)
		out_json(s->out, out_object("driver_queue", value_cols, row));
	else
		interval_table_row(s->out, s->shown, row, s->conf->separator);
}

/* Print the queues that did something. */
static int print_table(struct driver_stat *s)
{
	const uint64_t now = now_ns(), ns = now - (s->interval ? s->last : s->began);
	const struct driver_counted *queues;
	size_t count;
	int err = driver_count_read(s->count, &queues, &count);

	if (err)
		return err;
	if (s->columns.header)
		interval_table_heads(s->out, s->shown, s->conf->separator, s->tables);
	for (size_t i = 0; i < count; i++) {
		const struct driver_counts *c = s->interval ? &queues[i].since : &queues[i].queue.counts;
		const struct driver_row row = make_row(&queues[i].queue, c, now, ns);

		if (!is_idle(c) && is_wanted(s, &queues[i].queue))
			print_row(s, &row);
	}
	s->last = now;
	s->tables++;
	return out_flush(s->out);
}

static int on_interval(void *arg)
{
	struct driver_stat *s = arg;

	if (s->intervals && !--s->intervals)
		return LOOP_END;
	return print_table(s);
}

static int on_asked(void *arg)
{
	return print_table(arg);
}

/* Say why there is no row. */
static void tell_none(const struct driver_stat *s)
{
	char buf[QUEUE_OPTIONS_TEXT];
	const char *choice = queue_options_text(&s->conf->options->queue, buf);

	if (!virtio_labels_any_device())
		fail("stat", "there is no virtio device here; without --driver it counts what vhost does");
	else
		fail("stat", "no queue of %s has done anything", choice ? choice : "a virtio device");
}

struct driver_totals {
	uint64_t ns, lost;
};

/* Say how many events were lost: there is no other sum. */
static int tell_lost(const struct driver_stat *s)
{
	static const struct out_col cols[] = {
		{ "seconds", NULL, OUT_NSEC, offsetof(struct driver_totals, ns) },
		{ "lost", NULL, OUT_U64, offsetof(struct driver_totals, lost) },
		{ 0 },
	};
	struct driver_totals t = { .ns = s->last - s->began };
	int err = driver_count_lost(s->count, &t.lost);

	if (err)
		return err;
	if (s->out->json)
		out_json(s->out, out_object("totals", cols, &t));
	else if (t.lost)
		fail("stat", "%" PRIu64 " kicks or interrupts were not counted", t.lost);
	return out_flush(s->out);
}

/* Return: 0 or -errno. */
static int count(struct driver_stat *s)
{
	int err = print_start(s->out, s->conf->options);

	s->began = s->last = now_ns();
	if (!err)
		err = loop_run(&s->wait.loop);
	if (!err)
		err = driver_count_stop(s->count);
	if (!err)
		err = print_table(s);
	if (!err && !s->any)
		tell_none(s);
	return err ? err : tell_lost(s);
}

static int open_count(void *arg, char *why, size_t len)
{
	struct driver_stat *s = arg;

	return driver_count_open(&s->count, s->conf->options->verbose, why, len);
}

static int wait_and_count(struct driver_stat *s)
{
	const struct interval_loop_conf conf = {
		.interval = s->interval, .duration = s->conf->options->duration, .due = on_interval,
		.asked = on_asked, .arg = s,
	};
	int err = interval_loop_open(&s->wait, &conf);

	if (!err)
		err = count(s);
	loop_close(&s->wait.loop);
	return err ? fail_output("stat", s->out, "reading the counters", err) : STATUS_OK;
}

int run_driver_stat(const struct driver_stat_conf *conf, const struct cli *cli, struct out *out)
{
	struct driver_stat s = { .conf = conf, .out = out, .filter = make_queue_filter(&conf->options->queue) };
	const char *wrong;
	char why[160];
	int err = columns_choose(&s.columns, out, rate_cols, value_cols, conf->columns, why, sizeof(why)), status;

	if (err)
		return fail_columns("stat", err, why);
	if (columns_wants_help(conf->columns)) {
		columns_help(out->file, value_cols);
		return STATUS_OK;
	}
	wrong = virtio_labels_choose(&s.filter.taps);
	if (wrong)
		fail("stat", "--dev: the names %s", wrong);
	s.shown = *conf->separator && !conf->columns->columns ? value_cols : s.columns.cols;
	status = wrong ? STATUS_USAGE : parse_interval("stat", cli->operands, &s.interval, &s.intervals);
	if (!status)
		status = begin_programs("stat", conf->options->verbose, open_count, &s);
	if (!status)
		status = wait_and_count(&s);
	driver_count_close(s.count);
	columns_free(&s.columns);
	return status;
}
