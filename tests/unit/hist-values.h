/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_VALUES_H
#define HIST_VALUES_H

#include <stdint.h>
#include <stdlib.h>

#include "stat/hist.h"

/**
 * DOC: histograms with given values, for tests
 */

/* More blocks than the tests need at once. */
#define BLOCKS 256

/**
 * struct kernel - a histogram as the programs count it
 * @counts: with the numbers of its blocks
 * @pool: the blocks
 * @taken: the last block taken
 */
struct kernel {
	struct hist_counts counts;
	struct hist_block pool[BLOCKS];
	uint16_t taken;
};

/* As the BPF programs do it. */
static inline void record(struct kernel *k, uint64_t value)
{
	unsigned int bucket = hist_bucket(value);
	uint16_t *block = &k->counts.blocks[bucket / HIST_BLOCK_SIZE];

	if (!*block)
		*block = ++k->taken;
	k->pool[*block].counts[bucket % HIST_BLOCK_SIZE]++;
	k->counts.sum += value;
	if (k->counts.max < value)
		k->counts.max = value;
}

static inline void update(struct hist *h, const struct kernel *k)
{
	if (hist_update(h, &k->counts, k->pool))
		abort();
}

/* A histogram that has @count times @value more. */
static inline void put(struct hist *h, uint64_t value, uint64_t count)
{
	struct kernel k = { .taken = 0 };
	struct hist one = { 0 };
	unsigned int bucket = hist_bucket(value);

	record(&k, value);
	update(&one, &k);
	one.blocks[bucket / HIST_BLOCK_SIZE][bucket % HIST_BLOCK_SIZE] = count;
	one.count = count;
	one.sum = value * count;
	if (hist_add(h, &one))
		abort();
	hist_free(&one);
}

#endif
