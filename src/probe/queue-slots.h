/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUEUE_SLOTS_H
#define QUEUE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/queue.h"

struct bpf_map;

/**
 * struct queue_slots - the programs' slots, and what they count in an array beside them, both in our memory
 * @slots: QUEUE_SLOTS of them; the programs write to them at any time
 * @values: as many counts
 * @value_size: size of one
 * @taken: how many slots have ever been taken: there is nothing beyond
 * @returned: where slots are given back to
 */
struct queue_slots {
	struct queue_slot *slots;
	void *values;
	size_t value_size;
	const uint32_t *taken;
	int returned;
};

/**
 * queue_slots_map() - map the arrays
 * @s: the result, for queue_slots_unmap()
 * @slots: the programs' map of that name
 * @values: the array beside it
 * @returned: the programs' map of that name
 * @taken: the programs' variable slots_taken
 *
 * Return: 0 or -errno.
 */
int queue_slots_map(struct queue_slots *s, const struct bpf_map *slots, const struct bpf_map *values,
	      const struct bpf_map *returned, const uint32_t *taken);

/**
 * queue_slots_map_array() - map an array that has an element for each slot
 * @map: the array
 * @result: where it is, for queue_slots_unmap_array()
 *
 * Return: 0 or -errno.
 */
int queue_slots_map_array(const struct bpf_map *map, void **result);

/* Fine with NULL. */
void queue_slots_unmap_array(void *array, size_t value_size);

/* Fine with what was never mapped. */
void queue_slots_unmap(struct queue_slots *s);

/* What the programs call jiffies_per_second: CONFIG_HZ of the running kernel. */
uint32_t queue_slots_jiffies(void);

/* How many slots are worth looking at. */
uint32_t queue_slots_count(const struct queue_slots *s);

/* What is counted for a slot. */
void *queue_slots_value(const struct queue_slots *s, uint32_t number);

/**
 * queue_slots_give_back() - let a retired slot be used again, its counts at 0
 *
 * Return: 0 or -errno.
 */
int queue_slots_give_back(struct queue_slots *s, uint32_t number);

#endif
