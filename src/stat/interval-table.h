/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INTERVAL_TABLE_H
#define INTERVAL_TABLE_H

#include <stdbool.h>

#include "base/out.h"

/**
 * DOC: the tables of stat, one after each interval: for people, or with --separator for programs
 */

/**
 * interval_table_heads() - print the heads of a table; nothing in JSON
 * @o: the output
 * @cols: the columns
 * @separator: between values; empty: for people
 * @again: a table was printed before; then one for programs has no heads, and one for people has a blank line in front
 */
void interval_table_heads(struct out *o, const struct out_col *cols, const char *separator, bool again);

/**
 * interval_table_row() - print one row, not in JSON
 * @o: the output
 * @cols: the columns
 * @row: the struct that their offsets are in
 * @separator: as above
 */
void interval_table_row(struct out *o, const struct out_col *cols, const void *row, const char *separator);

#endif
