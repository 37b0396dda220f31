// SPDX-License-Identifier: GPL-2.0-or-later
#include "hist-queues.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"

void queue_hists_add(struct queue_hists *sum, const struct queue_hists *other)
{
	for (int i = 0; i < QUEUE_HISTS; i++)
		hist_add(&sum->of[i], &other->of[i]);
}

void hist_queue_since(struct hist_queue *q, struct queue_hists *since)
{
	*since = q->total;
	for (int i = 0; i < QUEUE_HISTS; i++)
		hist_subtract(&since->of[i], &q->printed.of[i]);
	q->printed = q->total;
}

static struct hist_queue *find(const struct hist_queues *all, uint64_t id)
{
	for (int i = 0; i < all->count; i++)
		if (all->queues[i].id == id)
			return &all->queues[i];
	return NULL;
}

static struct hist_queue *find_gone(const struct hist_queues *all, const struct queue_name *name)
{
	for (int i = 0; i < all->count; i++) {
		struct hist_queue *q = &all->queues[i];

		if (!q->id && !strcmp(q->name.device, name->device) && !strcmp(q->name.queue, name->queue) &&
		    q->name.owner == name->owner)
			return q;
	}
	return NULL;
}

static struct hist_queue *add(struct hist_queues *all, uint64_t id)
{
	struct hist_queue *more = reallocarray(all->queues, (size_t)all->count + 1, sizeof(*more));

	if (!more)
		return NULL;
	all->queues = more;
	more = &all->queues[all->count++];
	*more = (struct hist_queue){ .id = id };
	return more;
}

/* Those that are gone are one for each name: there may be any number of them in time. */
static void bury(struct hist_queues *all, struct hist_queue *q)
{
	struct hist_queue *grave = find_gone(all, &q->name);

	if (!grave) {
		q->id = 0;
		return;
	}
	queue_hists_add(&grave->total, &q->total);
	queue_hists_add(&grave->printed, &q->printed);
	*q = all->queues[--all->count];
}

int hist_queues_take(struct hist_queues *all, const struct counted *counted)
{
	for (int i = 0; i < counted->count; i++) {
		const struct counted_queue *c = &counted->queues[i];
		struct hist_queue *q = find(all, c->id);

		if (!q)
			q = add(all, c->id);
		if (!q)
			return -ENOMEM;
		q->name = c->name;
		q->total = *(const volatile struct queue_hists *)c->hists;
		if (c->gone)
			bury(all, q);
	}
	return 0;
}

void hist_queues_free(struct hist_queues *all)
{
	free(all->queues);
	*all = (struct hist_queues){ 0 };
}
