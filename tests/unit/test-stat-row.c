// SPDX-License-Identifier: GPL-2.0-or-later
#include "stat/stat-row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tap-out.h"

/* A quarter of two seconds: 40 kicks in the whole time; 100 buffers, 25 calls and 15 suppressions in the slices. */
static const struct stat_time quarter = {
	.end = 5 * NSEC_PER_SEC, .ns = 2 * NSEC_PER_SEC, .counted_ns = NSEC_PER_SEC / 2,
};

static struct counted_queue queue(void)
{
	struct counted_queue q = {
		.name = { .device = "tap0", .queue = "tx0", .worker = "vhost-7", .owner = 7, .tid = 9, .number = 1 },
		.since = { .decisions = 40, .buffers = 100, .kicks = 40, .spurious = 5, .runs = 12, .found = 90 },
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
	struct stat_row r = stat_row(&q, false, &quarter, false);

	is(r.buffers_rate, 200, "buffers: a second of those that were counted");
	is(r.kicks_rate, 20, "kicks: of the whole time");
	is(r.spurious_rate, 10, "spurious");
	is(r.calls_rate, 50, "calls");
	is(r.suppressed_rate, 30, "suppressed");
	is(r.buffers_per_kick, 9, "buffers per kick: of rates");
	is(r.buffers_per_call, 4, "buffers per call");
	is(r.wakeups_rate, 15, "the worker was woken");
	is(r.cpu, 25, "and took a quarter of a CPU");
	ok(r.kicks == 40 && r.spurious == 5 && r.runs == 12 && r.found == 90, "the counts themselves");
	r = stat_row(&q, false, &quarter, true);
	ok(r.wakeups_rate < 0 && r.cpu < 0, "the same worker is spoken of once");
}

static void test_nothing(void)
{
	const struct stat_time none = { .end = 1 };
	struct counted_queue q = queue();
	struct stat_row r = stat_row(&q, false, &none, false);

	ok(r.buffers_rate == 0 && r.kicks_rate == 0 && r.calls_rate == 0, "no time: no rate");
	ok(r.buffers_per_kick < 0 && r.buffers_per_call < 0, "and nothing by rates");
	q.since = (struct queue_counts){ 0 };
	q.worker.ns = 0;
	r = stat_row(&q, false, &quarter, false);
	ok(r.buffers_per_kick < 0 && r.buffers_per_call < 0, "no kick, no call: no batches");
	ok(r.wakeups_rate < 0 && r.cpu < 0, "a worker that was not met before");
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
	r = stat_row(&q, false, &quarter, false);
	ok(r.kicks < 0 && r.spurious < 0 && r.runs < 0 && r.found < 0, "runs that cannot be seen: no counts");
	ok(r.kicks_rate < 0 && r.spurious_rate < 0 && r.buffers_per_kick < 0, "no rates");
	is(r.buffers_rate, 200, "the rest is there");
	f = open_memstream(&text, &len);
	if (!f)
		abort();
	out_init(&o, f, true, false, COLOR_NEVER);
	out_json(&o, stat_json("queue", &r));
	fclose(f);
	ok(strstr(text, "\"kicks\":null,\"spurious\":null,\"runs\":null,\"found\":null"), "JSON: null");
	free(text);
}

int main(void)
{
	test_rates();
	test_nothing();
	test_unseen();
	return tap_done();
}
