// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values as text: addresses, sizes, numbers of three digits, times, quotients.
 */
#include <string.h>

#include "base/array.h"
#include "base/format.h"
#include "tap-out.h"

static void is(const char *got, const char *wanted)
{
	if (!ok(!strcmp(got, wanted), "%s", wanted))
		diag("got '%s'", got);
}

static void test_mac(void)
{
	char buf[FORMAT_MAC_LEN];

	is(format_mac((const uint8_t[]){ 0x52, 0x54, 0, 0x12, 0x34, 0xff }, buf), "52:54:00:12:34:ff");
	is(format_mac((const uint8_t[]){ 0, 0, 0, 0, 0, 0 }, buf), "00:00:00:00:00:00");
}

static void test_size(void)
{
	static const struct {
		uint64_t size;
		const char *text;
	} cases[] = {
		{ 0, "0 bytes" }, { 1, "1 bytes" }, { 1023, "1023 bytes" }, { 1024, "1 KiB" }, { 1025, "1025 bytes" },
		{ 1536, "1536 bytes" }, { 3 << 20, "3 MiB" }, { (3 << 20) + 1024, "3073 KiB" },
		{ UINT64_C(1) << 30, "1 GiB" }, { UINT64_C(1) << 40, "1024 GiB" },
		{ UINT64_MAX, "18446744073709551615 bytes" },
	};
	char buf[FORMAT_SIZE_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is(format_size(cases[i].size, buf), cases[i].text);
}

/* The values just below and just above each bound: none may have four digits. */
static void test_short(void)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ -1, "-" }, { -0.001, "-" }, { 0, "0" }, { 0.0049, "0" }, { 0.005, "0.01" }, { 1, "1.00" },
		{ 9.994, "9.99" }, { 9.996, "10.0" }, { 99.94, "99.9" }, { 99.96, "100" }, { 1234.5678, "1235" },
	};
	char buf[32];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is(format_short(cases[i].value, buf, sizeof(buf)), cases[i].text);
}

static void test_duration(void)
{
	static const struct {
		double ns;
		const char *text;
	} cases[] = {
		{ -1, "-" }, { 0, "0ns" }, { 1, "1ns" }, { 512, "512ns" }, { 999.4, "999ns" }, { 999.6, "1.00us" },
		{ 1024, "1.02us" }, { 16384, "16.4us" }, { 131072, "131us" }, { 999600, "1.00ms" },
		{ 134217728, "134ms" }, { 1073741824, "1.07s" }, { 3600e9, "3600s" },
		{ 18446744073709551616.0, "18446744074s" },
	};
	char buf[FORMAT_DURATION_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is(format_duration(cases[i].ns, buf), cases[i].text);
}

static void test_words(void)
{
	is(plural(0), "s");
	ok(!*plural(1), "one has no plural");
	is(plural(2), "s");
	ok(ratio(3, 2, -1) == 1.5, "a quotient");
	ok(ratio(3, 0, -1) == -1, "there is none by zero");
	ok(ratio(3, -1, 0) == 0, "nor by what is not known");
}

static void test_cut(void)
{
	char buf[16];

	is(format_cut("tap0", 4, buf), "tap0");
	is(format_cut("tap01", 4, buf), "tap+");
	is(format_cut("ns/tap0", 7, buf), "ns/tap0");
	is(format_cut("cni-0123/tap0", 9, buf), "+123/tap0");
	is(format_cut("ns/longer-than-that", 6, buf), "+-that");
}

static void test_shell_word(void)
{
	char buf[FORMAT_SHELL_WORD_LEN(16)];

	is(format_shell_word("tap0", buf, sizeof(buf)), "tap0");
	is(format_shell_word("vm-1.eth0@5:6", buf, sizeof(buf)), "vm-1.eth0@5:6");
	is(format_shell_word("-h", buf, sizeof(buf)), "'-h'");
	is(format_shell_word("a;reboot", buf, sizeof(buf)), "'a;reboot'");
	is(format_shell_word("$(id)", buf, sizeof(buf)), "'$(id)'");
	is(format_shell_word("it's", buf, sizeof(buf)), "'it'\\''s'");
	is(format_shell_word("", buf, sizeof(buf)), "''");
	is(format_shell_word("a;bcdefghijkl", buf, 12), "'a;bcd'");
}

int main(void)
{
	test_shell_word();
	test_cut();
	test_mac();
	test_size();
	test_short();
	test_duration();
	test_words();
	return tap_done();
}
