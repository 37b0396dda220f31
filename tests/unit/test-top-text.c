// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "stat/top-text.h"
#include "tap-out.h"
#include "top-counts.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static void is(const char *got, const char *wanted, const char *what)
{
	if (!ok(!strcmp(got, wanted), "%s", what))
		diag("got '%s', wanted '%s'", got, wanted);
}

static void test_numbers(void)
{
	static const struct {
		double value;
		int width;
		const char *text;
	} cases[] = {
		{ -1, 6, "-" }, { 0, 6, "0" }, { 0.004, 6, "0" }, { 0.005, 6, "0.01" }, { 1, 6, "1.00" },
		{ 9.994, 6, "9.99" }, { 9.996, 6, "10.0" }, { 99.94, 6, "99.9" }, { 99.96, 6, "100" },
		{ 999999, 6, "999999" }, { 1000000, 6, "1000k" }, { 12345678, 6, "12346k" }, { 123456789, 6, "123M" },
		{ 100, 4, "100" }, { 12345, 4, "12k" }, { 1234567, 4, "1.2M" }, { 12345678, 4, "12M" },
		{ 99999999, 4, "100M" },
	};
	char text[32];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		top_number(cases[i].value, cases[i].width, text, sizeof(text));
		is(text, cases[i].text, cases[i].text);
	}
}

/* A line of the table as text, as in batch mode. */
static void table_line(const struct top_layout *l, const struct top_queue *q, char *line)
{
	char text[32];

	for (int i = 0; i < TOP_COLUMNS; i++) {
		if (q)
			top_cell(q, i, l->columns[i].width, text, sizeof(text));
		line += sprintf(line, "%s%*s", i ? " " : "", l->columns[i].width, q ? text : l->columns[i].head);
	}
}

static void test_table(void)
{
	struct counted_queue q[] = { counted(1, "vhost0", 1, 0), counted(2, "a-tap-\033of-mine", 0, 0) };
	struct top_view v = { .interval = NSEC_PER_SEC };
	const struct top_layout l = top_layout(TOP_WIDTH);
	char line[256];

	q[0].since = (struct queue_counts){
		.buffers = 1234567890, .kicks = 150, .spurious = 12, .found = 3000, .decisions = 400,
		.reasons = { { [REASON_NOT_REACHED] = 390 }, { [REASON_CROSSED] = 9, [REASON_FIRST] = 1 } },
	};
	q[0].worker = (struct worker_use){ .ns = 2 * NSEC_PER_SEC, .cpu_ns = NSEC_PER_SEC };
	q[1].name.tid = 0;
	update(&v, q, 2);
	table_line(&l, NULL, line);
	is(line, "DEVICE   VQ     WORKER  BUFS/S KICKS/S SPUR/S CALLS/S SUPPR/S B/KICK B/CALL %CPU", "table: heads");
	ok(strlen(line) == TOP_WIDTH, "table: as wide as it may be");
	/* By device: a-tap is the first. */
	table_line(&l, v.sorted[1], line);
	is(line, "vhost0   tx0       200   1235M     150   12.0    10.0     390   20.0   123M 50.0", "table: a row");
	table_line(&l, v.sorted[0], line);
	is(line, "a-tap-?+ rx0         -       0       0      0       0       0      -      -    -",
	   "table: of nothing");
	top_main_reason(v.sorted[1], 1, line, sizeof(line));
	is(line, "crossed 90%", "table: the most frequent reason");
	top_main_reason(v.sorted[1], 0, line, sizeof(line));
	is(line, "not_reached 100%", "table: the only one");
	top_main_reason(v.sorted[0], 0, line, sizeof(line));
	is(line, "-", "table: none");
	/* With sampling: none of the runs was counted. */
	q[1].since = (struct queue_counts){ .runs = 3 };
	update(&v, q, 2);
	top_main_reason(v.sorted[0], 0, line, sizeof(line));
	is(line, "-", "table: not known");
	top_view_fini(&v);
}

/* Where a column ends. */
static int end(struct top_field f)
{
	return f.x + abs(f.width);
}

static void test_layout(void)
{
	bool once = true, apart = true, within = true;

	for (int width = TOP_WIDTH; width < 1000; width++) {
		const struct top_layout l = top_layout(width);
		const struct top_field *last = &l.columns[TOP_COL_CPU];

		for (int i = 1; i < TOP_COLUMNS; i++)
			apart = apart && l.columns[i].x == end(l.columns[i - 1]) + 1;
		if (l.on_cpu.head) {
			apart = apart && l.on_cpu.x > end(*last);
			last = &l.on_cpu;
		}
		if (l.why_call.head) {
			apart = apart && l.why_call.x > end(*last) && l.why_not.x > end(l.why_call);
			last = &l.why_not;
		}
		if (l.past.head) {
			apart = apart && l.past.x > end(*last);
			last = &l.past;
		}
		within = within && end(*last) <= width;
		/* Once a width shows the columns, every larger width shows them, too. */
		once = once && (width < 93 || l.on_cpu.head) && (width < 105 || l.past.head) &&
		       (width < 149 || l.why_call.head);
	}
	ok(apart, "layout: a blank between each two columns");
	ok(within, "layout: as wide as the terminal at most");
	ok(once, "layout: what has once been shown is at every larger width");
	ok(!top_layout(92).on_cpu.head && !top_layout(104).past.head && !top_layout(148).why_call.head &&
	   top_layout(200).why_not.head, "layout: more where it is wider");
	ok(end(top_layout(200).past) == 200, "layout: all of the width");
	ok(top_layout(200).columns[TOP_COL_DEVICE].width == -15, "layout: the longest name of an interface");
}

static void test_header(void)
{
	struct counted_queue q[] = { counted(1, "a", 0, 0) };
	struct top_view v = { .interval = NSEC_PER_SEC / 2, .sort = TOP_COL_BUFFERS };
	struct top_moment m = { .clock = "12:34:56", .uptime_ns = 3723 * NSEC_PER_SEC, .sample = 1 };
	char line[256];

	top_header(&v, &m, 0, line, sizeof(line));
	is(line, "top - 12:34:56 up 1:02, every 0.5 s, by BUFS/S", "header: first line");
	top_header(&v, &m, 1, line, sizeof(line));
	is(line, "0 devices, 0 queues; 0 lost; 0 decisions/s, 0 calls/s", "header: nothing");
	q[0].since.decisions = 40;
	q[0].since.reasons[1][REASON_FIRST] = 20;
	update(&v, q, 1);
	v.sum.lost = 7;
	v.paused = v.reverse = true;
	m.sample = 64;
	m.uptime_ns = (2 * 86400 + 3723) * NSEC_PER_SEC;
	top_header(&v, &m, 0, line, sizeof(line));
	is(line, "top - 12:34:56, PAUSED, up 2 days, 1:02, every 0.5 s, by BUFS/S reversed", "header: all");
	v.sort = TOP_COL_SUPPRESSED;
	m.uptime_ns = (UINT64_C(9999) * 86400 + 86399) * NSEC_PER_SEC;
	top_header(&v, &m, 0, line, sizeof(line));
	if (!ok(strlen(line) <= TOP_WIDTH, "header: the longest first line fits"))
		diag("%s", line);
	v.sort = TOP_COL_BUFFERS;
	top_header(&v, &m, 1, line, sizeof(line));
	is(line, "1 device, 1 queue; 7 lost; sampled 1/64; 40.0 decisions/s, 20.0 calls/s", "header: one");
	v.sum.missed = 8;
	top_header(&v, &m, 1, line, sizeof(line));
	is(line, "1 device, 1 queue; 7 lost, 8 signals missed; sampled 1/64; 40.0 decisions/s, 20.0 calls/s",
	   "header: missed");
	v.sum = (struct top_sum){ 99, 999, 123456789, 123456789, 12345, 0, 0, 0 };
	top_header(&v, &m, 1, line, sizeof(line));
	if (!ok(strlen(line) <= TOP_WIDTH, "header: large numbers fit"))
		diag("%s", line);
	top_view_fini(&v);
}

static void test_past(void)
{
	static const uint64_t buffers[] = { 0, 1, 50, 200, 700, 0 };
	struct counted_queue q[] = { counted(1, "a", 0, 0) };
	struct top_view v = { .interval = NSEC_PER_SEC };
	char line[TOP_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(buffers); i++) {
		q[0].since.buffers = buffers[i];
		update(&v, q, 1);
	}
	top_sparkline(v.queues[0], TOP_BUFFERS, 8, false, line);
	is(line, "  _..:#_", "sparkline: nothing, zero, little, little, more, all, zero");
	top_sparkline(v.queues[0], TOP_BUFFERS, 8, true, line);
	is(line, "  \u2581\u2582\u2582\u2583\u2588\u2581", "sparkline: in UTF-8");
	top_sparkline(v.queues[0], TOP_BATCH, 4, true, line);
	is(line, "    ", "sparkline: no value");
	q[0].since.buffers = 0;
	for (int i = 0; i < 3; i++)
		update(&v, q, 1);
	top_sparkline(v.queues[0], TOP_BUFFERS, 4, false, line);
	is(line, "____", "sparkline: what is not shown is not in the scale");
	ok(top_past_max(v.queues[0], TOP_BUFFERS, 4) == 0 && top_past_max(v.queues[0], TOP_BUFFERS, 5) == 700,
	   "sparkline: nor in its maximum");
	ok(top_past_max(v.queues[0], TOP_BATCH, 4) < 0, "sparkline: no maximum of nothing");
	top_view_fini(&v);
}

static void test_bars(void)
{
	char line[TOP_TEXT_MAX];

	top_bar(0, 10, true, line);
	is(line, "", "bar: nothing");
	top_bar(-1, 10, true, line);
	is(line, "", "bar: no share");
	top_bar(0.0001, 10, true, line);
	is(line, "\u258f", "bar: little is something");
	top_bar(0.25, 10, true, line);
	is(line, "\u2588\u2588\u258c", "bar: half a column");
	top_bar(1, 3, true, line);
	is(line, "\u2588\u2588\u2588", "bar: all");
	top_bar(0.25, 10, false, line);
	is(line, "###", "bar: ASCII");
	top_bar(1, 3, false, line);
	is(line, "###", "bar: ASCII, all");
}

static void test_help(void)
{
	int lines = 0;
	bool narrow = true;

	for (; top_help(lines); lines++)
		narrow = narrow && strlen(top_help(lines)) <= TOP_WIDTH;
	ok(narrow, "help: fits the width");
	ok(TOP_HEADER_LINES + 1 + lines + 1 < TOP_HEIGHT, "help: and the height");
	for (int page = TOP_TABLE; page <= TOP_HELP; page++)
		ok(strlen(top_footer(page)) < TOP_WIDTH, "footer %d: fits", page);
}

int main(void)
{
	test_numbers();
	test_table();
	test_layout();
	test_header();
	test_past();
	test_bars();
	test_help();
	return tap_done();
}
