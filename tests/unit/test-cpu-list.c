// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of CPUs as text: both ways, and what is refused. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/cpu-list.h"
#include "tap-out.h"

#define WORDS 2

static void is(const char *got, const char *wanted, const char *what)
{
	if (!ok(!strcmp(got, wanted), "%s: '%s'", what, wanted))
		diag("got '%s'", got);
}

static void test_both_ways(void)
{
	static const struct {
		uint64_t words[WORDS];
		const char *text;
	} cases[] = {
		{ { 0, 0 }, "" }, { { 1, 0 }, "0" }, { { 2, 0 }, "1" }, { { 3, 0 }, "0-1" }, { { 0xf, 0 }, "0-3" },
		{ { 0x2f, 0 }, "0-3,5" }, { { 0x55, 0 }, "0,2,4,6" }, { { 1ULL << 63, 1 }, "63-64" },
		{ { 0, 1 }, "64" }, { { 0, 1ULL << 63 }, "127" }, { { UINT64_MAX, UINT64_MAX }, "0-127" },
		{ { 1, 1ULL << 63 }, "0,127" }, { { UINT64_MAX, 0 }, "0-63" }, { { 0, UINT64_MAX }, "64-127" },
		{ { 0x8000000000000001, 0x3 }, "0,63-65" },
	};
	char buf[64];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t words[WORDS];

		is(cpu_list_text(cases[i].words, WORDS, buf, sizeof(buf)), cases[i].text, "as text");
		ok(!cpu_list_parse(cases[i].text, words, WORDS) && !memcmp(words, cases[i].words, sizeof(words)),
		   "from text: '%s'", cases[i].text);
	}
	is(cpu_list_text((uint64_t[]){ 0x5555555555555555 }, 1, buf, 16), "0,2,4,6,8,10...", "what does not fit");
	is(cpu_list_text((uint64_t[]){ 1ULL << 63 }, 1, buf, 8), "63", "what just fits");
	ok(cpu_list_count((uint64_t[]){ 0x2f, 1ULL << 63 }, 2) == 6, "how many");
}

static void test_refused(void)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {
		{ "x", -EINVAL }, { "0-", -EINVAL }, { "-1", -EINVAL }, { "3-1", -EINVAL }, { "0,", -EINVAL },
		{ "0,,1", -EINVAL }, { "0 1", -EINVAL }, { " 0", -EINVAL }, { "128", -ERANGE }, { "0-128", -ERANGE },
		{ "99999999999999999999999", -EINVAL }, { "0-3\n", 0 }, { "\n", 0 },
	};
	uint64_t words[WORDS];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ok(cpu_list_parse(cases[i].text, words, WORDS) == cases[i].err, "case %zu: status %d", i, cases[i].err);
}

int main(void)
{
	test_both_ways();
	test_refused();
	return tap_done();
}
