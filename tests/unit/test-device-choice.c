// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "probe/device-choice.h"
#include "tap-out.h"

/* No file has this inode number, so it is no namespace's name either. */
#define OTHER_NETNS 77

static bool matches(const char *word, uint32_t netns, const char *name)
{
	struct device_choice c = { 0 };
	const char *wrong = device_choice_add(&c, word);

	if (wrong) {
		diag("'%s' %s", word, wrong);
		return false;
	}
	return device_choice_matches(&c, netns, name);
}

static void test_cases(void)
{
	static const struct {
		const char *word, *name;
		bool match;
	} cases[] = {
		{ "tap0", "tap0", true }, { "tap0", "tap", false }, { "tap0", "tap00", false },
		{ "tap0", "Tap0", false }, { "tap*", "tap", true }, { "tap*", "tap0123456789ab", true },
		{ "*", "x", true }, { "*0", "tap0", true }, { "*0", "tap01", false },
		{ "**a**b*", "xaxbx", true }, { "*a*b*", "ba", false }, { "t*p*", "top", true },
		{ "?", "a", true }, { "?", "ab", false }, { "tap?", "tap", false }, { "tap?", "tap9", true },
		{ "tap[0-3]", "tap3", true }, { "tap[0-3]", "tap4", false }, { "tap[!0-3]", "tap4", true },
		{ "tap[!0-3]", "tap0", false }, { "tap[!0-3]", "tap", false }, { "[]a]x", "]x", true },
		{ "[!]a]x", "]x", false }, { "[!]a]x", "bx", true }, { "[a-]x", "-x", true },
		{ "[-a]x", "-x", true }, { "[\\]]x", "]x", true }, { "[", "[", true }, { "a[b", "a[b", true },
		{ "a[b", "ab", false }, { "\\*", "*", true }, { "\\*", "a", false }, { "a\\,b", "a,b", true },
		{ "\\[a]", "[a]", true }, { "\\[a]", "a", false }, { "a,b", "a", true }, { "a,b", "b", true },
		{ "a,b", "a,b", false }, { "[a,b]", ",", true }, { "[a,b],c*", "cd", true },
		{ "\xc3\xa4*", "\xc3\xa4""b", true }, { "??", "\xc3\xa4", true },
		{ "abcdefghijklmno", "abcdefghijklmno", true }, { "???????????????", "abcdefghijklmno", true },
		{ "*???????????????*", "abcdefghijklmno", true },
		{ "*???????????????*", "abcdefghijklmn", false }, { "a*", "abcdefghijklmnop", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ok(matches(cases[i].word, 0, cases[i].name) == cases[i].match, "'%s' %s '%s'", cases[i].word,
		   cases[i].match ? "matches" : "does not match", cases[i].name);
}

static void test_namespaces(void)
{
	ok(matches("77/tap0", OTHER_NETNS, "tap0"), "a namespace by its number");
	ok(!matches("77/tap0", OTHER_NETNS + 1, "tap0"), "another namespace");
	ok(!matches("77/tap0", 0, "tap0"), "a namespace that is not known");
	ok(matches("tap0", OTHER_NETNS, "tap0"), "any namespace");
	ok(matches("78/tap0,77/tap*", OTHER_NETNS, "tap1"), "a namespace for each pattern");
	ok(!matches("78/tap*,77/tap0", OTHER_NETNS, "tap1"), "and for that one only");
}

static void test_no_choice(void)
{
	struct device_choice c = { 0 };

	ok(device_choice_matches(&c, 0, "tap0") && device_choice_matches(&c, 0, NULL), "no choice: all devices");
	ok(!device_choice_add(&c, "*") && !device_choice_matches(&c, 0, NULL), "a choice: none without a tap");
	ok(!device_choice_add(&c, "a") && c.count == 2, "a second word adds to the first");
}

static void test_errors(void)
{
	static const struct {
		const char *word, *wrong;
	} cases[] = {
		{ "", "empty" }, { "a,", "empty" }, { ",a", "empty" }, { "77/", "empty" }, { "a\\", "backslash" },
		{ "abcdefghijklmnop", "longer" }, { "????????????????", "longer" }, { "77/78/a", "slash" },
		{ "nonsense/a", "no network namespace" }, { "/a", "no network namespace" },
		{ "../a", "no network namespace" }, { "-1/a", "no network namespace" },
		{ "0/a", "no network namespace" },
		{ "4294967296/a", "no network namespace" }, { "[[:digit:]]", "class" }, { "[a[=b=]]", "class" },
		{ "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "16" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct device_choice c = { 0 };
		const char *wrong = device_choice_add(&c, cases[i].word);

		if (!ok(wrong && strstr(wrong, cases[i].wrong), "'%s' is refused", cases[i].word))
			diag("%s", wrong ? wrong : "accepted");
	}
}

/* A random text of at most @max characters. */
static void random_text(char *text, size_t max, const char *alphabet)
{
	size_t len = (size_t)random() % (max + 1), letters = strlen(alphabet);

	for (size_t i = 0; i < len; i++)
		text[i] = alphabet[(size_t)random() % letters];
	text[len] = 0;
}

/* fnmatch(3) is the oracle, in the C locale, where a character is a byte. */
static void test_against_fnmatch(void)
{
	unsigned int compared = 0, matched = 0, differ = 0;

	srandom(1);
	for (int i = 0; i < 300000; i++) {
		char word[21], name[DEVICE_NAME_LEN];
		struct device_choice c = { 0 };
		bool got, wanted;

		random_text(word, sizeof(word) - 1, "aab-*?[]!^\\");
		/* glibc takes "[a-" for a range without an end, and so for no match at all. */
		if (device_choice_add(&c, word) || (strchr(word, '[') && word[strlen(word) - 1] == '-'))
			continue;
		for (int k = 0; k < 8; k++) {
			random_text(name, k < 6 ? 6 : sizeof(name) - 1, "aab-]![\\^");
			got = device_choice_matches(&c, 0, name);
			wanted = !fnmatch(word, name, 0);
			compared++;
			matched += wanted;
			if (got != wanted && differ++ < 10)
				diag("'%s' '%s': got %d, wanted %d", word, name, got, wanted);
		}
	}
	ok(!differ, "the same as fnmatch(): %u of %u differ", differ, compared);
	ok(compared > 500000 && matched > 10000, "that many were compared (%u), and matched (%u)", compared, matched);
}

int main(void)
{
	test_cases();
	test_namespaces();
	test_no_choice();
	test_errors();
	test_against_fnmatch();
	return tap_done();
}
