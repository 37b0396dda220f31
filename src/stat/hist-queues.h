/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_QUEUES_H
#define HIST_QUEUES_H

#include <stdbool.h>
#include <stdint.h>

#include "counters.h"

/**
 * DOC: the histograms of all queues there were
 *
 * counters_read() has those of the queues there are. Here they are kept beyond a queue's end, and as they were when
 * they were printed last, which those of an interval follow from.
 */

/**
 * struct hist_queue - a queue
 * @id: see struct counted_queue; 0 once it is gone
 * @name: which it is
 * @total: since it was met; of a queue that is gone, with all that were gone before of the same name and owner
 * @printed: the part of @total that was printed
 */
struct hist_queue {
	uint64_t id;
	struct queue_name name;
	struct queue_hists total, printed;
};

/**
 * struct hist_queues - all of them; begins as zeroes
 * @queues: in the order in which they were met
 * @count: how many
 * @room: for so many
 */
struct hist_queues {
	struct hist_queue *queues;
	int count;
	size_t room;
};

/**
 * hist_queues_take() - take over what was counted
 *
 * Return: 0 or -errno.
 */
int hist_queues_take(struct hist_queues *all, const struct counted *counted);

/**
 * hist_queue_since() - what was counted since it was printed last
 * @q: the queue; @q->total is taken to be printed now
 * @since: the result; see hist_subtract() about its largest values
 */
void hist_queue_since(struct hist_queue *q, struct queue_hists *since);

/* Add all of another queue's. */
void queue_hists_add(struct queue_hists *sum, const struct queue_hists *other);

void hist_queues_free(struct hist_queues *all);

#endif
