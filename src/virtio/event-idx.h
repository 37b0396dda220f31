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
 * results of two common mistakes: no truncation to 16 bits, and no -1.
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
 */
struct event_idx_decision {
	uint16_t old, new, event;
	bool notify;
	struct event_idx_steps modular;
	struct event_idx_steps untruncated;
	struct event_idx_steps off_by_one;
};

/**
 * event_idx_apply() - apply the rule, and the two mistakes
 * @old: index that was published before
 * @new: index that is published now
 * @event: index that the other side asked for
 *
 * Return: the decision, all of it filled in.
 */
struct event_idx_decision event_idx_apply(uint16_t old, uint16_t new, uint16_t event);

#endif
