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
	};
}
