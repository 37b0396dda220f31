/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECISION_H
#define DECISION_H

#include <stdbool.h>
#include <stdint.h>

/**
 * DOC: why the kernel signals or does not
 *
 * vhost_signal() and vhost_notify() of drivers/vhost/vhost.c decide in this order, the same from 6.1 to 7.3:
 *
 * 1. no call eventfd: suppress (no_call_fd);
 * 2. VIRTIO_F_NOTIFY_ON_EMPTY was acked and avail_idx == last_avail_idx: signal (empty);
 * 3. without VIRTIO_RING_F_EVENT_IDX: avail->flags cannot be read: signal (fault); VRING_AVAIL_F_NO_INTERRUPT is set:
 *    suppress (flags), else signal (flags);
 * 4. with it: signalled_used is not valid: signal (first); used_event cannot be read: signal (fault);
 *    vring_need_event(used_event, new, old): signal (crossed), else suppress (not_reached).
 */

/* The names are what output and JSON call them; see reason_name(). */
enum reason {
	REASON_FIRST,
	REASON_EMPTY,
	REASON_FLAGS,
	REASON_CROSSED,
	REASON_FAULT,
	REASON_NO_CALL_FD,
	REASON_NOT_REACHED,
	REASON_UNEXPLAINED,
	REASON_COUNT,
};

/**
 * struct decision_state - what the rule looks at, apart from the word that the driver may change meanwhile
 * @old: signalled_used before the decision
 * @new: last_used_idx at the decision
 * @valid: signalled_used_valid at the decision
 * @call_fd: there is a call eventfd
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was acked
 * @empty: VIRTIO_F_NOTIFY_ON_EMPTY was acked and the avail ring is empty
 */
struct decision_state {
	uint16_t old, new;
	bool valid;
	bool call_fd;
	bool event_idx;
	bool empty;
};

/**
 * struct decision_word - one reading of used_event, or of avail->flags without EVENT_IDX
 * @value: the word
 * @readable: it could be read at that time
 */
struct decision_word {
	uint16_t value;
	bool readable;
};

/**
 * struct verdict - what the rule says
 * @signal: notify
 * @reason: why, or why not
 */
struct verdict {
	bool signal;
	enum reason reason;
};

/**
 * decide() - the kernel's rule on the values given
 */
struct verdict decide(const struct decision_state *s, const struct decision_word *w);

/**
 * struct explanation - why the kernel did what it did
 * @reason: the reason, or REASON_UNEXPLAINED
 * @word: the reading that explains the act; the last one if none does
 * @moved: the driver changed the word while the decision was under way
 */
struct explanation {
	enum reason reason;
	struct decision_word word;
	bool moved;
};

/**
 * explain() - find the reading that explains the act
 * @s: the state that the rule looks at
 * @signalled: the act: was the call eventfd signalled?
 * @words: the readings of the word in the order in which they were made: before and after the kernel's own
 * @count: number of readings, at least 1
 *
 * The act is the truth; the reason is recomputed. The driver may store a new value between the kernel's reading and
 * ours, so that either neighbour of the kernel's reading may be what it saw. The last reading is preferred.
 */
struct explanation explain(const struct decision_state *s, bool signalled, const struct decision_word *words,
			   int count);

/* "first", "empty", "flags", "crossed", "fault", "no_call_fd", "not_reached", "unexplained" */
const char *reason_name(enum reason reason);

#endif
