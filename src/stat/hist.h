/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_H
#define HIST_H

#include <stdint.h>

#include "bpf/hist-counts.h"

/**
 * DOC: computing and printing histograms
 *
 * The BPF programs count in struct hist_counts (bpf/hist-counts.h). The functions here add and subtract such counts and
 * lay them out as bpftrace prints its hist(). They accept any counts: if the members do not agree, because they were
 * read while they changed, the results are off by as much.
 */

/* Columns of the longest bar, as in bpftrace. */
#define HIST_BAR 52

/* Room for the longest line of hist_line(). */
#define HIST_LINE 100

/**
 * struct hist_row - a bucket to be printed
 * @range: its values: "[0]", "[1]", "[2, 4)", "[512, 1K)", with K, M and G for powers of 1024; the last "[1G, ...)"
 * @count: number of values
 * @bar: '@' in proportion to @count, rounded down; HIST_BAR of them for the largest bucket
 */
struct hist_row {
	char range[24];
	uint64_t count;
	char bar[HIST_BAR + 1];
};

/**
 * hist_add() - add the counts of another histogram, such as another CPU's
 *
 * A sum beyond 64 bits becomes UINT64_MAX, and stays so.
 */
void hist_add(struct hist_counts *h, const struct hist_counts *other);

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
void hist_subtract(struct hist_counts *h, const struct hist_counts *earlier);

/**
 * hist_percentile() - estimate a percentile
 * @h: the counts
 * @p: the part of all values, 0 to 1; 0.5 for the median
 *
 * The values of a bucket are assumed to be spread evenly from its lower end to its upper end, or to @h->max if that is
 * lower; if @h->max is below the lower end, they are assumed to be at the lower end. So the values 0 and 1 are exact,
 * and so is the result for @p 1 if @h->max is exact.
 *
 * Return: the value, or a negative number if there is none.
 */
double hist_percentile(const struct hist_counts *h, double p);

/**
 * hist_average() - the mean of all values
 *
 * Return: the average; a negative number if there are no values, or if their sum is UINT64_MAX, see hist_add().
 */
double hist_average(const struct hist_counts *h);

/**
 * hist_rows() - the rows to print, from the first bucket with values to the last one, with the empty ones between
 * @h: the counts
 * @rows: filled in from the beginning
 *
 * Return: how many rows there are, 0 if there are no values.
 */
int hist_rows(const struct hist_counts *h, struct hist_row rows[HIST_BUCKETS]);

/**
 * hist_line() - a row as a line of text, as bpftrace prints it, without the newline
 *
 * It has 79 columns; only a count of more than eleven digits can make it longer (in bpftrace, one of nine or more).
 */
void hist_line(const struct hist_row *row, char line[HIST_LINE]);

#endif
