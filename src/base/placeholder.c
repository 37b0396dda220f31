// SPDX-License-Identifier: GPL-2.0-or-later
#include "placeholder.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The placeholder that a text begins with, or NULL. */
static const struct placeholder *find(const struct placeholder *p, const char *text)
{
	for (; p->name; p++)
		if (!strncmp(text, p->name, strlen(p->name)))
			return p;
	return NULL;
}

/* Returns whether everything was written. */
static bool write_filled(FILE *f, const char *text, const struct placeholder *p)
{
	while (*text) {
		const struct placeholder *found = find(p, text);

		if (found) {
			fputs(found->value, f);
			text += strlen(found->name);
		} else {
			fputc(*text++, f);
		}
	}
	return !ferror(f);
}

char *placeholder_fill(const char *text, const struct placeholder *p)
{
	char *filled = NULL;
	size_t size;
	FILE *f = open_memstream(&filled, &size);
	bool done;

	if (!f)
		return NULL;
	done = write_filled(f, text, p);
	if (!fclose(f) && done)
		return filled;
	free(filled);
	return NULL;
}
