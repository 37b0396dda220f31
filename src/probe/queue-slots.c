// SPDX-License-Identifier: GPL-2.0-or-later
#include "queue-slots.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/clock.h"

/* The kernel rounds each element up to 8 bytes, and an array up to pages. */
static size_t stride(size_t value_size)
{
	return (value_size + 7) / 8 * 8;
}

static size_t mapped_size(size_t value_size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = stride(value_size) * QUEUE_SLOTS;

	return (size + page - 1) / page * page;
}

int queue_slots_map_array(const struct bpf_map *map, void **result)
{
	void *p = mmap(NULL, mapped_size(bpf_map__value_size(map)), PROT_READ | PROT_WRITE, MAP_SHARED,
		       bpf_map__fd(map), 0);

	if (p == MAP_FAILED)
		return -errno;
	*result = p;
	return 0;
}

int queue_slots_map(struct queue_slots *s, const struct bpf_map *slots, const struct bpf_map *values,
	      const struct bpf_map *returned, const uint32_t *taken)
{
	void *p = NULL;
	int err;

	*s = (struct queue_slots){
		.value_size = bpf_map__value_size(values), .taken = taken, .returned = bpf_map__fd(returned),
	};
	err = queue_slots_map_array(slots, &p);
	s->slots = p;
	if (!err)
		err = queue_slots_map_array(values, &s->values);
	return err;
}

void queue_slots_unmap_array(void *array, size_t value_size)
{
	if (array)
		munmap(array, mapped_size(value_size));
}

void queue_slots_unmap(struct queue_slots *s)
{
	queue_slots_unmap_array(s->slots, sizeof(struct queue_slot));
	queue_slots_unmap_array(s->values, s->value_size);
	*s = (struct queue_slots){ 0 };
}

/* The resolution of a coarse clock is one jiffy. */
uint32_t queue_slots_jiffies(void)
{
	struct timespec jiffy;

	clock_getres(CLOCK_MONOTONIC_COARSE, &jiffy);
	return (uint32_t)(NSEC_PER_SEC / (uint64_t)jiffy.tv_nsec);
}

uint32_t queue_slots_count(const struct queue_slots *s)
{
	uint32_t taken = __atomic_load_n(s->taken, __ATOMIC_ACQUIRE);

	return taken < QUEUE_SLOTS ? taken : QUEUE_SLOTS;
}

void *queue_slots_value(const struct queue_slots *s, uint32_t number)
{
	return (char *)s->values + number * stride(s->value_size);
}

int queue_slots_give_back(struct queue_slots *s, uint32_t number)
{
	memset(queue_slots_value(s, number), 0, s->value_size);
	memset(&s->slots[number], 0, sizeof(s->slots[number]));
	return bpf_map_update_elem(s->returned, NULL, &number, 0);
}
