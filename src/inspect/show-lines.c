// SPDX-License-Identifier: GPL-2.0-or-later
#include "show-lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Width of the labels, and of a table. */
#define LABEL 10
#define TABLE 78

void show_line(struct out *o, const char *label, const char *fmt, ...)
{
	va_list ap;

	fprintf(o->file, "%-*s", LABEL, label);
	va_start(ap, fmt);
	out_vwrapped(o, LABEL, fmt, ap);
	va_end(ap);
}

void show_title(struct out *o, const char *name, const char *fmt, ...)
{
	char on[16], off[16];
	va_list ap;

	fputs(out_sgr(o, "1", on), o->file);
	out_text(o, name, strlen(name));
	fprintf(o->file, "%s: ", out_sgr(o, "", off));
	va_start(ap, fmt);
	out_vwrapped(o, (int)strlen(name) + 2, fmt, ap);
	va_end(ap);
}

void show_heads(struct out *o, int left, const char *side)
{
	char on[16], off[16];

	out_sgr(o, "1", on);
	out_sgr(o, "", off);
	fprintf(o->file, "  %s%-*s%s| %sSHARED MEMORY (the ring)%s\n", on, left - 2, side, off, on, off);
}

void show_rule(struct out *o, int left, char with)
{
	for (int i = 0; i < TABLE; i++)
		fputc(i < 2 ? ' ' : i == left ? with : '-', o->file);
	fputc('\n', o->file);
}
