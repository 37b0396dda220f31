/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HIST_H
#define HIST_H

#include <stdint.h>

#include "bpf/hist-counts.h"

/**
 * DOC: histograms that were counted elsewhere
 *
 * What is counted is struct hist_counts, of bpf/hist.h; here it is put together, told apart and laid out as bpftrace
 * prints its hist(). The functions take any counts: those that do not go together, as they may not if they were read
 * while they changed, give results that are off by as much.
 */

/* Columns of the longest bar, as in bpftrace. */
#define HIST_BAR 52

/* Room for a line of hist_line() with the longest range and count there can be. */
#define HIST_LINE 100

/**
 * struct hist_row - a bucket to be printed
 * @range: its values: "[0]", "[1]", "[2, 4)", "[512, 1K)", with K, M and G for powers of 1024; the last "[1G, ...)"
 * @count: how many there were
 * @bar: as many '@' as @count is of the largest bucket's, rounded down; that one's has HIST_BAR
 */
struct hist_row {
	char range[24];
	uint64_t count;
	char bar[HIST_BAR + 1];
};

/**
 * hist_add() - add the counts of another histogram, such as another CPU's
 *
 * What would exceed 64 bits becomes UINT64_MAX, and stays that.
 */
void hist_add(struct hist_counts *h, const struct hist_counts *other);

/**
 * hist_subtract() - make counts those of an interval
 * @h: the counts at its end; becomes the difference
 * @earlier: the counts at its beginning
 *
 * A count that went back leaves 0, one that is UINT64_MAX already stays so.
 *
 * The largest value of an interval does not follow from those at its ends. What @h->max becomes is a bound for it: no
 * value of the interval was larger. If a larger one than all before came in the interval, it is that one exactly. Else
 * it is the upper end of the highest bucket left, or the largest value ever if that is lower; 0 if nothing is left.
 */
void hist_subtract(struct hist_counts *h, const struct hist_counts *earlier);

/**
 * hist_percentile() - the value that a part of all values does not exceed
 * @h: the counts
 * @p: the part, 0 to 1: 0.5 for the median
 *
 * Values are taken to be spread evenly over their bucket, from its lower end to its upper or to @h->max, whichever is
 * lower; at their bucket's lower end, if that is above @h->max. So 0 and 1 are exact, and so is @p 1 if @h->max is.
 *
 * Return: the value, or a negative number if there is none.
 */
double hist_percentile(const struct hist_counts *h, double p);

/**
 * hist_average() - the mean of all values
 *
 * Return: the average, or a negative number if there are no values, or if hist_add() found their sum to be too large.
 */
double hist_average(const struct hist_counts *h);

/**
 * hist_rows() - the rows to print, from the first bucket that has values to the last, with the empty ones between
 * @h: the counts
 * @rows: filled in from the beginning
 *
 * Return: how many rows there are, 0 if there are no values.
 */
int hist_rows(const struct hist_counts *h, struct hist_row rows[HIST_BUCKETS]);

/**
 * hist_line() - a row as a line of text, as bpftrace prints it, without the newline
 *
 * It has 79 columns. Only a count of more than eleven digits can make it longer, where bpftrace's is from nine on.
 */
void hist_line(const struct hist_row *row, char line[HIST_LINE]);

#endif
