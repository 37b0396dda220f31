/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_COUNTS_H
#define HIST_COUNTS_H

#include <linux/types.h>

/*
 * Histograms with a bucket for each power of two: counted in the kernel, read by src/stat/hist.h. Both halves are built
 * together, so that it has no version.
 */

/* Of nanoseconds the last bucket holds what took longer than a second; of bytes, more than a GiB. */
#define HIST_BUCKETS 32

/**
 * struct hist_counts - how many values of which size there were
 * @sum: of the values, modulo 2^64, which are 584 years of nanoseconds
 * @max: the largest value; 0 without one
 * @count: how many values
 * @buckets: how many are 0, then how many from 2^(k-1) to 2^k - 1 for each k >= 1; the last has all larger ones, too
 *
 * Nothing makes the members change together: who reads them meanwhile may find @count a few off from the buckets' sum.
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
 * hist_bucket() - which of struct hist_counts' buckets a value belongs to
 *
 * It is the number of bits that the value takes, found by halving what is left to search: the bpf target has no
 * instruction that counts leading zeros, and loops are dear to the verifier. Compiled, each comparison leaves a
 * constant on each path, which lets the verifier bound the result.
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
