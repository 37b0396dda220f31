// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "fail.h"
#include "out.h"
#include "probe.h"
#include "stop.h"

struct trace_opts {
	uint64_t count;
	uint64_t duration;
	uint64_t pid;
	char dev[DECISION_NAME_LEN];
	struct queue_choice {
		enum decision_queues which;
		uint16_t number;
	} queue;
	int only;
	bool verbose;
};

static const char *const act_names[] = { "signal", "suppress", NULL };
static const enum decision_acts acts[] = { ACTS_SIGNAL, ACTS_SUPPRESS };

#define ACT_ANY (-1)

static const struct trace_opts trace_defaults = { .only = ACT_ANY };

static const char *parse_dev(void *field, const char *arg)
{
	if (!*arg || strlen(arg) >= DECISION_NAME_LEN || strchr(arg, '/'))
		return "is not the name of a network interface";
	strcpy(field, arg);
	return NULL;
}

static const char *parse_queue(void *field, const char *arg)
{
	static const char wrong[] = "is not a queue; it takes rx, tx, rxN, txN or a number";
	struct queue_choice *q = field;
	uint64_t n = DECISION_ANY_PAIR;

	q->which = !strncmp(arg, "rx", 2) ? QUEUES_RX : !strncmp(arg, "tx", 2) ? QUEUES_TX : QUEUES_NUMBER;
	if (q->which != QUEUES_NUMBER)
		arg += 2;
	if (*arg || q->which == QUEUES_NUMBER)
		if (parse_uint(arg, &n) || n >= DECISION_NO_QUEUE)
			return wrong;
	q->number = (uint16_t)n;
	return NULL;
}

static const struct opt trace_opts[] = {
	{ "count", 'n', OPT_UINT, offsetof(struct trace_opts, count), "N", "end after N decisions",
	  .min = 1, .max = UINT64_MAX },
	{ "duration", 'd', OPT_SECONDS, offsetof(struct trace_opts, duration), "S", "end after S seconds",
	  .min = NSEC_PER_MSEC, .max = 1000000000 * NSEC_PER_SEC },
	{ "pid", 'p', OPT_UINT, offsetof(struct trace_opts, pid), "PID", "only devices that this process owns",
	  .min = 1, .max = INT32_MAX },
	{ "dev", 'i', OPT_PARSE, offsetof(struct trace_opts, dev), "NAME", "only devices on this tap",
	  .parse = parse_dev },
	{ "queue", 'q', OPT_PARSE, offsetof(struct trace_opts, queue), "QUEUE", "only rx, tx, rxN, txN or number N",
	  .parse = parse_queue },
	{ "only", 0, OPT_CHOICE, offsetof(struct trace_opts, only), "ACT", "signal or suppress: only these decisions",
	  .choices = act_names },
	{ "verbose", 'v', OPT_FLAG, offsetof(struct trace_opts, verbose), .help = "show what libbpf says" },
	{ 0 },
};

/**
 * struct tally - what was handed out
 * @reasons: number of decisions by act (0: suppressed, 1: signalled) and reason
 * @moved: those during which the driver changed its word
 */
struct tally {
	uint64_t reasons[2][REASON_COUNT];
	uint64_t moved;
};

/**
 * struct trace - one run of the command
 * @out: where the lines go
 * @probe: where they come from
 * @deadline: when it ends; 0: not by itself
 * @tally: what came so far
 */
struct trace {
	struct out out;
	struct probe *probe;
	uint64_t deadline;
	struct tally tally;
};

/* A decision in the types of the columns. */
struct line {
	const struct probe_decision *d;
	uint64_t since, time, time_entry, time_signal;
	uint32_t cpu, tid, owner, ifindex;
	int32_t vq, old, new, event, flags, word_before, word_after;
	const char *worker, *device, *queue, *decision, *act, *reason, *moved_text;
	bool moved, event_idx, valid;
};

static const char *act_style(const void *row)
{
	const struct line *l = row;

	return l->d->signalled ? "1;32" : NULL;
}

static const char *reason_style(const void *row)
{
	const struct line *l = row;

	return l->d->why.reason == REASON_UNEXPLAINED ? "1;31" : NULL;
}

#define LINE(member) offsetof(struct line, member)

/* 80 columns for the first thousand seconds and a tap's name of up to 7 letters. */
static const struct out_col line_cols[] = {
	{ NULL, "TIME", OUT_NSEC, LINE(since), 10 },
	{ "time", NULL, OUT_NSEC, LINE(time) },
	{ "cpu", "CPU", OUT_U32, LINE(cpu), 3 },
	{ "worker", NULL, OUT_STRING, LINE(worker) },
	{ "tid", "WORKER", OUT_U32, LINE(tid), 7 },
	{ "owner", NULL, OUT_U32, LINE(owner) },
	{ "device", "DEVICE", OUT_STRING, LINE(device), -7 },
	{ "ifindex", NULL, OUT_U32, LINE(ifindex) },
	{ "queue", "VQ", OUT_STRING, LINE(queue), -4 },
	{ "vq", NULL, OUT_INDEX, LINE(vq) },
	{ "decision", NULL, OUT_STRING, LINE(decision) },
	{ NULL, "DECISION", OUT_STRING, LINE(act), -8, act_style },
	{ "reason", "REASON", OUT_STRING, LINE(reason), -11, reason_style },
	{ "old", "OLD", OUT_INDEX, LINE(old), 5 },
	{ "new", "NEW", OUT_INDEX, LINE(new), 5 },
	{ "event", "EVENT", OUT_INDEX, LINE(event), 5 },
	{ "flags", NULL, OUT_INDEX, LINE(flags) },
	{ "moved", NULL, OUT_BOOL, LINE(moved) },
	{ NULL, "MOVED", OUT_STRING, LINE(moved_text) },
	{ "event_idx", NULL, OUT_BOOL, LINE(event_idx) },
	{ "valid", NULL, OUT_BOOL, LINE(valid) },
	{ "word_before", NULL, OUT_INDEX, LINE(word_before) },
	{ "word_after", NULL, OUT_INDEX, LINE(word_after) },
	{ "time_entry", NULL, OUT_NSEC, LINE(time_entry) },
	{ "time_signal", NULL, OUT_TIME, LINE(time_signal) },
	{ 0 },
};

static int32_t to_index(const struct decision_word *w)
{
	return w->readable ? w->value : -1;
}

static struct line make_line(const struct probe_decision *d, uint64_t armed_at)
{
	return (struct line){
		.d = d,
		.since = d->time - armed_at,
		.time = d->time,
		.time_entry = d->time_entry,
		.time_signal = d->time_signal,
		.cpu = d->cpu,
		.tid = d->tid,
		.owner = d->owner,
		.ifindex = d->ifindex,
		.vq = d->queue,
		.old = d->state.old,
		.new = d->state.new,
		.event = d->state.event_idx ? to_index(&d->why.word) : -1,
		.flags = d->state.event_idx ? -1 : to_index(&d->why.word),
		.word_before = to_index(&d->before),
		.word_after = to_index(&d->after),
		.worker = d->worker,
		.device = *d->device ? d->device : NULL,
		.queue = d->queue_name,
		.decision = d->signalled ? "signal" : "suppress",
		.act = d->signalled ? "SIGNAL" : "suppress",
		.reason = reason_name(d->why.reason),
		.moved_text = d->why.moved ? "moved" : NULL,
		.moved = d->why.moved,
		.event_idx = d->state.event_idx,
		.valid = d->state.valid,
	};
}

static void on_decision(const struct probe_decision *d, void *arg)
{
	struct trace *t = arg;
	struct line line = make_line(d, probe_armed_at(t->probe));

	t->tally.reasons[d->signalled][d->why.reason]++;
	t->tally.moved += d->why.moved;
	if (t->out.json)
		out_json(&t->out, out_object("call", line_cols, &line));
	else
		out_row(&t->out, line_cols, &line);
}

/* What a script waits for: from now on every decision is seen. */
static int print_start(struct trace *t)
{
	static const struct out_col start_cols[] = { { "time", NULL, OUT_NSEC, 0 }, { 0 } };
	uint64_t armed_at = probe_armed_at(t->probe);
	struct json_object *obj, *functions;

	out_header(&t->out, line_cols);
	if (!t->out.json)
		return out_flush(&t->out);
	obj = out_object("start", start_cols, &armed_at);
	functions = json_object_new_array();
	for (int i = 0; i < PROBE_HOOKS; i++)
		if (probe_function(t->probe, i))
			json_object_array_add(functions, json_object_new_string(probe_function(t->probe, i)));
	json_object_object_add(obj, "functions", functions);
	out_json(&t->out, obj);
	return out_flush(&t->out);
}

/**
 * struct totals - the last lines
 * @kernel: what the kernel counted
 * @received: decisions handed out
 * @signalled: of these, explained signals
 * @suppressed: explained suppressions
 * @unexplained: both kinds that neither reading explains
 * @moved: see struct tally
 */
struct totals {
	struct probe_totals kernel;
	uint64_t received;
	uint64_t signalled, suppressed, unexplained;
	uint64_t moved;
};

#define TOTAL(member) offsetof(struct totals, member)

static const struct out_col total_cols[] = {
	{ "decisions", NULL, OUT_U64, TOTAL(kernel.decisions) },
	{ "signalled", NULL, OUT_U64, TOTAL(signalled) },
	{ "suppressed", NULL, OUT_U64, TOTAL(suppressed) },
	{ "unexplained", NULL, OUT_U64, TOTAL(unexplained) },
	{ "lost", NULL, OUT_U64, TOTAL(kernel.lost) },
	{ "moved", NULL, OUT_U64, TOTAL(moved) },
	{ "seconds", NULL, OUT_NSEC, TOTAL(kernel.ns) },
	{ "lost_ring_full", NULL, OUT_U64, TOTAL(kernel.ring_full) },
	{ "lost_no_memory", NULL, OUT_U64, TOTAL(kernel.no_memory) },
	{ "lost_missed", NULL, OUT_U64, TOTAL(kernel.missed) },
	{ "signals_missed", NULL, OUT_U64, TOTAL(kernel.signals_missed) },
	{ 0 },
};

/* The reasons there are for each act, ended by REASON_UNEXPLAINED, in the order in which the kernel looks at them. */
static const enum reason reasons_of[2][6] = {
	{ REASON_NO_CALL_FD, REASON_FLAGS, REASON_NOT_REACHED, REASON_UNEXPLAINED },
	{ REASON_EMPTY, REASON_FIRST, REASON_FAULT, REASON_FLAGS, REASON_CROSSED, REASON_UNEXPLAINED },
};

static uint64_t sum_explained(const uint64_t reasons[REASON_COUNT])
{
	uint64_t sum = 0;

	for (int i = 0; i < REASON_COUNT; i++)
		if (i != REASON_UNEXPLAINED)
			sum += reasons[i];
	return sum;
}

static struct totals sum_up(const struct tally *tally, const struct probe_totals *kernel)
{
	struct totals s = {
		.kernel = *kernel,
		.signalled = sum_explained(tally->reasons[1]),
		.suppressed = sum_explained(tally->reasons[0]),
		.unexplained = tally->reasons[0][REASON_UNEXPLAINED] + tally->reasons[1][REASON_UNEXPLAINED],
		.moved = tally->moved,
	};

	s.received = s.signalled + s.suppressed + s.unexplained;
	return s;
}

static struct json_object *reasons_json(const uint64_t reasons[REASON_COUNT], const enum reason *order)
{
	struct json_object *obj = json_object_new_object();

	for (;; order++) {
		json_object_object_add(obj, reason_name(*order), json_object_new_uint64(reasons[*order]));
		if (*order == REASON_UNEXPLAINED)
			return obj;
	}
}

static void print_totals_json(struct trace *t, const struct totals *s)
{
	struct json_object *obj = out_object("totals", total_cols, s), *both = json_object_new_object();

	json_object_object_add(both, "signal", reasons_json(t->tally.reasons[1], reasons_of[1]));
	json_object_object_add(both, "suppress", reasons_json(t->tally.reasons[0], reasons_of[0]));
	json_object_object_add(obj, "reasons", both);
	out_json(&t->out, obj);
}

static void print_act(struct trace *t, const char *name, uint64_t total, const uint64_t reasons[REASON_COUNT],
		      const enum reason *order)
{
	fprintf(t->out.file, "%-14s %12" PRIu64 "\n", name, total);
	for (; *order != REASON_UNEXPLAINED; order++)
		fprintf(t->out.file, "  %-12s %12" PRIu64 "\n", reason_name(*order), reasons[*order]);
}

static void print_totals_text(struct trace *t, const struct totals *s)
{
	FILE *f = t->out.file;

	fprintf(f, "\n%-14s %12" PRIu64 " in %.3f s\n", "decisions", s->kernel.decisions,
		(double)s->kernel.ns / NSEC_PER_SEC);
	print_act(t, "signalled", s->signalled, t->tally.reasons[1], reasons_of[1]);
	print_act(t, "suppressed", s->suppressed, t->tally.reasons[0], reasons_of[0]);
	fprintf(f, "%-14s %12" PRIu64 "\n%-14s %12" PRIu64 "\n%-14s %12" PRIu64 "\n", "unexplained", s->unexplained,
		"lost", s->kernel.lost, "moved", s->moved);
	if (s->kernel.signals_missed)
		fprintf(f, "%-14s %12" PRIu64 "\n", "signals missed", s->kernel.signals_missed);
}

/* Print the totals, and hold what was received against what the kernel counted. */
static int finish(struct trace *t)
{
	struct probe_totals kernel;
	struct totals s;
	int err = probe_totals(t->probe, &kernel);

	if (err) {
		fail("trace", "reading the counts: %s", strerror(-err));
		return STATUS_REFUSED;
	}
	s = sum_up(&t->tally, &kernel);
	if (t->out.json)
		print_totals_json(t, &s);
	else
		print_totals_text(t, &s);
	if (kernel.decisions == s.received + kernel.lost)
		return STATUS_OK;
	fail("trace", "the kernel counted %" PRIu64 " decisions, but %" PRIu64 " were received and %" PRIu64
	     " lost; this is an error in vhostctl", kernel.decisions, s.received, kernel.lost);
	return STATUS_FOUND;
}

static bool finished(const struct trace *t)
{
	return stop_requested() || probe_limit_reached(t->probe) || (t->deadline && now_ns() >= t->deadline);
}

/* Sleep until the next round, the end, or somebody's wish to end. Return: 0, or -EPIPE if the reader has gone. */
static int wait_round(const struct trace *t)
{
	struct pollfd fds[] = { { .fd = stop_fd(), .events = POLLIN }, { .fd = fileno(t->out.file) } };
	uint64_t now = now_ns(), ms = PROBE_INTERVAL_MS;

	if (t->deadline && t->deadline < now + ms * NSEC_PER_MSEC)
		ms = t->deadline > now ? (t->deadline - now + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC : 0;
	if (poll(fds, 2, (int)ms) < 0 && errno != EINTR)
		return -errno;
	return fds[1].revents & (POLLERR | POLLHUP) ? -EPIPE : 0;
}

static int read_and_flush(struct trace *t)
{
	int more = probe_read(t->probe, on_decision, t), err;

	if (more < 0)
		return more;
	err = out_flush(&t->out);
	return err ? err : more;
}

static int trace_live(struct trace *t)
{
	int r = print_start(t);

	while (r >= 0 && !finished(t)) {
		r = read_and_flush(t);
		if (!r)
			r = wait_round(t);
	}
	return r < 0 ? r : 0;
}

static int trace_rest(struct trace *t)
{
	int r = probe_stop(t->probe);

	if (r)
		return r;
	do {
		r = read_and_flush(t);
	} while (r > 0);
	return r;
}

static int trace(struct trace *t)
{
	int err = trace_live(t);

	if (!err)
		err = trace_rest(t);
	if (!err)
		return finish(t);
	/* Whoever read the lines has enough of them, "head" for example. */
	if (err == -EPIPE)
		return STATUS_OK;
	fail("trace", "%s: %s", ferror(t->out.file) ? "cannot write to standard output" : "reading the decisions",
	     strerror(-err));
	return STATUS_REFUSED;
}

static struct decision_filter make_filter(const struct trace_opts *o)
{
	struct decision_filter f = {
		.limit = o->count,
		.owner = (uint32_t)o->pid,
		.queues = (uint16_t)o->queue.which,
		.queue = o->queue.number,
		.acts = o->only == ACT_ANY ? ACTS_ALL : acts[o->only],
	};

	memcpy(f.device, o->dev, sizeof(f.device));
	return f;
}

static int run_trace(const struct cli *cli, const void *opts)
{
	const struct trace_opts *o = opts;
	const struct decision_filter filter = make_filter(o);
	struct trace t = { 0 };
	char why[PROBE_WHY_MAX];
	int err = stop_init(), status;

	if (err) {
		fail("trace", "catching signals: %s", strerror(-err));
		return STATUS_REFUSED;
	}
	probe_verbose(o->verbose);
	if (probe_open(&t.probe, &filter, why, sizeof(why))) {
		fail("trace", "%s", why);
		return STATUS_REFUSED;
	}
	out_init(&t.out, stdout, cli->json, cli->pretty, cli->color);
	if (o->duration)
		t.deadline = probe_armed_at(t.probe) + o->duration;
	status = trace(&t);
	probe_close(t.probe);
	return status;
}

static const struct opt_group groups[] = { { "Options", trace_opts }, { 0 } };

const struct command cmd_trace = {
	.name = "trace",
	.summary = "one line for every decision to notify a driver or not, as the kernel takes it",
	.opts = groups,
	.opts_size = sizeof(struct trace_opts),
	.defaults = &trace_defaults,
	.run = run_trace,
};
