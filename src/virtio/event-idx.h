/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_IDX_H
#define EVENT_IDX_H

#include <stdbool.h>
#include <stdint.h>

/**
 * DOC: the EVENT_IDX rule, step by step
 *
 * A side that has published the entries from old to new - 1 notifies exactly when entry number event is among them
 * (virtio 1.2, 2.7.7.2 and 2.7.10.1):
 *
 *	(uint16_t)(new - event - 1) < (uint16_t)(new - old)
 *
 * The answer is that of vring_need_event() in linux/virtio_ring.h. The steps are for display only, and so are the
 * results of three common mistakes: no truncation to 16 bits, no -1, and to ask whether the index equals the event's
 * instead of whether it has crossed it.
 *
 * The indexes of a packed ring are positions in it, and a wrap counter tells one lap from the next (virtio 1.2,
 * 2.8.10). packed_rule_old() and packed_rule_event() turn them into indexes of the rule, as Linux'
 * virtqueue_kick_prepare_packed() does.
 */

/**
 * struct event_idx_steps - one comparison: left < right
 * @left: distance back from the last entry to the event's
 * @right: number of entries published
 * @notify: its answer
 */
struct event_idx_steps {
	int32_t left, right;
	bool notify;
};

/**
 * struct event_idx_decision - the rule with numbers in it
 * @old: index up to which the other side has been told
 * @new: index after the last entry published
 * @event: the entry that the other side wants a notification for
 * @notify: the answer
 * @modular: the right comparison
 * @untruncated: without the truncation to 16 bits: C promotes the operands to int, and negative results stay negative
 * @off_by_one: without the -1, but truncated
 * @equality: new == event + 1, truncated; @left is new and @right event + 1
 */
struct event_idx_decision {
	uint16_t old, new, event;
	bool notify;
	struct event_idx_steps modular;
	struct event_idx_steps untruncated;
	struct event_idx_steps off_by_one;
	struct event_idx_steps equality;
};

/**
 * event_idx_apply() - apply the rule, and the three mistakes
 * @old: index that was published before
 * @new: index that is published now
 * @event: index that the other side asked for
 *
 * Return: the decision, all of it filled in.
 */
struct event_idx_decision event_idx_apply(uint16_t old, uint16_t new, uint16_t event);

/**
 * event_idx_ahead() - how many entries more have to be published for the event
 * @event: the event
 * @new: index after the last entry published
 *
 * Return: 1 to 65536; a distance beyond the ring size means that the event was passed.
 */
static inline uint32_t event_idx_ahead(uint16_t event, uint16_t new)
{
	return (uint32_t)(uint16_t)(event - new) + 1;
}

/* The bit of a packed ring's off_wrap that has the wrap counter; the bits below are the offset. */
#define PACKED_WRAP_BIT 15

/**
 * struct packed_indexes - the indexes of a packed ring
 * @num: the ring size, 1 to 32768
 * @old: position of the first entry published, below @num; or, where that is the same as @new since the whole ring was
 *	 published, 65536 - @num + @new
 * @new: position after the last entry published, below @num
 * @event: the offset of the event suppression structure, below @num
 * @wrap: the publisher's wrap counter at @new, 0 or 1
 * @event_wrap: the wrap counter of the event suppression structure, 0 or 1
 */
struct packed_indexes {
	uint32_t num;
	uint16_t old, new, event;
	uint8_t wrap, event_wrap;
};

/**
 * packed_rule_old() - old as an index of the rule: a position behind @new is one of the lap before
 * @p: the indexes
 */
uint16_t packed_rule_old(const struct packed_indexes *p);

/**
 * packed_rule_event() - the event as an index of the rule: one with another wrap counter is of the lap before
 * @p: the indexes
 */
uint16_t packed_rule_event(const struct packed_indexes *p);

/**
 * packed_position() - the position in the ring of an index of the rule
 * @num: the ring size
 * @index: the index: from that of @new less two laps to that of @new plus one
 */
uint32_t packed_position(uint32_t num, uint16_t index);

#endif
