// SPDX-License-Identifier: GPL-2.0-or-later
#include "queue-counts.h"

#include <math.h>
#include <stdint.h>

void queue_counts_add(struct queue_counts *sum, const struct queue_counts *q)
{
	sum->decisions += q->decisions;
	sum->moved += q->moved;
	sum->buffers += q->buffers;
	sum->kicks += q->kicks;
	sum->spurious += q->spurious;
	sum->counted_runs += q->counted_runs;
	sum->runs += q->runs;
	sum->found += q->found;
	for (int i = 0; i < DISCARD_REASONS; i++)
		sum->discards[i] += q->discards[i];
	sum->iotlb_misses += q->iotlb_misses;
	sum->iotlb_answers += q->iotlb_answers;
	sum->iotlb_ns += q->iotlb_ns;
	sum->drops += q->drops;
	for (int act = 0; act < 2; act++)
		for (int i = 0; i < REASON_COUNT; i++)
			sum->reasons[act][i] += q->reasons[act][i];
}

struct queue_counts queue_counts_subtract(const struct queue_counts *now, const struct queue_counts *before)
{
	struct queue_counts d = {
		.decisions = now->decisions - before->decisions,
		.moved = now->moved - before->moved,
		.buffers = now->buffers - before->buffers,
		.kicks = now->kicks - before->kicks,
		.spurious = now->spurious - before->spurious,
		.counted_runs = now->counted_runs - before->counted_runs,
		.runs = now->runs - before->runs,
		.found = now->found - before->found,
		.iotlb_misses = now->iotlb_misses - before->iotlb_misses,
		.iotlb_answers = now->iotlb_answers - before->iotlb_answers,
		.iotlb_ns = now->iotlb_ns - before->iotlb_ns,
		.drops = now->drops - before->drops,
	};

	for (int i = 0; i < DISCARD_REASONS; i++)
		d.discards[i] = now->discards[i] - before->discards[i];
	for (int act = 0; act < 2; act++)
		for (int i = 0; i < REASON_COUNT; i++)
			d.reasons[act][i] = now->reasons[act][i] - before->reasons[act][i];
	return d;
}

void queue_counts_estimate(struct queue_counts *q)
{
	const double factor = q->counted_runs ? (double)q->runs / (double)q->counted_runs : 0;

	if (!q->runs)
		return;
	q->decisions = 0;
	for (int act = 0; act < 2; act++)
		for (int i = 0; i < REASON_COUNT; i++) {
			q->reasons[act][i] = (uint64_t)llround((double)q->reasons[act][i] * factor);
			q->decisions += q->reasons[act][i];
		}
	q->moved = (uint64_t)llround((double)q->moved * factor);
	q->spurious = (uint64_t)llround((double)q->spurious * factor);
}
