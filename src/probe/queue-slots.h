/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUEUE_SLOTS_H
#define QUEUE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/queue.h"

struct bpf_map;

/**
 * struct queue_slots - the programs' slots and an array of their counts, both mapped into this process
 * @slots: QUEUE_SLOTS slots; the programs write to them at any time
 * @values: the counts, by number of slot
 * @value_size: size of one element of @values, in bytes
 * @taken: number of slots ever taken; those beyond are unused
 * @returned: descriptor of the map to which slots are given back
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
 * @result: its address, for queue_slots_unmap_array()
 *
 * Return: 0 or -errno.
 */
int queue_slots_map_array(const struct bpf_map *map, void **result);

/* Unmap an array; NULL is fine. */
void queue_slots_unmap_array(void *array, size_t value_size);

/* Unmap everything that is mapped; fine if nothing is. */
void queue_slots_unmap(struct queue_slots *s);

/* CONFIG_HZ of the running kernel, for the programs' jiffies_per_second. */
uint32_t queue_slots_jiffies(void);

/* Number of slots that were ever used; all others can be skipped. */
uint32_t queue_slots_count(const struct queue_slots *s);

/* The counts of a slot, in @s->values. */
void *queue_slots_value(const struct queue_slots *s, uint32_t number);

/**
 * queue_slots_give_back() - clear a retired slot and its counts, and let it be used again
 *
 * Return: 0 or -errno.
 */
int queue_slots_give_back(struct queue_slots *s, uint32_t number);

#endif
