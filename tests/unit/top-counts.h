/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_COUNTS_H
#define TOP_COUNTS_H

#include <stdio.h>

#include "base/clock.h"
#include "stat/top-view.h"

/**
 * DOC: made-up counts for the tests of top
 */

/* Queue number @number of @device, with the id @id, which has used @buffers in the interval. */
static inline struct counted_queue counted(uint64_t id, const char *device, uint8_t number, uint64_t buffers)
{
	struct counted_queue q = { .id = id, .runs = true, .name = { .owner = 100, .tid = 200, .number = number } };

	snprintf(q.name.device, sizeof(q.name.device), "%s", device);
	snprintf(q.name.queue, sizeof(q.name.queue), "%s%d", number & 1 ? "tx" : "rx", number / 2);
	snprintf(q.name.worker, sizeof(q.name.worker), "vhost-100");
	q.since.buffers = buffers;
	q.total.buffers = 10 * buffers;
	return q;
}

/* End an interval of one second. */
static inline int update(struct top_view *v, struct counted_queue *queues, int count)
{
	const struct counted c = {
		.queues = queues, .count = count,
		.ns = NSEC_PER_SEC, .total_ns = 10 * NSEC_PER_SEC,
	};

	return top_view_update(v, &c, 1000 * NSEC_PER_SEC);
}

#endif
