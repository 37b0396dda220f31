/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GONE_QUEUES_H
#define GONE_QUEUES_H

#include <stddef.h>

#include "queue-name.h"

/**
 * DOC: counts of queues that are gone
 *
 * A queue is gone when its device is closed or gets another backend; each reset of the guest brings a new queue. So
 * queues with the same device, number and owner are put together, and their counts are added up.
 */

/**
 * struct gone_queues - queues that are gone
 * @size: size of an element in bytes; each begins with its struct queue_name
 * @count: number of elements
 * @room: number of elements allocated
 * @elements: the caller's counts of a queue
 */
struct gone_queues {
	size_t size, count, room;
	void *elements;
};

/* Do both have the same device, number and owner? */
bool same_queue(const struct queue_name *a, const struct queue_name *b);

/**
 * gone_queue() - find or add the element of a queue
 * @g: to begin with, all 0 but @size
 * @name: the queue's name
 *
 * Return: the element; a new one is all 0 but its name. It is valid until the next call. NULL without memory.
 */
void *gone_queue(struct gone_queues *g, const struct queue_name *name);

/* Element @i of @g->count, in the order in which they were added. */
void *gone_queue_at(const struct gone_queues *g, size_t i);

/* Release them. */
void gone_queues_free(struct gone_queues *g);

#endif
