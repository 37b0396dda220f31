// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/parse.h"
#include "hist-queues.h"
#include "hist.h"
#include "interval-run.h"

#define HISTS_ALL ((1U << QUEUE_HISTS) - 1)

struct hist_opts {
	struct interval_options common;
	uint32_t which;
	bool merge;
};

static const struct hist_opts hist_defaults = { .common = INTERVAL_DEFAULTS, .which = HISTS_ALL };

static const struct {
	const char *name, *unit, *what;
} kinds[QUEUE_HISTS] = {
	[HIST_CALL_BATCH] = { "call_batch", "entries", "used entries that a call tells the driver of" },
	[HIST_KICK_BATCH] = { "kick_batch", "entries", "avail entries taken by the run after a kick, by kick" },
	[HIST_ENTRIES] = { "entries", "entries", "new - old: used entries since the last decision that counted" },
	[HIST_EVENT] = { "event", "entries", "event - old: how far off the used_event is that the driver asks for" },
	[HIST_KICK_TO_RUN] = { "kick_to_run", "ns", "from a kick to the worker's run for it" },
	[HIST_USED_TO_CALL] = { "used_to_call", "ns", "from a used entry to the call that tells of it" },
};

static const char *kind_name(int i)
{
	return i < QUEUE_HISTS ? kinds[i].name : NULL;
}

static const char *parse_which(void *field, const char *arg)
{
	uint32_t *which = field;

	if (!strcmp(arg, "help")) {
		*which = 0;
		return NULL;
	}
	return parse_words(which, arg, kind_name) ? NULL : "has a word that is no histogram; --which help lists them";
}

static const struct opt hist_opts[] = {
	{ "which", 'w', OPT_PARSE, offsetof(struct hist_opts, which), "NAME,...",
	  "histograms to show, or help (default all)", .parse = parse_which },
	{ "merge", 'm', OPT_FLAG, offsetof(struct hist_opts, merge), .help = "merge all queues into one" },
	INTERVAL_OPTIONS,
	{ 0 },
};

/**
 * struct hist_run - one run of the command
 * @opts: the options
 * @all: the histograms
 * @begun: something was printed, so that a blank line comes before the next
 */
struct hist_run {
	const struct hist_opts *opts;
	struct hist_queues all;
	bool begun;
};

/**
 * struct hist_sums - a histogram's line of sums
 * @time: when it was read, in nanoseconds of CLOCK_BOOTTIME
 */
struct hist_sums {
	uint64_t time;
	const char *device, *queue;
	int32_t owner;
	int32_t vq;
	uint32_t others;
	const char *name, *unit;
	uint64_t count, sum, max;
	double average, p50, p99;
};

#define SUMS(member) offsetof(struct hist_sums, member)

static const struct out_col sums_cols[] = {
	{ "time", NULL, OUT_NSEC, SUMS(time) },
	{ "owner", NULL, OUT_INDEX, SUMS(owner) },
	{ "device", NULL, OUT_STRING, SUMS(device) },
	{ "queue", NULL, OUT_STRING, SUMS(queue) },
	{ "vq", NULL, OUT_INDEX, SUMS(vq) },
	{ "name", NULL, OUT_STRING, SUMS(name) },
	{ "unit", NULL, OUT_STRING, SUMS(unit) },
	{ "count", NULL, OUT_U64, SUMS(count) },
	{ "sum", NULL, OUT_U64, SUMS(sum) },
	{ "average", NULL, OUT_DOUBLE, SUMS(average) },
	{ "p50", NULL, OUT_DOUBLE, SUMS(p50) },
	{ "p99", NULL, OUT_DOUBLE, SUMS(p99) },
	{ "max", NULL, OUT_U64, SUMS(max) },
	{ "others", NULL, OUT_U32, SUMS(others) },
	{ 0 },
};

static struct hist_sums sum_up(const struct queue_name *name, int kind, const struct hist_counts *h)
{
	struct hist_sums s = {
		.time = now_ns(),
		.owner = -1,
		.vq = -1,
		.name = kinds[kind].name,
		.unit = kinds[kind].unit,
		.count = h->count,
		.sum = h->sum,
		.max = h->max,
		.average = hist_average(h),
		.p50 = hist_percentile(h, 0.5),
		.p99 = hist_percentile(h, 0.99),
	};

	if (name) {
		s.device = *name->device ? name->device : NULL;
		s.queue = name->queue;
		s.owner = (int32_t)name->owner;
		s.vq = name->number;
		s.others = name->others;
	}
	return s;
}

/* An array of [smallest value, count] for each bucket that is not empty. */
static struct json_object *buckets_json(const struct hist_counts *h)
{
	struct json_object *all = json_object_new_array();

	for (int i = 0; i < HIST_BUCKETS; i++) {
		struct json_object *one;

		if (!h->buckets[i])
			continue;
		one = json_object_new_array();
		json_object_array_add(one, json_object_new_uint64(i ? UINT64_C(1) << (i - 1) : 0));
		json_object_array_add(one, json_object_new_uint64(h->buckets[i]));
		json_object_array_add(all, one);
	}
	return all;
}

static void set_apart(struct hist_run *r, struct out *o)
{
	if (r->begun)
		fputc('\n', o->file);
	r->begun = true;
}

static void print_text(struct out *o, const struct queue_name *name, int kind, const struct hist_sums *s,
		       const struct hist_counts *h)
{
	struct hist_row rows[HIST_BUCKETS];
	int count = hist_rows(h, rows);
	char line[HIST_LINE];

	fprintf(o->file, "@%s", s->name);
	if (name) {
		fputc('[', o->file);
		out_text(o, *name->device ? name->device : "-", *name->device ? strlen(name->device) : 1);
		fprintf(o->file, ", %s]", name->queue);
	}
	fprintf(o->file, ": %s\n", kinds[kind].what);
	for (int i = 0; i < count; i++) {
		hist_line(&rows[i], line);
		fprintf(o->file, "%s\n", line);
	}
	fprintf(o->file, "count %" PRIu64 ", average %.1f, p50 %.1f, p99 %.1f, max %" PRIu64 "%s\n", s->count,
		s->average, s->p50, s->p99, s->max, strcmp(s->unit, "ns") ? "" : " ns");
}

static bool empty(const struct queue_hists *h)
{
	for (int i = 0; i < QUEUE_HISTS; i++)
		if (h->of[i].count)
			return false;
	return true;
}

/* Print a queue's histograms; @name: NULL: those of all queues together. Text leaves out empty histograms. */
static void print_hists(struct interval_run *t, const struct queue_name *name, const struct queue_hists *hists)
{
	struct hist_run *r = t->arg;

	for (int i = 0; i < QUEUE_HISTS; i++) {
		const struct hist_counts *h = &hists->of[i];
		const struct hist_sums s = sum_up(name, i, h);
		struct json_object *obj;

		if (!(r->opts->which & 1U << i) || (!h->count && !t->out.json))
			continue;
		if (!t->out.json) {
			set_apart(r, &t->out);
			print_text(&t->out, name, i, &s, h);
			continue;
		}
		obj = out_object("hist", sums_cols, &s);
		json_object_object_add(obj, "buckets", buckets_json(h));
		out_json(&t->out, obj);
	}
}

static int print(struct interval_run *t, const struct counted *counted, bool total)
{
	struct hist_run *r = t->arg;
	struct queue_hists sum = { 0 };

	if (t->interval && !t->out.json) {
		set_apart(r, &t->out);
		fprintf(t->out.file, "-- %.3f s --\n", ns_to_s(counted->total_ns));
	}
	for (int i = 0; i < r->all.count; i++) {
		struct hist_queue *q = &r->all.queues[i];
		struct queue_hists since;

		if (!total)
			hist_queue_since(q, &since);
		if (r->opts->merge)
			queue_hists_add(&sum, total ? &q->total : &since);
		else if (q->id || !empty(total ? &q->total : &since))
			print_hists(t, &q->name, total ? &q->total : &since);
	}
	if (r->opts->merge)
		print_hists(t, NULL, &sum);
	return 0;
}

static int look(struct interval_run *t, const struct counted *counted)
{
	struct hist_run *r = t->arg;

	return hist_queues_take(&r->all, counted);
}

static int list_hists(void)
{
	for (int i = 0; i < QUEUE_HISTS; i++)
		printf("%-12s %s (%s)\n", kinds[i].name, kinds[i].what, kinds[i].unit);
	return STATUS_OK;
}

static int run_hist(const struct cli *cli, const void *opts)
{
	struct hist_run r = { .opts = opts };
	struct interval_run t = {
		.command = "hist",
		.options = &r.opts->common,
		.hists = true,
		.sampled = "the histograms are of one run of the worker in so many",
		.look = look,
		.print = print,
		.arg = &r,
	};
	int status;

	if (!r.opts->which)
		return list_hists();
	status = run_intervals(&t, cli);
	hist_queues_free(&r.all);
	return status;
}

static const struct opt_group groups[] = { { "Options", hist_opts }, { 0 } };

const struct command cmd_hist = {
	.name = "hist",
	.summary = "show histograms of batches, distances and latencies",
	.operands = "[INTERVAL [COUNT]]",
	.opts = groups,
	.opts_size = sizeof(struct hist_opts),
	.defaults = &hist_defaults,
	.run = run_hist,
};
