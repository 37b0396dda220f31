/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_TOTALS_H
#define EVENT_TOTALS_H

#include "base/out.h"
#include "trace/tracer.h"

/**
 * DOC: what a trace adds up to
 */

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
 * @tracer: what was counted for no queue
 * @types: by enum event_type
 * @calls: vhost's decisions
 * @kicks: drivers' decisions
 * @ring_full: decisions for whose event there was no room
 * @lost: events of all types that were not handed out
 * @rows: queues
 * @count: number of @rows
 * @unbalanced: number of queues and types whose sums do not agree: an error in this program
 */
struct event_totals {
	struct tracer_totals tracer;
	struct event_sum types[EVENT_TYPES];
	struct event_decisions calls, kicks;
	uint64_t ring_full, lost;
	struct event_row *rows;
	int count;
	int unbalanced;
};

/**
 * event_totals_read() - sum up, after tracer_stop() and with all events read
 * @t: the result, for event_totals_free()
 *
 * Return: 0 or -errno.
 */
int event_totals_read(struct event_totals *t, struct tracer *p);

void event_totals_free(struct event_totals *t);

/**
 * event_totals_print() - print the last lines
 * @t: the totals
 * @events: bits of the types that were traced
 * @o: where to
 */
void event_totals_print(const struct event_totals *t, uint32_t events, struct out *o);

#endif
