/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GONE_QUEUES_H
#define GONE_QUEUES_H

#include <stddef.h>

#include "queue-name.h"

/**
 * DOC: counts of queues that are gone
 *
 * A queue is gone when its device is closed or gets another backend; each reset of the guest brings a new queue. So
 * queues with the same device, namespace, number and owner are put together, and their counts are added up. A host that
 * runs long has any number of owners, so only the last ones are kept by name. Older ones become one sum, which is named
 * by queue_name_others(), or two: the queues of drivers have their own.
 */

/* The most elements. When there are so many, those before the last GONE_QUEUES_KEPT are merged. */
#define GONE_QUEUES_MAX 1024
#define GONE_QUEUES_KEPT 512

/**
 * struct gone_queues - queues that are gone
 * @size: size of an element in bytes; each begins with its struct queue_name
 * @add: adds the counts of an element to those of another one, and leaves the names alone
 * @count: number of elements
 * @room: number of elements allocated
 * @elements: the caller's counts of a queue
 */
struct gone_queues {
	size_t size;
	void (*add)(void *sum, const void *element);
	size_t count, room;
	void *elements;
};

/* Do both have the same device, namespace, number and owner, or are both sums of others? */
bool same_queue(const struct queue_name *a, const struct queue_name *b);

/**
 * gone_queue() - find or add the element of a queue
 * @g: to begin with, all 0 but @size and @add
 * @name: the queue's name
 *
 * Return: the element; a new one is all 0 but its name. It is valid until the next call. NULL without memory.
 */
void *gone_queue(struct gone_queues *g, const struct queue_name *name);

/* Element @i of @g->count: sums of others, then queues in the order in which they were added. */
void *gone_queue_at(const struct gone_queues *g, size_t i);

/* Release them. */
void gone_queues_free(struct gone_queues *g);

#endif
