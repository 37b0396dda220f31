// SPDX-License-Identifier: GPL-2.0-or-later
#include "hist-queues.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "event/gone-queues.h"

int hist_set_add(struct hist_set *sum, const struct hist_set *other)
{
	int err = 0;

	for (int i = 0; i < QUEUE_HISTS && !err; i++)
		err = hist_add(&sum->of[i], &other->of[i]);
	sum->event_passed += other->event_passed;
	sum->drops += other->drops;
	for (int i = 0; i < DISCARD_REASONS; i++)
		sum->discards[i] += other->discards[i];
	return err;
}

void hist_set_free(struct hist_set *s)
{
	for (int i = 0; i < QUEUE_HISTS; i++)
		hist_free(&s->of[i]);
	s->event_passed = s->drops = 0;
	memset(s->discards, 0, sizeof(s->discards));
}

static int copy(struct hist_set *to, const struct hist_set *from)
{
	int err = 0;

	for (int i = 0; i < QUEUE_HISTS && !err; i++)
		err = hist_copy(&to->of[i], &from->of[i]);
	to->event_passed = from->event_passed;
	to->drops = from->drops;
	memcpy(to->discards, from->discards, sizeof(to->discards));
	return err;
}

int hist_queue_since(struct hist_queue *q, struct hist_set *since)
{
	int err = copy(since, &q->total);

	if (err)
		return err;
	for (int i = 0; i < QUEUE_HISTS; i++)
		hist_subtract(&since->of[i], &q->printed.of[i]);
	since->event_passed -= q->printed.event_passed;
	since->drops -= q->printed.drops;
	for (int i = 0; i < DISCARD_REASONS; i++)
		since->discards[i] -= q->printed.discards[i];
	return copy(&q->printed, &q->total);
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

		if (!q->id && same_queue(&q->name, name))
			return q;
	}
	return NULL;
}

static struct hist_queue *add(struct hist_queues *all, uint64_t id)
{
	struct hist_queue *more = array_grow(all->queues, &all->room, (size_t)all->count + 1, sizeof(*more));

	if (!more)
		return NULL;
	all->queues = more;
	more = &all->queues[all->count++];
	*more = (struct hist_queue){ .id = id };
	return more;
}

/* Add the histograms of @q to those of @sum. The last queue takes its place. */
static int merge(struct hist_queues *all, struct hist_queue *sum, struct hist_queue *q)
{
	int err = hist_set_add(&sum->total, &q->total);

	if (!err)
		err = hist_set_add(&sum->printed, &q->printed);
	hist_set_free(&q->total);
	hist_set_free(&q->printed);
	*q = all->queues[--all->count];
	return err;
}

/* The one that went first; NULL if there are not more than HIST_GONE_MAX with names. */
static struct hist_queue *find_surplus(struct hist_queues *all)
{
	struct hist_queue *first = NULL;
	int named = 0;

	for (int i = 0; i < all->count; i++) {
		struct hist_queue *q = &all->queues[i];

		if (q->id || q->name.others)
			continue;
		named++;
		if (!first || q->gone < first->gone)
			first = q;
	}
	return named > HIST_GONE_MAX ? first : NULL;
}

/* Merge the queue that went first with the others, of which it may be the first. */
static int merge_oldest(struct hist_queues *all)
{
	struct hist_queue *q = find_surplus(all), *others = NULL;

	for (int i = 0; q && !others && i < all->count; i++)
		if (all->queues[i].name.others)
			others = &all->queues[i];
	if (others) {
		queue_name_others(others->name.others + 1, false, &others->name);
		return merge(all, others, q);
	}
	if (q)
		queue_name_others(1, false, &q->name);
	return 0;
}

/* Merge gone queues of the same name and owner, and the oldest ones, since their number has no limit. */
static int note_gone(struct hist_queues *all, struct hist_queue *q)
{
	struct hist_queue *gone = find_gone(all, &q->name);

	q->id = 0;
	q->gone = ++all->gone;
	return gone ? merge(all, gone, q) : merge_oldest(all);
}

static int update(struct hist_set *s, const struct counted_queue *c)
{
	int err = 0;

	for (int i = 0; i < QUEUE_HISTS && !err; i++)
		err = hist_update(&s->of[i], &c->hists->of[i], c->hist_pool);
	s->event_passed = __atomic_load_n(&c->hists->event_passed, __ATOMIC_RELAXED);
	memcpy(s->discards, c->total.discards, sizeof(s->discards));
	if (c->drops)
		s->drops += c->since.drops;
	return err;
}

int hist_queues_take(struct hist_queues *all, const struct counted *counted)
{
	for (int i = 0; i < counted->count; i++) {
		const struct counted_queue *c = &counted->queues[i];
		struct hist_queue *q = find(all, c->id);
		int err;

		if (!q)
			q = add(all, c->id);
		if (!q)
			return -ENOMEM;
		q->name = c->name;
		err = update(&q->total, c);
		if (!err && c->gone)
			err = note_gone(all, q);
		if (err)
			return err;
	}
	return 0;
}

void hist_queues_free(struct hist_queues *all)
{
	for (int i = 0; i < all->count; i++) {
		hist_set_free(&all->queues[i].total);
		hist_set_free(&all->queues[i].printed);
	}
	free(all->queues);
	*all = (struct hist_queues){ 0 };
}
