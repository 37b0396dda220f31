// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line's reader: every kind of option, every kind of wrong value, and the help.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "base/options-file.h"
#include "base/options-set.h"
#include "base/options.h"
#include "base/parse.h"
#include "tap-out.h"

static void test_parse_uint(void)
{
	static const struct {
		const char *arg;
		int result;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 }, { "1", 0, 1 }, { "65535", 0, 65535 }, { "007", 0, 7 }, { "08", 0, 8 },
		{ "0x10", 0, 16 }, { "0XfF", 0, 255 }, { "0xffffffffffffffff", 0, UINT64_MAX },
		{ "18446744073709551615", 0, UINT64_MAX }, { "18446744073709551616", -ERANGE },
		{ "0x10000000000000000", -ERANGE }, { "99999999999999999999999999", -ERANGE },
		{ "", -EINVAL }, { "-1", -EINVAL }, { "+1", -EINVAL }, { " 1", -EINVAL }, { "1 ", -EINVAL },
		{ "\t1", -EINVAL }, { "1.5", -EINVAL }, { "1e3", -EINVAL }, { "ff", -EINVAL }, { "0x", -EINVAL },
		{ "0xg", -EINVAL }, { "0x-1", -EINVAL }, { "0x+1", -EINVAL }, { "0x 1", -EINVAL }, { "0x0x1", -EINVAL },
		{ "x", -EINVAL }, { "1k", -EINVAL }, { "1,000", -EINVAL }, { "0b1", -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 4711;
		int r = parse_uint(cases[i].arg, &value);

		if (!ok(r == cases[i].result && (r || value == cases[i].value), "parse_uint(\"%s\")", cases[i].arg))
			diag("%d, %llu", r, (unsigned long long)value);
	}
}

static void test_parse_decimal(void)
{
	static const struct {
		const char *arg;
		size_t len;
		uint64_t max;
		int result;
		uint64_t value;
	} cases[] = {
		{ "0", 1, 9, 0, 0 }, { "007", 3, 9, 0, 7 }, { "12:3", 2, 99, 0, 12 }, { "128", 3, 127, -ERANGE },
		{ "127", 3, 127, 0, 127 }, { "", 0, 9, -EINVAL }, { "7", 0, 9, -EINVAL }, { "0x1", 3, 9, -EINVAL },
		{ "-1", 2, 9, -EINVAL }, { "+1", 2, 9, -EINVAL }, { " 1", 2, 9, -EINVAL }, { "1 ", 2, 9, -EINVAL },
		{ "18446744073709551615", 20, UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", 20, UINT64_MAX, -ERANGE }, { "99999999999999999999", 20, 9, -ERANGE },
		{ "184467440737095516160", 21, UINT64_MAX, -ERANGE }, { "99999999999999999999x", 21, 9, -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 4711;
		int r = parse_decimal(cases[i].arg, cases[i].len, cases[i].max, &value);

		if (!ok(r == cases[i].result && (r || value == cases[i].value), "parse_decimal(\"%s\", %zu)",
			cases[i].arg, cases[i].len))
			diag("%d, %llu", r, (unsigned long long)value);
	}
}

static void test_parse_escapes(void)
{
	static const struct {
		const char *arg;
		int result;
		const char *text;
	} cases[] = {
		{ "", 0, "" }, { ";", 0, ";" }, { "\\t", 0, "\t" }, { "\t", 0, "\t" }, { "\\\\", 0, "\\" },
		{ "\\\\t", 0, "\\t" }, { " \\t|", 0, " \t|" }, { "1234567", 0, "1234567" }, { "12345678", -ENOSPC },
		{ "123456\\t", 0, "123456\t" }, { "1234567\\t", -ENOSPC }, { "\\", -EINVAL }, { "a\\", -EINVAL },
		{ "\\n", -EINVAL }, { "\\0", -EINVAL }, { "\\T", -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char buf[8];
		int r = parse_escapes(cases[i].arg, buf, sizeof(buf));

		if (!ok(r == cases[i].result && (r || !strcmp(buf, cases[i].text)), "parse_escapes(\"%s\")",
			cases[i].arg))
			diag("%d, %s", r, r ? "" : buf);
	}
}

struct values {
	bool flag;
	uint64_t count;
	uint64_t time;
	const char *text;
	int choice;
	char odd;
};

struct common {
	bool json;
	uint64_t age;
	uint64_t level;
};

static const char *parse_odd(void *field, const char *arg)
{
	if (strlen(arg) != 1)
		return "is not one letter";
	*(char *)field = *arg;
	return NULL;
}

static const char *const choices[] = { "left", "right", NULL };

static const struct opt table[] = {
	{ "flag", 'f', OPT_FLAG, offsetof(struct values, flag), .help = "a flag" },
	{ "count", 'c', OPT_UINT, offsetof(struct values, count), "N", "a number", .min = 2, .max = 100 },
	{ "time", 0, OPT_SECONDS, offsetof(struct values, time), "SECONDS", "a time", .min = 1000000,
	  .max = 3600000000000 },
	{ "text", 't', OPT_STRING, offsetof(struct values, text), "TEXT", "a text" },
	{ "choice", 0, OPT_CHOICE, offsetof(struct values, choice), "WORD", "a word", .choices = choices },
	{ "odd", 0, OPT_PARSE, offsetof(struct values, odd), "X", "a letter", .parse = parse_odd },
	{ 0 },
};

static const struct opt common_table[] = {
	{ "json", 'j', OPT_FLAG, offsetof(struct common, json), .help = "JSON" },
	{ "age", 0, OPT_SECONDS, offsetof(struct common, age), "SECONDS", "an age", .min = 0, .max = UINT64_MAX },
	{ "level", 0, OPT_UINT, offsetof(struct common, level), "N", "a level", .min = 0, .max = UINT64_MAX },
	{ 0 },
};

#define WORDS_MAX 16

/* The result of parsing a line of words. */
struct parsed {
	int result;
	struct values v;
	struct common c;
	char err[128];
	char words[256];
	const char *sorted[WORDS_MAX];
};

static void parse_in_order(struct parsed *p, enum opt_order order, const char *line)
{
	const struct opt_set sets[] = { { table, &p->v }, { common_table, &p->c }, { 0 } };
	struct opt_places places = { 0 };
	char *argv[WORDS_MAX + 1] = { NULL };
	int argc = 0;

	*p = (struct parsed){ .v = { .count = 50, .choice = -1 } };
	snprintf(p->words, sizeof(p->words), "%s", line);
	/* Words are separated by one blank; two in a row are an empty word. */
	for (char *s = p->words; s && argc < WORDS_MAX; argc++)
		argv[argc] = strsep(&s, " ");
	p->result = opts_parse(argc, argv, order, sets, &places, p->err, sizeof(p->err));
	opts_places_fini(&places);
	for (int i = 0; i < argc; i++)
		p->sorted[i] = argv[i];
}

static void parse(struct parsed *p, const char *line)
{
	parse_in_order(p, OPTS_FIRST, line);
}

static void test_good(void)
{
	struct parsed p;

	parse(&p, "cmd");
	ok(p.result == 1 && !p.v.flag && p.v.count == 50 && p.v.choice == -1 && !p.c.json,
	   "no options: the defaults stay");
	parse(&p, "cmd --flag --count 7 --time 1.5 --text hello --choice right --odd z --json --level 9");
	ok(p.result == 15 && p.v.flag && p.v.count == 7 && p.v.time == 1500000000 && !strcmp(p.v.text, "hello") &&
	   p.v.choice == 1 && p.v.odd == 'z' && p.c.json && p.c.level == 9, "every kind, in both tables");
	parse(&p, "cmd --count=8 --time=0.001 --text=a=b --choice=left");
	ok(p.result == 5 && p.v.count == 8 && p.v.time == 1000000 && !strcmp(p.v.text, "a=b") && p.v.choice == 0,
	   "values behind an equals sign");
	parse(&p, "cmd -f -c 9 -t x -j");
	ok(p.result == 7 && p.v.flag && p.v.count == 9 && !strcmp(p.v.text, "x") && p.c.json, "letters");
	parse(&p, "cmd -fjc9");
	ok(p.result == 2 && p.v.flag && p.v.count == 9 && p.c.json, "letters in one word");
	parse(&p, "cmd --count 2 --count 100");
	ok(p.result == 5 && p.v.count == 100, "the last of several counts; the limits belong to the range");
	parse(&p, "cmd -f word -j");
	ok(p.result == 2 && p.v.flag && !p.c.json && !strcmp(p.words + 7, "word"),
	   "stops at the first word that is no option");
	parse(&p, "cmd -f -- -j");
	ok(p.result == 3 && p.v.flag && !p.c.json, "and behind two dashes");
	parse(&p, "cmd --text -j");
	ok(p.result == 3 && !strcmp(p.v.text, "-j") && !p.c.json, "a value may look like an option");
	parse(&p, "cmd --count 0x10");
	ok(p.result == 3 && p.v.count == 16, "a number may be hexadecimal");
	parse(&p, "cmd --time 3600");
	ok(p.result == 3 && p.v.time == 3600000000000, "seconds become nanoseconds");
	parse(&p, "cmd --time .5");
	ok(p.result == 3 && p.v.time == 500000000, "half a second");
	parse(&p, "cmd --time 4.1");
	ok(p.result == 3 && p.v.time == 4100000000, "rounded to the nanosecond, not cut");
	parse(&p, "cmd --age 1000000000");
	ok(p.result == 3 && p.c.age == 1000000000000000000, "some thirty years");
}

/* Are the words behind the options those of @line, in their order? */
static bool rest_is(const struct parsed *p, int count, const char *line)
{
	char rest[128] = "";

	for (int i = p->result; i < count; i++)
		snprintf(rest + strlen(rest), sizeof(rest) - strlen(rest), "%s%s", *rest ? " " : "", p->sorted[i]);
	return !strcmp(rest, line);
}

static void test_anywhere(void)
{
	struct parsed p;

	parse_in_order(&p, OPTS_ANYWHERE, "cmd one -f two -j");
	ok(p.result == 3 && p.v.flag && p.c.json && rest_is(&p, 5, "one two"), "between and behind other words");
	parse_in_order(&p, OPTS_ANYWHERE, "cmd one --count 7 two --text one three");
	ok(p.result == 5 && p.v.count == 7 && !strcmp(p.v.text, "one") && rest_is(&p, 8, "one two three"),
	   "with their values");
	parse_in_order(&p, OPTS_ANYWHERE, "cmd one -f -- -j two");
	ok(p.result == 3 && p.v.flag && !p.c.json && rest_is(&p, 6, "one -j two"), "up to two dashes");
	parse_in_order(&p, OPTS_ANYWHERE, "cmd one -x");
	ok(p.result == -EINVAL && !strcmp(p.err, "-x is not an option here; see --help"), "a wrong one, behind a word");
	parse_in_order(&p, OPTS_ANYWHERE, "cmd one --count");
	ok(p.result == -EINVAL && !strcmp(p.err, "--count needs a value; see --help"), "a missing value at the end");
}

static void test_bad(void)
{
	static const struct {
		const char *line;
		const char *err;
	} cases[] = {
		{ "cmd --nonsense", "--nonsense is not an option here; see --help" },
		{ "cmd --nonsense=1", "--nonsense=1 is not an option here; see --help" },
		{ "cmd -x", "-x is not an option here; see --help" },
		{ "cmd -fx", "-x is not an option here; see --help" },
		{ "cmd --count", "--count needs a value; see --help" },
		{ "cmd -c", "-c needs a value; see --help" },
		{ "cmd --count 1", "--count: '1' is not a whole number from 2 to 100" },
		{ "cmd --count 101", "--count: '101' is not a whole number from 2 to 100" },
		{ "cmd --count -5", "--count: '-5' is not a whole number from 2 to 100" },
		{ "cmd --count five", "--count: 'five' is not a whole number from 2 to 100" },
		{ "cmd --count ", "--count: '' is not a whole number from 2 to 100" },
		{ "cmd --count 18446744073709551666",
		  "--count: '18446744073709551666' is not a whole number from 2 to 100" },
		{ "cmd -c 1", "--count: '1' is not a whole number from 2 to 100" },
		{ "cmd --time 0", "--time: '0' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time 3600.1", "--time: '3600.1' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time 1e3", "--time: '1e3' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time -1", "--time: '-1' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time inf", "--time: 'inf' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time nan", "--time: 'nan' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time 0x1", "--time: '0x1' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time 1.2.3", "--time: '1.2.3' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time .", "--time: '.' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time ", "--time: '' is not a number of seconds from 0.001 to 3600" },
		{ "cmd --time 99999999999999999999999", "--time: '99999999999999999999999' is not a number of seconds "
		  "from 0.001 to 3600" },
		{ "cmd --text ", "--text: its value is empty" },
		{ "cmd --text=", "--text: its value is empty" },
		{ "cmd --choice up", "--choice: 'up' is none of left, right" },
		{ "cmd --choice lef", "--choice: 'lef' is none of left, right" },
		{ "cmd --choice ", "--choice: '' is none of left, right" },
		{ "cmd --odd zz", "--odd: 'zz' is not one letter" },
		{ "cmd -j --level -1", "--level: '-1' is not a whole number from 0 to 18446744073709551615" },
		{ "cmd --flag --bad --count 1", "--bad is not an option here; see --help" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct parsed p;

		parse(&p, cases[i].line);
		if (!ok(p.result == -EINVAL && !strcmp(p.err, cases[i].err), "wrong: %s", cases[i].line))
			diag("%d: %s", p.result, p.err);
	}
}

/* A wrong value leaves its field unchanged. */
static void test_untouched(void)
{
	struct parsed p;

	parse(&p, "cmd --count 101");
	ok(p.v.count == 50, "a number out of range leaves the default");
	parse(&p, "cmd --choice up");
	ok(p.v.choice == -1, "so does a word that is none of the choices");
}

/* A time that does not fit 64 bits of nanoseconds is refused, whatever maximum the table allows. */
static void test_ages(void)
{
	struct parsed p;

	parse(&p, "cmd --age 18446744074");
	ok(p.result == -EINVAL, "600 years are too long");
	parse(&p, "cmd --age 99999999999999999999999999");
	ok(p.result == -EINVAL, "longer ones, too");
}

/* A message that does not fit is cut, and nothing is written beyond the buffer. */
static void test_short_buffer(void)
{
	const struct opt_set sets[] = { { table, &(struct values){ 0 } }, { 0 } };
	struct opt_places places = { 0 };
	char *argv[] = { (char *)"cmd", (char *)"--choice", (char *)"up", NULL };
	char err[64], beyond[44];

	memset(err, '#', sizeof(err));
	memset(beyond, '#', sizeof(beyond));
	ok(opts_parse(3, argv, OPTS_FIRST, sets, &places, err, 20) == -EINVAL && strlen(err) == 19 &&
	   !memcmp(err + 20, beyond, sizeof(beyond)), "a short buffer for the message");
	opts_places_fini(&places);
}

/**
 * struct file_case - a file and the result of reading it
 * @err: a part of the message, or NULL for no error
 */
struct file_case {
	const char *name;
	const char *text;
	size_t size;
	const char *err;
};

#define TEXT(s) s, sizeof(s) - 1

/* Make a file with these contents, and fill in its path. */
static void put_file(const char *text, size_t size, char path[256])
{
	int fd = memfd_create("options", 0);

	if (fd < 0 || write(fd, text, size) != (ssize_t)size)
		abort();
	snprintf(path, 256, "/proc/self/fd/%d", fd);
}

static int read_file(struct parsed *p, const char *text, size_t size, struct opt_places *places)
{
	const struct opt_set sets[] = { { table, &p->v }, { common_table, &p->c }, { 0 } };
	int r;

	*p = (struct parsed){ .v = { .count = 50, .choice = -1 } };
	put_file(text, size, p->words);
	r = opts_read_file(sets, places, p->words, p->err, sizeof(p->err));
	close(atoi(p->words + strlen("/proc/self/fd/")));
	return r;
}

static void test_file_good(void)
{
	static const char text[] =
		"# a comment\n\n\t count=7 \nflag\ntext =  two words # no comment \r\n  choice = right";
	struct opt_places places = { 0 };
	struct parsed p;
	char where[64];
	int r = read_file(&p, TEXT(text), &places);

	if (!ok(!r && p.v.count == 7 && p.v.flag && !strcmp(p.v.text, "two words # no comment") && p.v.choice == 1,
		"a file with everything"))
		diag("%s", p.err);
	ok(strstr(opts_where(&places, "choice", -1, where, sizeof(where)), ":6: choice"), "and where it stands");
	ok(!strcmp(opts_where(&places, "time", -1, where, sizeof(where)), "--time"), "what it does not have, does not");
	opts_places_fini(&places);
	ok(!read_file(&p, TEXT(""), &places) && p.v.count == 50, "an empty file");
	opts_places_fini(&places);
	ok(!read_file(&p, TEXT("flag = yes\nflag = no\n"), &places) && !p.v.flag, "a flag that is taken back");
	opts_places_fini(&places);
}

static void test_file_bad(void)
{
	static char long_line[5000], nothing[1024 * 1024 + 1];
	const struct file_case cases[] = {
		{ "an unknown key", TEXT("count = 2\nbogus = 1\n"), ":2: 'bogus' is not a key" },
		{ "no key", TEXT(" = 1\n"), ":1: '' is not a key" },
		{ "a key with dashes", TEXT("--count = 1\n"), ":1: '--count' is not a key" },
		{ "a wrong value", TEXT("\n\ncount = 101\n"), ":3: count: '101' is not a whole number" },
		{ "a value that is missing", TEXT("count\n"), ":1: count needs a value" },
		{ "a value that is empty", TEXT("text =\n"), ":1: text: its value is empty" },
		{ "a flag with an odd value", TEXT("flag = maybe\n"), ":1: flag: 'maybe' is none of yes, no" },
		{ "a NUL byte", TEXT("count = 2\ntext = a\0b\n"), ":2: there is a NUL byte" },
		{ "a huge line", long_line, sizeof(long_line), ":1: the line is longer than 4096 bytes" },
		{ "a huge file", nothing, sizeof(nothing), "larger than 1 MiB" },
	};

	memset(long_line, 'x', sizeof(long_line));
	memset(nothing, '\n', sizeof(nothing));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct opt_places places = { 0 };
		struct parsed p;
		int r = read_file(&p, cases[i].text, cases[i].size, &places);

		if (!ok(r == -EINVAL && strstr(p.err, cases[i].err), "%s", cases[i].name))
			diag("%d, %s", r, p.err);
		opts_places_fini(&places);
	}
}

static void test_file_unreadable(void)
{
	struct opt_places places = { 0 };
	struct values v = { 0 };
	const struct opt_set sets[] = { { table, &v }, { 0 } };
	char err[128];

	ok(opts_read_file(sets, &places, "/", err, sizeof(err)) == -EIO &&
	   !strcmp(err, "--file: cannot read '/': Is a directory"), "a file that cannot be read");
	ok(!places.text && !places.file, "and nothing of it is kept");
	opts_places_fini(&places);
}

/* If an option is given several times, each has its place, and the last one counts. */
static void test_places(void)
{
	const struct opt *count = &table[1];
	struct opt_places places = { .file = "F" };
	struct values v = { 0 };
	char err[128], where[64];

	opts_set(count, &v, &places, 3, "4", err, sizeof(err));
	opts_set(count, &v, &places, 5, "2", err, sizeof(err));
	opts_set(count, &v, &places, 0, "3", err, sizeof(err));
	ok(v.count == 3, "the last value counts");
	ok(!strcmp(opts_where(&places, "count", 0, where, sizeof(where)), "F:3: count"), "the first");
	ok(!strcmp(opts_where(&places, "count", 1, where, sizeof(where)), "F:5: count"), "the second");
	ok(!strcmp(opts_where(&places, "count", -1, where, sizeof(where)), "--count"), "the last, on the command line");
	opts_places_fini(&places);
}

static void test_help(void)
{
	static const char wanted[] =
		"  -f, --flag                   a flag\n"
		"  -c, --count N                a number\n"
		"      --time SECONDS           a time\n"
		"  -t, --text TEXT              a text\n"
		"      --choice WORD            a word\n"
		"      --odd X                  a letter\n";
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	opts_help(f, table, NULL);
	fclose(f);
	if (!ok(!strcmp(text, wanted), "the help has a line for each option"))
		diag("%s", text);
	free(text);
}

int main(void)
{
	test_parse_uint();
	test_parse_decimal();
	test_parse_escapes();
	test_good();
	test_anywhere();
	test_bad();
	test_untouched();
	test_ages();
	test_short_buffer();
	test_file_good();
	test_file_bad();
	test_file_unreadable();
	test_places();
	test_help();
	return tap_done();
}
