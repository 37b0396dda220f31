// SPDX-License-Identifier: GPL-2.0-or-later
#include "event-idx.h"

#include <linux/virtio_ring.h>

static struct event_idx_steps compare(int32_t left, int32_t right)
{
	return (struct event_idx_steps){ left, right, left < right };
}

struct event_idx_decision event_idx_apply(uint16_t old, uint16_t new, uint16_t event)
{
	return (struct event_idx_decision){
		.old = old,
		.new = new,
		.event = event,
		.notify = vring_need_event(event, new, old),
		.modular = compare((uint16_t)(new - event - 1), (uint16_t)(new - old)),
		.untruncated = compare(new - event - 1, new - old),
		.off_by_one = compare((uint16_t)(new - event), (uint16_t)(new - old)),
		.equality = { new, (uint16_t)(event + 1), new == (uint16_t)(event + 1) },
	};
}

uint16_t packed_rule_old(const struct packed_indexes *p)
{
	return p->old < p->num && p->old > p->new ? (uint16_t)(p->old - p->num) : p->old;
}

uint16_t packed_rule_event(const struct packed_indexes *p)
{
	return p->wrap != p->event_wrap ? (uint16_t)(p->event - p->num) : p->event;
}

/* Indexes of the laps before are negative numbers of 16 bits. */
uint32_t packed_position(uint32_t num, uint16_t index)
{
	const int32_t size = (int32_t)num, i = index < num ? index : (int32_t)index - 65536;

	return (uint32_t)((i % size + size) % size);
}
