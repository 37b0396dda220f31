// SPDX-License-Identifier: GPL-2.0-or-later
/* Every byte alone, every character of Unicode, and what is not UTF-8: in a cell, in a line, in JSON. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json_object.h>
#include <json-c/json_tokener.h>

#include "base/harmless.h"
#include "tap-out.h"

/* Written apart from the table of the module: what each of the standards calls a control. */
static bool is_control(uint32_t code)
{
	bool c0 = code < 0x20, c1 = code >= 0x80 && code <= 0x9f, del = code == 0x7f;
	bool marks = code == 0x200e || code == 0x200f || code == 0x061c;	/* LRM, RLM, ALM */
	bool embeddings = code >= 0x202a && code <= 0x202e;			/* LRE, RLE, PDF, LRO, RLO */
	bool isolates = code >= 0x2066 && code <= 0x2069;			/* LRI, RLI, FSI, PDI */
	bool breaks = code == 0x2028 || code == 0x2029;				/* of a line, of a paragraph */
	bool deprecated = code >= 0x206a && code <= 0x206f;

	return c0 || c1 || del || marks || embeddings || isolates || breaks || deprecated;
}

/* @code in UTF-8, even if it is a surrogate or beyond the last one. */
static void encode(uint32_t code, char buf[5])
{
	unsigned char *p = (unsigned char *)buf;

	if (code < 0x80) {
		*p++ = (unsigned char)code;
	} else if (code < 0x800) {
		*p++ = (unsigned char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		*p++ = (unsigned char)(0xe0 | code >> 12);
		*p++ = (unsigned char)(0x80 | (code >> 6 & 0x3f));
	} else {
		*p++ = (unsigned char)(0xf0 | code >> 18);
		*p++ = (unsigned char)(0x80 | (code >> 12 & 0x3f));
		*p++ = (unsigned char)(0x80 | (code >> 6 & 0x3f));
	}
	if (code >= 0x80)
		*p++ = (unsigned char)(0x80 | (code & 0x3f));
	*p = 0;
}

/* How json-c and harmless_json() print @text, for the caller to free. */
static char *json(const char *text)
{
	struct json_object *obj = json_object_new_string(text);
	char *got = NULL;
	size_t size;
	FILE *f = open_memstream(&got, &size);

	if (!f)
		abort();
	harmless_json(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_NOSLASHESCAPE), f);
	fclose(f);
	json_object_put(obj);
	return got;
}

static void is_line(const char *text, const char *wanted, const char *what)
{
	char line[64];

	snprintf(line, sizeof(line), "%s", text);
	harmless_line(line);
	if (!ok(!strcmp(line, wanted), "line: %s", what))
		diag("got '%s', wanted '%s'", line, wanted);
}

static void is_json(const char *text, const char *wanted, const char *what)
{
	char *got = json(text);

	if (!ok(!strcmp(got, wanted), "JSON: %s", what))
		diag("got '%s', wanted '%s'", got, wanted);
	free(got);
}

static void test_bytes(void)
{
	int bytes = 0, lines = 0;

	for (int c = 1; c < 256; c++) {
		char line[2] = { (char)c }, wanted = (char)(c >= 0x20 && c < 0x7f ? c : '?');

		bytes += harmless_byte((char)c) == wanted;
		harmless_line(line);
		lines += line[0] == wanted && !line[1];
	}
	ok(bytes == 255, "each byte: of a cell: %d", bytes);
	ok(lines == 255, "each byte: alone in a line: %d", lines);
}

/* Is @code, between two letters, in JSON the escape if it is a control, else itself, and does it mean itself? */
static bool json_right(uint32_t code, const char *text)
{
	struct json_object *back;
	char *got = json(text), wanted[16];
	bool right;

	snprintf(wanted, sizeof(wanted), "\"a\\u%04xb\"", code);
	back = json_tokener_parse(got);
	right = back && !strcmp(json_object_get_string(back), text);
	if (is_control(code) && code >= 0x20)
		right = right && !strcmp(got, wanted);
	else if (code >= 0x80)
		right = right && strlen(got) == strlen(text) + 2 && !memcmp(got + 1, text, strlen(text));
	json_object_put(back);
	free(got);
	return right;
}

static void test_characters(void)
{
	uint32_t lines = 0, jsons = 0, all = 0;

	for (uint32_t code = 1; code <= 0x10ffff; code++) {
		char character[5], text[8], line[8];

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		all++;
		encode(code, character);
		snprintf(text, sizeof(text), "a%sb", character);
		strcpy(line, text);
		harmless_line(line);
		lines += !strcmp(line, is_control(code) ? "a?b" : text);
		jsons += json_right(code, text);
	}
	ok(lines == all, "each character: in a line: %u of %u", lines, all);
	ok(jsons == all, "each character: in JSON: %u of %u", jsons, all);
}

static void test_not_utf8(void)
{
	static const struct { const char *text; int bytes; const char *what; } wrong[] = {
		{ "\x9b", 1, "a C1 control of one byte" },
		{ "\x80\xbf", 2, "bytes that go on, and nothing has begun" },
		{ "\xc3", 1, "two bytes, cut off" },
		{ "\xe2\x80", 2, "three, cut off after two" },
		{ "\xf0\x9f\x98", 3, "four, cut off after three" },
		{ "\xc0\xaf", 2, "a slash in two bytes" },
		{ "\xc1\xbf", 2, "DEL in two bytes" },
		{ "\xe0\x82\x9b", 3, "a C1 control in three bytes" },
		{ "\xf0\x82\x80\xae", 4, "U+202E in four" },
		{ "\xed\xa0\x80", 3, "a surrogate" },
		{ "\xf4\x90\x80\x80", 4, "past the last character" },
		{ "\xf8\x88\x80\x80\x80", 5, "five bytes" },
		{ "\xff\xfe", 2, "bytes that UTF-8 never has" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char text[16], line[16] = "a", escaped[64] = "\"a";

		snprintf(text, sizeof(text), "a%s|", wrong[i].text);
		for (int k = 0; k < wrong[i].bytes; k++) {
			strcat(line, "?");
			strcat(escaped, "\xef\xbf\xbd");
		}
		is_line(text, strcat(line, "|"), wrong[i].what);
		is_json(text, strcat(escaped, "|\""), wrong[i].what);
	}
	is_line("\xe2\x80\x1b[m", "??" "?[m", "an escape within a character");
	is_json("\xc2\xc2\x9b", "\"\xef\xbf\xbd\\u009b\"", "a C1 control after half a character");
	is_line("", "", "nothing");
	is_json("", "\"\"", "nothing");
	is_line("a tap \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "a tap \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		"letters of any script stay");
}

int main(void)
{
	test_bytes();
	test_characters();
	test_not_utf8();
	return tap_done();
}
