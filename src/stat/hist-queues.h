/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_QUEUES_H
#define HIST_QUEUES_H

#include <stdbool.h>
#include <stdint.h>

#include "counters.h"
#include "hist.h"

/**
 * DOC: the histograms of all queues, including those that are gone
 *
 * counters_read() returns the histograms of current queues. This module also keeps those of queues that are gone, and
 * the state that was last printed, to compute the histograms of an interval. Of queues that are gone it keeps the last
 * ones by name, and one sum of the others, see queue_name_others().
 */

/* The most gone queues that are kept by name. */
#define HIST_GONE_MAX 64

/**
 * struct hist_set - the histograms of a queue; to begin with, all 0
 * @of: by enum queue_hist
 * @event_passed: see struct queue_hists
 * @discards: see struct queue_counts
 * @drops: packets that the tap dropped while it was this queue that had them, see queue-drops.h
 */
struct hist_set {
	struct hist of[QUEUE_HISTS];
	uint64_t event_passed, drops;
	__u64 discards[DISCARD_REASONS];
};

/**
 * struct hist_queue - a queue
 * @id: see struct counted_queue; 0 once it is gone
 * @gone: 0, or when it went: the number of queues that were gone then
 * @name: its name
 * @total: since it was first seen; for gone queues, the sum over those of the same name and owner
 * @printed: the part of @total that was printed
 */
struct hist_queue {
	uint64_t id, gone;
	struct queue_name name;
	struct hist_set total, printed;
};

/**
 * struct hist_queues - all queues; to begin with, all 0
 * @queues: current ones and those that are gone, in no order
 * @gone: number of queues that are gone
 * @count: number of @queues
 * @room: size of @queues
 */
struct hist_queues {
	struct hist_queue *queues;
	uint64_t gone;
	int count;
	size_t room;
};

/**
 * hist_queues_take() - update the histograms from a result of counters_read()
 *
 * Return: 0 or -errno.
 */
int hist_queues_take(struct hist_queues *all, const struct counted *counted);

/**
 * hist_queue_since() - compute the histograms since the last print
 * @q: the queue; @q->total counts as printed from now on
 * @since: the result, for hist_set_free(); may have been used before. See hist_subtract() about its largest values
 *
 * Return: 0 or -ENOMEM.
 */
int hist_queue_since(struct hist_queue *q, struct hist_set *since);

/**
 * hist_set_add() - add the histograms of another queue
 *
 * Return: 0 or -ENOMEM.
 */
int hist_set_add(struct hist_set *sum, const struct hist_set *other);

/* Release the histograms; all become 0. */
void hist_set_free(struct hist_set *s);

/* Release the queues. */
void hist_queues_free(struct hist_queues *all);

#endif
