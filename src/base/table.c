// SPDX-License-Identifier: GPL-2.0-or-later
#include "table.h"

#include <errno.h>
#include <stdlib.h>

static void print_row(const struct table *t, struct out *o, const struct columns *c, const void *row,
		      const struct column_options *opts)
{
	if (o->json) {
		t->print_json(o, row);
		return;
	}
	out_row(o, c->cols, row);
	if (t->print_more && !opts->columns)
		t->print_more(o, row);
}

static int print_sorted(const struct table *t, struct out *o, const void **sorted, size_t count,
			const struct column_options *opts)
{
	struct out_col *view = columns_measured(t->view, sorted, count);
	struct out_col *all = columns_measured(t->all, sorted, count);
	struct columns c = { 0 };
	char why[160];
	int err = view && all ? columns_choose(&c, o, view, all, opts, why, sizeof(why)) : -ENOMEM;

	if (!err)
		err = columns_sort(&c, sorted, count);
	if (!err && !o->json && c.header)
		out_header(o, c.cols);
	for (size_t i = 0; !err && i < count; i++)
		print_row(t, o, &c, sorted[i], opts);
	columns_free(&c);
	free(view);
	free(all);
	return err;
}

int table_print(const struct table *t, struct out *o, const void *rows, size_t size, size_t count,
		const struct column_options *opts)
{
	const void **sorted;
	int err;

	if (!count)
		return 0;
	sorted = calloc(count, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = (const char *)rows + i * size;
	err = print_sorted(t, o, sorted, count, opts);
	free(sorted);
	return err;
}
