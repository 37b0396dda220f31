// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "event/gone-queues.h"
#include "tap-out.h"

struct element {
	struct queue_name name;
	uint64_t value;
};

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

int main(void)
{
	test_sums();
	test_many();
	return tap_done();
}
