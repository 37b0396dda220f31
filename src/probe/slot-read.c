// SPDX-License-Identifier: GPL-2.0-or-later
#include "slot-read.h"

enum slot_state slot_state(const struct queue_slot *s)
{
	/* Pairs with the exchange in publish_slot() and the compare-and-exchange in retire_slot(). */
	return __atomic_load_n(&s->state, __ATOMIC_ACQUIRE);
}

__u64 slot_named(const struct queue_slot *s)
{
	/* Pairs with the exchange in publish_names(). */
	return __atomic_load_n(&s->named, __ATOMIC_ACQUIRE);
}

void words_copy(void *to, const void *from, size_t size)
{
	const __u64 *source = from;
	__u64 *target = to;

	for (size_t i = 0; i < size / sizeof(*target); i++)
		target[i] = __atomic_load_n(&source[i], __ATOMIC_RELAXED);
}

void slot_copy(const struct queue_slot *s, struct queue_slot *copy)
{
	enum slot_state state = slot_state(s);
	__u64 named = slot_named(s);
	/* Pairs with the exchange in note_worker(). */
	__u32 tid = __atomic_load_n(&s->tid, __ATOMIC_ACQUIRE);

	words_copy(copy, s, sizeof(*copy));
	copy->state = state;
	copy->named = named;
	copy->tid = tid;
}
