// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/columns.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/loop.h"
#include "base/notice.h"
#include "base/out.h"
#include "base/privileges.h"
#include "base/stop.h"
#include "base/time-column.h"
#include "event/event-lines.h"
#include "event/event-names.h"
#include "event/event-totals.h"
#include "event/start-json.h"
#include "probe/queue-options.h"
#include "probe/session.h"
#include "probe/virtio-labels.h"
#include "trace-options.h"
#include "tracer.h"

#define EVENTS_UNSET UINT32_MAX
#define EVENTS_DEFAULT (1U << EVENT_CALL | 1U << EVENT_KICK | 1U << EVENT_DISCARD)
#define REASONS_ALL UINT32_MAX

/* When somebody who watches is told that no event matches. */
#define UNMATCHED_NS (2 * NSEC_PER_SEC)

struct trace_opts {
	struct queue_options queue;
	uint64_t count;
	uint64_t duration;
	uint32_t events;
	int only;
	uint32_t reasons;
	uint64_t min_batch;
	uint32_t sample;
	int time;
	bool strict, wide;
	bool verbose;
};

static const char *const act_names[] = { "signal", "suppress", NULL };
static const enum trace_acts acts[] = { ACTS_SIGNAL, ACTS_SUPPRESS };

#define ACT_ANY (-1)

static const struct trace_opts trace_defaults = {
	.events = EVENTS_UNSET, .only = ACT_ANY, .reasons = REASONS_ALL, .sample = 1, .time = TIME_REL,
};

#define OPT(member) offsetof(struct trace_opts, member)

static const struct opt trace_opts[] = {
	{ "events", 'e', OPT_PARSE, OPT(events), "EVENT,...", "events, or help (default call,kick,discard)",
	  .parse = parse_events },
	{ "count", 'n', OPT_UINT, OPT(count), "N", "end after N events", .min = 1, .max = UINT64_MAX },
	{ "duration", 'd', OPT_SECONDS, OPT(duration), "S", "end after S seconds",
	  .min = NSEC_PER_MSEC, .max = 1000000000 * NSEC_PER_SEC },
	QUEUE_OPTIONS,
	{ "only", 0, OPT_CHOICE, OPT(only), "ACT", "signal or suppress: only these decisions", .choices = act_names },
	{ "reason", 0, OPT_PARSE, OPT(reasons), "REASON,...", "only decisions for these reasons",
	  .parse = parse_reasons },
	{ "min-batch", 0, OPT_UINT, OPT(min_batch), "N", "only decisions and runs of N buffers or more",
	  .max = UINT16_MAX },
	{ "sample", 0, OPT_PARSE, OPT(sample), "1/N", "show one event in N of each type and queue",
	  .parse = parse_sample },
	{ "time", 't', OPT_CHOICE, OPT(time), "HOW", TIME_HOW_HELP " (default rel)",
	  .choices = time_how_names },
	WIDE_OPTION(OPT(wide)),
	{ "strict", 0, OPT_FLAG, OPT(strict), .help = "exit with status 3 if an event was lost" },
	{ "verbose", 'v', OPT_FLAG, OPT(verbose), .help = "show what libbpf says" },
	{ 0 },
};

/**
 * struct trace - one run of the command
 * @out: the output
 * @lines: state of printing lines
 * @tracer: the source of events
 * @events: bits of the types that are traced
 * @loop: the event loop
 * @end: timer: the duration is over
 * @read: timer: read events
 * @lost: lost events that were printed
 * @opts: the options
 * @events_read: events that were printed
 * @unmatched: when to say that none has come, nanoseconds of CLOCK_BOOTTIME; LOOP_NEVER: at the end, if at all
 * @told: it was said
 */
struct trace {
	struct out out;
	struct event_lines lines;
	struct tracer *tracer;
	uint32_t events;
	struct loop loop;
	struct loop_timer end, read;
	uint64_t lost;
	const struct trace_opts *opts;
	uint64_t events_read;
	uint64_t unmatched;
	bool told;
};

static void on_event(const struct traced_queue *q, const struct event *e, void *arg)
{
	struct trace *t = arg;

	t->events_read++;
	event_lines_print(&t->lines, &t->out, &q->name, e);
}

static void print_start_json(struct trace *t)
{
	struct json_object *obj = start_json(tracer_armed_at(t->tracer)), *functions = json_object_new_array(),
			   *events = json_object_new_array();

	for (int i = 0; i < TRACE_HOOKS; i++)
		if (tracer_function(t->tracer, i))
			json_object_array_add(functions, json_object_new_string(tracer_function(t->tracer, i)));
	for (int i = 0; i < EVENT_TYPES; i++)
		if (t->events & (1U << i))
			json_object_array_add(events, json_object_new_string(event_kinds[i].name));
	json_object_object_add(obj, "functions", functions);
	json_object_object_add(obj, "events", events);
	out_json(&t->out, obj);
}

static void print_start_text(struct trace *t, uint64_t wall)
{
	uint64_t at = tracer_armed_at(t->tracer), ns = at + wall;
	time_t second = (time_t)(ns / NSEC_PER_SEC);
	char date[64];
	struct tm tm;

	localtime_r(&second, &tm);
	strftime(date, sizeof(date), "%F %T", &tm);
	fprintf(t->out.file, "Traced since %s.%06" PRIu64 ", %" PRIu64 ".%06" PRIu64 " s after boot\n", date,
		ns % NSEC_PER_SEC / 1000, at / NSEC_PER_SEC, at % NSEC_PER_SEC / 1000);
	event_lines_header(&t->lines, &t->out);
}

/* Tell a waiting script that from now on every event is seen. */
static int print_start(struct trace *t, int time)
{
	const uint64_t wall = wall_offset_ns();

	event_lines_init(&t->lines, &t->out, time, tracer_armed_at(t->tracer), wall);
	if (t->out.json)
		print_start_json(t);
	else
		print_start_text(t, wall);
	return out_flush(&t->out);
}

/* The lost events are newer than those read before: print this before the next are read. */
static void tell_lost(struct trace *t)
{
	uint64_t lost = tracer_lost(t->tracer);

	if (lost == t->lost)
		return;
	event_lines_lost(&t->out, lost - t->lost, now_ns());
	t->lost = lost;
}

static int read_and_flush(struct trace *t)
{
	int more = tracer_read(t->tracer, on_event, t), err;

	if (more < 0)
		return more;
	tell_lost(t);
	err = out_flush(&t->out);
	return err ? err : more;
}

/* Does a filter for events, not for queues, leave some out? */
static bool leaves_out(const struct trace_opts *o)
{
	return o->only != ACT_ANY || o->reasons != REASONS_ALL || o->min_batch;
}

/* Say once that no event has come, if a filter may be why. */
static void warn_unmatched(struct trace *t)
{
	char buf[QUEUE_OPTIONS_TEXT];
	const char *choice = queue_options_text(&t->opts->queue, buf);

	t->unmatched = LOOP_NEVER;
	if (t->told || t->events_read || !(choice || leaves_out(t->opts)))
		return;
	t->told = true;
	if (choice)
		fail("trace", "no event of %s has come%s", choice, leaves_out(t->opts) ? " that the filter wants" : "");
	else
		fail("trace", "no event has come that --only, --reason and --min-batch want");
}

/* If more events wait, the loop calls this again at once, after its other work. */
static int on_read(void *arg)
{
	struct trace *t = arg;
	int more = read_and_flush(t);

	if (more < 0)
		return more;
	if (now_ns() >= t->unmatched)
		warn_unmatched(t);
	t->read.due = now_ns() + (more ? 0 : TRACER_INTERVAL_MS * NSEC_PER_MSEC);
	return tracer_limit_reached(t->tracer) ? LOOP_END : 0;
}

static void add_timers(struct trace *t, uint64_t duration)
{
	t->end = (struct loop_timer){
		.due = duration ? tracer_armed_at(t->tracer) + duration : LOOP_NEVER, .fn = loop_end,
	};
	t->read = (struct loop_timer){ .due = now_ns(), .fn = on_read, .arg = t };
	loop_add_timer(&t->loop, &t->end);
	loop_add_timer(&t->loop, &t->read);
}

static int trace_live(struct trace *t, const struct trace_opts *o)
{
	int err = loop_open(&t->loop);

	add_timers(t, o->duration);
	if (!err)
		err = loop_watch_output(&t->loop, fileno(t->out.file));
	if (!err)
		err = print_start(t, o->time);
	if (!err)
		err = loop_run(&t->loop);
	loop_close(&t->loop);
	return err;
}

static int trace_rest(struct trace *t)
{
	int r = tracer_stop(t->tracer);

	if (r)
		return r;
	do {
		r = read_and_flush(t);
	} while (r > 0);
	return r;
}

static int add_totals(const struct traced_queue *q, const struct trace_counts *c, void *arg)
{
	return event_totals_add(arg, q, c);
}

/* Return: 0 or -errno; call event_totals_free() in any case. */
static int read_totals(struct trace *t, struct event_totals *totals)
{
	struct event_unattributed unattributed = { 0 };
	int err = tracer_unattributed(t->tracer, &unattributed);

	event_totals_init(totals, &unattributed);
	if (!err)
		err = tracer_queues(t->tracer, add_totals, totals);
	event_totals_sum(totals);
	return err;
}

/* Print the totals, and compare the received events with the kernel's counts. */
static int finish(struct trace *t, bool strict)
{
	struct event_totals totals;
	int err = read_totals(t, &totals), status = STATUS_OK;

	if (err) {
		fail("trace", "reading the counts: %s", error_text(err));
		event_totals_free(&totals);
		return STATUS_REFUSED;
	}
	event_totals_print(&totals, t->events, &t->out);
	if (totals.unbalanced) {
		fail("trace", "the sums of %d queues or types of event do not agree with what the kernel counted; this "
		     "is an error in vhostctl", totals.unbalanced);
		status = STATUS_FOUND;
	} else if (strict && totals.lost) {
		fail("trace", "%" PRIu64 " events were lost", totals.lost);
		status = STATUS_FOUND;
	}
	event_totals_free(&totals);
	if (!status)
		status = fail_output("trace", &t->out, NULL, out_flush(&t->out));
	if (!status)
		warn_unmatched(t);
	return status;
}

static int trace(struct trace *t, const struct trace_opts *o)
{
	int err = trace_live(t, o);

	if (!err)
		err = trace_rest(t);
	return err ? fail_output("trace", &t->out, "reading the events", err) : finish(t, o->strict);
}

/* With a filter for decisions, kicks are left out by default. */
static uint32_t chosen_events(const struct trace_opts *o)
{
	if (o->events != EVENTS_UNSET)
		return o->events;
	return leaves_out(o) ? 1U << EVENT_CALL : EVENTS_DEFAULT;
}

static struct trace_filter make_filter(const struct trace_opts *o)
{
	return (struct trace_filter){
		.limit = o->count,
		.events = chosen_events(o),
		.reasons = o->reasons,
		.acts = o->only == ACT_ANY ? ACTS_ALL : acts[o->only],
		.min_batch = (uint32_t)o->min_batch,
		.sample = o->sample,
	};
}

static int list_events(void)
{
	for (int i = 0; i < EVENT_TYPES; i++)
		printf("%-16s %s\n", event_kinds[i].name, event_kinds[i].help);
	printf("%-16s %s\n", "all", "all that are of vhost, but for inject and drop");
	printf("%-16s %s\n", "driver", "all that are of drivers");
	printf("%-16s %s\n", "irq", "inject, driver_interrupt, or both: what there is on this machine");
	return STATUS_OK;
}

/* Warn once, on standard error, that some events cannot be seen; the others are shown. */
static void warn_unseen(uint32_t unseen, uint32_t incomplete)
{
	for (int i = 0; i < EVENT_TYPES; i++)
		if (unseen & (1U << i))
			fail("trace", "this kernel does not let %s events be seen; vhostctl features says why",
			     event_kinds[i].name);
		else if (incomplete & (1U << i))
			fail("trace", "this kernel does not let all %s events be seen; vhostctl features says why",
			     event_kinds[i].name);
}

static int run_trace(const struct cli *cli, const void *opts)
{
	const struct trace_opts *o = opts;
	struct queue_filter queues = make_queue_filter(&o->queue);
	const struct trace_filter filter = make_filter(o);
	struct trace t = { .opts = o };
	const char *wrong;
	char why[PROBE_WHY_MAX];
	struct notice notice;
	int err, status;

	if (!filter.events)
		return list_events();
	wrong = filter.events & EVENTS_DRIVER ? virtio_labels_choose(&queues.taps) : NULL;
	if (wrong) {
		fail("trace", "--dev: the names %s", wrong);
		return STATUS_USAGE;
	}
	err = stop_init();
	if (err) {
		fail("trace", "catching signals: %s", error_text(err));
		return STATUS_REFUSED;
	}
	bpf_programs_verbose(o->verbose);
	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, "trace", SESSION_DOING);
	err = tracer_open(&t.tracer, &queues, &filter, why, sizeof(why));
	/* The thread that gives notice has to be gone: a thread gives up its own capabilities only. */
	notice_end(&notice);
	if (!err)
		err = privileges_give_up(why, sizeof(why));
	if (err) {
		fail("trace", "%s", why);
		tracer_close(t.tracer);
		return STATUS_REFUSED;
	}
	warn_unseen(tracer_unseen(t.tracer), tracer_incomplete(t.tracer));
	t.events = filter.events & ~tracer_unseen(t.tracer);
	t.unmatched = isatty(STDERR_FILENO) ? now_ns() + UNMATCHED_NS : LOOP_NEVER;
	out_init(&t.out, stdout, cli->json, cli->pretty, cli->color);
	t.out.whole = o->wide;
	status = trace(&t, o);
	tracer_close(t.tracer);
	return status;
}

static const struct opt_group groups[] = { { "Options", trace_opts }, { 0 } };

const struct command cmd_trace = {
	.name = "trace",
	.summary = "show each kick, call and suppressed call live, with the reason",
	.opts = groups,
	.opts_size = sizeof(struct trace_opts),
	.defaults = &trace_defaults,
	.run = run_trace,
};
