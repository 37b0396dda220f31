/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUEUE_DROPS_H
#define QUEUE_DROPS_H

#include "counters.h"

/**
 * queue_drops_choose() - let one pair of queues stand for each tap
 * @queues: all queues; @drops of those that stand for their tap is set
 * @count: how many
 *
 * A tap counts what it drops for all its queues together, so each queue has the count of all. The first pair that is
 * counted shows it.
 */
void queue_drops_choose(struct counted_queue *queues, int count);

#endif
