// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Histograms: buckets, percentiles, averages, sums and differences. test-hist-rows.c is about how they are printed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "hist-values.h"
#include "stat/hist.h"
#include "tap-out.h"

#define KI UINT64_C(1024)
#define MI (KI * KI)
#define GI (KI * MI)

static uint64_t random64(void)
{
	static uint64_t x = UINT64_C(0x9e3779b97f4a7c15);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static bool near(double a, double b)
{
	double off = a > b ? a - b : b - a, size = b > 1 ? b : 1;

	return off <= 1e-9 * size;
}

/* Find the bucket by going through them: each number below 64, then 32 of the same width for each power of two. */
static unsigned int naive_bucket(uint64_t value)
{
	unsigned int bucket = 64;
	uint64_t low = 64, width = 2;

	if (value < low)
		return (unsigned int)value;
	for (; value - low >= 32 * width; width *= 2, bucket += 32)
		low *= 2;
	return bucket + (unsigned int)((value - low) / width);
}

static bool agrees(uint64_t value)
{
	unsigned int bucket = hist_bucket(value);

	return bucket == naive_bucket(value) && bucket < HIST_BUCKETS && hist_lowest(bucket) <= value &&
	       (bucket == HIST_BUCKETS - 1 || hist_lowest(bucket + 1) > value);
}

static void test_bucket(void)
{
	static const struct {
		uint64_t value;
		unsigned int bucket;
	} cases[] = {
		{ 0, 0 }, { 1, 1 }, { 31, 31 }, { 32, 32 }, { 63, 63 }, { 64, 64 }, { 65, 64 }, { 66, 65 },
		{ 127, 95 }, { 128, 96 }, { 131, 96 }, { 132, 97 }, { 65535, 383 }, { 65536, 384 },
		{ GI, 32 * 26 }, { 4 * GI - 1, 32 * 28 - 1 }, { 4 * GI, 32 * 28 }, { UINT64_C(1) << 63, 1888 },
		{ UINT64_MAX, 1919 },
	};
	unsigned int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ok(hist_bucket(cases[i].value) == cases[i].bucket, "%llu is in bucket %u",
		   (unsigned long long)cases[i].value, cases[i].bucket);
	for (unsigned int k = 0; k < 64; k++) {
		uint64_t power = UINT64_C(1) << k;

		for (uint64_t value = power - 1; value != power + 2; value++)
			wrong += !agrees(value);
	}
	ok(!wrong && agrees(UINT64_MAX), "each power of two and its neighbours are where going through finds them");
	for (unsigned int i = 0; i < 1000000; i++)
		wrong += !agrees(random64() >> (i % 64));
	ok(!wrong, "so are random values of every magnitude");
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

#define VALUES 5000

static const double parts[] = { 0, 0.001, 0.01, 0.07, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1 };

/* Is it exact up to 64, a whole number, and less than 2 % off above? */
static bool is_right(double got, uint64_t exact)
{
	double off = got > (double)exact ? got - (double)exact : (double)exact - got;

	if (exact <= 64)
		return off == 0;
	return off < 0.02 * (double)exact && (got >= 9e15 || got == (double)(uint64_t)got);
}

/* Compare with the values themselves, sorted: the smallest one that a part of all is not above. */
static void compare(const char *what, uint64_t *values, size_t n)
{
	struct kernel *k = calloc(1, sizeof(*k));
	struct hist h = { 0 };

	for (size_t i = 0; i < n; i++)
		record(k, values[i]);
	update(&h, k);
	qsort(values, n, sizeof(*values), by_size);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		/* In thousandths, so that nothing is rounded. */
		size_t part = (size_t)(parts[i] * 1000 + 0.5), rank = (part * n + 999) / 1000;
		uint64_t exact = values[rank ? rank - 1 : 0];
		double got = hist_percentile(&h, parts[i]);

		if (!ok(is_right(got, exact), "%s: %g of them are at most %llu", what, parts[i],
			(unsigned long long)exact))
			diag("%.17g", got);
	}
	ok(hist_percentile(&h, 1) == (double)values[n - 1] && h.count == n, "%s: the last one is exact", what);
	hist_free(&h);
	free(k);
}

static void test_oracle(void)
{
	static uint64_t values[VALUES];

	for (int i = 0; i < VALUES; i++)
		values[i] = i % 100 ? 4 : 7;
	compare("nearly all 4", values, VALUES);
	for (int i = 0; i < VALUES; i++)
		values[i] = i % 10 ? 8 : 1;
	compare("8 and some 1", values, VALUES);
	for (int i = 0; i < VALUES; i++)
		values[i] = (uint64_t)i % 65;
	compare("each up to 64", values, VALUES);
	for (int i = 0; i < VALUES; i++)
		values[i] = random64() % 300;
	compare("random up to 300", values, VALUES);
	for (int i = 0; i < VALUES; i++)
		values[i] = random64() >> (random64() % 64);
	compare("random ones of every magnitude", values, VALUES);
	for (int i = 0; i < VALUES; i++)
		values[i] = i % 2 ? UINT64_MAX : 0;
	compare("the extremes", values, VALUES);
	/* In binary floating point 0.07 * 100 is more than 7. */
	for (int i = 0; i < 100; i++)
		values[i] = i >= 7;
	compare("7 zeros, 93 ones", values, 100);
	values[0] = UINT64_MAX;
	compare("the largest alone", values, 1);
	values[0] = 0;
	compare("the smallest alone", values, 1);
}

/* Every value alone beside a larger one, so that the bucket is not cut off at the maximum. */
static void test_error(void)
{
	unsigned int wrong = 0;

	for (unsigned int shift = 0; shift < 58; shift++)
		for (uint64_t low = 64; low < 128; low++)
			for (int end = 0; end < 2; end++) {
				uint64_t value = (low << shift) + (end ? (UINT64_C(1) << shift) - 1 : 0);
				struct hist h = { 0 };

				put(&h, value, 1);
				put(&h, UINT64_MAX, 1);
				wrong += !is_right(hist_percentile(&h, 0.5), value);
				hist_free(&h);
			}
	ok(!wrong, "the ends of every bucket are less than 2 %% off");
}

static void test_percentile(void)
{
	struct hist h = { 0 };
	double before = 0;
	unsigned int back = 0;

	ok(hist_percentile(&h, 0.5) < 0 && hist_percentile(&h, 1) < 0, "nothing has no percentile");
	put(&h, 4, 1);
	h.max = 3;
	ok(hist_percentile(&h, 0.5) == 4 && hist_percentile(&h, 1) == 4, "a maximum below its bucket, as not read yet");
	put(&h, 1000, 1);
	ok(hist_percentile(&h, -3) == 4 && hist_percentile(&h, 17) == 1000, "a part out of range is the first or last");
	h.max = 992;
	ok(hist_percentile(&h, 0.9) == 992, "no percentile is above the maximum");
	hist_free(&h);
	put(&h, 1, UINT64_MAX);
	put(&h, 7, UINT64_MAX);
	ok(hist_percentile(&h, 0.25) == 1 && hist_percentile(&h, 0.75) == 7, "counts whose sum overflows");
	hist_free(&h);
	for (uint64_t value = 1; value < 1024; value++)
		put(&h, value, 1);
	for (int i = 0; i <= 1000; i++) {
		double value = hist_percentile(&h, i / 1000.0);

		back += value < before;
		before = value;
	}
	ok(!back, "no percentile is below the one before");
	hist_free(&h);
}

static void test_average(void)
{
	static const struct {
		const char *what;
		struct hist h;
		double average;
	} cases[] = {
		{ "nothing", { .count = 0 }, -1 },
		{ "zeros", { .count = 3 }, 0 },
		{ "1, 2 and 4", { .sum = 7, .max = 4, .count = 3 }, 2.3333333333333335 },
		{ "a second a hundred times", { .sum = UINT64_C(100000000000), .count = 100 }, 1e9 },
		{ "a sum that was too large", { .sum = UINT64_MAX, .count = 2 }, -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ok(near(hist_average(&cases[i].h), cases[i].average), "%s: the average is %g", cases[i].what,
		   cases[i].average);
}

/* What the programs count in 32 bits may go round between two reads. */
static void test_update(void)
{
	struct kernel *k = calloc(1, sizeof(*k));
	struct hist h = { 0 };

	update(&h, k);
	ok(!h.count && !h.blocks[0], "nothing was counted");
	record(k, 5);
	record(k, 100);
	update(&h, k);
	update(&h, k);
	ok(h.count == 2 && h.sum == 105 && h.max == 100 && hist_bucket_count(&h, 5) == 1 &&
	   hist_bucket_count(&h, hist_bucket(100)) == 1 && hist_bucket_count(&h, 300) == 0, "two values, once each");
	k->pool[k->counts.blocks[0]].counts[5] = UINT32_MAX;
	update(&h, k);
	ok(hist_bucket_count(&h, 5) == UINT32_MAX, "very many");
	record(k, 5);
	record(k, 5);
	record(k, 6);
	update(&h, k);
	ok(hist_bucket_count(&h, 5) == UINT64_C(0x100000001) && hist_bucket_count(&h, 6) == 1 &&
	   h.count == UINT64_C(0x100000003), "more than the kernel's counts can have");
	hist_free(&h);
	ok(!h.count && !h.blocks[0], "released");
	free(k);
}

static void test_add(void)
{
	struct hist a = { 0 }, b = { 0 }, sum = { 0 }, large = { 0 };

	put(&a, 0, 1);
	put(&a, 7, 2);
	put(&b, 7, 2);
	put(&b, 100, 1);
	hist_copy(&sum, &a);
	hist_add(&sum, &b);
	ok(sum.sum == 128 && sum.max == 100 && sum.count == 6 && hist_bucket_count(&sum, 0) == 1 &&
	   hist_bucket_count(&sum, 7) == 4 && hist_bucket_count(&sum, hist_bucket(100)) == 1, "two histograms add up");
	hist_copy(&sum, &a);
	ok(sum.sum == 14 && sum.max == 7 && sum.count == 3 && hist_bucket_count(&sum, 7) == 2 &&
	   !hist_bucket_count(&sum, hist_bucket(100)), "a copy is the same, whatever was there");

	put(&large, 1, UINT64_MAX - 1);
	hist_add(&large, &a);
	put(&large, 1, 2);
	ok(large.sum == UINT64_MAX && large.count == UINT64_MAX && hist_bucket_count(&large, 1) == UINT64_MAX,
	   "counts that reach the end stay there");
	ok(hist_average(&large) < 0, "which has no average");
	hist_subtract(&large, &a);
	ok(large.sum == UINT64_MAX && hist_average(&large) < 0, "nor has what is left of it");
	hist_free(&a);
	hist_free(&b);
	hist_free(&sum);
	hist_free(&large);
}

/* What is left of @first and @count times @value, less @first. */
static struct hist later(const struct hist *first, uint64_t value, uint64_t count)
{
	struct hist h = { 0 };

	hist_copy(&h, first);
	if (count)
		put(&h, value, count);
	hist_subtract(&h, first);
	return h;
}

static void test_subtract(void)
{
	struct hist first = { 0 }, none = { 0 }, h = { 0 };

	put(&first, 0, 1);
	put(&first, 7, 2);
	put(&first, 100, 1);
	hist_copy(&h, &first);
	hist_subtract(&h, &none);
	ok(h.sum == 114 && h.max == 100 && h.count == 4 && hist_bucket_count(&h, 7) == 2,
	   "since the beginning it is everything");
	hist_free(&h);
	h = later(&first, 0, 0);
	ok(!h.sum && !h.max && !h.count && !hist_bucket_count(&h, 7), "between the same counts there is nothing");
	hist_free(&h);
	h = later(&first, 5, 3);
	ok(h.sum == 15 && h.count == 3 && hist_bucket_count(&h, 5) == 3 && !hist_bucket_count(&h, 7),
	   "the later values are left");
	ok(h.max == 5, "their maximum is the upper end of the highest bucket left");
	hist_free(&h);
	h = later(&first, 80, 1);
	ok(h.max == 81, "as well where that is above the value");
	hist_free(&h);
	h = later(&first, 101, 1);
	ok(h.max == 101, "or the largest ever, if that is lower");
	hist_free(&h);
	h = later(&first, 3 * GI + 5, 2);
	ok(h.max == 3 * GI + 5, "one that came in the interval is exact");
	hist_free(&h);
	h = later(&first, 0, 1);
	ok(h.max == 0 && hist_percentile(&h, 1) == 0, "and 0 if nothing else is left");
	hist_free(&h);
	put(&h, 8, 1);
	hist_subtract(&h, &first);
	ok(h.sum == 0 && h.count == 0 && hist_bucket_count(&h, 0) == 0 && hist_bucket_count(&h, 8) == 1,
	   "counts that went back leave none");
	hist_free(&h);
	hist_free(&first);
}

static void test_event(void)
{
	static const struct {
		const char *what;
		uint16_t event, new, old;
		uint32_t num;
		bool passed;
	} cases[] = {
		{ "the next entry", 10, 10, 8, 256, false },
		{ "the first of this decision", 8, 10, 8, 256, false },
		{ "the last of this decision", 9, 10, 8, 256, false },
		{ "the one before", 7, 10, 8, 256, true },
		{ "a ring's size ahead, less one", 265, 10, 8, 256, false },
		{ "a ring's size ahead", 266, 10, 8, 256, true },
		{ "0, far behind", 0, 40000, 39999, 256, true },
		{ "over the end", 3, 65534, 65533, 256, false },
		{ "behind, over the end", 65533, 1, 65534, 256, true },
		{ "the largest ring", 32776, 10, 8, 32768, false },
		{ "behind in the largest ring", 7, 10, 8, 32768, true },
		{ "amid very many entries", 30000, 40000, 8, 256, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ok(hist_event_passed(cases[i].event, cases[i].new, cases[i].old, cases[i].num) == cases[i].passed,
		   "an event at %s: %s", cases[i].what, cases[i].passed ? "passed" : "ahead or reached");
}

int main(void)
{
	test_bucket();
	test_oracle();
	test_error();
	test_percentile();
	test_average();
	test_update();
	test_add();
	test_subtract();
	test_event();
	return tap_done();
}
