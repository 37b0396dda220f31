// SPDX-License-Identifier: GPL-2.0-or-later
#include "hist.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The column where the count of a line ends. */
#define COUNT_END 24

/* The smallest value of a bucket. */
static uint64_t lowest(int bucket)
{
	return bucket ? UINT64_C(1) << (bucket - 1) : 0;
}

/* The largest possible value of a bucket, if no value is above @max; at least the bucket's smallest value. */
static uint64_t highest(int bucket, uint64_t max)
{
	uint64_t low = lowest(bucket);
	uint64_t high = bucket < HIST_BUCKETS - 1 ? lowest(bucket + 1) - 1 : UINT64_MAX;

	if (high > max)
		high = max;
	return high > low ? high : low;
}

/* The last bucket that has values, or -1. */
static int last_bucket(const struct hist_counts *h)
{
	int last = HIST_BUCKETS - 1;

	while (last >= 0 && !h->buckets[last])
		last--;
	return last;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	return a <= UINT64_MAX - b ? a + b : UINT64_MAX;
}

/* A sum that was too large stays so: the difference is not known, and may be too large as well. */
static uint64_t minus(uint64_t a, uint64_t b)
{
	if (a == UINT64_MAX)
		return a;
	return a > b ? a - b : 0;
}

void hist_add(struct hist_counts *h, const struct hist_counts *other)
{
	h->sum = plus(h->sum, other->sum);
	if (h->max < other->max)
		h->max = other->max;
	h->count = plus(h->count, other->count);
	for (int i = 0; i < HIST_BUCKETS; i++)
		h->buckets[i] = plus(h->buckets[i], other->buckets[i]);
}

void hist_subtract(struct hist_counts *h, const struct hist_counts *earlier)
{
	int last;

	h->sum = minus(h->sum, earlier->sum);
	h->count = minus(h->count, earlier->count);
	for (int i = 0; i < HIST_BUCKETS; i++)
		h->buckets[i] = minus(h->buckets[i], earlier->buckets[i]);
	last = last_bucket(h);
	h->max = last < 0 ? 0 : highest(last, h->max);
}

double hist_percentile(const struct hist_counts *h, double p)
{
	int last = last_bucket(h), i;
	/* Sum up the buckets, since h->count may differ a little; floating-point, since it does not overflow. */
	double total = 0, below = 0, rank, part, low;

	if (last < 0)
		return -1;
	for (i = 0; i <= last; i++)
		total += (double)h->buckets[i];
	/* Most @p are not exact in binary: 0.07 * 100 is more than 7, but must not select the eighth value. */
	rank = p < 1 ? total * (p - DBL_EPSILON) : INFINITY;
	for (i = 0; i < last && (!h->buckets[i] || below + (double)h->buckets[i] < rank); i++)
		below += (double)h->buckets[i];
	part = (rank - below) / (double)h->buckets[i];
	if (part < 0)
		part = 0;
	if (part > 1)
		part = 1;
	low = (double)lowest(i);
	return low + part * ((double)highest(i, h->max) - low);
}

double hist_average(const struct hist_counts *h)
{
	if (!h->count || h->sum == UINT64_MAX)
		return -1;
	return (double)h->sum / (double)h->count;
}

static void format_range(int bucket, char *range, size_t size)
{
	static const char *const units[] = { "", "K", "M", "G" };
	/* The powers of two at its ends. */
	unsigned int low = (unsigned int)bucket - 1, high = (unsigned int)bucket;

	if (bucket < 2)
		snprintf(range, size, "[%d]", bucket);
	else if (bucket == HIST_BUCKETS - 1)
		snprintf(range, size, "[%u%s, ...)", 1U << low % 10, units[low / 10]);
	else
		snprintf(range, size, "[%u%s, %u%s)", 1U << low % 10, units[low / 10], 1U << high % 10,
			 units[high / 10]);
}

int hist_rows(const struct hist_counts *h, struct hist_row rows[HIST_BUCKETS])
{
	int last = last_bucket(h), first = 0, i;
	uint64_t largest = 0;

	if (last < 0)
		return 0;
	while (!h->buckets[first])
		first++;
	for (i = first; i <= last; i++)
		if (largest < h->buckets[i])
			largest = h->buckets[i];
	for (i = first; i <= last; i++) {
		struct hist_row *row = &rows[i - first];
		/* Single precision as in bpftrace: otherwise the bars of large counts may differ by one character. */
		size_t width = (size_t)((float)h->buckets[i] / (float)largest * HIST_BAR);

		format_range(i, row->range, sizeof(row->range));
		row->count = h->buckets[i];
		memset(row->bar, '@', width);
		row->bar[width] = '\0';
	}
	return last - first + 1;
}

void hist_line(const struct hist_row *row, char line[HIST_LINE])
{
	/* A long count may use the room behind the range, so that the bars stay in place. */
	int width = COUNT_END - 1 - (int)strlen(row->range);

	snprintf(line, HIST_LINE, "%s %*" PRIu64 " |%-*s|", row->range, width, row->count, HIST_BAR, row->bar);
}
