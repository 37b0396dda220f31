/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACED_QUEUE_H
#define TRACED_QUEUE_H

#include <stdint.h>

#include "bpf/events.h"
#include "queue-name.h"

/**
 * struct traced_queue - a queue whose events are traced
 * @name: its name
 * @received: number of events received, by type
 * @reasons: decisions by act (0: suppressed, 1: signalled) and reason: for a vhost queue whether to call, for a queue
 *	     of a driver whether to kick
 * @moved: decisions during which the other side changed its word
 */
struct traced_queue {
	struct queue_name name;
	uint64_t received[EVENT_TYPES];
	__u64 reasons[2][REASON_COUNT];
	uint64_t moved;
};

/**
 * traced_queue_receive() - count an event of a queue
 * @q: the queue
 * @e: the event
 */
void traced_queue_receive(struct traced_queue *q, const struct event *e);

/**
 * traced_queue_add() - add the counts of one queue to those of another
 * @sum: the sum
 * @q: the queue to add
 */
void traced_queue_add(struct traced_queue *sum, const struct traced_queue *q);

#endif
