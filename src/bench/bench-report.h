/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "base/command.h"
#include "bench-options.h"
#include "bench.h"

/**
 * bench_report() - print the result
 * @cli: how to print
 * @o: the options
 * @res: the result
 *
 * Return: STATUS_OK, or STATUS_REFUSED, with the message printed, if it could not be printed.
 */
int bench_report(const struct cli *cli, const struct bench_opts *o, const struct bench_result *res);

#endif
