/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_COUNTS_H
#define HIST_COUNTS_H

#include <stdbool.h>

#include <linux/types.h>

/**
 * DOC: histograms in the kernel
 *
 * Log-linear buckets: each whole number below 64 has a bucket of its own, and each power of two from 64 on is divided
 * into 32 buckets of equal width, up to 2^64. So a bucket is narrower than a 32nd of its values.
 *
 * Theory of operation. A histogram of all buckets would take 15 KiB, and most of it would stay empty: the values of a
 * queue are mostly within a few powers of two. So 32 buckets are a block, and a histogram has only the blocks in which
 * it has values. The programs take a block from a pool for all queues when its first value comes; user space clears it
 * and gives it back when the queue is gone. A value for which no block is left is counted as lost.
 *
 * The counts have 32 bits, to save memory. User space adds up their differences modulo 2^32 (src/stat/hist.h), and
 * reads several times a second, so that none goes round between two reads.
 */

#define HIST_BLOCK_BITS 5
#define HIST_BLOCK_SIZE (1U << HIST_BLOCK_BITS)

/* The first block has 0 to 31, the second 32 to 63, each other one a power of two. */
#define HIST_BLOCKS (64U - HIST_BLOCK_BITS + 1)

#define HIST_BUCKETS (HIST_BLOCKS * HIST_BLOCK_SIZE)

/* Blocks in the pool, by number; number 0 stands for none and is not used. */
#define HIST_POOL 65536U

/**
 * struct hist_block - successive buckets of a histogram
 * @counts: number of values by bucket, modulo 2^32
 */
struct hist_block {
	__u32 counts[HIST_BLOCK_SIZE];
};

/**
 * struct hist_counts - a histogram
 * @sum: sum of the values, modulo 2^64 (584 years in nanoseconds)
 * @max: the largest value; 0 if there are no values
 * @blocks: numbers of its blocks in the pool; 0: no values there
 *
 * The members and the blocks do not change together: while the programs count, @sum may be a few values ahead.
 */
struct hist_counts {
	__u64 sum;
	__u64 max;
	__u16 blocks[HIST_BLOCKS];
};

_Static_assert(sizeof(struct hist_block) == 128, "struct hist_block");
_Static_assert(sizeof(struct hist_counts) == 136, "struct hist_counts");
_Static_assert(__builtin_offsetof(struct hist_counts, max) == 8, "struct hist_counts");
_Static_assert(__builtin_offsetof(struct hist_counts, blocks) == 16, "struct hist_counts");
_Static_assert(HIST_POOL - 1 <= 0xffff, "the numbers of blocks have 16 bits");

/**
 * hist_bucket() - find the bucket that a value belongs to
 *
 * The position of the highest bit is found by binary search: the bpf target has no instruction that counts leading
 * zeros, and loops cost the verifier much. The compiler turns each comparison into a constant on each path, so the
 * verifier can bound the result.
 *
 * Return: less than HIST_BUCKETS.
 */
static inline __attribute__((__always_inline__)) __u32 hist_bucket(__u64 value)
{
	__u64 rest = value;
	__u32 bits, step;

	if (value < 2 * HIST_BLOCK_SIZE)
		return (__u32)value;
	bits = (__u32)(rest > 0xffffffff) << 5;
	rest >>= bits;
	step = (__u32)(rest > 0xffff) << 4;
	rest >>= step;
	bits += step;
	step = (__u32)(rest > 0xff) << 3;
	rest >>= step;
	bits += step;
	step = (__u32)(rest > 0xf) << 2;
	rest >>= step;
	bits += step;
	step = (__u32)(rest > 3) << 1;
	rest >>= step;
	bits += step + (rest > 1) - HIST_BLOCK_BITS;
	/* The highest HIST_BLOCK_BITS + 1 bits; the very highest counts one block more. */
	return bits * HIST_BLOCK_SIZE + (__u32)(value >> bits);
}

/**
 * hist_event_passed() - is the driver's event behind, so that it is no distance to an entry to come?
 * @event: the driver's used_event
 * @new: the used index at the decision
 * @old: the used index at the decision before
 * @num: the ring's size
 *
 * An event between @old and @new was reached by this decision. Any other one that is a ring's size ahead of @new or
 * more was passed, and not set again: no more entries than that can be under way.
 */
static inline bool hist_event_passed(__u16 event, __u16 new, __u16 old, __u32 num)
{
	return (__u16)(event - old) >= (__u16)(new - old) && (__u16)(event - new) >= num;
}

#endif
