// SPDX-License-Identifier: GPL-2.0-or-later
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <net/if.h>

#include "clock.h"

int parse_uint(const char *arg, uint64_t *value)
{
	char *end;
	bool hex = arg[0] == '0' && (arg[1] == 'x' || arg[1] == 'X');

	/* strtoull would take blanks, a sign and, with base 0, octal. */
	if (!isxdigit((unsigned char)arg[hex ? 2 : 0]))
		return -EINVAL;
	errno = 0;
	*value = strtoull(arg, &end, hex ? 16 : 10);
	if (*end || end == arg)
		return -EINVAL;
	return -errno;
}

int parse_seconds(const char *arg, uint64_t *ns)
{
	char *end;
	double s;

	/* strtod would take "inf", "nan", a sign and hexadecimal. */
	if (strspn(arg, "0123456789.") != strlen(arg) || !*arg)
		return -EINVAL;
	s = strtod(arg, &end);
	if (*end || !isfinite(s) || s > 1e9)
		return -EINVAL;
	*ns = (uint64_t)llround(s * NSEC_PER_SEC);
	return 0;
}

int parse_decimal(const char *arg, size_t len, uint64_t max, uint64_t *value)
{
	bool range = false;

	*value = 0;
	if (!len)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		const unsigned int digit = (unsigned int)(arg[i] - '0');

		if (digit > 9)
			return -EINVAL;
		range |= __builtin_mul_overflow(*value, 10, value) || __builtin_add_overflow(*value, digit, value);
	}
	return range || *value > max ? -ERANGE : 0;
}

int parse_mac(const char *arg, uint8_t mac[6])
{
	for (int i = 0; i < 6; i++) {
		char *end;

		/* strtoul would take blanks, a sign and 0x. */
		if (!isxdigit((unsigned char)*arg))
			return -EINVAL;
		mac[i] = (uint8_t)strtoul(arg, &end, 16);
		if (end - arg > 2 || *end != (i < 5 ? ':' : 0))
			return -EINVAL;
		arg = end + 1;
	}
	return 0;
}

int parse_escapes(const char *arg, char *buf, size_t size)
{
	size_t len = 0;

	for (; *arg; arg++) {
		char c = *arg;

		if (c == '\\') {
			arg++;
			if (*arg != 't' && *arg != '\\')
				return -EINVAL;
			c = *arg == 't' ? '\t' : '\\';
		}
		if (len + 1 >= size)
			return -ENOSPC;
		buf[len++] = c;
	}
	buf[len] = 0;
	return 0;
}

bool is_ifname(const char *name)
{
	if (!*name || strlen(name) >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' || isspace((unsigned char)*name))
			return false;
	return true;
}

static bool add_word(uint32_t *bits, const char *word, size_t len, word_name_fn *name)
{
	for (int i = 0; name(i); i++)
		if (strlen(name(i)) == len && !memcmp(name(i), word, len)) {
			*bits |= 1U << i;
			return true;
		}
	return false;
}

bool parse_words(uint32_t *bits, const char *arg, word_name_fn *name)
{
	*bits = 0;
	for (const char *end; ; arg = end + 1) {
		end = strchrnul(arg, ',');
		if (!add_word(bits, arg, (size_t)(end - arg), name))
			return false;
		if (!*end)
			return true;
	}
}
