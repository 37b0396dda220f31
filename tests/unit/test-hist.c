// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stat/hist.h"
#include "tap-out.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define KI UINT64_C(1024)
#define MI (KI * KI)
#define GI (KI * MI)

/* Find the bucket by comparing with each bucket's bounds. */
static unsigned int naive_bucket(uint64_t value)
{
	unsigned int bucket = 0;

	for (uint64_t end = 1; bucket < HIST_BUCKETS - 1 && value >= end; end *= 2)
		bucket++;
	return bucket;
}

/* As the BPF programs do it. */
static void record(struct hist_counts *h, uint64_t value)
{
	h->sum += value;
	h->count++;
	if (h->max < value)
		h->max = value;
	h->buckets[naive_bucket(value)]++;
}

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

static void test_bucket(void)
{
	static const struct {
		uint64_t value;
		unsigned int bucket;
	} cases[] = {
		{ 0, 0 }, { 1, 1 }, { 2, 2 }, { 3, 2 }, { 4, 3 }, { 7, 3 }, { 8, 4 }, { 15, 4 }, { 16, 5 },
		{ 255, 8 }, { 256, 9 }, { 1023, 10 }, { 1024, 11 }, { 65535, 16 }, { 65536, 17 },
		{ 1000000, 20 },		/* 2^19 is 524288, 2^20 is 1048576 */
		{ GI / 2 - 1, 29 }, { GI / 2, 30 }, { GI - 1, 30 }, { GI, 31 }, { 2 * GI, 31 }, { 4 * GI - 1, 31 },
		{ 4 * GI, 31 },			/* whose lower 32 bits are 0 */
		{ 4 * GI + 1, 31 }, { UINT64_MAX, 31 },
	};
	unsigned int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ok(hist_bucket(cases[i].value) == cases[i].bucket, "%llu is in bucket %u",
		   (unsigned long long)cases[i].value, cases[i].bucket);
	for (unsigned int k = 0; k < 64; k++) {
		uint64_t power = UINT64_C(1) << k;

		for (uint64_t value = power - 1; value != power + 2; value++)
			wrong += hist_bucket(value) != naive_bucket(value);
	}
	ok(!wrong, "each power of two and its neighbours are where comparing finds them");
	for (unsigned int i = 0; i < 1000000; i++) {
		uint64_t value = random64() >> (i % 64);

		wrong += hist_bucket(value) != naive_bucket(value);
	}
	ok(!wrong, "so are random values of every magnitude");
}

static void test_percentile(void)
{
	static const struct {
		const char *what;
		struct hist_counts h;
		double p, value;
	} cases[] = {
		{ "nothing", { .count = 0 }, 0.5, -1 },
		{ "zeros only", { .buckets = { 10 } }, 0, 0 },
		{ "zeros only", { .buckets = { 10 } }, 0.99, 0 },
		{ "zeros only", { .buckets = { 10 } }, 1, 0 },
		{ "ones only", { .max = 1, .buckets = { 0, 10 } }, 0, 1 },
		{ "ones only", { .max = 1, .buckets = { 0, 10 } }, 0.5, 1 },
		{ "ones only", { .max = 1, .buckets = { 0, 10 } }, 1, 1 },
		{ "half zeros, half ones", { .max = 1, .buckets = { 5, 5 } }, 0.5, 0 },
		{ "half zeros, half ones", { .max = 1, .buckets = { 5, 5 } }, 0.51, 1 },
		/* In binary floating point 0.07 * 100 is more than 7. */
		{ "7 zeros, 93 ones", { .max = 1, .buckets = { 7, 93 } }, 0.07, 0 },
		{ "7 zeros, 93 ones", { .max = 1, .buckets = { 7, 93 } }, 0.08, 1 },
		/* From 4 to 7: 4 + 3p. */
		{ "100 from 4 to 7", { .max = 7, .buckets = { 0, 0, 0, 100 } }, 0, 4 },
		{ "100 from 4 to 7", { .max = 7, .buckets = { 0, 0, 0, 100 } }, 0.5, 5.5 },
		{ "100 from 4 to 7", { .max = 7, .buckets = { 0, 0, 0, 100 } }, 0.9, 6.7 },
		{ "100 from 4 to 7", { .max = 7, .buckets = { 0, 0, 0, 100 } }, 1, 7 },
		{ "100 from 4 to 6", { .max = 6, .buckets = { 0, 0, 0, 100 } }, 0.5, 5 },
		{ "100 from 4 to 6", { .max = 6, .buckets = { 0, 0, 0, 100 } }, 1, 6 },
		{ "100 times 4", { .max = 4, .buckets = { 0, 0, 0, 100 } }, 0.99, 4 },
		/* The 25th of the 50 is half-way from 2 to 3, the 40th of the other 50 4/5 of the way from 8 to 15. */
		{ "50 of 2 and 3, 50 from 8 to 15", { .max = 15, .buckets = { 0, 0, 50, 0, 50 } }, 0.25, 2.5 },
		{ "50 of 2 and 3, 50 from 8 to 15", { .max = 15, .buckets = { 0, 0, 50, 0, 50 } }, 0.5, 3 },
		{ "50 of 2 and 3, 50 from 8 to 15", { .max = 15, .buckets = { 0, 0, 50, 0, 50 } }, 0.75, 11.5 },
		{ "50 of 2 and 3, 50 from 8 to 15", { .max = 15, .buckets = { 0, 0, 50, 0, 50 } }, 0.9, 13.6 },
		{ "50 of 2 and 3, 50 from 8 to 15", { .max = 15, .buckets = { 0, 0, 50, 0, 50 } }, 1, 15 },
		/* The last bucket ends at the maximum. */
		{ "1 G to 3 G", { .max = 3 * GI, .buckets[31] = 2 }, 0, 1 * 1073741824.0 },
		{ "1 G to 3 G", { .max = 3 * GI, .buckets[31] = 2 }, 0.5, 2 * 1073741824.0 },
		{ "1 G to 3 G", { .max = 3 * GI, .buckets[31] = 2 }, 1, 3 * 1073741824.0 },
		{ "1 G to all bits set", { .max = UINT64_MAX, .buckets[31] = 2 }, 1, 18446744073709551616.0 },
		/* Read while they changed: max and count do not match the buckets yet. */
		{ "a maximum below its bucket", { .max = 3, .buckets[5] = 2 }, 0.5, 16 },
		{ "a maximum below its bucket", { .max = 3, .buckets[5] = 2 }, 1, 16 },
		{ "a count without buckets", { .sum = 5, .max = 5, .count = 1 }, 0.5, -1 },
		{ "counts whose sum overflows", { .max = 1, .buckets = { UINT64_MAX, UINT64_MAX } }, 0.25, 0 },
		{ "counts whose sum overflows", { .max = 1, .buckets = { UINT64_MAX, UINT64_MAX } }, 0.75, 1 },
		{ "one after very many", { .max = 4, .buckets = { UINT64_MAX, 0, 0, 1 } }, 1, 4 },
		{ "4 to 7, 16 to 20, a part out of range", { .max = 20, .buckets = { [3] = 1, [5] = 1 } }, -3, 4 },
		{ "4 to 7, 16 to 20, a part out of range", { .max = 20, .buckets = { [3] = 1, [5] = 1 } }, 17, 20 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		double value = hist_percentile(&cases[i].h, cases[i].p);

		if (!ok(near(value, cases[i].value), "%s: %g of them are at most %.10g", cases[i].what, cases[i].p,
			cases[i].value))
			diag("%.17g", value);
	}
}

/* Each number from 1 to 1023 once: the value of a rank is the rank, within 1, since values are whole numbers. */
static void test_even(void)
{
	struct hist_counts h = { 0 };
	unsigned int wrong = 0, back = 0;
	double before = 0;

	for (uint64_t value = 1; value < 1024; value++)
		record(&h, value);
	for (int i = 0; i <= 1000; i++) {
		double p = i / 1000.0, value = hist_percentile(&h, p);

		wrong += value < 1 || value > 1023 || value < p * 1023 - 1e-9 || value > p * 1023 + 1 + 1e-9;
		back += value < before;
		before = value;
	}
	ok(!wrong, "of 1 to 1023 each per mille is the value of its rank, within 1");
	ok(!back, "and none is below the one before");
	ok(near(hist_average(&h), 512), "their average is 512");
}

static void test_average(void)
{
	static const struct {
		const char *what;
		struct hist_counts h;
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

static void test_add(void)
{
	static const struct hist_counts none;
	struct hist_counts a = { .sum = 12, .max = 7, .count = 3, .buckets = { 1, 0, 0, 2 } };
	struct hist_counts b = { .sum = 108, .max = 100, .count = 3, .buckets = { [3] = 2, [7] = 1 } };
	const struct hist_counts both = { .sum = 120, .max = 100, .count = 6, .buckets = { 1, [3] = 4, [7] = 1 } };
	struct hist_counts large = { .sum = UINT64_MAX - 5, .count = UINT64_MAX - 1, .buckets[31] = UINT64_MAX - 1 };
	struct hist_counts sum = a;

	hist_add(&sum, &b);
	ok(!memcmp(&sum, &both, sizeof(sum)), "two histograms add up");
	sum = b;
	hist_add(&sum, &a);
	ok(!memcmp(&sum, &both, sizeof(sum)), "so they do the other way round");
	hist_add(&sum, &none);
	ok(!memcmp(&sum, &both, sizeof(sum)), "nothing adds nothing");

	hist_add(&large, &(struct hist_counts){ .sum = 5, .count = 1, .buckets[31] = 1 });
	ok(large.sum == UINT64_MAX && large.count == UINT64_MAX && large.buckets[31] == UINT64_MAX,
	   "counts reach the end");
	hist_add(&large, &(struct hist_counts){ .sum = 6, .count = 2, .buckets[31] = 2 });
	ok(large.sum == UINT64_MAX && large.count == UINT64_MAX && large.buckets[31] == UINT64_MAX,
	   "and stay there");
	ok(hist_average(&large) < 0, "which has no average");
	hist_subtract(&large, &a);
	ok(large.sum == UINT64_MAX && hist_average(&large) < 0, "nor has what is left of it");
}

static void test_subtract(void)
{
	static const struct hist_counts none;
	const struct hist_counts first = { .sum = 112, .max = 100, .count = 4, .buckets = { 1, [3] = 2, [7] = 1 } };
	struct hist_counts h = first;

	hist_subtract(&h, &none);
	ok(!memcmp(&h, &first, sizeof(h)), "since the beginning it is everything");
	hist_subtract(&h, &first);
	ok(!memcmp(&h, &none, sizeof(h)), "between the same counts there is nothing");

	h = first;
	record(&h, 5);
	record(&h, 0);
	hist_subtract(&h, &first);
	ok(h.sum == 5 && h.count == 2 && h.buckets[0] == 1 && h.buckets[3] == 1 && !h.buckets[7],
	   "the later values are left");
	ok(h.max == 7, "their maximum is the upper end of the highest bucket left");

	h = first;
	record(&h, 80);
	hist_subtract(&h, &first);
	ok(h.max == 100, "or the earlier one, if that is lower");

	h = first;
	record(&h, 3000);
	record(&h, 2100);
	hist_subtract(&h, &first);
	ok(h.max == 3000, "one that came in the interval is exact");

	h = first;
	record(&h, 3 * GI);
	hist_subtract(&h, &first);
	ok(h.max == 3 * GI, "so it is in the last bucket");

	h = first;
	record(&h, 0);
	hist_subtract(&h, &first);
	ok(h.max == 0 && hist_percentile(&h, 1) == 0, "and 0 if nothing else is left");

	h = (struct hist_counts){ .sum = 8, .max = 8, .count = 1, .buckets[4] = 1 };
	hist_subtract(&h, &first);
	ok(h.sum == 0 && h.count == 0 && h.buckets[0] == 0 && h.buckets[3] == 0 && h.buckets[4] == 1,
	   "counts that went back leave none");
}

static void test_ranges(void)
{
	static const char *const ranges[HIST_BUCKETS] = {
		"[0]", "[1]", "[2, 4)", "[4, 8)", "[8, 16)", "[16, 32)", "[32, 64)", "[64, 128)", "[128, 256)",
		"[256, 512)", "[512, 1K)", "[1K, 2K)", "[2K, 4K)", "[4K, 8K)", "[8K, 16K)", "[16K, 32K)", "[32K, 64K)",
		"[64K, 128K)", "[128K, 256K)", "[256K, 512K)", "[512K, 1M)", "[1M, 2M)", "[2M, 4M)", "[4M, 8M)",
		"[8M, 16M)", "[16M, 32M)", "[32M, 64M)", "[64M, 128M)", "[128M, 256M)", "[256M, 512M)", "[512M, 1G)",
		"[1G, ...)",
	};
	struct hist_counts h = { 0 };
	struct hist_row rows[HIST_BUCKETS];

	for (int i = 0; i < HIST_BUCKETS; i++)
		h.buckets[i] = (uint64_t)i + 1;
	if (!ok(hist_rows(&h, rows) == HIST_BUCKETS, "each bucket has a row"))
		return;
	for (int i = 0; i < HIST_BUCKETS; i++)
		if (!ok(!strcmp(rows[i].range, ranges[i]) && rows[i].count == (uint64_t)i + 1, "bucket %d: %s", i,
			ranges[i]))
			diag("%s", rows[i].range);
}

static void test_rows(void)
{
	static const struct {
		const char *what;
		struct hist_counts h;
		int count;
		const char *first, *last;
	} cases[] = {
		{ "nothing", { .count = 0 }, 0, NULL, NULL },
		{ "zeros", { .buckets[0] = 9 }, 1, "[0]", "[0]" },
		{ "one bucket", { .buckets[8] = 9 }, 1, "[128, 256)", "[128, 256)" },
		{ "the last bucket", { .buckets[31] = 9 }, 1, "[1G, ...)", "[1G, ...)" },
		{ "a gap", { .buckets = { [2] = 1, [6] = 1 } }, 5, "[2, 4)", "[32, 64)" },
		{ "both ends", { .buckets = { [0] = 1, [31] = 1 } }, 32, "[0]", "[1G, ...)" },
	};
	struct hist_row rows[HIST_BUCKETS];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int count = hist_rows(&cases[i].h, rows);

		ok(count == cases[i].count, "%s: %d rows", cases[i].what, cases[i].count);
		if (count > 0 && cases[i].first)
			ok(!strcmp(rows[0].range, cases[i].first) && !strcmp(rows[count - 1].range, cases[i].last),
			   "%s: from %s to %s", cases[i].what, cases[i].first, cases[i].last);
	}
	hist_rows(&cases[4].h, rows);
	ok(rows[2].count == 0 && !rows[2].bar[0] && !strcmp(rows[2].range, "[8, 16)"), "a row between may be empty");
}

static void test_bars(void)
{
	static const struct {
		uint64_t count, largest;
		size_t width;
	} cases[] = {
		{ 0, 100, 0 },
		{ 1, 100, 0 },			/* 0.52: a bucket may have values and no bar */
		{ 2, 100, 1 },			/* 1.04 */
		{ 3, 100, 1 },			/* 1.56 */
		{ 50, 100, 26 },
		{ 99, 100, 51 },		/* 51.48 */
		{ 100, 100, 52 },
		{ 1, 1, 52 },
		{ 1, 104, 0 }, { 2, 104, 1 }, { 3, 104, 1 },
		/* A float has 24 bits: 2^25 - 1 becomes 2^25. */
		{ 33554431, 33554432, 52 },
		{ UINT64_MAX / 2, UINT64_MAX, 26 },
		{ UINT64_MAX, UINT64_MAX, 52 },
	};
	struct hist_row rows[HIST_BUCKETS];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hist_counts h = { .buckets = { 1, cases[i].count, cases[i].largest } };

		hist_rows(&h, rows);
		if (!ok(strlen(rows[1].bar) == cases[i].width && strspn(rows[1].bar, "@") == cases[i].width,
			"%llu next to %llu: %zu columns", (unsigned long long)cases[i].count,
			(unsigned long long)cases[i].largest, cases[i].width))
			diag("%zu", strlen(rows[1].bar));
	}
}

static void test_lines(void)
{
	static const struct {
		struct hist_row row;
		const char *line;
	} cases[] = {
		{ { "[0]", 1356, "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@" },
		  "[0]                 1356 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|" },
		{ { "[2, 4)", 12, "@@@@@@" },
		  "[2, 4)                12 |@@@@@@                                              |" },
		{ { "[256K, 512K)", 12345678, "" },
		  "[256K, 512K)    12345678 |                                                    |" },
		/* In bpftrace's output this line would be longer, and its bar not aligned. */
		{ { "[256K, 512K)", UINT64_C(12345678901), "@" },
		  "[256K, 512K) 12345678901 |@                                                   |" },
		{ { "[0]", UINT64_MAX, "@" },
		  "[0] 18446744073709551615 |@                                                   |" },
	};
	struct hist_row longest = { "[some very long range.)", UINT64_MAX, "@" };
	char line[HIST_LINE];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		hist_line(&cases[i].row, line);
		if (!ok(!strcmp(line, cases[i].line) && strlen(line) == 79, "%s", cases[i].line))
			diag("%s", line);
	}
	hist_line(&longest, line);
	ok(strlen(line) == 23 + 1 + 20 + 2 + HIST_BAR + 1 && line[strlen(line) - 1] == '|', "the longest line fits");
}

int main(void)
{
	test_bucket();
	test_percentile();
	test_even();
	test_average();
	test_add();
	test_subtract();
	test_ranges();
	test_rows();
	test_bars();
	test_lines();
	return tap_done();
}
