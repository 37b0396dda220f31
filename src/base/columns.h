/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "options.h"
#include "out.h"

/**
 * DOC: which columns of a table are printed, how wide, and by which one its rows are sorted
 *
 * A name of a column is its key in JSON, or its head, in capital or small letters. Of a head, a leading % and all from
 * a slash on may be left out, if no other column has that name: "calls" for CALLS/S.
 */

/**
 * struct column_options - what the user wants
 * @columns: names of columns, separated by commas; NULL: those that fit
 * @sort: name of a column; NULL: the order of the command
 * @wide: all columns, and names whole
 * @no_header: no heads
 */
struct column_options {
	const char *columns, *sort;
	bool wide, no_header;
};

/* For a command that prints its rows as they come, and always the same columns. */
#define WIDE_OPTION(offset)									\
	{ "wide", 0, OPT_FLAG, offset, .help = "all columns, and names whole" }

/* The options of a command whose struct @type has a struct column_options called @member. */
#define COLUMN_OPTIONS(type, member)								\
	{ "columns", 'C', OPT_STRING, offsetof(struct type, member.columns), "LIST",		\
	  "columns to show, or help" },								\
	{ "sort", 0, OPT_STRING, offsetof(struct type, member.sort), "COLUMN",			\
	  "sort by this column" },								\
	WIDE_OPTION(offsetof(struct type, member.wide)),					\
	{ "no-header", 0, OPT_FLAG, offsetof(struct type, member.no_header),			\
	  .help = "rows only" }

/**
 * struct columns - the columns of a table, chosen
 * @cols: for out_row(); owned
 * @sort: sort by this one; NULL: do not
 * @header: print heads
 */
struct columns {
	struct out_col *cols;
	const struct out_col *sort;
	bool header;
};

/**
 * columns_choose() - choose the columns that are printed
 * @c: the result, for columns_free()
 * @o: the output; its width decides, and @whole is set
 * @view: the columns without --columns; those without a head are left out
 * @all: the columns that --columns and --sort may name; often the same
 * @opts: what the user wants
 * @why: on failure: what is wrong, beginning with the option
 * @len: size of @why; 160 is enough
 *
 * Return: 0; -EINVAL with @why filled in, if there is no such column; -ENOMEM.
 */
int columns_choose(struct columns *c, struct out *o, const struct out_col *view, const struct out_col *all,
		   const struct column_options *opts, char *why, size_t len);

/**
 * columns_what_fits() - choose columns without options
 * @chosen: filled in with those that fit, and an end; room for as many as @view has
 * @view: the columns
 * @o: the output: its width decides; where there is no terminal, all columns that are not late are chosen
 * @reserved: columns that something else takes in a line
 */
void columns_what_fits(struct out_col *chosen, const struct out_col *view, const struct out *o, int reserved);

/**
 * columns_measured() - a copy of a table in which names get no more room than they need
 * @all: the columns
 * @rows: all rows of the table
 * @count: how many
 *
 * Columns that may grow do so up to the longest text, also where there is no terminal.
 *
 * Return: the columns, for free(), or NULL without memory.
 */
struct out_col *columns_measured(const struct out_col *all, const void *const *rows, size_t count);

/* Does the user ask what columns there are? */
static inline bool columns_wants_help(const struct column_options *opts)
{
	return opts->columns && !strcmp(opts->columns, "help");
}

/**
 * columns_help() - list the names of columns
 * @file: where to
 * @all: all columns
 */
void columns_help(FILE *file, const struct out_col *all);

/**
 * columns_sort() - sort rows
 * @c: the columns; without @sort the rows stay as they are
 * @rows: pointers to the structs that the columns' offsets are in
 * @count: how many
 *
 * Text is sorted as by strverscmp(): tx2 before tx10. A missing value comes last. Rows that are the same keep their
 * order.
 *
 * Return: 0 or -ENOMEM.
 */
int columns_sort(const struct columns *c, const void **rows, size_t count);

/**
 * columns_find() - find a column by its name
 * @all: the columns
 * @name: the name; @len: its length
 * @why: on failure: what is wrong
 * @size: size of @why
 *
 * Return: the column, or NULL with @why filled in.
 */
const struct out_col *columns_find(const struct out_col *all, const char *name, size_t len, char *why, size_t size);

/* Release what columns_choose() filled in. */
void columns_free(struct columns *c);

#endif
