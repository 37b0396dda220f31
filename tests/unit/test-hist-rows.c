// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a histogram is printed: ranges, rows, bars and lines.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "hist-values.h"
#include "stat/hist.h"
#include "tap-out.h"

#define KI UINT64_C(1024)
#define MI (KI * KI)
#define GI (KI * MI)

/* Compare the only row of a histogram. */
static void is_range(uint64_t value, enum hist_unit unit, const char *range)
{
	struct hist_row rows[HIST_ROWS];
	struct hist h = { 0 };

	put(&h, value, 9);
	if (!ok(hist_rows(&h, unit, rows) == 1 && !strcmp(rows[0].range, range) && rows[0].count == 9, "%llu: %s",
		(unsigned long long)value, range))
		diag("%s", rows[0].range);
	hist_free(&h);
}

static void test_ranges(void)
{
	static const struct {
		uint64_t value;
		const char *entries, *time;
	} cases[] = {
		{ 0, "[0]", "[0]" },
		{ 1, "[1]", "[1ns]" },
		{ 3, "[2, 4)", "[2ns, 4ns)" },
		{ 63, "[32, 64)", "[32ns, 64ns)" },
		{ 64, "[64, 128)", "[64ns, 128ns)" },
		{ 127, "[64, 128)", "[64ns, 128ns)" },
		{ 1023, "[512, 1K)", "[512ns, 1.02us)" },
		{ 1024, "[1K, 2K)", "[1.02us, 2.05us)" },
		{ 20000, "[16K, 32K)", "[16.4us, 32.8us)" },
		{ MI - 1, "[512K, 1M)", "[524us, 1.05ms)" },
		{ GI, "[1G, 2G)", "[1.07s, 2.15s)" },
		{ KI * GI, "[1T, 2T)", "[1100s, 2199s)" },
		{ UINT64_MAX, "[8E, 16E)", "[9223372037s, 18446744074s)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		is_range(cases[i].value, HIST_ENTRY, cases[i].entries);
		is_range(cases[i].value, HIST_NSEC, cases[i].time);
	}
}

/* Compare the ranges of all rows, each followed by its count. */
static void is_picture(const char *what, const struct hist *h, const char *picture)
{
	struct hist_row rows[HIST_ROWS];
	char got[2048] = "";
	int count = hist_rows(h, HIST_ENTRY, rows);

	for (int i = 0; i < count; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%.31s %llu", i ? "; " : "", rows[i].range,
			 (unsigned long long)rows[i].count);
	if (!ok(!strcmp(got, picture), "%s: %s", what, picture))
		diag("%s", got);
}

static void test_rows(void)
{
	struct hist h = { 0 };

	is_picture("nothing", &h, "");
	put(&h, 2, 1);
	put(&h, 3, 4);
	is_picture("a row of two buckets", &h, "[2, 4) 5");
	put(&h, 16, 1);
	is_picture("two rows between", &h, "[2, 4) 5; [4, 8) 0; [8, 16) 0; [16, 32) 1");
	put(&h, 300, 1);
	is_picture("three rows between", &h, "[2, 4) 5; [4, 8) 0; [8, 16) 0; [16, 32) 1; ... 0; [256, 512) 1");
	hist_free(&h);
	put(&h, 0, 3);
	put(&h, UINT64_MAX, 1);
	is_picture("both ends", &h, "[0] 3; ... 0; [8E, 16E) 1");
	hist_free(&h);
	for (unsigned int i = 0; i < 65; i++)
		put(&h, i ? UINT64_C(1) << (i - 1) : 0, 1);
	ok(hist_rows(&h, HIST_ENTRY, (struct hist_row[HIST_ROWS]){ 0 }) == HIST_ROWS, "there is room for all");
	hist_free(&h);
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
	struct hist_row rows[HIST_ROWS];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hist h = { 0 };

		put(&h, 0, 1);
		put(&h, 1, cases[i].count);
		put(&h, 2, cases[i].largest);
		hist_rows(&h, HIST_ENTRY, rows);
		hist_free(&h);
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
	struct hist_row longest = { "[9223372037s, 18446744074s)", UINT64_MAX, "@" };
	struct hist_row between = { .range = "..." };
	char line[HIST_LINE];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		hist_line(&cases[i].row, line);
		if (!ok(!strcmp(line, cases[i].line) && strlen(line) == 79, "%s", cases[i].line))
			diag("%s", line);
	}
	hist_line(&longest, line);
	ok(strlen(line) == 27 + 1 + 20 + 2 + HIST_BAR + 1 && line[strlen(line) - 1] == '|', "the longest line fits");
	hist_line(&between, line);
	ok(!strcmp(line, "..."), "rows that are left out");
}

int main(void)
{
	test_ranges();
	test_rows();
	test_bars();
	test_lines();
	return tap_done();
}
