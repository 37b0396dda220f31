// SPDX-License-Identifier: GPL-2.0-or-later
#include "gone-queues.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

bool same_queue(const struct queue_name *a, const struct queue_name *b)
{
	return a->owner == b->owner && a->netns == b->netns && !a->others == !b->others &&
	       !strcmp(a->queue, b->queue) && !strcmp(a->device, b->device);
}

void *gone_queue_at(const struct gone_queues *g, size_t i)
{
	return (char *)g->elements + i * g->size;
}

/* The sum of others among the first @count elements, for the same side as the name's. */
static struct queue_name *find_others(const struct gone_queues *g, size_t count, const struct queue_name *name)
{
	for (size_t i = 0; i < count; i++) {
		struct queue_name *others = gone_queue_at(g, i);

		if (others->others && others->driver == name->driver)
			return others;
	}
	return NULL;
}

static uint32_t queues_in(const struct queue_name *name)
{
	return name->others ? name->others : 1;
}

/*
 * Merge all elements but the last GONE_QUEUES_KEPT into sums at the beginning of the array, at most one for each side.
 * An element that is the first of its side becomes the sum.
 */
static void merge_oldest(struct gone_queues *g)
{
	const size_t merged = g->count - GONE_QUEUES_KEPT;
	size_t sums = 0;

	for (size_t i = 0; i < merged; i++) {
		struct queue_name *name = gone_queue_at(g, i), *others = find_others(g, sums, name);

		if (others) {
			g->add(others, name);
			queue_name_others(others->others + queues_in(name), others->driver, others);
			continue;
		}
		others = gone_queue_at(g, sums++);
		if (others != name)
			memcpy(others, name, g->size);
		queue_name_others(queues_in(others), others->driver, others);
	}
	memmove(gone_queue_at(g, sums), gone_queue_at(g, merged), GONE_QUEUES_KEPT * g->size);
	g->count = sums + GONE_QUEUES_KEPT;
}

void *gone_queue(struct gone_queues *g, const struct queue_name *name)
{
	void *elements, *added;

	for (size_t i = 0; i < g->count; i++)
		if (same_queue(gone_queue_at(g, i), name))
			return gone_queue_at(g, i);
	if (g->count == GONE_QUEUES_MAX)
		merge_oldest(g);
	elements = array_grow(g->elements, &g->room, g->count + 1, g->size);
	if (!elements)
		return NULL;
	g->elements = elements;
	added = gone_queue_at(g, g->count++);
	memset(added, 0, g->size);
	memcpy(added, name, sizeof(*name));
	return added;
}

void gone_queues_free(struct gone_queues *g)
{
	free(g->elements);
	g->elements = NULL;
	g->count = g->room = 0;
}
