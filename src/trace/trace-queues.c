// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace-queues.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "bpf/trace.skel.h"

/* Calls of trace_queues_retire() from one look at the slots to the next: a second, when they come every 10 ms. */
#define LOOK_EVERY 100

/**
 * struct closed_queue - what is left of a queue that is gone
 * @next: the one before
 * @queue: what was received
 * @counts: what the kernel counted
 */
struct closed_queue {
	struct closed_queue *next;
	struct traced_queue queue;
	struct trace_counts counts;
};

int trace_queues_open(struct trace_queues *qs, const struct trace_bpf *skel)
{
	return queue_slots_map(&qs->slots, skel->maps.slots, skel->maps.counts, skel->maps.returned, &skel->bss->slots_taken);
}

static struct known_queue *learn(struct trace_queues *qs, uint32_t slot)
{
	if (!qs->known[slot])
		qs->known[slot] = calloc(1, sizeof(*qs->known[slot]));
	return qs->known[slot];
}

/* A retired slot keeps the name that it had. */
static struct known_queue *know(struct trace_queues *qs, uint32_t slot)
{
	const struct queue_slot *s = &qs->slots.slots[slot];
	/* Pairs with the exchange in publish_names(): what is read after it is the name that goes with it, or a later one. */
	const uint64_t named = __atomic_load_n(&s->named, __ATOMIC_ACQUIRE);
	struct known_queue *k = learn(qs, slot);

	if (k && (k->named != named || k->queue.name.tid != s->tid)) {
		queue_name(s, &k->queue.name);
		k->named = named;
	}
	return k;
}

struct traced_queue *trace_queues_receive(struct trace_queues *qs, const struct event *e)
{
	struct known_queue *k = e->slot < QUEUE_SLOTS ? know(qs, e->slot) : NULL;

	if (!k)
		return NULL;
	traced_queue_receive(&k->queue, e);
	return &k->queue;
}

/* The same queue comes and goes with its owner's resets: then its sums go on. */
static struct closed_queue *find_closed(struct trace_queues *qs, const struct queue_name *name)
{
	for (struct closed_queue *c = qs->closed; c; c = c->next)
		if (!strcmp(c->queue.name.device, name->device) && !strcmp(c->queue.name.queue, name->queue) &&
		    c->queue.name.owner == name->owner)
			return c;
	return NULL;
}

static struct closed_queue *add_closed(struct trace_queues *qs, const struct queue_name *name)
{
	struct closed_queue *c = find_closed(qs, name);

	if (c)
		return c;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->queue.name = *name;
	c->next = qs->closed;
	qs->closed = c;
	return c;
}

static void add_queue(struct closed_queue *c, const struct traced_queue *q, const struct trace_counts *counts)
{
	traced_queue_add(&c->queue, q);
	for (int i = 0; i < EVENT_TYPES; i++) {
		c->counts.events[i] += counts->events[i];
		c->counts.lost[i] += counts->lost[i];
	}
	c->counts.entered += counts->entered;
	c->counts.left += counts->left;
}

static int close_queue(struct trace_queues *qs, uint32_t slot)
{
	struct known_queue *k = know(qs, slot);
	struct closed_queue *c = k ? add_closed(qs, &k->queue.name) : NULL;

	if (!c)
		return -ENOMEM;
	add_queue(c, &k->queue, queue_slots_value(&qs->slots, slot));
	free(k);
	qs->known[slot] = NULL;
	return queue_slots_give_back(&qs->slots, slot);
}

int trace_queues_retire(struct trace_queues *qs)
{
	int err = 0;

	if (qs->rounds++ % LOOK_EVERY)
		return 0;
	for (uint32_t i = 0; !err && i < queue_slots_count(&qs->slots); i++) {
		struct known_queue *k;

		if (__atomic_load_n(&qs->slots.slots[i].state, __ATOMIC_ACQUIRE) != SLOT_RETIRED)
			continue;
		k = know(qs, i);
		if (!k)
			return -ENOMEM;
		/* Events of it may have come after the reading; they are in the next. */
		if (k->retired)
			err = close_queue(qs, i);
		else
			k->retired = true;
	}
	return err;
}

static const struct trace_counts *counts_of(const struct trace_queues *qs, uint32_t slot)
{
	return queue_slots_value(&qs->slots, slot);
}

uint64_t trace_queues_open_decisions(const struct trace_queues *qs)
{
	uint64_t open = 0;

	for (uint32_t i = 0; i < queue_slots_count(&qs->slots); i++) {
		const struct trace_counts *c = counts_of(qs, i);

		open += __atomic_load_n(&c->entered, __ATOMIC_ACQUIRE) - __atomic_load_n(&c->left, __ATOMIC_ACQUIRE);
	}
	for (const struct closed_queue *c = qs->closed; c; c = c->next)
		open += c->counts.entered - c->counts.left;
	return open;
}

static bool counted(const struct trace_counts *c)
{
	for (int i = 0; i < EVENT_TYPES; i++)
		if (c->events[i])
			return true;
	return false;
}

/* A queue whose tap was renamed may be wanted no more, and have been. */
int trace_queues_each(const struct trace_queues *qs, traced_queue_fn *fn, void *arg)
{
	int err = 0;

	for (const struct closed_queue *c = qs->closed; !err && c; c = c->next)
		err = fn(&c->queue, &c->counts, arg);
	for (uint32_t i = 0; !err && i < queue_slots_count(&qs->slots); i++) {
		struct traced_queue unknown = { 0 };

		if (qs->slots.slots[i].state == SLOT_FREE ||
		    (!qs->slots.slots[i].wanted && !counted(counts_of(qs, i))))
			continue;
		if (!qs->known[i])
			queue_name(&qs->slots.slots[i], &unknown.name);
		err = fn(qs->known[i] ? &qs->known[i]->queue : &unknown, counts_of(qs, i), arg);
	}
	return err;
}

void trace_queues_close(struct trace_queues *qs)
{
	struct closed_queue *next;

	for (struct closed_queue *c = qs->closed; c; c = next) {
		next = c->next;
		free(c);
	}
	for (int i = 0; i < QUEUE_SLOTS; i++)
		free(qs->known[i]);
	queue_slots_unmap(&qs->slots);
}
