// SPDX-License-Identifier: GPL-2.0-or-later
#include "interval-table.h"

#include <stdio.h>

void interval_table_heads(struct out *o, const struct out_col *cols, const char *separator, bool again)
{
	if (o->json)
		return;
	if (*separator) {
		if (!again)
			out_separated_header(o, cols, separator);
		return;
	}
	if (again)
		fputc('\n', o->file);
	out_header(o, cols);
}

void interval_table_row(struct out *o, const struct out_col *cols, const void *row, const char *separator)
{
	if (*separator)
		out_separated(o, cols, row, separator);
	else
		out_row(o, cols, row);
}
