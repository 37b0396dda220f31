/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ADVICE_REPORT_H
#define ADVICE_REPORT_H

#include "base/columns.h"
#include "base/out.h"
#include "rules.h"

/* The columns that --columns may name. */
extern const struct out_col advice_columns[];

/**
 * advice_report() - print all that is worth changing, and a last line
 * @o: the output
 * @a: what is worth changing
 * @w: what was seen
 * @opts: columns and order
 *
 * Return: 0 or -ENOMEM.
 */
int advice_report(struct out *o, const struct advices *a, const struct watched *w, const struct column_options *opts);

#endif
