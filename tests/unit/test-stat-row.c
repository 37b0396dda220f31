// SPDX-License-Identifier: GPL-2.0-or-later
#include "stat/stat-row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tap-out.h"

static const struct stat_time two_seconds = { .end = 5 * NSEC_PER_SEC, .ns = 2 * NSEC_PER_SEC };

static struct counted_queue queue(void)
{
	struct counted_queue q = {
		.name = { .device = "tap0", .queue = "tx0", .worker = "vhost-7", .owner = 7, .tid = 9, .number = 1 },
		.since = {
			.decisions = 40, .buffers = 100, .kicks = 40, .spurious = 5, .runs = 12, .counted_runs = 12,
			.found = 90,
		},
		.worker = { .ns = 2 * NSEC_PER_SEC, .cpu_ns = NSEC_PER_SEC / 2, .wakeups = 30 },
		.runs = true,
	};

	q.since.reasons[1][REASON_CROSSED] = 24;
	q.since.reasons[1][REASON_FIRST] = 1;
	q.since.reasons[0][REASON_NOT_REACHED] = 15;
	return q;
}

static void is(double got, double wanted, const char *name)
{
	if (!ok(fabs(got - wanted) < 1e-9, "%s", name))
		diag("got %g, wanted %g", got, wanted);
}

static void test_rates(void)
{
	struct counted_queue q = queue();
	struct stat_row r = stat_row(&q, false, &two_seconds, false);

	is(r.buffers_rate, 50, "buffers");
	is(r.kicks_rate, 20, "kicks");
	is(r.spurious_rate, 2.5, "spurious");
	is(r.calls_rate, 12.5, "calls");
	is(r.suppressed_rate, 7.5, "suppressed");
	is(r.buffers_per_kick, 2.25, "buffers per kick: those that were found");
	is(r.buffers_per_call, 4, "buffers per call");
	is(r.wakeups_rate, 15, "the worker was woken");
	is(r.cpu, 25, "and took a quarter of a CPU");
	ok(r.kicks == 40 && r.spurious == 5 && r.runs == 12 && r.found == 90, "the counts themselves");
	r = stat_row(&q, false, &two_seconds, true);
	ok(r.wakeups_rate < 0 && r.cpu < 0, "the same worker is spoken of once");
}

static void test_nothing(void)
{
	const struct stat_time none = { .end = 1 };
	struct counted_queue q = queue();
	struct stat_row r = stat_row(&q, false, &none, false);

	ok(r.buffers_rate == 0 && r.kicks_rate == 0 && r.calls_rate == 0, "no time: no rate");
	ok(r.buffers_per_kick < 0, "and nothing by rates");
	q.since = (struct queue_counts){ 0 };
	q.worker.ns = 0;
	r = stat_row(&q, false, &two_seconds, false);
	ok(r.buffers_per_kick < 0 && r.buffers_per_call < 0, "no kick, no call: no batches");
	ok(r.wakeups_rate < 0 && r.cpu < 0, "a worker that was not met before");
}

/* With sampling: of these runs none was counted. */
static void test_unknown(void)
{
	struct counted_queue q = queue();
	struct stat_row r;

	q.since.counted_runs = 0;
	r = stat_row(&q, false, &two_seconds, false);
	ok(r.decisions < 0 && r.signalled < 0 && r.suppressed < 0 && r.unexplained < 0 && r.moved < 0 && r.spurious < 0,
	   "no counted run: decisions are not known");
	ok(r.calls_rate < 0 && r.suppressed_rate < 0 && r.spurious_rate < 0 && r.buffers_per_call < 0, "nor rates");
	ok((int64_t)r.counts.reasons[1][REASON_CROSSED] < 0, "nor reasons");
	is(r.kicks_rate, 20, "kicks are");
	is(r.buffers_per_kick, 2.25, "and buffers");
}

static void test_unseen(void)
{
	struct counted_queue q = queue();
	struct stat_row r;
	char *text = NULL;
	struct out o;
	size_t len;
	FILE *f;

	q.runs = false;
	r = stat_row(&q, false, &two_seconds, false);
	ok(r.kicks < 0 && r.spurious < 0 && r.runs < 0 && r.found < 0, "runs that cannot be seen: no counts");
	ok(r.kicks_rate < 0 && r.spurious_rate < 0 && r.buffers_per_kick < 0, "no rates");
	is(r.buffers_rate, 50, "the rest is there");
	f = open_memstream(&text, &len);
	if (!f)
		abort();
	out_init(&o, f, true, false, COLOR_NEVER);
	out_json(&o, stat_json("queue", &r));
	fclose(f);
	ok(strstr(text, "\"kicks\":null,\"spurious\":null,\"runs\":null,\"counted_runs\":12,\"found\":null"),
	   "JSON: null");
	free(text);
}

/* Only queues that receive have them. */
static void test_discards(void)
{
	struct counted_queue q = queue();
	struct json_object *obj;
	struct stat_row r;

	q.since.discards[DISCARD_TOO_SHORT] = 3;
	q.since.discards[DISCARD_FAILED] = 1;
	r = stat_row(&q, false, &two_seconds, false);
	ok(r.discards < 0 && r.discards_rate < 0, "discards that are not counted");
	obj = stat_json("queue", &r);
	ok(strstr(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN), "\"discards\":null,"), "JSON: null");
	json_object_put(obj);
	q.discards = true;
	r = stat_row(&q, false, &two_seconds, false);
	ok(r.discards == 4, "the sum");
	is(r.discards_rate, 2, "the rate");
	obj = stat_json("queue", &r);
	ok(strstr(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN),
		  "\"discards\":{\"too_short\":3,\"header\":0,\"failed\":1},"), "JSON: by reason");
	json_object_put(obj);
}

int main(void)
{
	test_rates();
	test_nothing();
	test_unknown();
	test_unseen();
	test_discards();
	return tap_done();
}
