// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "tap-out.h"

struct row {
	const char *device;
	uint64_t count;
	int32_t tid;
	double rate;
};

#define ROW(member) offsetof(struct row, member)

static const struct out_col view[] = {
	{ "device", "DEVICE", OUT_STRING, ROW(device), -6, .grow = 4 },
	{ "count", "COUNT", OUT_U64, ROW(count), 5, .extra = 1 },
	{ "worker", "WORKER", OUT_INDEX, ROW(tid), 6, .ascending = true },
	{ "per_second", "CALLS/S", OUT_SHORT, ROW(rate), 7, .extra = 2 },
	{ "cpu_percent", "%CPU", OUT_SHORT, ROW(rate), 4, .extra = OUT_EXTRA_LATE },
	{ "hidden", NULL, OUT_U64, ROW(count) },
	{ "signal_flags", "FLAGS", OUT_U64, ROW(count), 5, .extra = OUT_EXTRA_LATE + 1, .group = "SIGNAL" },
	{ "suppress_flags", "FLAGS", OUT_U64, ROW(count), 5, .extra = OUT_EXTRA_LATE + 1, .group = "SUPPRESS" },
	{ 0 },
};

/* The heads and widths of columns, as "DEVICE:-6 COUNT:5". */
static const char *heads(const struct out_col *cols)
{
	static char text[256];
	size_t len = 0;

	*text = 0;
	for (; !out_col_ends(cols); cols++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s:%d", len ? " " : "", cols->head,
					cols->width);
	return text;
}

static void is(const char *got, const char *wanted, const char *name)
{
	if (!ok(!strcmp(got, wanted), "%s", name))
		diag("got '%s', wanted '%s'", got, wanted);
}

static void test_fit(void)
{
	static const struct {
		int width;
		const char *heads;
	} cases[] = {
		{ 5, "DEVICE:-6 WORKER:6" },
		{ 13, "DEVICE:-6 WORKER:6" },
		{ 15, "DEVICE:-8 WORKER:6" },
		{ 18, "DEVICE:-10 WORKER:6" },
		{ 19, "DEVICE:-6 COUNT:5 WORKER:6" },
		{ 26, "DEVICE:-10 COUNT:5 WORKER:6" },
		{ 27, "DEVICE:-6 COUNT:5 WORKER:6 CALLS/S:7" },
		/* Names whole come before the share of a CPU. */
		{ 32, "DEVICE:-10 COUNT:5 WORKER:6 CALLS/S:7" },
		{ 35, "DEVICE:-10 COUNT:5 WORKER:6 CALLS/S:7" },
		{ 36, "DEVICE:-10 COUNT:5 WORKER:6 CALLS/S:7 %CPU:4" },
		{ 47, "DEVICE:-10 COUNT:5 WORKER:6 CALLS/S:7 %CPU:4" },
		{ 48, "DEVICE:-10 COUNT:5 WORKER:6 CALLS/S:7 %CPU:4 FLAGS:5 FLAGS:5" },
	};
	struct out_col chosen[sizeof(view) / sizeof(*view)];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct out o = { .width = cases[i].width + 3 };
		char name[32];

		snprintf(name, sizeof(name), "what fits %d columns", cases[i].width);
		columns_what_fits(chosen, view, &o, 3);
		is(heads(chosen), cases[i].heads, name);
	}
}

/* Choose, and tell the heads or what is wrong. */
static const char *choose(const struct column_options *opts, int width)
{
	struct out o = { .file = stdout, .width = width };
	static char text[256];
	struct columns c;
	char why[160];
	int err = columns_choose(&c, &o, view, view, opts, why, sizeof(why));

	snprintf(text, sizeof(text), "%s", err ? why : heads(c.cols));
	columns_free(&c);
	return text;
}

static void test_names(void)
{
	is(choose(&(struct column_options){ .columns = "WORKER,device" }, 10), "WORKER:6 DEVICE:-6", "heads, in order");
	is(choose(&(struct column_options){ .columns = "device,worker" }, 80), "DEVICE:-10 WORKER:6",
	   "names grow into the room of the terminal");
	is(choose(&(struct column_options){ .columns = "per_second,signal_flags" }, 0), "CALLS/S:7 FLAGS:5", "keys");
	is(choose(&(struct column_options){ .columns = "calls,cpu" }, 0), "CALLS/S:7 %CPU:4", "the telling part");
	is(choose(&(struct column_options){ .columns = "flags" }, 0),
	   "--columns: 'flags' is the name of several columns; --columns help lists them", "a name of two");
	is(choose(&(struct column_options){ .columns = "device,," }, 0),
	   "--columns: '' is not a column; --columns help lists them", "an empty name");
	is(choose(&(struct column_options){ .columns = "hidden" }, 0),
	   "--columns: 'hidden' is not a column; --columns help lists them", "one without a head");
	is(choose(&(struct column_options){ .columns = "devic" }, 0),
	   "--columns: 'devic' is not a column; --columns help lists them", "half a name");
	is(choose(&(struct column_options){ .columns = "count,count,count,count,count,count,count,count,count" }, 0),
	   "--columns: names columns more than once", "too many");
	is(choose(&(struct column_options){ .sort = "x" }, 0), "--sort: 'x' is not a column; --columns help lists them",
	   "no such column to sort by");
	is(choose(&(struct column_options){ .wide = true }, 20),
	   "DEVICE:-10 COUNT:5 WORKER:6 CALLS/S:7 %CPU:4 FLAGS:5 FLAGS:5", "--wide: all of them");
	is(choose(&(struct column_options){ 0 }, 0),
	   "DEVICE:-10 COUNT:5 WORKER:6 CALLS/S:7", "without a terminal, always the same");
}

static void test_grow_first(void)
{
	static const struct out_col two[] = {
		{ "command", "COMMAND", OUT_STRING, ROW(device), -7, .grow = 8 },
		{ "device", "DEVICE", OUT_STRING, ROW(device), -6, .grow = 4, .grow_first = true },
		{ 0 },
	};
	struct out o = { .file = stdout, .width = 17 };
	struct out_col chosen[3];

	columns_what_fits(chosen, two, &o, 0);
	is(heads(chosen), "COMMAND:-7 DEVICE:-9", "what grows first has all the room");
	o.width = 20;
	columns_what_fits(chosen, two, &o, 0);
	is(heads(chosen), "COMMAND:-9 DEVICE:-10", "and leaves what it does not need");
}

static void sorted_is(const char *by, const char *wanted)
{
	static const struct row rows[] = {
		{ "tap10", 1, -1, 5 }, { "tap2", 1, 30, -1 }, { NULL, 7, 4, 0 }, { "tap2", 3, 200, 5.5 },
	};
	struct out o = { .file = stdout };
	const void *sorted[4];
	char text[64] = "", why[160];
	struct columns c;

	for (int i = 0; i < 4; i++)
		sorted[i] = &rows[i];
	if (columns_choose(&c, &o, view, view, &(struct column_options){ .sort = by }, why, sizeof(why)))
		abort();
	if (columns_sort(&c, sorted, 4))
		abort();
	for (int i = 0; i < 4; i++)
		sprintf(text + i, "%d", (int)((const struct row *)sorted[i] - rows));
	is(text, wanted, by ? by : "not sorted");
	columns_free(&c);
}

static void test_sort(void)
{
	sorted_is(NULL, "0123");
	/* tap2 before tap10; none is last; of two that are the same the first. */
	sorted_is("device", "1302");
	sorted_is("count", "2301");
	sorted_is("worker", "2130");
	sorted_is("calls/s", "3021");
}

static void print(const struct out_col *cols, const struct row *row, int width, bool whole, const char *wanted,
		  const char *name)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct out o = { .file = f, .width = width, .whole = whole };

	if (!f)
		abort();
	if (row)
		out_row(&o, cols, row);
	else
		out_header(&o, cols);
	fclose(f);
	is(text, wanted, name);
	free(text);
}

static void test_rows(void)
{
	static const struct out_col plain[] = {
		{ "device", "DEVICE", OUT_STRING, ROW(device), -6 },
		{ "count", "COUNT", OUT_U64, ROW(count), 3 },
		{ 0 },
	};
	const struct row row = { .device = "tap01234", .count = 12345 };

	print(plain, &row, 80, false, "tap01+ 12345\n", "a terminal: a name is cut, a number is not");
	print(plain, &row, 0, false, "tap01234 12345\n", "a pipe: a name is whole");
	print(plain, &row, 80, true, "tap01234 12345\n", "--wide: a name is whole");
	print(&view[5], NULL, 80, false, "SIGNAL SUPPRESS\nFLAGS FLAGS\n", "narrow groups are still named");
}

static void test_groups(void)
{
	static const struct out_col cols[] = {
		{ "device", "DEVICE", OUT_STRING, ROW(device), -6 },
		{ "a", "CROSSED", OUT_U64, ROW(count), 7, .group = "SIGNAL" },
		{ "b", "FLAGS", OUT_U64, ROW(count), 7, .group = "SIGNAL" },
		{ "c", "NOT_REACHED", OUT_U64, ROW(count), 11, .group = "SUPPRESS" },
		{ "d", "OTHER", OUT_U64, ROW(count), 5 },
		{ 0 },
	};

	print(cols, NULL, 80, false,
	      "       --- SIGNAL ----  SUPPRESS -\n"
	      "DEVICE CROSSED   FLAGS NOT_REACHED OTHER\n", "heads of groups");
}

int main(void)
{
	test_fit();
	test_names();
	test_grow_first();
	test_sort();
	test_rows();
	test_groups();
	return tap_done();
}
