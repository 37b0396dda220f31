/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_TOTALS_H
#define EVENT_TOTALS_H

#include "base/out.h"
#include "traced-queue.h"

/**
 * DOC: the totals of a trace
 */

/**
 * struct event_unattributed - counts that belong to no queue, between arming and stopping
 * @missed: events that a program missed because it was running on that CPU already, by type; not filtered
 * @no_slot: events of queues for which there was no slot
 * @no_memory: decisions for which there was no memory
 * @signals_missed: missed eventfd signals, of any queue or none; if one belonged to a decision, that decision was
 *		    reported as a suppression
 * @ns: time between arming and stopping, nanoseconds
 */
struct event_unattributed {
	uint64_t missed[EVENT_TYPES];
	uint64_t no_slot, no_memory;
	uint64_t signals_missed;
	uint64_t ns;
};

/**
 * struct event_sum - events of one type
 * @events: counted by the kernel
 * @received: received from the ring buffer
 * @lost: not received: no room, missed, or no slot
 */
struct event_sum {
	uint64_t events, received, lost;
};

/**
 * struct event_decisions - decisions of one side
 * @reasons: by act (0: suppressed, 1: signalled) and reason
 * @signalled: explained signals, those of an unstable word included; for a driver, kicks
 * @suppressed: explained suppressions, likewise
 * @unexplained: signals and suppressions that no value of the word explains
 * @moved: decisions during which the other side changed its word
 */
struct event_decisions {
	__u64 reasons[2][REASON_COUNT];
	uint64_t signalled, suppressed, unexplained, moved;
};

/**
 * struct event_row - a queue's decisions and kicks; a driver decides whether to kick
 * @name: the queue
 * @decisions: counted by the kernel
 * @signalled: received and explained
 * @suppressed: likewise
 * @unexplained: received and not explained
 * @lost: not received
 * @kicks: counted by the kernel
 */
struct event_row {
	struct queue_name name;
	uint64_t decisions, signalled, suppressed, unexplained, lost, kicks;
};

/**
 * struct event_totals - the sum of a trace
 * @unattributed: counts that belong to no queue
 * @types: by enum event_type
 * @calls: vhost's decisions
 * @kicks: drivers' decisions
 * @ring_full: decisions for whose event there was no room
 * @lost: events of all types that were not handed out
 * @rows: queues
 * @count: number of @rows
 * @room: size of @rows
 * @unbalanced: number of queues and types whose sums do not agree, which is an error in vhostctl
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
 * event_totals_init() - begin with the counts that belong to no queue
 * @t: filled in, for event_totals_free()
 * @u: those counts
 */
void event_totals_init(struct event_totals *t, const struct event_unattributed *u);

/**
 * event_totals_add() - add a queue
 * @t: the totals
 * @q: its received events
 * @c: the kernel's counts
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
 * @o: the output
 */
void event_totals_print(const struct event_totals *t, uint32_t events, struct out *o);

#endif
