// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Joining the two sides of a ring, on made streams: a whole one, and such as have one fault each.
 */
#include "tests/guest/ring-join.h"

#include <string.h>

#include "tap-out.h"

#define SECOND 1000000000ULL

/* The driver's clock is ahead, by this much. */
#define AHEAD 3000000ULL

#define BATCHES 60000

/**
 * struct made - how the streams are made
 * @start: position at which the host's trace begins
 * @anchored: neither side has seen the start: the driver's positions are less, by @laps laps
 * @laps: see @anchored
 * @even: all batches have one size, and each leads to a kick and a signal
 * @skipped: number of the batch at which @skip is left out; 0: nothing is
 * @skip: the type of event that is left out
 * @slow: nanoseconds from a batch to the next
 */
struct made {
	uint64_t start;
	bool anchored;
	uint64_t laps;
	bool even;
	unsigned int skipped;
	enum join_type skip;
	uint64_t slow;
};

struct sides {
	struct join_ring host, driver;
	uint64_t published, used, time, shift;
	int32_t avail_event, used_event;
	unsigned int random;
};

static unsigned int next_random(struct sides *s)
{
	s->random = s->random * 1103515245 + 12345;
	return s->random >> 16;
}

static void add(struct join_ring *r, enum join_type type, uint64_t time, uint64_t from, uint64_t to, int32_t word,
		bool acts)
{
	join_add(&r->lists[type], &(struct join_event){ time, time, from, to, word, acts });
}

/* The driver publishes a batch, vhost uses it, the driver is interrupted. */
static void add_batch(struct sides *s, const struct made *m, unsigned int number)
{
	const uint64_t count = m->even ? 1 : 1 + next_random(s) % 4, to = s->published + count, far = s->shift;
	const bool kick = m->even || next_random(s) % 4, signal = m->even || next_random(s) % 4;
	const enum join_type skip = number && number == m->skipped ? m->skip : JOIN_TYPES;

	if (skip != JOIN_PREPARED)
		add(&s->driver, JOIN_PREPARED, s->time + AHEAD, s->published - far, to - far, s->avail_event, kick);
	if (kick && skip != JOIN_KICK)
		add(&s->host, JOIN_KICK, s->time + 1000, 0, to, -1, false);
	if (skip != JOIN_RUN)
		add(&s->host, JOIN_RUN, s->time + 9000, s->published, to, -1, false);
	if (skip != JOIN_CALL)
		add(&s->host, JOIN_CALL, s->time + 8000, s->used, to, s->used_event, signal);
	if (skip != JOIN_INTERRUPT && signal)
		add(&s->driver, JOIN_INTERRUPT, s->time + 10000 + AHEAD, 0, s->used - far, -1, false);
	s->avail_event = (uint16_t)to;
	if (skip != JOIN_HOST_ASKS)
		add(&s->host, JOIN_HOST_ASKS, s->time + 9500, 0, to, s->avail_event, false);
	s->used_event = (uint16_t)to;
	if (skip != JOIN_DRIVER_ASKS)
		add(&s->driver, JOIN_DRIVER_ASKS, s->time + 11000 + AHEAD, 0, to - far, s->used_event, false);
	s->published = s->used = to;
	s->time += m->slow ? m->slow : 20000;
}

static void make(struct sides *s, const struct made *m)
{
	*s = (struct sides){
		.host = { .size = 256, .started = !m->anchored, .generation = !m->anchored },
		.driver = { .size = 256, .started = !m->anchored, .generation = !m->anchored },
		.published = m->start, .used = m->start, .time = 1000 * SECOND, .shift = m->laps * 65536,
		.avail_event = (uint16_t)m->start, .used_event = (uint16_t)m->start, .random = 1,
	};
	for (unsigned int i = 0; i < BATCHES; i++)
		add_batch(s, m, i);
	s->driver.end = s->time + 2 * SECOND;
}

static void release(struct sides *s)
{
	for (int i = 0; i < JOIN_TYPES; i++) {
		free(s->host.lists[i].events);
		free(s->driver.lists[i].events);
	}
}

static struct join_result joined(const struct made *m, bool lossy)
{
	struct join_result r;
	struct sides s;

	make(&s, m);
	s.host.lossy = s.driver.lossy = lossy;
	join_rings(&s.host, &s.driver, SECOND, &r);
	release(&s);
	return r;
}

static bool whole(const struct join_result *r)
{
	const bool is = !*r->refused && !r->contradictions && !r->gaps && r->kicks >= BATCHES / 2 &&
			r->words >= BATCHES && r->buffers >= BATCHES;

	if (!is)
		diag("refused '%s', %llu contradictions, first '%s', %llu gaps, %llu kicks, %llu words, %llu buffers",
		     r->refused, (unsigned long long)r->contradictions, r->first, (unsigned long long)r->gaps,
		     (unsigned long long)r->kicks, (unsigned long long)r->words, (unsigned long long)r->buffers);
	return is;
}

static void test_whole(void)
{
	const struct made seen = { 0 }, anchored = { .start = 65536 * 7 + 300, .anchored = true, .laps = 5 },
			  behind = { .start = 65536 + 65530, .anchored = true, .laps = -3ULL };
	struct join_result r = joined(&seen, false);

	ok(whole(&r) && !r.laps, "both have seen the start: all fits");
	ok(r.offset_min <= -(int64_t)AHEAD && -(int64_t)AHEAD <= r.offset_max && r.offset_max - r.offset_min < 20000,
	   "and the offset of the clocks is between cause and effect");
	r = joined(&anchored, false);
	ok(whole(&r) && r.laps == 5, "from anchors: the lap is found, the driver's is less");
	r = joined(&behind, false);
	ok(whole(&r) && r.laps == -3, "or more");
}

/* One event of each type is missing, and nobody says so. */
static void test_missing(void)
{
	static const struct {
		enum join_type type;
		const char *name;
	} types[] = {
		{ JOIN_PREPARED, "a driver's decision" }, { JOIN_KICK, "a kick" }, { JOIN_RUN, "a run" },
		{ JOIN_CALL, "a decision of vhost" }, { JOIN_HOST_ASKS, "an avail_event" },
		{ JOIN_DRIVER_ASKS, "a used_event" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		const struct made m = { .even = true, .skipped = 4711, .skip = types[i].type };
		struct join_result r = joined(&m, false);

		ok(!*r.refused && r.contradictions, "%s is missing: found", types[i].name);
		r = joined(&m, true);
		ok(!*r.refused && !r.contradictions, "%s is missing, and the trace says that it lost events: none",
		   types[i].name);
	}
}

static void test_ambiguous(void)
{
	const struct made even = { .start = 65536, .anchored = true, .even = true };
	/* 60,000 entries in 120 seconds: within the slack of the clocks there is no lap more. */
	const struct made slow = { .start = 65536, .anchored = true, .even = true, .slow = 2000000 };
	struct join_result r;
	struct sides s;

	/* 131,072 even entries within less than the slack: no clock tells the laps, and no event. */
	make(&s, &even);
	for (unsigned int i = 0; i < 2 * 65536; i++)
		add_batch(&s, &even, 0);
	join_rings(&s.host, &s.driver, 1000 * SECOND, &r);
	ok(strstr(r.refused, "laps fit"), "an even stream that lasts less than the clocks differ: refused");
	if (!strstr(r.refused, "laps fit"))
		diag("%s, laps %lld", r.refused, (long long)r.laps);
	release(&s);
	r = joined(&slow, false);
	ok(whole(&r) && !r.laps, "a slow one: the clocks tell");
}

static struct join_result faulty(void (*spoil)(struct sides *s))
{
	const struct made m = { 0 };
	struct join_result r;
	struct sides s;

	make(&s, &m);
	spoil(&s);
	join_rings(&s.host, &s.driver, SECOND, &r);
	release(&s);
	return r;
}

static void foreign_word(struct sides *s)
{
	s->driver.lists[JOIN_PREPARED].events[5000].word ^= 0x4000;
}

static void kick_too_early(struct sides *s)
{
	s->host.lists[JOIN_KICK].events[5000].time -= 40000;
}

static void taken_unpublished(struct sides *s)
{
	s->driver.lists[JOIN_PREPARED].count -= 100;
}

static void decided_on_nothing(struct sides *s)
{
	s->host.lists[JOIN_KICK].events[5000].to--;
}

static void test_contradictions(void)
{
	static const struct {
		void (*spoil)(struct sides *s);
		const char *name;
	} faults[] = {
		{ foreign_word, "an event index that nobody has published" },
		{ kick_too_early, "an effect before its cause" },
		{ taken_unpublished, "entries taken that were not published" },
		{ decided_on_nothing, "a kick that finds less than was published" },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct join_result r = faulty(faults[i].spoil);

		if (!ok(!*r.refused && r.contradictions, "%s: a contradiction", faults[i].name))
			diag("refused '%s'", r.refused);
	}
}

static void test_strangers(void)
{
	const struct made here = { .start = 65536, .anchored = true }, other = { .start = 65536, .anchored = true };
	struct sides a, b;
	struct join_result r;

	make(&a, &here);
	make(&b, &other);
	/* Another ring: other batches. */
	for (size_t i = 0; i < b.driver.lists[JOIN_PREPARED].count; i++) {
		b.driver.lists[JOIN_PREPARED].events[i].to += i % 2;
		b.driver.lists[JOIN_PREPARED].events[i].from += i ? (i - 1) % 2 : 0;
	}
	join_rings(&a.host, &b.driver, SECOND, &r);
	ok(*r.refused || r.contradictions, "the sides of two rings do not fit");
	release(&a);
	release(&b);
}

int main(void)
{
	test_whole();
	test_missing();
	test_ambiguous();
	test_contradictions();
	test_strangers();
	return tap_done();
}
