// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * truth-check LOG TRACE QUEUE BASE PACKETS BATCHES
 *
 * Holds what "vhostctl trace -j" said of a queue against what the queue's driver knows ("vhostctl bench --log"), for a
 * run that was traced from its first decision to its last. The driver's log is the oracle: it has the call eventfd's
 * counts, and every value of used_event (or avail->flags) with the times around its store, so that for each decision
 * the values that the kernel can have seen are known without asking the trace.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json_object.h>
#include <json-c/json_tokener.h>

#define NO_INTERRUPT 1	/* VRING_AVAIL_F_NO_INTERRUPT */

/* The driver stored @value between @before and @after; it was in force until the next one. */
struct wish {
	uint64_t before, after;
	uint16_t value;
};

/* The driver read @count calls from the eventfd between @before and @after. */
struct call {
	uint64_t before, after, count;
};

struct decision {
	uint64_t entry, signal, exit;
	uint16_t old, new;
	int word;	/* the one that explains; -1 for none */
	int word_before, word_after;
	bool signalled, moved, valid, event_idx;
	const char *reason;	/* owned */
};

struct list {
	void *items;
	size_t count, room;
};

struct run {
	struct list wishes, calls, decisions;
	uint64_t batches;
	uint64_t totals_decisions, totals_signalled, totals_suppressed, totals_unexplained, totals_lost;
	bool totals;
};

static int failures;

__attribute__((format(printf, 1, 2)))
static void wrong(const char *fmt, ...)
{
	va_list ap;

	if (++failures > 20)
		return;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static void *add(struct list *l, size_t size)
{
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 1024;
		l->items = reallocarray(l->items, l->room, size);
		if (!l->items)
			exit(2);
	}
	return (char *)l->items + size * l->count++;
}

static FILE *open_file(const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	return f;
}

static void read_log(struct run *r, const char *path, const char *queue)
{
	FILE *f = open_file(path);
	char name[16], kind[16];
	uint64_t before, after, value;
	unsigned int index;

	while (fscanf(f, "%15s %15s %" SCNu64 " %" SCNu64 " %u %" SCNu64, name, kind, &before, &after, &index,
		      &value) == 6) {
		if (strcmp(name, queue))
			continue;
		/* Before the first store it was what the first batch found. */
		if (!r->wishes.count)
			*(struct wish *)add(&r->wishes, sizeof(struct wish)) =
				(struct wish){ .value = (uint16_t)value };
		if (!strcmp(kind, "batch"))
			r->batches++;
		else if (!strcmp(kind, "call"))
			*(struct call *)add(&r->calls, sizeof(struct call)) = (struct call){ before, after, value };
		else
			*(struct wish *)add(&r->wishes, sizeof(struct wish)) =
				(struct wish){ before, after, (uint16_t)value };
	}
	if (!feof(f))
		wrong("%s: not a log", path);
	fclose(f);
}

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (!json_object_object_get_ex(o, key, &v)) {
		fprintf(stderr, "the trace has no %s: %s\n", key, json_object_to_json_string(o));
		exit(2);
	}
	return v;
}

static uint64_t number(struct json_object *o, const char *key)
{
	return json_object_get_uint64(get(o, key));
}

/* Seconds with nine digits: more than a double holds, so by the text. */
static uint64_t nanoseconds(struct json_object *o, const char *key)
{
	struct json_object *v = get(o, key);
	uint64_t s = 0, ns = 0;

	if (v && sscanf(json_object_to_json_string(v), "%" SCNu64 ".%9" SCNu64, &s, &ns) != 2) {
		fprintf(stderr, "%s is no time: %s\n", key, json_object_to_json_string(v));
		exit(2);
	}
	return s * 1000000000 + ns;
}

static int index_or_none(struct json_object *o, const char *key)
{
	struct json_object *v = get(o, key);

	return v ? json_object_get_int(v) : -1;
}

static void take_decision(struct run *r, struct json_object *o, const char *queue)
{
	struct decision d = { .event_idx = json_object_get_boolean(get(o, "event_idx")) };

	if (strcmp(json_object_get_string(get(o, "queue")), queue))
		return;
	d.entry = nanoseconds(o, "time_entry");
	d.exit = nanoseconds(o, "time");
	d.signal = nanoseconds(o, "time_signal");
	d.old = (uint16_t)number(o, "old");
	d.new = (uint16_t)number(o, "new");
	d.word = index_or_none(o, d.event_idx ? "event" : "flags");
	d.word_before = index_or_none(o, "word_before");
	d.word_after = index_or_none(o, "word_after");
	d.signalled = !strcmp(json_object_get_string(get(o, "decision")), "signal");
	d.moved = json_object_get_boolean(get(o, "moved"));
	d.valid = json_object_get_boolean(get(o, "valid"));
	d.reason = strdup(json_object_get_string(get(o, "reason")));
	*(struct decision *)add(&r->decisions, sizeof(d)) = d;
}

static void take_totals(struct run *r, struct json_object *o)
{
	r->totals = true;
	r->totals_decisions = number(o, "decisions");
	r->totals_signalled = number(o, "signalled");
	r->totals_suppressed = number(o, "suppressed");
	r->totals_unexplained = number(o, "unexplained");
	r->totals_lost = number(o, "lost");
}

static void read_trace(struct run *r, const char *path, const char *queue)
{
	FILE *f = open_file(path);
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, f) > 0) {
		struct json_object *o = json_tokener_parse(line);
		const char *type;

		if (!o) {
			wrong("%s: not JSON: %s", path, line);
			continue;
		}
		type = json_object_get_string(get(o, "type"));
		if (!strcmp(type, "call"))
			take_decision(r, o, queue);
		else if (!strcmp(type, "totals"))
			take_totals(r, o);
		json_object_put(o);
	}
	free(line);
	fclose(f);
}

/* The rule, written anew: an entry at index event is among those from old to new. */
static bool rule(const struct decision *d, uint16_t word)
{
	uint16_t i;

	if (!d->event_idx)
		return !(word & NO_INTERRUPT);
	if (!d->valid)
		return true;
	for (i = d->old; i != d->new; i++)
		if (i == word)
			return true;
	return false;
}

/* When it was done what was decided. */
static uint64_t acted(const struct decision *d)
{
	return d->signalled ? d->signal : d->entry;
}

/* The sum of the totals, and every call that was received against every signal that was traced. */
static void check_counts(const struct run *r)
{
	const struct decision *d = r->decisions.items;
	const struct call *c = r->calls.items;
	uint64_t received = 0, signalled = 0, early = 0, late = 0, e = 0, l = 0;

	if (!r->totals)
		wrong("the trace has no totals");
	if (r->totals_decisions != r->totals_signalled + r->totals_suppressed + r->totals_unexplained + r->totals_lost)
		wrong("the totals do not add up");
	if (r->totals_lost)
		wrong("%" PRIu64 " decisions were lost", r->totals_lost);
	for (size_t i = 0; i < r->decisions.count; i++)
		signalled += d[i].signalled;
	for (size_t i = 0; i < r->calls.count; i++) {
		/* All that had been signalled and was over when the read began is in, and nothing else than what had
		 * begun to be signalled when it was over. Decisions of a queue come one after another. */
		for (; e < r->decisions.count && d[e].exit <= c[i].before; e++)
			early += d[e].signalled;
		for (; l < r->decisions.count && acted(&d[l]) <= c[i].after; l++)
			late += d[l].signalled;
		received += c[i].count;
		if (received < early || received > late)
			wrong("read %zu: %" PRIu64 " calls received, but between %" PRIu64 " and %" PRIu64 " signalled",
			      i, received, early, late);
	}
	if (received != signalled)
		wrong("%" PRIu64 " calls received, %" PRIu64 " decisions traced as signals", received, signalled);
}

/* Decisions follow one another without a gap, from the first entry to the last. */
static void check_indexes(const struct run *r, uint16_t base, uint64_t packets)
{
	const struct decision *d = r->decisions.items;
	uint64_t entries = 0;
	uint16_t last = base;
	bool wrapped = false;

	for (size_t i = 0; i < r->decisions.count; i++) {
		/* The first has no old: nothing was signalled yet. */
		if (d[i].old != last && (i || d[i].valid))
			wrong("decision %zu starts at %u, not at %u", i, d[i].old, last);
		wrapped |= d[i].new < last;
		entries += (uint16_t)(d[i].new - last);
		last = d[i].new;
	}
	if (entries != packets)
		wrong("the decisions cover %" PRIu64 " entries of %" PRIu64, entries, packets);
	if (!wrapped)
		wrong("the index never wrapped");
}

struct tally {
	uint64_t signalled, suppressed, moved, unstable, ambiguous;
};

/* One decision against the wishes from @first to @last, one of which the kernel saw. */
static void check_decision(const struct run *r, size_t n, size_t first, size_t last, struct tally *t)
{
	const struct decision *d = (struct decision *)r->decisions.items + n;
	const struct wish *w = r->wishes.items;
	bool possible = false, before = false, after = false, word = false;

	for (size_t i = first; i <= last; i++) {
		possible |= rule(d, w[i].value) == d->signalled;
		before |= w[i].value == d->word_before;
		after |= w[i].value == d->word_after;
		word |= w[i].value == d->word && rule(d, w[i].value) == d->signalled;
	}
	t->ambiguous += last > first;
	if (!possible)
		wrong("decision %zu (old %u new %u, %s): no value that the driver had set explains it", n, d->old,
		      d->new, d->signalled ? "signal" : "suppress");
	if (!before || !after)
		wrong("decision %zu: the trace read %d and %d, which the driver had not set", n, d->word_before,
		      d->word_after);
	if (!strcmp(d->reason, "unexplained"))
		wrong("decision %zu is unexplained", n);
	else if (strcmp(d->reason, "unstable") && !word)
		wrong("decision %zu: %s by %d, which does not explain it", n, d->reason, d->word);
	/* Only a value that came and went within the decision may escape both readings. */
	if (!strcmp(d->reason, "unstable") && (word || last - first < 2))
		wrong("decision %zu is unstable although %s", n,
		      word ? "a reading explains it" : "at most one store fell into it");
	if (d->moved != (d->word_before != d->word_after))
		wrong("decision %zu: moved is wrong", n);
	if (d->moved && first == last)
		wrong("decision %zu has moved, but the driver had stored nothing", n);
}

static struct tally check_explanations(const struct run *r)
{
	const struct decision *d = r->decisions.items;
	const struct wish *w = r->wishes.items;
	struct tally t = { 0 };
	size_t first = 0, last = 0;

	for (size_t i = 0; i < r->decisions.count; i++) {
		/* In force at some time within the decision: stored before its end, not replaced before its start. */
		while (first + 1 < r->wishes.count && w[first + 1].after < d[i].entry)
			first++;
		if (last < first)
			last = first;
		while (last + 1 < r->wishes.count && w[last + 1].before <= d[i].exit)
			last++;
		check_decision(r, i, first, last, &t);
		t.signalled += d[i].signalled;
		t.suppressed += !d[i].signalled;
		t.moved += d[i].moved;
		t.unstable += !strcmp(d[i].reason, "unstable");
	}
	return t;
}

int main(int argc, char **argv)
{
	struct run r = { 0 };
	struct tally t;
	uint64_t batches;

	if (argc != 7) {
		fprintf(stderr, "usage: truth-check LOG TRACE QUEUE BASE PACKETS BATCHES\n");
		return 2;
	}
	batches = strtoull(argv[6], NULL, 10);
	read_log(&r, argv[1], argv[3]);
	read_trace(&r, argv[2], argv[3]);
	if (r.batches < batches)
		wrong("%" PRIu64 " batches in the log, not %" PRIu64, r.batches, batches);
	check_counts(&r);
	check_indexes(&r, (uint16_t)strtoul(argv[4], NULL, 10), strtoull(argv[5], NULL, 10));
	t = check_explanations(&r);
	printf("%" PRIu64 " batches, %zu stores, %zu reads; %" PRIu64 " decisions signalled, %" PRIu64 " suppressed, %"
	       PRIu64 " moved, %" PRIu64 " unstable, %" PRIu64 " ambiguous to the oracle\n", r.batches,
	       r.wishes.count, r.calls.count, t.signalled, t.suppressed, t.moved, t.unstable, t.ambiguous);
	if (failures)
		printf("%d contradictions\n", failures);
	for (size_t i = 0; i < r.decisions.count; i++)
		free((char *)((struct decision *)r.decisions.items)[i].reason);
	free(r.wishes.items);
	free(r.calls.items);
	free(r.decisions.items);
	return failures != 0;
}
