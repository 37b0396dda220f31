// SPDX-License-Identifier: GPL-2.0-or-later
#include "columns.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_key(const struct out_col *c, const char *name, size_t len)
{
	return c->key && strlen(c->key) == len && !strncasecmp(c->key, name, len);
}

static bool is_head(const struct out_col *c, const char *name, size_t len)
{
	return strlen(c->head) == len && !strncasecmp(c->head, name, len);
}

/* The telling part of its head. */
static bool is_short_head(const struct out_col *c, const char *name, size_t len)
{
	const char *head = c->head + (c->head[0] == '%');

	return strcspn(head, "/") == len && !strncasecmp(head, name, len);
}

/* Return: how many columns have this name; @found: the first one. */
static int find(const struct out_col *all, const char *name, size_t len,
		bool (*is)(const struct out_col *c, const char *name, size_t len), const struct out_col **found)
{
	int count = 0;

	for (const struct out_col *c = all; !out_col_ends(c); c++)
		if (c->head && is(c, name, len) && !count++)
			*found = c;
	return count;
}

const struct out_col *columns_find(const struct out_col *all, const char *name, size_t len, char *why, size_t size)
{
	const struct out_col *found = NULL;
	int count = find(all, name, len, is_key, &found);

	if (!count)
		count = find(all, name, len, is_head, &found);
	if (!count)
		count = find(all, name, len, is_short_head, &found);
	if (count == 1)
		return found;
	/* A long name must not push the reason out. */
	snprintf(why, size, "'%.*s' %s; --columns help lists them", (int)(len < 40 ? len : 40), name,
		 count ? "is the name of several columns" : "is not a column");
	return NULL;
}

void columns_help(FILE *file, const struct out_col *all)
{
	fprintf(file, "%-15s %s\n", "COLUMN", "OR");
	for (const struct out_col *c = all; !out_col_ends(c); c++)
		if (c->head)
			fprintf(file, "%-15s %s\n", c->head, c->key ? c->key : "-");
}

static int col_width(const struct out_col *c)
{
	return c->width ? abs(c->width) : (int)strlen(c->head);
}

/* The width of a line, without a blank at its end. */
static int line_width(const struct out_col *cols)
{
	int width = -1;

	for (const struct out_col *c = cols; !out_col_ends(c); c++)
		if (c->head)
			width += 1 + col_width(c);
	return width;
}

static void widen(struct out_col *c, int more)
{
	c->width += c->width < 0 ? -more : more;
}

/* Widen those with this @grow_first. */
static void widen_some(struct out_col *cols, int width, bool first)
{
	int room = width - line_width(cols);

	for (struct out_col *c = cols; !out_col_ends(c) && room > 0; c++) {
		const int more = c->grow_first != first ? 0 : c->grow < room ? c->grow : room;

		widen(c, more);
		c->grow -= more;
		room -= more;
	}
}

static void widen_names(struct out_col *cols, int width)
{
	widen_some(cols, width, true);
	widen_some(cols, width, false);
}

/* Fill in @chosen with those of @all whose rank is @most at most. */
static void take_ranks(struct out_col *chosen, const struct out_col *all, int most)
{
	for (const struct out_col *c = all; !out_col_ends(c); c++)
		if (c->head && c->extra <= most)
			*chosen++ = *c;
	*chosen = (struct out_col){ 0 };
}

static int highest_rank(const struct out_col *all)
{
	int rank = 0;

	for (const struct out_col *c = all; !out_col_ends(c); c++)
		if (c->extra > rank)
			rank = c->extra;
	return rank;
}

/* Names are widened before columns are added that are not important; before any, if it is known what they need. */
static bool fits(struct out_col *chosen, int rank, int width)
{
	if (rank >= OUT_EXTRA_LATE || chosen->measured)
		widen_names(chosen, INT16_MAX);
	return line_width(chosen) <= width;
}

static void take_what_fits(struct out_col *chosen, const struct out_col *all, int width)
{
	const int highest = highest_rank(all);
	int rank = 0;

	for (; rank < highest; rank++) {
		take_ranks(chosen, all, rank + 1);
		if (!fits(chosen, rank + 1, width))
			break;
	}
	take_ranks(chosen, all, rank);
	widen_names(chosen, width);
}

/* What a pipe has must not depend on what else is shown, nor on a terminal. */
static void take_for_pipe(struct out_col *chosen, const struct out_col *all, int width)
{
	take_ranks(chosen, all, OUT_EXTRA_LATE - 1);
	widen_names(chosen, chosen->measured ? INT16_MAX : width);
}

void columns_what_fits(struct out_col *chosen, const struct out_col *view, const struct out *o, int reserved)
{
	if (o->whole || o->width)
		take_what_fits(chosen, view, out_width(o) - reserved);
	else
		take_for_pipe(chosen, view, out_width(o) - reserved);
}

/* Fill in @chosen with those that the user names. Return: 0 or -EINVAL. */
static int take_named(struct out_col *chosen, size_t room, const struct out_col *all, const char *list, char *why,
		      size_t len)
{
	size_t count = 0;

	for (const char *name = list, *end; ; name = end + 1) {
		const struct out_col *c;

		end = strchrnul(name, ',');
		c = columns_find(all, name, (size_t)(end - name), why, len);
		if (!c)
			return -EINVAL;
		if (count == room) {
			snprintf(why, len, "names columns more than once");
			return -EINVAL;
		}
		chosen[count++] = *c;
		if (!*end)
			break;
	}
	chosen[count] = (struct out_col){ 0 };
	return 0;
}

static size_t count_cols(const struct out_col *cols)
{
	size_t count = 0;

	while (!out_col_ends(&cols[count]))
		count++;
	return count;
}

/* How much wider a column has to be for its longest text, up to @grow. */
static int needed(const struct out_col *c, const void *const *rows, size_t count)
{
	int most = 0;

	for (size_t i = 0; i < count; i++) {
		const char *text = *(const char *const *)((const char *)rows[i] + c->offset);
		const int len = text ? (int)strlen(text) : 0;

		most = len > most ? len : most;
	}
	most -= col_width(c);
	return most < 0 ? 0 : most < c->grow ? most : c->grow;
}

struct out_col *columns_measured(const struct out_col *all, const void *const *rows, size_t count)
{
	const size_t cols = count_cols(all);
	struct out_col *copy = calloc(cols + 1, sizeof(*copy));

	if (!copy)
		return NULL;
	memcpy(copy, all, cols * sizeof(*copy));
	for (struct out_col *c = copy; !out_col_ends(c); c++) {
		if (c->grow)
			c->grow = needed(c, rows, count);
		c->measured = true;
	}
	return copy;
}

static int take(struct columns *c, const struct out *o, const struct out_col *view, const struct out_col *all,
		const struct column_options *opts, char *why, size_t len)
{
	const size_t count = count_cols(opts->columns ? all : view);

	c->cols = calloc(count + 1, sizeof(*c->cols));
	if (!c->cols)
		return -ENOMEM;
	if (!opts->columns)
		columns_what_fits(c->cols, view, o, 0);
	else if (take_named(c->cols, count, all, opts->columns, why, len))
		return -EINVAL;
	else
		widen_names(c->cols, !o->width && c->cols->measured ? INT16_MAX : out_width(o));
	return 0;
}

/* Say which option is wrong. */
static int blame(const char *option, const char *reason, char *why, size_t len)
{
	snprintf(why, len, "%s: %s", option, reason);
	return -EINVAL;
}

int columns_choose(struct columns *c, struct out *o, const struct out_col *view, const struct out_col *all,
		   const struct column_options *opts, char *why, size_t len)
{
	char reason[128];
	int err;

	*c = (struct columns){ .header = !opts->no_header };
	o->whole = opts->wide;
	if (columns_wants_help(opts))
		return 0;
	if (opts->sort) {
		c->sort = columns_find(all, opts->sort, strlen(opts->sort), reason, sizeof(reason));
		if (!c->sort)
			return blame("--sort", reason, why, len);
	}
	err = take(c, o, view, all, opts, reason, sizeof(reason));
	if (!err)
		return 0;
	columns_free(c);
	return err == -EINVAL ? blame("--columns", reason, why, len) : err;
}

void columns_free(struct columns *c)
{
	free(c->cols);
	c->cols = NULL;
}

static int compare_text(const char *a, const char *b)
{
	return a && b ? strverscmp(a, b) : !a - !b;
}

/* A row's value as a number; negative: there is none. Exact up to 2^53, which is more than any count here. */
static double number(const struct out_col *c, const void *row)
{
	const void *p = (const char *)row + c->offset;

	switch (c->type) {
	case OUT_U64:
	case OUT_HEX:
	case OUT_NSEC:
	case OUT_TIME:
		return (double)*(const uint64_t *)p;
	case OUT_U32:
		return *(const uint32_t *)p;
	case OUT_ID:
		return *(const uint32_t *)p ? *(const uint32_t *)p : -1.0;
	case OUT_U16:
		return *(const uint16_t *)p;
	case OUT_INDEX:
		return *(const int32_t *)p;
	case OUT_I64:
		return (double)*(const int64_t *)p;
	case OUT_BOOL:
		return *(const bool *)p;
	case OUT_DOUBLE:
	case OUT_SHORT:
		return *(const double *)p;
	case OUT_STRING:
		break;
	}
	return -1;
}

static int compare_number(double a, double b, bool ascending)
{
	/* A missing value comes last. */
	if ((a < 0) != (b < 0))
		return a < 0 ? 1 : -1;
	return ascending ? (a > b) - (a < b) : (a < b) - (a > b);
}

/* A row and its place before sorting. */
struct place {
	const void *row;
	size_t place;
};

static int compare(const void *a, const void *b, void *column)
{
	const struct place *x = a, *y = b;
	const struct out_col *c = column;
	int order;

	if (c->type == OUT_STRING)
		order = compare_text(*(const char *const *)((const char *)x->row + c->offset),
				     *(const char *const *)((const char *)y->row + c->offset));
	else
		order = compare_number(number(c, x->row), number(c, y->row), c->ascending);
	return order ? order : (x->place > y->place) - (x->place < y->place);
}

int columns_sort(const struct columns *c, const void **rows, size_t count)
{
	const struct out_col *by = c->sort && c->sort->by ? c->sort->by : c->sort;
	struct place *places;

	if (!by || count < 2)
		return 0;
	places = calloc(count, sizeof(*places));
	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		places[i] = (struct place){ rows[i], i };
	qsort_r(places, count, sizeof(*places), compare, (void *)by);
	for (size_t i = 0; i < count; i++)
		rows[i] = places[i].row;
	free(places);
	return 0;
}
