/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GONE_QUEUES_H
#define GONE_QUEUES_H

#include <stddef.h>

#include "queue-name.h"

/**
 * DOC: what is left of queues that are gone
 *
 * A queue goes when its device is closed or gets another backend, and comes again with every reset of its owner. So
 * those of the same device, queue and owner are one, and what is left of them is added up.
 */

/**
 * struct gone_queues - queues that are gone
 * @size: of what is left of one, which begins with its struct queue_name
 * @count: how many
 * @room: for so many
 * @elements: what is left of them
 */
struct gone_queues {
	size_t size, count, room;
	void *elements;
};

/* Is it a queue of the same device, number and owner? */
bool same_queue(const struct queue_name *a, const struct queue_name *b);

/**
 * gone_queue() - what is left of queues of this name
 * @g: begins with @size set, and for the rest 0
 * @name: which
 *
 * Return: an element, all 0 but for its name if there was none; good until the next call. NULL without memory.
 */
void *gone_queue(struct gone_queues *g, const struct queue_name *name);

/* Element @i of @g->count, in the order in which they went first. */
void *gone_queue_at(const struct gone_queues *g, size_t i);

/* Release them. */
void gone_queues_free(struct gone_queues *g);

#endif
