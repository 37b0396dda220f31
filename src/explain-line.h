/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EXPLAIN_LINE_H
#define EXPLAIN_LINE_H

#include "base/out.h"

/**
 * explain_line() - explain the decision in a line of trace
 * @o: the output
 * @line: the line
 *
 * What is wrong with a line that cannot be read goes to standard error.
 *
 * Return: an enum status: STATUS_FOUND if the decision is not that of the rule, STATUS_USAGE if there is none in it.
 */
int explain_line(struct out *o, const char *line);

/**
 * explain_lines() - explain each decision in standard input
 * @o: the output
 *
 * Lines of trace that are no decisions are passed over.
 *
 * Return: an enum status: the worst of all lines; STATUS_USAGE if there is no decision at all.
 */
int explain_lines(struct out *o);

#endif
