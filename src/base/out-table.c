// SPDX-License-Identifier: GPL-2.0-or-later
#include "out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "format.h"

/* No column of names is wider. */
#define OUT_CUT_MAX 128

static void pad(struct out *o, int columns)
{
	for (; columns > 0; columns--)
		putc_unlocked(' ', o->file);
}

/* Names are left-aligned; what is right-aligned is a number, even if its type is text. */
static bool is_cut(const struct out *o, const struct out_col *c, size_t len)
{
	return c->type == OUT_STRING && c->width < 0 && len > (size_t)-c->width && -c->width < OUT_CUT_MAX &&
	       o->width && !o->whole;
}

/* A trace prints a hundred thousand lines a second: a cell without colour costs no call of printf(). */
static void print_cell(struct out *o, const struct out_col *c, const char *sgr, const char *text)
{
	char buf[16], fits[OUT_CUT_MAX];
	size_t len = strlen(text);
	int missing = abs(c->width) - (int)len;

	if (is_cut(o, c, len)) {
		text = format_cut(text, (size_t)abs(c->width), fits);
		len = (size_t)abs(c->width);
	}

	/* Padding stays outside the colour, so that an underlined or inverted cell is no wider than its text. */
	if (c->width > 0)
		pad(o, missing);
	if (sgr && *sgr)
		fputs(out_sgr(o, sgr, buf), o->file);
	out_text(o, text, len);
	if (sgr && *sgr)
		fputs(out_sgr(o, "", buf), o->file);
	/* No blanks at the end of a line. */
	if (c->width < 0 && !out_col_ends(c + 1))
		pad(o, missing);
}

/* The width of a group of columns, with the blanks between them; @cols: moved to the last one. */
static int group_width(const struct out_col **cols)
{
	const struct out_col *c = *cols;
	int width = abs(c->width);

	while (c->group && c[1].group && !strcmp(c->group, c[1].group))
		width += 1 + abs((++c)->width);
	*cols = c;
	return width;
}

static void dash(struct out *o, int columns)
{
	for (; columns > 0; columns--)
		putc_unlocked('-', o->file);
}

/* "--- SIGNAL ---" */
static void print_group(struct out *o, const char *group, int width)
{
	const int dashes = width - (int)strlen(group) - 2;

	dash(o, dashes / 2);
	fprintf(o->file, dashes < 0 ? "%s" : " %s ", group);
	dash(o, dashes - dashes / 2);
}

static void print_groups(struct out *o, const struct out_col *cols)
{
	int blanks = 0;

	for (const struct out_col *c = cols; !out_col_ends(c); c++) {
		const char *group = c->group;
		int width;

		if (!c->head)
			continue;
		width = group_width(&c);
		if (group) {
			pad(o, blanks);
			print_group(o, group, width);
			blanks = 1;
		} else {
			blanks += width + 1;
		}
	}
	fputc('\n', o->file);
}

static bool has_groups(const struct out_col *cols)
{
	for (const struct out_col *c = cols; !out_col_ends(c); c++)
		if (c->head && c->group)
			return true;
	return false;
}

void out_header(struct out *o, const struct out_col *cols)
{
	bool first = true;

	if (o->json)
		return;
	if (has_groups(cols))
		print_groups(o, cols);
	for (const struct out_col *c = cols; !out_col_ends(c); c++) {
		if (!c->head)
			continue;
		if (!first)
			fputc(' ', o->file);
		print_cell(o, c, "1", c->head);
		first = false;
	}
	fputc('\n', o->file);
}

/* The digits of @value, at least @digits of them, before @end. Return: where they begin. */
static char *decimal(char *end, uint64_t value, int digits)
{
	do {
		*--end = (char)('0' + value % 10);
		value /= 10;
	} while (--digits > 0 || value);
	return end;
}

static const char *number_text(char *buf, size_t len, uint64_t value)
{
	buf[len - 1] = 0;
	return decimal(buf + len - 1, value, 1);
}

/* Seconds with six decimals, the rest cut off. */
static const char *seconds_text(char *buf, size_t len, uint64_t ns)
{
	char *p = buf + len - 1;

	*p = 0;
	p = decimal(p, ns % NSEC_PER_SEC / 1000, 6);
	*--p = '.';
	return decimal(p, ns / NSEC_PER_SEC, 1);
}

const char *out_cell(const struct out_col *c, const void *row, char buf[OUT_CELL_MAX])
{
	const void *p = (const char *)row + c->offset;
	const size_t len = OUT_CELL_MAX;
	const char *s;

	switch (c->type) {
	case OUT_U64:
		return number_text(buf, len, *(const uint64_t *)p);
	case OUT_U32:
		return number_text(buf, len, *(const uint32_t *)p);
	case OUT_U16:
		return number_text(buf, len, *(const uint16_t *)p);
	case OUT_HEX:
		snprintf(buf, len, "0x%" PRIx64, *(const uint64_t *)p);
		break;
	case OUT_ID:
		return *(const uint32_t *)p ? number_text(buf, len, *(const uint32_t *)p) : "-";
	case OUT_INDEX:
		return *(const int32_t *)p < 0 ? "-" : number_text(buf, len, (uint64_t)*(const int32_t *)p);
	case OUT_I64:
		return *(const int64_t *)p < 0 ? "-" : number_text(buf, len, (uint64_t)*(const int64_t *)p);
	case OUT_BOOL:
		return *(const bool *)p ? c->head : "";
	case OUT_STRING:
		s = *(const char *const *)p;
		return s ? s : "-";
	case OUT_TIME:
		if (!*(const uint64_t *)p)
			return "-";
		/* fallthrough */
	case OUT_NSEC:
		return seconds_text(buf, len, *(const uint64_t *)p);
	case OUT_DOUBLE:
		if (*(const double *)p < 0)
			return "-";
		snprintf(buf, len, "%.3f", *(const double *)p);
		break;
	case OUT_SHORT:
		return format_short(*(const double *)p, buf, len);
	}
	return buf;
}

void out_row(struct out *o, const struct out_col *cols, const void *row)
{
	bool first = true;
	char buf[OUT_CELL_MAX];

	for (const struct out_col *c = cols; !out_col_ends(c); c++) {
		if (!c->head)
			continue;
		if (!first)
			putc_unlocked(' ', o->file);
		print_cell(o, c, c->style && o->color ? c->style(row) : NULL, out_cell(c, row, buf));
		first = false;
	}
	putc_unlocked('\n', o->file);
}

void out_sheet(struct out *o, const struct out_col *cols, const void *const *rows, int count, int label, int width)
{
	char buf[OUT_CELL_MAX];

	for (const struct out_col *c = cols; !out_col_ends(c); c++) {
		if (!c->head)
			continue;
		fprintf(o->file, "%-*s", label, c->head);
		for (int i = 0; i < count; i++) {
			struct out_col cell = { .width = width };

			if (!rows[i])
				continue;
			fputc(' ', o->file);
			print_cell(o, &cell, c->style ? c->style(rows[i]) : NULL,
				   out_cell(c, rows[i], buf));
		}
		fputc('\n', o->file);
	}
}
