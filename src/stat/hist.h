/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_H
#define HIST_H

#include <stdint.h>

#include "base/format.h"
#include "bpf/hist-counts.h"

/**
 * DOC: computing and printing histograms
 *
 * The BPF programs count in struct hist_counts (bpf/hist-counts.h). The functions here add these up to counts of 64
 * bits, add and subtract those, and lay them out as bpftrace prints its hist(). They accept any counts: if the members
 * do not agree, because they were read while they changed, the results are off by as much.
 */

/* Rows of a picture: 0, and one for each power of two. */
#define HIST_ROWS 65

/* Columns of the longest bar, as in bpftrace. */
#define HIST_BAR 52

/* Room for a range: two times, two brackets, a comma and a blank. */
#define HIST_RANGE (2 * FORMAT_DURATION_LEN + 4)

/* Room for the longest line of hist_line(). */
#define HIST_LINE 112

/**
 * struct hist - a histogram; to begin with, all 0
 * @sum: sum of the values; UINT64_MAX: too large
 * @max: the largest value; 0 if there are no values
 * @count: number of values
 * @blocks: number of values by bucket, HIST_BLOCK_SIZE successive ones each; NULL: none
 */
struct hist {
	uint64_t sum, max, count;
	uint64_t *blocks[HIST_BLOCKS];
};

/* Units of values: numbers, or nanoseconds. */
enum hist_unit { HIST_ENTRY, HIST_NSEC };

/**
 * struct hist_row - a line of a picture
 * @range: its values: "[0]", "[1]", "[2, 4)", "[512, 1K)", with K, M, G and so on for powers of 1024; times as
 *	   format_duration() has them, "[512ns, 1.02us)"; "..." in place of rows without values
 * @count: number of values
 * @bar: '@' in proportion to @count, rounded down; HIST_BAR of them for the largest row
 */
struct hist_row {
	char range[HIST_RANGE];
	uint64_t count;
	char bar[HIST_BAR + 1];
};

/* The smallest value of a bucket, less than HIST_BUCKETS. */
uint64_t hist_lowest(unsigned int bucket);

/* The number of values in a bucket, less than HIST_BUCKETS. */
uint64_t hist_bucket_count(const struct hist *h, unsigned int bucket);

/**
 * hist_update() - add what the programs have counted since the last call
 * @h: the histogram; all 0 when the programs began to count in @counts
 * @counts: the programs'
 * @pool: the programs' blocks
 *
 * Return: 0 or -ENOMEM.
 */
int hist_update(struct hist *h, const struct hist_counts *counts, const struct hist_block *pool);

/**
 * hist_add() - add the counts of another histogram, such as another queue's
 *
 * A count beyond 64 bits becomes UINT64_MAX, and stays so.
 *
 * Return: 0 or -ENOMEM.
 */
int hist_add(struct hist *h, const struct hist *other);

/**
 * hist_copy() - make a histogram the same as another
 *
 * Return: 0 or -ENOMEM.
 */
int hist_copy(struct hist *h, const struct hist *other);

/**
 * hist_subtract() - compute the counts of an interval
 * @h: the counts at its end; becomes the difference
 * @earlier: the counts at its beginning
 *
 * If a count went down, its difference is 0; a count of UINT64_MAX stays so.
 *
 * The largest value of an interval cannot be computed from those at its ends. @h->max becomes an upper bound of it. The
 * bound is exact if the interval had a value larger than all before. Otherwise it is the upper end of the highest
 * bucket left, or the largest value ever if that is lower; 0 if nothing is left.
 */
void hist_subtract(struct hist *h, const struct hist *earlier);

/* Release the blocks; the histogram becomes all 0. */
void hist_free(struct hist *h);

/**
 * hist_percentile() - a percentile by nearest rank: a value below or at which a part of the values are
 * @h: the counts
 * @p: the part of all values, 0 to 1; 0.5 for the median
 *
 * The result is a whole number: exact up to 64, and off by less than 2 % above, but exact for @p 1 if @h->max is.
 *
 * Return: the value, or a negative number if there is none.
 */
double hist_percentile(const struct hist *h, double p);

/**
 * hist_average() - the mean of all values
 *
 * Return: the average; a negative number if there are no values, or if their sum is UINT64_MAX, see hist_add().
 */
double hist_average(const struct hist *h);

/**
 * hist_rows() - the rows to print, from the first with values to the last one
 * @h: the counts
 * @unit: of the values
 * @rows: filled in from the beginning
 *
 * More than two rows without values, one after the other, become one with the range "...".
 *
 * Return: how many rows there are, 0 if there are no values.
 */
int hist_rows(const struct hist *h, enum hist_unit unit, struct hist_row rows[HIST_ROWS]);

/**
 * hist_line() - a row as a line of text, as bpftrace prints it, without the newline
 *
 * It has 79 columns; only a long count beside a long range can make it longer (in bpftrace, one of nine or more
 * digits).
 */
void hist_line(const struct hist_row *row, char line[HIST_LINE]);

#endif
