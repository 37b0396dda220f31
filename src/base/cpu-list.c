// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu-list.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BITS 64

/* Behind what does not fit, with the 0. */
#define MORE "..."

static bool has(const uint64_t *words, size_t count, size_t cpu)
{
	return cpu < count * WORD_BITS && words[cpu / WORD_BITS] >> cpu % WORD_BITS & 1;
}

/* Add a range. Return: whether it fits, with room for MORE behind it. */
static bool add_range(char *buf, size_t *used, size_t len, size_t first, size_t last)
{
	char range[48];
	int n = snprintf(range, sizeof(range), first == last ? "%s%zu" : "%s%zu-%zu", *used ? "," : "", first, last);

	if (*used + (size_t)n + sizeof(MORE) > len)
		return false;
	memcpy(buf + *used, range, (size_t)n + 1);
	*used += (size_t)n;
	return true;
}

const char *cpu_list_text(const uint64_t *words, size_t count, char *buf, size_t len)
{
	size_t used = 0;

	*buf = 0;
	for (size_t cpu = 0; cpu < count * WORD_BITS; cpu++) {
		size_t first = cpu;

		if (!words[cpu / WORD_BITS])
			cpu |= WORD_BITS - 1;
		if (!has(words, count, first))
			continue;
		while (has(words, count, cpu + 1))
			cpu++;
		if (!add_range(buf, &used, len, first, cpu)) {
			memcpy(buf + used, MORE, sizeof(MORE));
			break;
		}
	}
	return buf;
}

static bool parse_number(const char **text, size_t *number)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*number = strtoul(*text, &end, 10);
	*text = end;
	return !errno;
}

int cpu_list_parse(const char *text, uint64_t *words, size_t count)
{
	memset(words, 0, count * sizeof(*words));
	while (*text && *text != '\n') {
		size_t first, last;

		if (!parse_number(&text, &first))
			return -EINVAL;
		last = first;
		if (*text == '-' && (text++, !parse_number(&text, &last)))
			return -EINVAL;
		if (last < first || (*text && *text != ',' && *text != '\n'))
			return -EINVAL;
		if (last >= count * WORD_BITS)
			return -ERANGE;
		for (size_t cpu = first; cpu <= last; cpu++)
			words[cpu / WORD_BITS] |= UINT64_C(1) << cpu % WORD_BITS;
		if (*text == ',' && !isdigit((unsigned char)*++text))
			return -EINVAL;
	}
	return 0;
}

size_t cpu_list_count(const uint64_t *words, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += (size_t)__builtin_popcountll(words[i]);
	return n;
}
