// SPDX-License-Identifier: GPL-2.0-or-later
#include "interval-run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "event/decision.h"
#include "interval-start.h"

/* Time between looks: two are needed for a worker's usage even in a short run without intervals. */
#define LOOK_NS (NSEC_PER_SEC / 4)

/* When somebody who watches is told that nothing matches. */
#define UNMATCHED_NS (2 * NSEC_PER_SEC)

struct lost_row {
	uint64_t time, decisions, values;
};

/* Print lost decisions with the interval that found them. Values for programs have them only at the end. */
static void tell_lost(struct interval_run *t, const struct counted *counted)
{
	static const struct out_col cols[] = {
		{ "time", NULL, OUT_NSEC, offsetof(struct lost_row, time) },
		{ "decisions", NULL, OUT_U64, offsetof(struct lost_row, decisions) },
		{ 0 },
	};
	static const struct out_col hist_cols[] = {
		{ "values", NULL, OUT_U64, offsetof(struct lost_row, values) },
		{ 0 },
	};
	const struct lost_row row = { now_ns(), counted->lost - t->lost, counted->values_lost - t->values_lost };
	struct json_object *obj;

	if (t->quiet || !(row.decisions || row.values))
		return;
	t->lost = counted->lost;
	t->values_lost = counted->values_lost;
	if (!t->out.json) {
		if (row.decisions)
			fprintf(t->out.file, "-- %" PRIu64 " decisions lost --\n", row.decisions);
		if (row.values)
			fprintf(t->out.file, "-- %" PRIu64 " values lost --\n", row.values);
		return;
	}
	obj = out_object("lost", cols, &row);
	if (t->hists && obj)
		out_add(obj, hist_cols, &row);
	out_json(&t->out, obj);
}

/* Look also if nothing is printed: otherwise short-lived queues and the usage of workers would be missed. */
static int look(struct interval_run *t, bool print, bool total)
{
	struct counted counted;
	int err = counters_read(t->counters, &counted);

	if (!err && now_ns() >= t->unmatched) {
		t->told = warn_unmatched(t->command, t->options, t->counters);
		t->unmatched = LOOP_NEVER;
	}
	if (!err && t->look)
		err = t->look(t, &counted);
	if (err || !print)
		return err;
	err = t->print(t, &counted, total);
	if (t->interval)
		tell_lost(t, &counted);
	t->shown++;
	return err ? err : out_flush(&t->out);
}

/* The last interval is printed at the end. */
static int on_interval(void *arg)
{
	struct interval_run *t = arg;

	if (t->intervals && !--t->intervals)
		return LOOP_END;
	return look(t, t->interval, !t->interval);
}

static int on_look(void *arg)
{
	return look(arg, false, false);
}

static int on_asked(void *arg)
{
	struct interval_run *t = arg;

	return look(t, true, !t->interval);
}

/**
 * struct sum - sums over all queues
 * @decisions: all decisions
 * @signalled: those with a reason to notify
 * @suppressed: those with a reason to suppress
 * @unexplained: those without a reason
 * @lost: decisions that were not counted for any queue
 * @signals_missed: see struct counted
 * @values_lost: likewise
 * @ns: time since counting began, nanoseconds
 * @unbalanced: number of queues whose decisions are not the sum of their reasons
 */
struct sum {
	uint64_t decisions, signalled, suppressed, unexplained, lost, signals_missed, values_lost;
	uint64_t ns;
	int unbalanced;
};

static void add_queue(struct sum *s, const struct queue_counts *q)
{
	uint64_t signalled = reasons_sum(q->reasons[1]), suppressed = reasons_sum(q->reasons[0]);
	uint64_t unexplained = q->reasons[0][REASON_UNEXPLAINED] + q->reasons[1][REASON_UNEXPLAINED];

	s->decisions += q->decisions;
	s->signalled += signalled;
	s->suppressed += suppressed;
	s->unexplained += unexplained;
	s->unbalanced += q->decisions != signalled + suppressed + unexplained;
}

static struct sum sum_up(const struct interval_run *t, const struct counted *counted)
{
	struct sum s = {
		.decisions = counted->lost,
		.lost = counted->lost,
		.signals_missed = counted->signals_missed,
		.values_lost = counted->values_lost,
		.ns = counted->total_ns,
	};
	int gone;
	const struct counted_queue *queues = counters_gone(t->counters, &gone);

	for (int i = 0; i < gone; i++)
		add_queue(&s, &queues[i].total);
	for (int i = 0; i < counted->count; i++)
		if (!counted->queues[i].gone)
			add_queue(&s, &counted->queues[i].total);
	return s;
}

#define SUM(member) offsetof(struct sum, member)

static void print_sum(struct interval_run *t, const struct sum *s)
{
	static const struct out_col cols[] = {
		{ "seconds", NULL, OUT_NSEC, SUM(ns) },
		{ "decisions", NULL, OUT_U64, SUM(decisions) },
		{ "signalled", NULL, OUT_U64, SUM(signalled) },
		{ "suppressed", NULL, OUT_U64, SUM(suppressed) },
		{ "unexplained", NULL, OUT_U64, SUM(unexplained) },
		{ "lost", NULL, OUT_U64, SUM(lost) },
		{ "signals_missed", NULL, OUT_U64, SUM(signals_missed) },
		{ 0 },
	};
	static const struct out_col hist_cols[] = { { "values_lost", NULL, OUT_U64, SUM(values_lost) }, { 0 } };
	char text[256];

	if (t->out.json) {
		struct json_object *obj = out_object("totals", cols, s);

		if (t->hists && obj)
			out_add(obj, hist_cols, s);
		out_json(&t->out, obj);
		return;
	}
	if (t->quiet)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " decisions in %.3f s: %" PRIu64 " signalled, %" PRIu64 " suppressed, %"
		 PRIu64 " unexplained; %" PRIu64 " lost", s->decisions, ns_to_s(s->ns), s->signalled,
		 s->suppressed, s->unexplained, s->lost);
	fputc('\n', t->out.file);
	out_wrapped(&t->out, 0, text);
	if (s->signals_missed)
		fprintf(t->out.file, "%" PRIu64 " signals missed: so many suppressions at most may have been calls\n",
			s->signals_missed);
	if (s->values_lost)
		fprintf(t->out.file, "%" PRIu64 " values lost: the histograms had no room for them\n", s->values_lost);
}

/*
 * Print the last interval, which may be shorter; without intervals, print everything.
 *
 * Return: 0, with the exit status in @status, or -errno.
 */
static int finish(struct interval_run *t, int *status)
{
	struct counted counted;
	struct sum sum;
	int err = counters_stop(t->counters);

	if (!err)
		err = look(t, true, !t->interval);
	if (!err)
		err = counters_read(t->counters, &counted);
	if (err)
		return err;
	sum = sum_up(t, &counted);
	print_sum(t, &sum);
	err = out_flush(&t->out);
	if (err)
		return err;
	if (!t->told)
		warn_unmatched(t->command, t->options, t->counters);
	if (t->quiet && sum.lost)
		fail(t->command, "%" PRIu64 " decisions were lost", sum.lost);
	*status = sum.unbalanced ? STATUS_FOUND : STATUS_OK;
	if (sum.unbalanced)
		fail(t->command, "the decisions of %d queues are not the sum of their reasons; this is an error in "
		     "vhostctl", sum.unbalanced);
	return 0;
}

/* Return: an exit status. */
static int count(struct interval_run *t)
{
	int status = STATUS_OK, r = print_start(&t->out, t->options);

	if (t->options->sample > 1 && !t->out.json && !t->quiet)
		fprintf(t->out.file, "Sampled 1/%" PRIu32 ": %s.\n\n", t->options->sample, t->sampled);
	if (!r)
		r = loop_run(&t->wait.loop);
	if (!r)
		r = finish(t, &status);
	return r ? fail_output(t->command, &t->out, "reading the counters", r) : status;
}

/* Without intervals, on_interval() looks. */
static void add_looks(struct interval_run *t)
{
	t->looks = (struct loop_timer){
		.due = now_ns() + LOOK_NS, .interval = LOOK_NS, .fn = on_look, .arg = t,
	};
	if (t->interval && t->look)
		loop_add_timer(&t->wait.loop, &t->looks);
}

int run_intervals(struct interval_run *t, const struct cli *cli)
{
	struct interval_loop_conf conf = {
		.duration = t->options->duration, .due = on_interval, .asked = on_asked, .arg = t,
	};
	int status = parse_interval(t->command, cli->operands, &t->interval, &t->intervals), err;

	if (!status)
		status = begin_counting(t->command, t->options, t->hists, &t->counters);
	if (status)
		return status;
	conf.interval = t->interval ? t->interval : LOOK_NS;
	t->unmatched = isatty(STDERR_FILENO) ? now_ns() + UNMATCHED_NS : LOOP_NEVER;
	err = interval_loop_open(&t->wait, &conf);
	if (err) {
		fail(t->command, "cannot wait for events: %s", error_text(err));
		status = STATUS_REFUSED;
	} else {
		add_looks(t);
		status = count(t);
	}
	loop_close(&t->wait.loop);
	counters_close(t->counters);
	return status;
}
