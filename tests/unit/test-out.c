// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "tap-out.h"

struct row {
	const char *name, *next;
};

static const struct out_col cols[] = {
	{ "name", "NAME", OUT_STRING, offsetof(struct row, name), -8 },
	{ "next", "NEXT", OUT_STRING, offsetof(struct row, next), 6 },
	{ 0 },
};

static const char *red(const void *row)
{
	(void)row;
	return "31";
}

static const struct out_col red_cols[] = {
	{ "name", "NAME", OUT_STRING, offsetof(struct row, name), -4, red },
	{ 0 },
};

/* The text that @print prints, for the caller to free. */
static char *printed(void (*print)(struct out *o, const void *arg), const void *arg, int color)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct out o;

	if (!f)
		abort();
	out_init(&o, f, false, false, color);
	print(&o, arg);
	fclose(f);
	return text;
}

static void print_row(struct out *o, const void *row)
{
	out_row(o, cols, row);
}

static void print_red(struct out *o, const void *row)
{
	out_row(o, red_cols, row);
}

/* 76 columns, of 80 */
#define ALMOST_A_LINE "aaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaa "

static void print_wrapped(struct out *o, const void *text)
{
	out_wrapped(o, 0, text);
}

static void is(char *got, const char *wanted, const char *name)
{
	if (!ok(!strcmp(got, wanted), "%s", name))
		diag("got '%s', wanted '%s'", got, wanted);
	free(got);
}

static void print_tap(struct out *o, const void *name)
{
	out_printf(o, "%s of %d", (const char *)name, 7);
}

static void test_text(void)
{
	const struct row clear = { "\033[2J", "\a" }, c1 = { "\x9b" "31m", "\n\r\t" }, utf8 = { "\xc3\xa9", "\x7f" };

	is(printed(print_row, &clear, COLOR_NEVER), "?[2J          ?\n", "an escape sequence, and the width is right");
	is(printed(print_row, &c1, COLOR_NEVER), "?31m        ???\n", "one of a single byte, line ends");
	is(printed(print_row, &utf8, COLOR_NEVER), "??            ?\n", "two bytes that are one character, and DEL");
	is(printed(print_red, &clear, COLOR_ALWAYS), "\033[31m?[2J\033[m\n", "our own sequences remain");
	is(printed(print_tap, "\033[2J\xc2\x9b", COLOR_ALWAYS), "?[2J?? of 7", "a word in a format");
	is(printed(print_wrapped, "a \033[2J b", COLOR_NEVER), "a ?[2J b\n", "words");
	is(printed(print_wrapped, ALMOST_A_LINE "b `c d`, e", COLOR_NEVER), ALMOST_A_LINE "b\n`c d`, e\n",
	   "a command is not broken");
	is(printed(print_wrapped, ALMOST_A_LINE "b `c d", COLOR_NEVER), ALMOST_A_LINE "b `c\nd\n",
	   "words behind a single backquote are");
}

struct numbers {
	uint64_t u64, ns;
	int32_t index;
};

static const struct out_col number_cols[] = {
	{ "u64", "U64", OUT_U64, offsetof(struct numbers, u64), 4 },
	{ "ns", "NS", OUT_NSEC, offsetof(struct numbers, ns), 10 },
	{ "time", "TIME", OUT_TIME, offsetof(struct numbers, ns), -10 },
	{ "index", "INDEX", OUT_INDEX, offsetof(struct numbers, index), 5 },
	{ 0 },
};

static void print_numbers(struct out *o, const void *row)
{
	out_row(o, number_cols, row);
}

static void test_numbers(void)
{
	const struct numbers none = { 0, 0, -1 }, some = { 42, 1000000999, 65535 },
			     all = { UINT64_MAX, UINT64_MAX, INT32_MAX }, small = { 7, 999, 0 };

	is(printed(print_numbers, &none, COLOR_NEVER), "   0   0.000000 -              -\n", "nothing");
	is(printed(print_numbers, &some, COLOR_NEVER), "  42   1.000000 1.000000   65535\n", "nanoseconds are cut off");
	is(printed(print_numbers, &small, COLOR_NEVER), "   7   0.000000 0.000000       0\n",
	   "less than a microsecond");
	is(printed(print_numbers, &all, COLOR_NEVER),
	   "18446744073709551615 18446744073.709551 18446744073.709551 2147483647\n",
	   "what does not fit is not cut off");
}

static void print_json(struct out *o, const void *row)
{
	out_json(o, out_object(NULL, cols, row));
}

static void is_json(const char *name, const char *wanted, const char *what)
{
	const struct row row = { .name = name };
	char *got = printed(print_json, &row, COLOR_NEVER), *end = strchr(got, '\n');

	if (end)
		*end = 0;
	if (!ok(end && !end[1] && !strcmp(got, wanted), "JSON: %s", what))
		diag("got '%s', wanted '%s'", got, wanted);
	free(got);
}

/* An object lost for want of memory is reported at the end, whatever is printed after it. */
static void test_no_memory(void)
{
	FILE *f = fopen("/dev/null", "w");
	struct out o;

	if (!f)
		abort();
	out_init(&o, f, true, false, COLOR_NEVER);
	out_json(&o, json_object_new_object());
	ok(!out_flush(&o), "an object is printed");
	out_json(&o, NULL);
	out_json(&o, json_object_new_object());
	ok(out_flush(&o) == -ENOMEM, "an object that there was no memory for is not forgotten");
	fclose(f);
}

static void test_json(void)
{
	is_json("\033[2J\"", "{\"name\":\"\\u001b[2J\\\"\",\"next\":null}", "an escape sequence");
	is_json("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		"{\"name\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\",\"next\":null}", "UTF-8 stays");
	is_json("a\xc3", "{\"name\":\"a\xef\xbf\xbd\",\"next\":null}", "a character cut off");
	is_json("\xc0\xaf", "{\"name\":\"\xef\xbf\xbd\xef\xbf\xbd\",\"next\":null}", "longer than it has to be");
	is_json("\xed\xa0\x80", "{\"name\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\"next\":null}", "a surrogate");
	is_json("\xf4\x90\x80\x80|", "{\"name\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\",\"next\":null}",
		"past the last character");
	is_json("\x7f\xc2\x9b" "31m\xe2\x80\xae", "{\"name\":\"\\u007f\\u009b31m\\u202e\",\"next\":null}",
		"DEL, C1 and bidi");
	is_json("", "{\"name\":\"\",\"next\":null}", "nothing");
}

struct mixed {
	const char *name;
	int64_t count;
	double rate;
	bool gone;
};

static const struct out_col mixed_cols[] = {
	{ "name", "NAME", OUT_STRING, offsetof(struct mixed, name), -4 },
	{ NULL, "ONLY TEXT", OUT_STRING, offsetof(struct mixed, name), -4 },
	{ "count", "COUNT", OUT_I64, offsetof(struct mixed, count), 5 },
	{ "rate", "RATE", OUT_SHORT, offsetof(struct mixed, rate), 5 },
	{ "gone", "GONE", OUT_BOOL, offsetof(struct mixed, gone), 4 },
	{ 0 },
};

static void print_head(struct out *o, const void *separator)
{
	out_separated_header(o, mixed_cols, separator);
}

static void print_commas(struct out *o, const void *row)
{
	out_separated(o, mixed_cols, row, ",");
}

static void print_words(struct out *o, const void *row)
{
	out_separated(o, mixed_cols, row, ", ");
}

static void test_separated(void)
{
	const struct mixed some = { "tap0", 1234567, 0.5, true }, none = { NULL, -1, -1, false },
			   odd = { "a,b c\n", INT64_MAX, 0, false };

	is(printed(print_head, ";", COLOR_ALWAYS), "name;count;rate;gone\n",
	   "separated: the keys, but those of text only");
	is(printed(print_commas, &some, COLOR_ALWAYS), "tap0,1234567,0.5,1\n", "separated: values");
	is(printed(print_commas, &none, COLOR_NEVER), ",,,0\n", "separated: what there is not is empty");
	is(printed(print_commas, &odd, COLOR_NEVER), "a?b c?,9223372036854775807,0,0\n",
	   "separated: no separator and no line end within a value");
	is(printed(print_words, &odd, COLOR_NEVER), "a?b?c?, 9223372036854775807, 0, 0\n",
	   "separated: a separator of two characters");
}

int main(void)
{
	test_text();
	test_numbers();
	test_separated();
	test_json();
	test_no_memory();
	return tap_done();
}
