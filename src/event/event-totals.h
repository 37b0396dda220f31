/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_TOTALS_H
#define EVENT_TOTALS_H

#include "base/out.h"
#include "traced-queue.h"

/**
 * DOC: what a trace adds up to
 */

/**
 * struct event_unattributed - what the kernel counted for no queue, between arming and stopping
 * @missed: for each type those that a program did not see, because it was running on that CPU already; not filtered
 * @no_slot: events on queues for which there was no room
 * @no_memory: decisions that could not be followed
 * @signals_missed: eventfd signals that were not seen, whosoever they were; if one belonged to a decision, that one
 *		    was handed out as a suppression
 * @ns: time between arming and stopping
 */
struct event_unattributed {
	uint64_t missed[EVENT_TYPES];
	uint64_t no_slot, no_memory;
	uint64_t signals_missed;
	uint64_t ns;
};

/**
 * struct event_sum - events of one type
 * @events: what the kernel counted
 * @received: handed out
 * @lost: not handed out: no room, missed, or not followed
 */
struct event_sum {
	uint64_t events, received, lost;
};

/**
 * struct event_decisions - decisions of one side
 * @reasons: by act (0: suppressed, 1: signalled) and reason
 * @signalled: of these, explained signals; of a driver, kicks
 * @suppressed: explained suppressions
 * @unexplained: both kinds that neither reading explains
 * @moved: those during which the other side changed its word
 */
struct event_decisions {
	__u64 reasons[2][REASON_COUNT];
	uint64_t signalled, suppressed, unexplained, moved;
};

/**
 * struct event_row - a queue's decisions and kicks; a driver's decisions are to kick
 * @name: which queue
 * @decisions: what the kernel counted
 * @signalled: handed out and explained
 * @suppressed: likewise
 * @unexplained: handed out
 * @lost: not handed out
 * @kicks: what the kernel counted
 */
struct event_row {
	struct queue_name name;
	uint64_t decisions, signalled, suppressed, unexplained, lost, kicks;
};

/**
 * struct event_totals - the sum of a trace
 * @unattributed: what was counted for no queue
 * @types: by enum event_type
 * @calls: vhost's decisions
 * @kicks: drivers' decisions
 * @ring_full: decisions for whose event there was no room
 * @lost: events of all types that were not handed out
 * @rows: queues
 * @count: number of @rows
 * @room: for so many
 * @unbalanced: number of queues and types whose sums do not agree: an error in this program
 */
struct event_totals {
	struct event_unattributed unattributed;
	struct event_sum types[EVENT_TYPES];
	struct event_decisions calls, kicks;
	uint64_t ring_full, lost;
	struct event_row *rows;
	size_t count, room;
	int unbalanced;
};

/**
 * event_totals_init() - begin with what was counted for no queue
 * @t: filled in, for event_totals_free()
 * @u: what was counted
 */
void event_totals_init(struct event_totals *t, const struct event_unattributed *u);

/**
 * event_totals_add() - add a queue
 * @t: the totals
 * @q: what was received of it
 * @c: what the kernel counted
 *
 * Return: 0 or -ENOMEM.
 */
int event_totals_add(struct event_totals *t, const struct traced_queue *q, const struct trace_counts *c);

/**
 * event_totals_sum() - sum up, when all queues have been added
 * @t: the totals
 */
void event_totals_sum(struct event_totals *t);

/**
 * event_totals_free() - release the rows
 * @t: the totals
 */
void event_totals_free(struct event_totals *t);

/**
 * event_totals_print() - print the last lines
 * @t: the totals
 * @events: bits of the types that were traced
 * @o: where to
 */
void event_totals_print(const struct event_totals *t, uint32_t events, struct out *o);

#endif
