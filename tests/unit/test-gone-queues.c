// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "event/event-totals.h"
#include "event/gone-queues.h"
#include "tap-out.h"

struct element {
	struct queue_name name;
	uint64_t value;
};

static void add_element(void *sum, const void *element)
{
	((struct element *)sum)->value += ((const struct element *)element)->value;
}

struct traced {
	struct traced_queue queue;
	struct trace_counts counts;
};

static void add_traced(void *sum, const void *element)
{
	const struct traced *e = element;
	struct traced *s = sum;

	traced_queue_add(&s->queue, &e->queue);
	for (int i = 0; i < EVENT_TYPES; i++)
		s->counts.events[i] += e->counts.events[i];
}

/* Do the totals have these words? */
static void prints(const struct event_totals *t, bool json, const char *words, const char *what)
{
	char *text = NULL;
	struct out o;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	out_init(&o, f, json, false, COLOR_NEVER);
	event_totals_print(t, 1U << EVENT_CALL | 1U << EVENT_KICK, &o);
	fclose(f);
	if (!ok(strstr(text, words), "%s", what))
		diag("got '%.2000s'", text);
	free(text);
}

static struct queue_name name(const char *device, const char *queue, uint32_t owner)
{
	struct queue_name n = { .owner = owner };

	strcpy(n.device, device);
	strcpy(n.queue, queue);
	return n;
}

/* Add to the total of a gone queue. Return: the new total. */
static uint64_t add(struct gone_queues *g, const char *device, const char *queue, uint32_t owner, uint64_t value)
{
	const struct queue_name n = name(device, queue, owner);
	struct element *e = gone_queue(g, &n);

	e->value += value;
	return e->value;
}

static void test_sums(void)
{
	struct gone_queues g = { .size = sizeof(struct element) };

	ok(add(&g, "a", "tx0", 1, 5) == 5, "the first of its name begins with nothing");
	ok(add(&g, "a", "tx0", 1, 2) == 7 && g.count == 1, "the same device, queue and owner are one");
	ok(add(&g, "b", "tx0", 1, 1) == 1, "another device is another one");
	ok(add(&g, "a", "rx0", 1, 1) == 1, "and another queue");
	ok(add(&g, "a", "tx0", 2, 1) == 1, "and another owner");
	ok(g.count == 4, "so they are four");
	gone_queues_free(&g);
	ok(!g.count && !g.elements, "released");
}

/* More queues than the array has room for: the old elements must move with the array. */
static void test_many(void)
{
	struct gone_queues g = { .size = sizeof(struct element) };
	uint64_t sum = 0;
	bool ordered = true;

	for (uint32_t i = 0; i < 1000; i++)
		add(&g, "a", "tx0", i, i);
	for (size_t i = 0; i < g.count; i++) {
		const struct element *e = gone_queue_at(&g, i);

		ordered &= e->name.owner == i;
		sum += e->value;
	}
	ok(g.count == 1000 && ordered && sum == 999 * 1000 / 2, "a thousand keep their order and what is left of them");
	gone_queues_free(&g);
}

/* Most of them are kept together, drivers' apart from vhost's, and nothing is counted twice or left out. */
static void test_others(void)
{
	struct gone_queues g = { .size = sizeof(struct element), .add = add_element };
	uint64_t sums[2] = { 0 }, queues[2] = { 0 };
	const uint32_t many = 100000;
	size_t most = 0;

	for (uint32_t i = 0; i < many; i++) {
		struct queue_name n = name("a", "tx0", i + 1);

		n.driver = i % 3 == 0;
		((struct element *)gone_queue(&g, &n))->value = i;
		most = g.room > most ? g.room : most;
	}
	for (size_t i = 0; i < g.count; i++) {
		const struct element *e = gone_queue_at(&g, i);

		sums[e->name.driver] += e->value;
		queues[e->name.driver] += e->name.others ? e->name.others : 1;
	}
	ok(most <= 2 * GONE_QUEUES_MAX, "100,000 queues: room for %zu at most", most);
	ok(queues[0] == 66666 && queues[1] == 33334, "all of them are there");
	ok(sums[0] + sums[1] == (uint64_t)many * (many - 1) / 2 && sums[1] == UINT64_C(33334) * 33333 / 2 * 3,
	   "and so is what they counted");
	ok(((struct element *)gone_queue_at(&g, g.count - 1))->name.owner == many, "the last one has its name");
	ok(((struct element *)gone_queue_at(&g, g.count - GONE_QUEUES_KEPT))->name.owner == many - GONE_QUEUES_KEPT + 1,
	   "and so have those before it");
	gone_queues_free(&g);
}

/* The totals of a trace: rows of 10,000 closed queues, each with a kick and two decisions. */
static void test_totals(void)
{
	struct gone_queues g = { .size = sizeof(struct traced), .add = add_traced };
	const struct event_unattributed none = { 0 };
	struct event_totals t;
	uint64_t decisions = 0, kicks = 0;
	char words[32];

	for (uint32_t i = 0; i < 10000; i++) {
		const struct queue_name n = name("a", "tx0", i + 1);
		struct traced *e = gone_queue(&g, &n);

		e->queue.reasons[1][REASON_CROSSED] = e->queue.received[EVENT_KICK] = e->counts.events[EVENT_KICK] = 1;
		e->queue.reasons[0][REASON_NOT_REACHED] = 1;
		e->queue.received[EVENT_CALL] = e->counts.events[EVENT_CALL] = 2;
	}
	event_totals_init(&t, &none);
	for (size_t i = 0; i < g.count; i++)
		event_totals_add(&t, gone_queue_at(&g, i), &((struct traced *)gone_queue_at(&g, i))->counts);
	event_totals_sum(&t);
	for (size_t i = 0; i < t.count; i++) {
		decisions += t.rows[i].decisions;
		kicks += t.rows[i].kicks;
	}
	ok(!t.unbalanced && decisions == 20000 && kicks == 10000, "totals: the rows add up");
	ok(t.calls.signalled == 10000 && t.calls.suppressed == 10000, "and so do the decisions");
	/* One row is that of the others. */
	snprintf(words, sizeof(words), "\nothers  x%zu ", 10000 - (t.count - 1));
	prints(&t, false, words, "text says how many queues a row is the sum of");
	snprintf(words, sizeof(words), "\"others\":%zu}", 10000 - (t.count - 1));
	prints(&t, true, words, "and so does JSON");
	prints(&t, true, "\"others\":0}", "which is 0 for a queue");
	event_totals_free(&t);
	gone_queues_free(&g);
}

int main(void)
{
	test_sums();
	test_many();
	test_others();
	test_totals();
	return tap_done();
}
