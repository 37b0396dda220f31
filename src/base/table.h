/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>

#include "columns.h"
#include "out.h"

/**
 * DOC: a table whose rows are all known before the first one is printed
 */

/**
 * struct table - a kind of table
 * @view: the columns without --columns
 * @all: the columns that --columns and --sort may name; often the same
 * @print_json: prints a row as JSON
 * @print_more: prints what follows a row unless columns were chosen; NULL: nothing does
 */
struct table {
	const struct out_col *view, *all;
	void (*print_json)(struct out *o, const void *row);
	void (*print_more)(struct out *o, const void *row);
};

/**
 * table_print() - print heads and rows, or one JSON object a row
 * @t: the table
 * @o: the output
 * @rows: the rows, an array of the structs that the columns' offsets are in
 * @size: size of a row
 * @count: number of rows; without any, nothing is printed
 * @opts: columns and order; they are right, see fail_column_options()
 *
 * Names get as much room as they need.
 *
 * Return: 0 or -ENOMEM.
 */
int table_print(const struct table *t, struct out *o, const void *rows, size_t size, size_t count,
		const struct column_options *opts);

#endif
