// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace-queues.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "bpf/trace.skel.h"
#include "probe/scan.h"
#include "probe/slot-read.h"

/* Number of calls of trace_queues_retire() per look at the slots: one look a second, with a call every 10 ms. */
#define LOOK_EVERY 100

/**
 * struct gone_queue - counts of a queue that is gone; see struct gone_queues
 * @queue: received events; begins with the name
 * @counts: the kernel's counts
 */
struct gone_queue {
	struct traced_queue queue;
	struct trace_counts counts;
};

static_assert(offsetof(struct gone_queue, queue.name) == 0, "the name comes first");

static void add_gone(struct gone_queue *g, const struct traced_queue *q, const struct trace_counts *counts)
{
	traced_queue_add(&g->queue, q);
	for (int i = 0; i < EVENT_TYPES; i++) {
		g->counts.events[i] += counts->events[i];
		g->counts.lost[i] += counts->lost[i];
	}
	g->counts.entered += counts->entered;
	g->counts.left += counts->left;
}

static void merge_gone(void *sum, const void *element)
{
	const struct gone_queue *g = element;

	add_gone(sum, &g->queue, &g->counts);
}

int trace_queues_open(struct trace_queues *qs, const struct trace_bpf *skel)
{
	uint64_t netns;

	qs->gone.size = sizeof(struct gone_queue);
	qs->gone.add = merge_gone;
	if (!scan_netns("/proc", 0, &netns))
		qs->taps.own_netns = (uint32_t)netns;
	qs->vms.prog = skel->progs.read_vm;
	return queue_slots_map(&qs->slots, skel->maps.slots, skel->maps.counts, skel->maps.returned,
			       &skel->bss->slots_taken);
}

static struct known_queue *cached_queue(struct trace_queues *qs, uint32_t slot)
{
	if (!qs->known[slot])
		qs->known[slot] = calloc(1, sizeof(*qs->known[slot]));
	return qs->known[slot];
}

/* The owner of a slot may be known only later, and is asked once. */
static void name_known(struct trace_queues *qs, struct known_queue *k, const struct queue_slot *slot)
{
	struct queue_name *name = &k->queue.name;

	queue_name(slot, name);
	name->tap = device_names_add(&qs->taps, name->device, name->netns, netns_name(&qs->namespaces, name->netns));
	if (!k->asked && slot->owner) {
		vm_names_find(&qs->vms, &(struct vm_owner){ .pid = slot->owner, .mm = slot->mm }, k->vm);
		k->asked = true;
	}
	strcpy(name->vm, k->vm);
}

/* Get the queue of a slot, with its names updated. A retired slot keeps its names. */
static struct known_queue *known_queue(struct trace_queues *qs, uint32_t number)
{
	const struct queue_slot *s = &qs->slots.slots[number];
	const uint64_t named = slot_named(s);
	const uint32_t tid = __atomic_load_n(&s->tid, __ATOMIC_RELAXED);
	struct known_queue *k = cached_queue(qs, number);
	struct queue_slot slot;

	if (k && (k->named != named || k->tid != tid)) {
		const struct queue_ring ring = k->queue.name.ring;

		slot_copy(s, &slot);
		name_known(qs, k, &slot);
		k->queue.name.ring = ring;
		k->named = slot.named;
		k->tid = slot.tid;
	}
	return k;
}

struct traced_queue *trace_queues_receive(struct trace_queues *qs, const struct event *e)
{
	struct known_queue *k = e->slot < QUEUE_SLOTS ? known_queue(qs, e->slot) : NULL;

	if (!k)
		return NULL;
	traced_queue_receive(&k->queue, e);
	return &k->queue;
}

static bool same_place(const struct queue_ring *a, const struct queue_ring *b)
{
	return a->address == b->address && a->size == b->size && b->generation;
}

int trace_queues_ring(struct trace_queues *qs, const struct ring_event *e)
{
	struct known_queue *k = e->head.slot < QUEUE_SLOTS ? known_queue(qs, e->head.slot) : NULL;
	struct queue_ring ring = { .address = -1 };

	if (!k)
		return -ENOMEM;
	if (e->head.flags & RING_RUNS) {
		ring.size = e->size;
		if (e->head.flags & RING_ADDRESS)
			ring.address = (int64_t)e->address;
		if (e->head.flags & RING_STARTED)
			ring.generation = e->starts == k->starts && same_place(&ring, &k->ring) ? k->ring.generation :
					  ring_starts_add(&qs->starts, e->device, e->address);
		k->ring = ring;
		k->starts = e->starts;
	}
	k->queue.name.ring = ring;
	return 0;
}

static int forget_queue(struct trace_queues *qs, uint32_t slot)
{
	struct known_queue *k = known_queue(qs, slot);
	struct gone_queue *g = k ? gone_queue(&qs->gone, &k->queue.name) : NULL;
	struct trace_counts counts;

	if (!g)
		return -ENOMEM;
	words_copy(&counts, queue_slots_value(&qs->slots, slot), sizeof(counts));
	add_gone(g, &k->queue, &counts);
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

		if (slot_state(&qs->slots.slots[i]) != SLOT_RETIRED)
			continue;
		k = known_queue(qs, i);
		if (!k)
			return -ENOMEM;
		/* Its last events may have come after the last reading: wait until the next one. */
		if (k->retired)
			err = forget_queue(qs, i);
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
		/* Read this first: what was left was entered before. */
		const uint64_t left = __atomic_load_n(&c->left, __ATOMIC_ACQUIRE);

		open += __atomic_load_n(&c->entered, __ATOMIC_ACQUIRE) - left;
	}
	for (size_t i = 0; i < qs->gone.count; i++) {
		const struct gone_queue *g = gone_queue_at(&qs->gone, i);

		open += g->counts.entered - g->counts.left;
	}
	return open;
}

static bool counted(const struct trace_counts *c)
{
	for (int i = 0; i < EVENT_TYPES; i++)
		if (c->events[i])
			return true;
	return false;
}

/* A queue that is no longer wanted, because its tap was renamed, may have counts from before. */
static int hand_out(struct trace_queues *qs, uint32_t number, traced_queue_fn *fn, void *arg)
{
	struct known_queue unknown = { 0 };
	struct trace_counts counts;
	struct queue_slot slot;

	slot_copy(&qs->slots.slots[number], &slot);
	words_copy(&counts, counts_of(qs, number), sizeof(counts));
	if (slot.state == SLOT_FREE || (!slot.wanted && !counted(&counts)))
		return 0;
	if (!qs->known[number])
		name_known(qs, &unknown, &slot);
	return fn(qs->known[number] ? &qs->known[number]->queue : &unknown.queue, &counts, arg);
}

int trace_queues_each(struct trace_queues *qs, traced_queue_fn *fn, void *arg)
{
	int err = 0;

	for (size_t i = 0; !err && i < qs->gone.count; i++) {
		const struct gone_queue *g = gone_queue_at(&qs->gone, i);

		err = fn(&g->queue, &g->counts, arg);
	}
	for (uint32_t i = 0; !err && i < queue_slots_count(&qs->slots); i++)
		err = hand_out(qs, i, fn, arg);
	return err;
}

void trace_queues_close(struct trace_queues *qs)
{
	gone_queues_free(&qs->gone);
	device_names_free(&qs->taps);
	netns_names_free(&qs->namespaces);
	for (int i = 0; i < QUEUE_SLOTS; i++)
		free(qs->known[i]);
	queue_slots_unmap(&qs->slots);
}
