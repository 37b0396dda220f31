/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUEUE_COUNTS_H
#define QUEUE_COUNTS_H

#include "bpf/counts.h"

/**
 * DOC: arithmetic with the counts of a queue
 */

/* Add the counts of @q to those of @sum. */
void queue_counts_add(struct queue_counts *sum, const struct queue_counts *q);

/* What was counted between @before and @now. */
struct queue_counts queue_counts_subtract(const struct queue_counts *now, const struct queue_counts *before);

/**
 * queue_counts_estimate() - with sampling: estimate what was not counted
 * @q: the counts; changed
 *
 * Of decisions and spurious kicks the counted runs have a part; the rest is counted whole. The decisions stay the sum
 * of their reasons.
 */
void queue_counts_estimate(struct queue_counts *q);

#endif
