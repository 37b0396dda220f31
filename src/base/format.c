// SPDX-License-Identifier: GPL-2.0-or-later
#include "format.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *format_mac(const uint8_t mac[6], char buf[FORMAT_MAC_LEN])
{
	snprintf(buf, FORMAT_MAC_LEN, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c && strchr("._:@%+-", c));
}

const char *format_shell_word(const char *word, char *buf, size_t len)
{
	bool plain = *word && *word != '-';
	size_t at = 0;

	for (const char *c = word; *c; c++)
		plain = plain && is_plain(*c);
	if (plain) {
		snprintf(buf, len, "%s", word);
		return buf;
	}
	buf[at++] = '\'';
	for (const char *c = word; *c && at + 6 < len; c++) {
		if (*c == '\'')
			at += (size_t)snprintf(buf + at, len - at, "'\\''");
		else
			buf[at++] = *c;
	}
	buf[at++] = '\'';
	buf[at] = '\0';
	return buf;
}

const char *format_size(uint64_t size, char buf[FORMAT_SIZE_LEN])
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB" };
	int unit = 0;

	for (; unit < 3 && size && !(size % 1024); unit++)
		size /= 1024;
	snprintf(buf, FORMAT_SIZE_LEN, "%" PRIu64 " %s", size, units[unit]);
	return buf;
}

const char *format_short(double value, char *buf, size_t len)
{
	/* From these bounds on, rounding gives one digit more. */
	const int decimals = value >= 99.95 || value < 0.005 ? 0 : value >= 9.995 ? 1 : 2;

	if (value < 0)
		snprintf(buf, len, "-");
	else
		snprintf(buf, len, "%.*f", decimals, value);
	return buf;
}

const char *format_duration(double ns, char buf[FORMAT_DURATION_LEN])
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	char number[FORMAT_DURATION_LEN - 2];
	int unit = 0;

	/* From this bound on, rounding gives a fourth digit. */
	for (; unit < 3 && ns >= 999.5; unit++)
		ns /= 1000;
	if (ns < 0)
		snprintf(buf, FORMAT_DURATION_LEN, "-");
	else if (!unit)
		snprintf(buf, FORMAT_DURATION_LEN, "%.0fns", ns);
	else
		snprintf(buf, FORMAT_DURATION_LEN, "%s%s", format_short(ns, number, sizeof(number)), units[unit]);
	return buf;
}

const char *format_cut(const char *name, size_t width, char *buf)
{
	const size_t len = strlen(name);

	if (len <= width)
		snprintf(buf, width + 1, "%s", name);
	else if (strchr(name, '/'))
		snprintf(buf, width + 1, "+%s", name + len - (width - 1));
	else
		snprintf(buf, width + 1, "%.*s+", (int)width - 1, name);
	return buf;
}
