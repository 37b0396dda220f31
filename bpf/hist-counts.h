/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_COUNTS_H
#define HIST_COUNTS_H

#include <linux/types.h>

/*
 * Histograms with a bucket for each power of two: counted in the kernel, read by src/stat/hist.h. Both halves are built
 * together, so that it has no version.
 */

/* The last bucket begins at 2^30: about a second in nanoseconds, a GiB in bytes. */
#define HIST_BUCKETS 32

/**
 * struct hist_counts - a histogram
 * @sum: sum of the values, modulo 2^64 (584 years in nanoseconds)
 * @max: the largest value; 0 if there are no values
 * @count: number of values
 * @buckets: number of values by size; [0]: zeros; [k]: from 2^(k-1) to 2^k - 1; the last one: all larger ones, too
 *
 * The members do not change together: while the programs count, @count may differ a little from the sum of @buckets.
 */
struct hist_counts {
	__u64 sum;
	__u64 max;
	__u64 count;
	__u64 buckets[HIST_BUCKETS];
};

_Static_assert(sizeof(struct hist_counts) == 280, "struct hist_counts");
_Static_assert(__builtin_offsetof(struct hist_counts, max) == 8, "struct hist_counts");
_Static_assert(__builtin_offsetof(struct hist_counts, count) == 16, "struct hist_counts");
_Static_assert(__builtin_offsetof(struct hist_counts, buckets) == 24, "struct hist_counts");
_Static_assert(HIST_BUCKETS <= 34, "hist_bucket() looks at 32 bits of what is not in the last bucket");

/**
 * hist_bucket() - find the bucket of struct hist_counts that a value belongs to
 *
 * The bucket is the number of bits of the value, found by binary search: the bpf target has no instruction that counts
 * leading zeros, and loops cost the verifier much. The compiler turns each comparison into a constant on each path, so
 * the verifier can bound the result.
 *
 * Return: less than HIST_BUCKETS.
 */
static inline __attribute__((__always_inline__)) __u32 hist_bucket(__u64 value)
{
	__u32 rest = (__u32)value, bits, step;

	if (value >> (HIST_BUCKETS - 2))
		return HIST_BUCKETS - 1;
	bits = (__u32)(rest > 0xffff) << 4;
	rest >>= bits;
	step = (__u32)(rest > 0xff) << 3;
	rest >>= step;
	bits += step;
	step = (__u32)(rest > 0xf) << 2;
	rest >>= step;
	bits += step;
	step = (__u32)(rest > 3) << 1;
	rest >>= step;
	bits += step;
	return bits + (rest > 0) + (rest > 1);
}

#endif
