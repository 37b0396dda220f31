/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_JUDGE_H
#define BENCH_JUDGE_H

#include "bench-options.h"
#include "bench.h"

/**
 * bench_judge() - report the faults in a result on standard error
 * @o: the options
 * @res: the result
 *
 * Return: STATUS_OK, or STATUS_FOUND if a queue was stuck or failed, packets were lost, changed, duplicated or went to
 * another queue, or the sums do not hold.
 */
int bench_judge(const struct bench_opts *o, const struct bench_result *res);

#endif
