// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/format.h"
#include "base/parse.h"
#include "base/time-column.h"
#include "event/discard-names.h"
#include "hist-queues.h"
#include "hist.h"
#include "interval-run.h"

#define HISTS_ALL ((1U << QUEUE_HISTS) - 1)

struct hist_opts {
	struct interval_options common;
	uint32_t which;
	bool merge;
	int time;
};

static const struct hist_opts hist_defaults = { .common = INTERVAL_DEFAULTS, .which = HISTS_ALL, .time = TIME_REL };

static const struct {
	const char *name, *what;
	enum hist_unit unit;
} kinds[QUEUE_HISTS] = {
	[HIST_CALL_BATCH] = { "call_batch", "used entries that a call tells the driver of", HIST_ENTRY },
	[HIST_KICK_BATCH] = { "kick_batch", "avail entries that the run after a kick takes", HIST_ENTRY },
	[HIST_ENTRIES] = { "entries", "new - old: used entries since signalled_used", HIST_ENTRY },
	[HIST_EVENT] = { "event", "event - old: how far ahead used_event is", HIST_ENTRY },
	[HIST_KICK_TO_RUN] = { "kick_to_run", "from a kick to the worker's run for it", HIST_NSEC },
	[HIST_WAIT_FOR_CPU] = { "wait_for_cpu", "of kick_to_run, the wait for a CPU", HIST_NSEC },
	[HIST_USED_TO_CALL] = { "used_to_call", "from a used entry to the call for it", HIST_NSEC },
	[HIST_MISS_TO_ANSWER] = { "miss_to_answer", "from a miss of the IOTLB to its answer", HIST_NSEC },
};

static const char *const unit_names[] = { [HIST_ENTRY] = "entries", [HIST_NSEC] = "ns" };

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
	{ "which", 0, OPT_PARSE, offsetof(struct hist_opts, which), "NAME,...",
	  "histograms to show, or help (default all)", .parse = parse_which },
	{ "merge", 0, OPT_FLAG, offsetof(struct hist_opts, merge), .help = "merge all queues into one" },
	{ "time", 't', OPT_CHOICE, offsetof(struct hist_opts, time), "HOW", TIME_HOW_HELP " (default rel)",
	  .choices = time_how_names },
	INTERVAL_OPTIONS,
	{ 0 },
};

/**
 * struct hist_run - one run of the command
 * @opts: the options
 * @all: the histograms
 * @since: those of an interval, for reuse of their memory
 * @time: the column of times
 * @begun: something was printed, so that a blank line comes before the next
 */
struct hist_run {
	const struct hist_opts *opts;
	struct hist_queues all;
	struct hist_set since;
	struct time_column time;
	bool begun;
};

/**
 * struct hist_sums - a histogram's line of sums
 * @time: when it was read, in nanoseconds of CLOCK_BOOTTIME
 * @passed: how many events were behind; negative for all but HIST_EVENT
 * @of_kick: of HIST_WAIT_FOR_CPU: its part of HIST_KICK_TO_RUN, percent; negative for all others
 */
struct hist_sums {
	uint64_t time;
	const char *device, *netns_name, *queue, *vm;
	int32_t vq;
	uint32_t owner, netns, others;
	const char *name, *unit;
	uint64_t count, sum, max;
	int64_t passed;
	double of_kick;
	double average, p50, p99;
};

#define SUMS(member) offsetof(struct hist_sums, member)

#define OF_QUEUE								\
	{ "time", NULL, OUT_NSEC, SUMS(time) },				\
	{ "owner", NULL, OUT_ID, SUMS(owner) },				\
	{ "vm", NULL, OUT_STRING, SUMS(vm) },				\
	{ "device", NULL, OUT_STRING, SUMS(device) },			\
	{ "netns", NULL, OUT_ID, SUMS(netns) },				\
	{ "netns_name", NULL, OUT_STRING, SUMS(netns_name) },		\
	{ "queue", NULL, OUT_STRING, SUMS(queue) },			\
	{ "vq", NULL, OUT_INDEX, SUMS(vq) }

static const struct out_col owner_cols[] = { OF_QUEUE, { "others", NULL, OUT_U32, SUMS(others) }, { 0 } };

static const struct out_col sums_cols[] = {
	OF_QUEUE,
	{ "name", NULL, OUT_STRING, SUMS(name) },
	{ "unit", NULL, OUT_STRING, SUMS(unit) },
	{ "count", NULL, OUT_U64, SUMS(count) },
	{ "sum", NULL, OUT_U64, SUMS(sum) },
	{ "average", NULL, OUT_DOUBLE, SUMS(average) },
	{ "p50", NULL, OUT_DOUBLE, SUMS(p50) },
	{ "p99", NULL, OUT_DOUBLE, SUMS(p99) },
	{ "max", NULL, OUT_U64, SUMS(max) },
	{ "others", NULL, OUT_U32, SUMS(others) },
	{ "passed", NULL, OUT_I64, SUMS(passed) },
	{ 0 },
};

/* Percent; negative if there is nothing to compare. */
static double part_of(const struct hist *part, const struct hist *whole)
{
	return whole->sum && whole->sum != UINT64_MAX ? 100 * (double)part->sum / (double)whole->sum : -1;
}

static struct hist_sums sum_up(const struct queue_name *name, int kind, const struct hist_set *set)
{
	const struct hist *h = &set->of[kind];
	struct hist_sums s = {
		.time = now_ns(),
		.vq = -1,
		.name = kinds[kind].name,
		.unit = unit_names[kinds[kind].unit],
		.count = h->count,
		.sum = h->sum,
		.max = h->max,
		.passed = kind == HIST_EVENT ? (int64_t)set->event_passed : -1,
		.of_kick = kind == HIST_WAIT_FOR_CPU ? part_of(h, &set->of[HIST_KICK_TO_RUN]) : -1,
		.average = hist_average(h),
		.p50 = hist_percentile(h, 0.5),
		.p99 = hist_percentile(h, 0.99),
	};

	if (name) {
		s.device = *name->device ? name->device : NULL;
		s.netns = name->netns;
		s.netns_name = queue_netns_name(name);
		s.queue = name->queue;
		s.owner = name->owner;
		s.vm = *name->vm ? name->vm : NULL;
		s.vq = name->number;
		s.others = name->others;
	}
	return s;
}

/* An array of [smallest value, count] for each bucket that is not empty. */
static struct json_object *buckets_json(const struct hist *h)
{
	struct json_object *all = json_object_new_array();

	for (unsigned int i = 0; i < HIST_BUCKETS; i++) {
		uint64_t count = hist_bucket_count(h, i);
		struct json_object *one;

		if (!count)
			continue;
		one = json_object_new_array();
		json_object_array_add(one, json_object_new_uint64(hist_lowest(i)));
		json_object_array_add(one, json_object_new_uint64(count));
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

/* Does another process own a queue of the same name on the same tap? One may have gone before the other came. */
static bool has_other_owner(const struct hist_run *r, const struct queue_name *name)
{
	for (int i = 0; i < r->all.count; i++) {
		const struct queue_name *n = &r->all.queues[i].name;

		if (n->owner != name->owner && n->netns == name->netns && !strcmp(n->queue, name->queue) &&
		    !strcmp(n->device, name->device))
			return true;
	}
	return false;
}

static void print_title(const struct hist_run *r, struct out *o, const struct queue_name *name, const char *kind,
			const char *what)
{
	const char *device = name ? queue_device_text(name) : NULL;

	fprintf(o->file, "@%s", kind);
	if (name) {
		fputc('[', o->file);
		out_text(o, device ? device : "-", device ? strlen(device) : 1);
		fprintf(o->file, ", %s", name->queue);
		if (has_other_owner(r, name))
			fprintf(o->file, ", %" PRIu32, name->owner);
		fputc(']', o->file);
	}
	fprintf(o->file, ": %s\n", what);
}

static void print_rows(struct out *o, enum hist_unit unit, const struct hist *h)
{
	struct hist_row rows[HIST_ROWS];
	int count = hist_rows(h, unit, rows);
	char line[HIST_LINE];

	for (int i = 0; i < count; i++) {
		hist_line(&rows[i], line);
		fprintf(o->file, "%s\n", line);
	}
}

static void print_sums(struct out *o, enum hist_unit unit, const struct hist_sums *s)
{
	char average[FORMAT_DURATION_LEN], p50[FORMAT_DURATION_LEN], p99[FORMAT_DURATION_LEN],
		max[FORMAT_DURATION_LEN];

	fprintf(o->file, "count %" PRIu64, s->count);
	if (s->count && unit == HIST_NSEC)
		fprintf(o->file, ", average %s, p50 %s, p99 %s, max %s", format_duration(s->average, average),
			format_duration(s->p50, p50), format_duration(s->p99, p99),
			format_duration((double)s->max, max));
	else if (s->count)
		fprintf(o->file, ", average %.1f, p50 %.0f, p99 %.0f, max %" PRIu64, s->average, s->p50, s->p99,
			s->max);
	if (s->count && s->of_kick >= 0)
		fprintf(o->file, "; %.0f%% of kick_to_run", s->of_kick);
	if (s->passed > 0)
		fprintf(o->file, "; passed %" PRId64, s->passed);
	fputc('\n', o->file);
}

static bool empty_kind(const struct hist_set *set, int kind)
{
	return !set->of[kind].count && !(kind == HIST_EVENT && set->event_passed);
}

static bool empty(const struct hist_set *set)
{
	if (discards_sum(set->discards) || set->drops)
		return false;
	for (int i = 0; i < QUEUE_HISTS; i++)
		if (!empty_kind(set, i))
			return false;
	return true;
}

static void print_hist(struct interval_run *t, const struct queue_name *name, int kind, const struct hist_set *set)
{
	const struct hist_sums s = sum_up(name, kind, set);
	const struct hist *h = &set->of[kind];
	struct json_object *obj;

	if (!t->out.json) {
		set_apart(t->arg, &t->out);
		print_title(t->arg, &t->out, name, kinds[kind].name, kinds[kind].what);
		print_rows(&t->out, kinds[kind].unit, h);
		print_sums(&t->out, kinds[kind].unit, &s);
		return;
	}
	obj = out_object("hist", sums_cols, &s);
	if (obj)
		json_object_object_add(obj, "buckets", buckets_json(h));
	out_json(&t->out, obj);
}

/* Packets that were lost have no histogram, only counts. Text says nothing if there are none. */
static void print_lost_packets(struct interval_run *t, const struct queue_name *name, const struct hist_set *set)
{
	const struct hist_sums s = sum_up(name, HIST_ENTRIES, set);
	struct json_object *obj;

	if (t->out.json) {
		obj = out_object("discards", owner_cols, &s);
		if (obj) {
			json_object_object_add(obj, "discards", discards_json(set->discards));
			json_object_object_add(obj, "drops", json_object_new_int64((int64_t)set->drops));
		}
		out_json(&t->out, obj);
		return;
	}
	if (discards_sum(set->discards)) {
		set_apart(t->arg, &t->out);
		print_title(t->arg, &t->out, name, "discards", "packets that vhost threw away");
	}
	for (unsigned int i = 0; i < DISCARD_REASONS; i++)
		if (set->discards[i])
			fprintf(t->out.file, "%s %llu\n", discard_reason_name(i), set->discards[i]);
	if (!set->drops)
		return;
	set_apart(t->arg, &t->out);
	print_title(t->arg, &t->out, name, "drops", "packets that the tap dropped");
	fprintf(t->out.file, "%" PRIu64 "\n", set->drops);
}

/* Print a queue's histograms; @name: NULL: those of all queues together. Text leaves out empty histograms. */
static void print_hists(struct interval_run *t, const struct queue_name *name, const struct hist_set *set)
{
	const struct hist_run *r = t->arg;

	for (int i = 0; i < QUEUE_HISTS; i++)
		if (r->opts->which & 1U << i && (t->out.json || !empty_kind(set, i)))
			print_hist(t, name, i, set);
	if (r->opts->which == HISTS_ALL)
		print_lost_packets(t, name, set);
}

/* Print a queue, or add it to @merged. */
static int print_queue(struct interval_run *t, struct hist_queue *q, bool total, struct hist_set *merged)
{
	struct hist_run *r = t->arg;
	const struct hist_set *set = total ? &q->total : &r->since;
	int err = total ? 0 : hist_queue_since(q, &r->since);

	if (err)
		return err;
	if (r->opts->merge)
		return hist_set_add(merged, set);
	if (q->id || !empty(set))
		print_hists(t, &q->name, set);
	return 0;
}

/* @ns: since counting began, in nanoseconds */
static void print_time(struct interval_run *t, uint64_t ns)
{
	struct hist_run *r = t->arg;
	const uint64_t now = now_ns();
	struct shown_time shown;

	if (!t->shown)
		time_column_init(&r->time, r->opts->time, now - ns, wall_offset_ns());
	shown = time_column_show(&r->time, now);
	set_apart(r, &t->out);
	if (r->opts->time == TIME_NONE)
		return;
	if (shown.clock)
		fprintf(t->out.file, "-- %s --\n", shown.clock);
	else
		fprintf(t->out.file, "-- %.3f s --\n", ns_to_s(shown.ns));
}

static int print(struct interval_run *t, const struct counted *counted, bool total)
{
	struct hist_run *r = t->arg;
	struct hist_set merged = { 0 };
	int err = 0;

	if (t->interval && !t->out.json)
		print_time(t, counted->total_ns);
	for (int i = 0; i < r->all.count && !err; i++)
		err = print_queue(t, &r->all.queues[i], total, &merged);
	if (r->opts->merge && !err)
		print_hists(t, NULL, &merged);
	hist_set_free(&merged);
	return err;
}

static int look(struct interval_run *t, const struct counted *counted)
{
	struct hist_run *r = t->arg;

	return hist_queues_take(&r->all, counted);
}

static int list_hists(void)
{
	for (int i = 0; i < QUEUE_HISTS; i++)
		printf("%-14s %s (%s)\n", kinds[i].name, kinds[i].what, unit_names[kinds[i].unit]);
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
	out_init(&t.out, stdout, cli->json, cli->pretty, cli->color);
	status = run_intervals(&t, cli);
	hist_queues_free(&r.all);
	hist_set_free(&r.since);
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
