// SPDX-License-Identifier: GPL-2.0-or-later
#include "gone-queues.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

bool same_queue(const struct queue_name *a, const struct queue_name *b)
{
	return !strcmp(a->device, b->device) && !strcmp(a->queue, b->queue) && a->owner == b->owner;
}

void *gone_queue_at(const struct gone_queues *g, size_t i)
{
	return (char *)g->elements + i * g->size;
}

void *gone_queue(struct gone_queues *g, const struct queue_name *name)
{
	void *elements, *added;

	for (size_t i = 0; i < g->count; i++)
		if (same_queue(gone_queue_at(g, i), name))
			return gone_queue_at(g, i);
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
