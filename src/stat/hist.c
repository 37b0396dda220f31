// SPDX-License-Identifier: GPL-2.0-or-later
#include "hist.h"

#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"

/* The column where the count of a line ends. */
#define COUNT_END 24

/* More empty rows than this between two others are not printed. */
#define EMPTY_ROWS 2

uint64_t hist_lowest(unsigned int bucket)
{
	const unsigned int block = bucket / HIST_BLOCK_SIZE, shift = block > 1 ? block - 1 : 0;

	return (uint64_t)(bucket - shift * HIST_BLOCK_SIZE) << shift;
}

/* The largest possible value of a bucket, if no value is above @max; at least the bucket's smallest value. */
static uint64_t highest(unsigned int bucket, uint64_t max)
{
	uint64_t low = hist_lowest(bucket);
	uint64_t high = bucket < HIST_BUCKETS - 1 ? hist_lowest(bucket + 1) - 1 : UINT64_MAX;

	if (high > max)
		high = max;
	return high > low ? high : low;
}

uint64_t hist_bucket_count(const struct hist *h, unsigned int bucket)
{
	const uint64_t *block = h->blocks[bucket / HIST_BLOCK_SIZE];

	return block ? block[bucket % HIST_BLOCK_SIZE] : 0;
}

/* The last bucket that has values, or -1. */
static int last_bucket(const struct hist *h)
{
	int last = HIST_BUCKETS - 1;

	while (last >= 0 && !hist_bucket_count(h, (unsigned int)last))
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

/* Make sure that there is a block. Return: the block, or NULL without memory. */
static uint64_t *need_block(struct hist *h, unsigned int i)
{
	if (!h->blocks[i])
		h->blocks[i] = calloc(HIST_BLOCK_SIZE, sizeof(*h->blocks[i]));
	return h->blocks[i];
}

/* The lower 32 bits of each count are those that were read last. */
static void update_block(struct hist *h, uint64_t *block, const struct hist_block *counts)
{
	for (unsigned int i = 0; i < HIST_BLOCK_SIZE; i++) {
		uint32_t count = __atomic_load_n(&counts->counts[i], __ATOMIC_RELAXED);
		uint32_t more = count - (uint32_t)block[i];

		block[i] += more;
		h->count += more;
	}
}

int hist_update(struct hist *h, const struct hist_counts *counts, const struct hist_block *pool)
{
	for (unsigned int i = 0; i < HIST_BLOCKS; i++) {
		uint16_t number = __atomic_load_n(&counts->blocks[i], __ATOMIC_RELAXED);

		if (!number)
			continue;
		if (!need_block(h, i))
			return -ENOMEM;
		update_block(h, h->blocks[i], &pool[number]);
	}
	h->sum = __atomic_load_n(&counts->sum, __ATOMIC_RELAXED);
	h->max = __atomic_load_n(&counts->max, __ATOMIC_RELAXED);
	return 0;
}

int hist_add(struct hist *h, const struct hist *other)
{
	for (unsigned int i = 0; i < HIST_BLOCKS; i++) {
		if (!other->blocks[i])
			continue;
		if (!need_block(h, i))
			return -ENOMEM;
		for (unsigned int j = 0; j < HIST_BLOCK_SIZE; j++)
			h->blocks[i][j] = plus(h->blocks[i][j], other->blocks[i][j]);
	}
	h->sum = plus(h->sum, other->sum);
	h->count = plus(h->count, other->count);
	if (h->max < other->max)
		h->max = other->max;
	return 0;
}

int hist_copy(struct hist *h, const struct hist *other)
{
	for (unsigned int i = 0; i < HIST_BLOCKS; i++) {
		if (h->blocks[i])
			memset(h->blocks[i], 0, HIST_BLOCK_SIZE * sizeof(*h->blocks[i]));
	}
	h->sum = h->max = h->count = 0;
	return hist_add(h, other);
}

void hist_subtract(struct hist *h, const struct hist *earlier)
{
	int last;

	h->sum = minus(h->sum, earlier->sum);
	h->count = minus(h->count, earlier->count);
	for (unsigned int i = 0; i < HIST_BLOCKS; i++)
		for (unsigned int j = 0; h->blocks[i] && earlier->blocks[i] && j < HIST_BLOCK_SIZE; j++)
			h->blocks[i][j] = minus(h->blocks[i][j], earlier->blocks[i][j]);
	last = last_bucket(h);
	h->max = last < 0 ? 0 : highest((unsigned int)last, h->max);
}

void hist_free(struct hist *h)
{
	for (unsigned int i = 0; i < HIST_BLOCKS; i++)
		free(h->blocks[i]);
	*h = (struct hist){ 0 };
}

/*
 * The value that stands for all from @low to @high: the one whose relative distance to both is the same. In a bucket
 * that is no wider than a 32nd of its lowest value, this is less than a 64th; rounding down does not make it more.
 */
static double middle(uint64_t low, uint64_t high)
{
	const double l = (double)low, u = (double)high;

	return low == high ? l : floor(l + (u - l) * (l / (l + u)));
}

double hist_percentile(const struct hist *h, double p)
{
	int last = last_bucket(h), i;
	/* Sum up the buckets, since h->count may differ a little; floating-point, since it does not overflow. */
	double total = 0, seen = 0;

	if (last < 0)
		return -1;
	if (p >= 1)
		return (double)highest((unsigned int)last, h->max);
	for (i = 0; i <= last; i++)
		total += (double)hist_bucket_count(h, (unsigned int)i);
	/* Most @p are not exact in binary: 0.07 * 100 is more than 7, but must not select the eighth value. */
	for (i = 0; i < last; i++) {
		seen += (double)hist_bucket_count(h, (unsigned int)i);
		if (seen > 0 && seen >= total * (p - DBL_EPSILON))
			break;
	}
	return middle(hist_lowest((unsigned int)i), highest((unsigned int)i, h->max));
}

double hist_average(const struct hist *h)
{
	if (!h->count || h->sum == UINT64_MAX)
		return -1;
	return (double)h->sum / (double)h->count;
}

/* The row that a bucket belongs to: the number of bits of its values. */
static int row_of(unsigned int bucket)
{
	uint64_t low = hist_lowest(bucket);

	return low ? 64 - __builtin_clzll(low) : 0;
}

/* The bound 2^@power of a range. */
static const char *format_bound(unsigned int power, enum hist_unit unit, char buf[FORMAT_DURATION_LEN])
{
	static const char *const units[] = { "", "K", "M", "G", "T", "P", "E" };

	if (unit == HIST_NSEC)
		return format_duration(ldexp(1, (int)power), buf);
	snprintf(buf, FORMAT_DURATION_LEN, "%u%s", 1U << power % 10, units[power / 10]);
	return buf;
}

static void format_range(unsigned int row, enum hist_unit unit, char *range, size_t size)
{
	char low[FORMAT_DURATION_LEN], high[FORMAT_DURATION_LEN];

	if (row < 2)
		snprintf(range, size, "[%s]", row ? format_bound(0, unit, low) : "0");
	else
		snprintf(range, size, "[%s, %s)", format_bound(row - 1, unit, low), format_bound(row, unit, high));
}

static void fill_row(struct hist_row *r, unsigned int row, enum hist_unit unit, uint64_t count, uint64_t largest)
{
	/* Single precision as in bpftrace: otherwise the bars of large counts may differ by one character. */
	size_t width = (size_t)((float)count / (float)largest * HIST_BAR);

	format_range(row, unit, r->range, sizeof(r->range));
	r->count = count;
	memset(r->bar, '@', width);
	r->bar[width] = '\0';
}

/* How many rows without values are there from @row on? */
static int empty_rows(const uint64_t counts[HIST_ROWS], int row)
{
	int n = 0;

	while (row + n < HIST_ROWS && !counts[row + n])
		n++;
	return n;
}

int hist_rows(const struct hist *h, enum hist_unit unit, struct hist_row rows[HIST_ROWS])
{
	uint64_t counts[HIST_ROWS] = { 0 }, largest = 0;
	int last = last_bucket(h), n = 0, row;

	if (last < 0)
		return 0;
	for (int i = 0; i <= last; i++) {
		row = row_of((unsigned int)i);
		counts[row] = plus(counts[row], hist_bucket_count(h, (unsigned int)i));
		if (largest < counts[row])
			largest = counts[row];
	}
	for (row = empty_rows(counts, 0); row <= row_of((unsigned int)last); row++) {
		int empty = empty_rows(counts, row);

		if (empty > EMPTY_ROWS) {
			rows[n++] = (struct hist_row){ .range = "..." };
			row += empty;
		}
		fill_row(&rows[n++], (unsigned int)row, unit, counts[row], largest);
	}
	return n;
}

void hist_line(const struct hist_row *row, char line[HIST_LINE])
{
	/* A long count may use the room behind the range, so that the bars stay in place. */
	int width = COUNT_END - 1 - (int)strlen(row->range);

	if (!strcmp(row->range, "..."))
		snprintf(line, HIST_LINE, "...");
	else
		snprintf(line, HIST_LINE, "%s %*" PRIu64 " |%-*s|", row->range, width > 0 ? width : 1, row->count,
			 HIST_BAR, row->bar);
}
