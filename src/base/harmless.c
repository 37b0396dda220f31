// SPDX-License-Identifier: GPL-2.0-or-later
#include "harmless.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "array.h"

/* A code point that no character has. */
#define NOT_UTF8 UINT32_MAX

/* The character that @s begins with, or NOT_UTF8; @len is set to its bytes, 1 for NOT_UTF8. */
static uint32_t utf8_char(const unsigned char *s, size_t *len)
{
	static const uint32_t first_of[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
	uint32_t code = n == 1 ? s[0] : s[0] & (0x7fU >> n);

	*len = 1;
	for (size_t i = 1; i < n; i++) {
		if (s[i] >> 6 != 2)
			return NOT_UTF8;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (!n || code < first_of[n] || code > 0x10ffff || code >> 11 == 0x1b)
		return NOT_UTF8;
	*len = n;
	return code;
}

/* Controls, line breaks, the bidi controls of UAX #9, and those that Unicode has deprecated. All fit in \uXXXX. */
static bool is_harmful(uint32_t code)
{
	static const struct { uint32_t first, last; } ranges[] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
		{ 0x2066, 0x206f },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

void harmless_line(char *text)
{
	char *to = text;
	size_t len;

	for (const char *from = text; *from; from += len) {
		uint32_t code = utf8_char((const unsigned char *)from, &len);

		if (code == NOT_UTF8 || is_harmful(code))
			*to++ = '?';
		else
			for (size_t i = 0; i < len; i++)
				*to++ = from[i];
	}
	*to = 0;
}

/* The bytes that @s begins with that need no look: ASCII but DEL. Line breaks are those of json-c's own layout. */
static size_t plain_length(const char *s)
{
	size_t len = 0;

	for (unsigned char c = (unsigned char)*s; c && c < 0x7f; c = (unsigned char)s[len])
		len++;
	return len;
}

/* A trace prints a hundred thousand objects a second, and nearly all are ASCII. */
void harmless_json(const char *json, FILE *file)
{
	for (size_t len; *json; json += len) {
		uint32_t code;

		len = plain_length(json);
		fwrite(json, 1, len, file);
		json += len;
		if (!*json)
			break;
		code = utf8_char((const unsigned char *)json, &len);
		if (code == NOT_UTF8)
			fputs("\xef\xbf\xbd", file);
		else if (is_harmful(code))
			fprintf(file, "\\u%04x", code);
		else
			fwrite(json, 1, len, file);
	}
}
