/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RING_JOIN_H
#define RING_JOIN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/**
 * DOC: one ring, traced on both sides
 *
 * The host's trace and that of the driver, inside of the VM, have different clocks, and number the ring's entries from
 * where they began to see them. What is joined here is joined by what one side writes and the other one reads:
 *
 * - each kick that the driver decided on has arrived at vhost, and vhost found avail->idx there where the driver was;
 * - each avail_event in a decision of the driver is one that vhost has published, and they come in the same order;
 * - each used_event in a decision of vhost is one that the driver has published, likewise;
 * - each side's decisions and runs begin where the ones before ended; if not, some are lost;
 * - an entry is used before the driver's interrupt finds it, and published before its kick arrives. Each such pair
 *   bounds the offset of the clocks from one side, and there has to be an offset that fits all of them.
 *
 * Whatever does not fit is a contradiction. If both sides have seen the ring's start, their positions are the same.
 * Else they differ by whole laps of 65536. The clocks, which agree to some seconds, exclude most laps; of the others
 * that one is right that has no contradiction. If several have none, the join is refused.
 */

enum join_type {
	JOIN_PREPARED,		/* the driver decided whether to kick */
	JOIN_INTERRUPT,		/* its interrupt found used entries */
	JOIN_DRIVER_ASKS,	/* it published used_event */
	JOIN_KICK,		/* a kick arrived */
	JOIN_RUN,		/* the worker took entries */
	JOIN_HOST_ASKS,		/* it published avail_event */
	JOIN_CALL,		/* it has used entries, and decided whether to signal */
	JOIN_TYPES,
};

#define JOIN_NONE UINT64_MAX

/**
 * struct join_event - an event
 * @time: when it ended, nanoseconds since 1970 by the clock of its side
 * @begun: when it began
 * @from: position of the first entry that it is about
 * @to: position behind the last one; of a kick avail->idx, or JOIN_NONE; of an interrupt and of JOIN_DRIVER_ASKS the
 *	used entry that the driver takes next
 * @word: the event index that was read or published; negative: none
 * @acts: a decision to kick, or to signal
 */
struct join_event {
	uint64_t time, begun, from, to;
	int32_t word;
	bool acts;
};

struct join_list {
	struct join_event *events;
	size_t count, room;
};

/**
 * struct join_ring - a ring as one side has seen it
 * @address: its address
 * @size: number of its entries
 * @generation: see struct queue_ring
 * @started: positions are counted from its start
 * @lossy: the trace says that events were lost
 * @end: when the trace ended, by the clock of its side
 * @lists: the events by type, in the order of the trace
 */
struct join_ring {
	uint64_t address;
	uint32_t size, generation;
	bool started, lossy;
	uint64_t end;
	struct join_list lists[JOIN_TYPES];
};

/**
 * struct join_result - what came of joining
 * @refused: why it was not joined; empty if it was
 * @laps: what is added to the driver's positions, in laps
 * @buffers: entries that both sides have seen from publishing to using them
 * @kicks: kicks that were found on both sides
 * @words: event indexes that were found on both sides
 * @gaps: places where events are missing
 * @contradictions: what does not fit
 * @first: the first of them
 * @offset_min: what has to be added to the driver's clock, at least; in nanoseconds
 * @offset_max: at most
 */
struct join_result {
	char refused[160];
	int64_t laps;
	uint64_t buffers, kicks, words, gaps, contradictions;
	char first[160];
	int64_t offset_min, offset_max;
};

/**
 * struct join - state while one number of laps is tried
 * @host: one side
 * @driver: the other side
 * @shift: what is added to the driver's positions
 * @slack: by how much the clocks may differ, nanoseconds
 * @r: the result
 */
struct join {
	const struct join_ring *host, *driver;
	uint64_t shift, slack;
	struct join_result *r;
};

static inline void join_add(struct join_list *l, const struct join_event *e)
{
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 1024;
		l->events = realloc(l->events, l->room * sizeof(*l->events));
		if (!l->events)
			abort();
	}
	l->events[l->count++] = *e;
}

static inline __attribute__((format(printf, 2, 3))) void join_contradicts(struct join *j, const char *fmt, ...)
{
	va_list ap;

	if (j->r->contradictions++)
		return;
	va_start(ap, fmt);
	vsnprintf(j->r->first, sizeof(j->r->first), fmt, ap);
	va_end(ap);
}

/* Each event of a list begins where the one before ended. */
static inline void join_check_gaps(struct join *j, const struct join_ring *side, enum join_type type, const char *what)
{
	const struct join_list *l = &side->lists[type];

	for (size_t i = 1; i < l->count; i++) {
		if (l->events[i].from == l->events[i - 1].to)
			continue;
		j->r->gaps++;
		if (!side->lossy)
			join_contradicts(j, "%s: %llu follows %llu, and nothing is said to be lost", what,
					 (unsigned long long)l->events[i].from,
					 (unsigned long long)l->events[i - 1].to);
	}
}

static inline void join_offset_at_most(struct join *j, const struct join_event *driver, uint64_t host_time)
{
	const int64_t most = (int64_t)(host_time - driver->time);

	if (most < j->r->offset_max)
		j->r->offset_max = most;
}

/* The next decision to kick, from number @i on. */
static inline size_t join_next_kick(const struct join_list *prepared, size_t i)
{
	while (i < prepared->count && !prepared->events[i].acts)
		i++;
	return i;
}

/*
 * Each kick has arrived, and vhost has found what was published by then: less than at the next kick. What is missing
 * before the first and behind the last pair was not seen by both traces.
 */
static inline void join_check_kicks(struct join *j)
{
	const struct join_list *prepared = &j->driver->lists[JOIN_PREPARED], *kicks = &j->host->lists[JOIN_KICK];
	size_t i = join_next_kick(prepared, 0), k = 0, missing = 0, extra = 0;

	while (i < prepared->count && k < kicks->count) {
		const size_t next = join_next_kick(prepared, i + 1);
		const bool lossy = j->host->lossy || j->driver->lossy || !j->r->kicks;
		const uint64_t to = prepared->events[i].to + j->shift, found = kicks->events[k].to;
		const bool later = next < prepared->count && found >= prepared->events[next].to + j->shift;

		if (found != JOIN_NONE && found < to) {
			extra++;
			k++;
			continue;
		}
		if (found != JOIN_NONE && later) {
			missing++;
			i = next;
			continue;
		}
		if (missing && !lossy)
			join_contradicts(j, "%zu kicks before the one at %llu have not arrived", missing,
					 (unsigned long long)to);
		if (extra && !lossy)
			join_contradicts(j, "%zu kicks before the one at %llu were not decided on", extra,
					 (unsigned long long)to);
		missing = extra = 0;
		j->r->kicks++;
		join_offset_at_most(j, &prepared->events[i], kicks->events[k].time);
		i = next;
		k++;
	}
}

/*
 * Each event index that was read is one that was published, not before the one that was read last, and not after the
 * entries that the decision is about. Before the first one that is found it may be older than the trace, and where the
 * trace of the publisher ends, newer.
 */
static inline void join_check_words(struct join *j, const struct join_list *read, uint64_t read_shift,
				    const struct join_list *published, uint64_t published_shift, const char *what)
{
	size_t last = 0;
	bool any = false;

	for (size_t i = 0; i < read->count; i++) {
		const struct join_event *e = &read->events[i];
		size_t p = last;

		if (e->word < 0)
			continue;
		while (p < published->count && published->events[p].to + published_shift <= e->to + read_shift &&
		       published->events[p].word != e->word)
			p++;
		if (p == published->count)
			return;
		if (published->events[p].to + published_shift <= e->to + read_shift) {
			last = p;
			any = true;
			j->r->words++;
		} else if (any && !(j->host->lossy || j->driver->lossy)) {
			join_contradicts(j, "%s %d of the decision at %llu was not published", what, e->word,
					 (unsigned long long)(e->to + read_shift));
		}
	}
}

/* An interrupt that found an entry came after the entry was used. */
static inline void join_check_interrupts(struct join *j)
{
	const struct join_list *interrupts = &j->driver->lists[JOIN_INTERRUPT], *calls = &j->host->lists[JOIN_CALL];
	size_t c = 0;

	for (size_t i = 0; i < interrupts->count; i++) {
		const uint64_t entry = interrupts->events[i].to + j->shift;
		int64_t least;

		while (c < calls->count && calls->events[c].to <= entry)
			c++;
		if (c == calls->count)
			return;
		if (calls->events[c].from > entry)
			continue;
		least = (int64_t)(calls->events[c].begun - interrupts->events[i].time);
		if (least > j->r->offset_min)
			j->r->offset_min = least;
	}
	if (j->r->offset_min > j->r->offset_max)
		join_contradicts(j, "no offset of the clocks fits: at least %lld ns, at most %lld ns",
				 (long long)j->r->offset_min, (long long)j->r->offset_max);
}

static inline uint64_t join_first(const struct join_list *l)
{
	return l->count ? l->events[0].from : JOIN_NONE;
}

static inline uint64_t join_last(const struct join_list *l)
{
	return l->count ? l->events[l->count - 1].to : 0;
}

/* The entries that the driver has published, the worker taken and used. */
static inline void join_count_buffers(struct join *j)
{
	const struct join_list *prepared = &j->driver->lists[JOIN_PREPARED], *runs = &j->host->lists[JOIN_RUN];
	const struct join_list *calls = &j->host->lists[JOIN_CALL];
	uint64_t first, last;

	if (!prepared->count || !runs->count || !calls->count)
		return;
	first = join_first(prepared) + j->shift;
	last = join_last(prepared) + j->shift;
	if (join_first(runs) > first)
		first = join_first(runs);
	if (join_first(calls) > first)
		first = join_first(calls);
	if (join_last(runs) < last)
		last = join_last(runs);
	if (join_last(calls) < last)
		last = join_last(calls);
	j->r->buffers = last > first ? last - first : 0;
}

/* Vhost takes no entry that was not published, as long as the driver was traced. */
static inline void join_check_taken(struct join *j)
{
	const struct join_list *prepared = &j->driver->lists[JOIN_PREPARED], *runs = &j->host->lists[JOIN_RUN];
	const uint64_t last = join_last(prepared) + j->shift;

	for (size_t i = 0; i < runs->count && !j->driver->lossy; i++)
		if (runs->events[i].to > last && runs->events[i].time + j->slack < j->driver->end) {
			join_contradicts(j, "vhost has taken %llu entries, and %llu were published",
					 (unsigned long long)runs->events[i].to, (unsigned long long)last);
			return;
		}
}

/* Try a number of laps. */
static inline void join_try(const struct join_ring *host, const struct join_ring *driver, int64_t laps,
			    uint64_t slack, struct join_result *r)
{
	struct join j = {
		.host = host, .driver = driver, .shift = (uint64_t)(laps * 65536), .slack = slack, .r = r,
	};

	*r = (struct join_result){ .laps = laps, .offset_min = INT64_MIN, .offset_max = INT64_MAX };
	join_check_gaps(&j, driver, JOIN_PREPARED, "kicks prepared");
	join_check_gaps(&j, host, JOIN_RUN, "runs");
	join_check_gaps(&j, host, JOIN_CALL, "calls");
	join_check_kicks(&j);
	join_check_words(&j, &driver->lists[JOIN_PREPARED], j.shift, &host->lists[JOIN_HOST_ASKS], 0, "avail_event");
	join_check_words(&j, &host->lists[JOIN_CALL], 0, &driver->lists[JOIN_DRIVER_ASKS], j.shift, "used_event");
	join_check_interrupts(&j);
	join_check_taken(&j);
	join_count_buffers(&j);
}

/* The number of events that ended before a time. */
static inline size_t join_ended_before(const struct join_list *l, uint64_t time)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		const size_t middle = (low + high) / 2;

		if (l->events[middle].time < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Where the device was at most at a time, and where it was at least; JOIN_NONE and 0 outside of the trace. */
static inline uint64_t join_at_most(const struct join_list *runs, uint64_t time, uint32_t size)
{
	const size_t before = join_ended_before(runs, time);

	return before < runs->count ? runs->events[before].to + size : JOIN_NONE;
}

static inline uint64_t join_at_least(const struct join_list *runs, uint64_t time)
{
	const size_t before = join_ended_before(runs, time + 1);

	return before ? runs->events[before - 1].to : 0;
}

/* Do the clocks allow these laps? @slack: by how much they may differ, nanoseconds */
static inline bool join_clocks_allow(const struct join_ring *host, const struct join_ring *driver, int64_t laps,
				     uint64_t slack)
{
	const struct join_list *prepared = &driver->lists[JOIN_PREPARED], *runs = &host->lists[JOIN_RUN];

	for (size_t i = 0; i < prepared->count; i++) {
		const struct join_event *e = &prepared->events[i];
		const int64_t at = (int64_t)e->to + laps * 65536;

		if (at < 0 || (uint64_t)at > join_at_most(runs, e->time + slack, host->size) ||
		    (uint64_t)at < join_at_least(runs, e->time - slack))
			return false;
	}
	return true;
}

/* The laps for which both sides have an entry in common: from @low to @high. */
static inline void join_range(const struct join_ring *host, const struct join_ring *driver, int64_t *low, int64_t *high)
{
	const struct join_list *prepared = &driver->lists[JOIN_PREPARED], *runs = &host->lists[JOIN_RUN];

	*low = ((int64_t)join_first(runs) - (int64_t)join_last(prepared)) / 65536 - 1;
	*high = ((int64_t)join_last(runs) + host->size - (int64_t)join_first(prepared)) / 65536 + 1;
}

/**
 * join_rings() - join the two sides of a ring
 * @host: the host's side
 * @driver: the driver's
 * @slack: by how much the clocks may differ, nanoseconds
 * @r: the result
 */
static inline void join_rings(const struct join_ring *host, const struct join_ring *driver, uint64_t slack,
			      struct join_result *r)
{
	struct join_result tried, wrong = { .refused = "no lap has events in common" };
	int64_t low, high, fit = 0, near = 0;

	*r = (struct join_result){ .refused = "" };
	if (!driver->lists[JOIN_PREPARED].count || !host->lists[JOIN_RUN].count) {
		snprintf(r->refused, sizeof(r->refused), "one side has no decisions to kick, or the other no runs");
		return;
	}
	if (host->started && driver->started) {
		join_try(host, driver, 0, slack, r);
		return;
	}
	join_range(host, driver, &low, &high);
	for (int64_t laps = low; laps <= high; laps++) {
		if (!join_clocks_allow(host, driver, laps, slack))
			continue;
		join_try(host, driver, laps, slack, &tried);
		if (!tried.kicks || !tried.buffers)
			continue;
		near++;
		if (tried.contradictions)
			wrong = tried;
		else if (!fit++)
			*r = tried;
	}
	if (fit > 1)
		snprintf(r->refused, sizeof(r->refused), "%lld laps fit: no start was seen by both sides, and neither "
			 "the clocks nor the events tell which", (long long)fit);
	else if (!fit)
		*r = wrong;
	if (!fit && near > 1)
		snprintf(r->refused, sizeof(r->refused), "none of %lld laps fits", (long long)near);
}

#endif
