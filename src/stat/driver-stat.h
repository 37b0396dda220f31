/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRIVER_STAT_H
#define DRIVER_STAT_H

#include "base/columns.h"
#include "base/command.h"
#include "base/out.h"
#include "interval-options.h"

/**
 * struct driver_stat_conf - what "stat --driver" is to print
 * @options: which queues, and how long
 * @columns: which columns
 * @separator: between values; empty: a table for people
 */
struct driver_stat_conf {
	const struct interval_options *options;
	const struct column_options *columns;
	const char *separator;
};

/**
 * run_driver_stat() - count what virtio drivers of this kernel do, and print it
 * @conf: how
 * @cli: the command line
 * @out: the output
 *
 * Return: an exit status, with any error printed.
 */
int run_driver_stat(const struct driver_stat_conf *conf, const struct cli *cli, struct out *out);

#endif
