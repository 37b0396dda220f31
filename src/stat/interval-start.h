/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INTERVAL_START_H
#define INTERVAL_START_H

#include <stdbool.h>
#include <stddef.h>

#include "base/out.h"
#include "counters.h"
#include "interval-options.h"

/**
 * DOC: the start of stat, hist and top
 */

/**
 * typedef begin_programs_fn - load and attach the programs that count
 * @arg: the caller's
 * @why: on failure: the reason
 * @len: size of @why
 *
 * Return: 0 or -errno.
 */
typedef int begin_programs_fn(void *arg, char *why, size_t len);

/**
 * begin_programs() - catch signals, have programs begin to count, and give up all privileges
 * @command: the command's name, for messages
 * @verbose: show libbpf's messages
 * @open: see begin_programs_fn; called once, or not at all
 * @arg: for @open
 *
 * Return: 0, or an exit status, with the message printed. What @open took is the caller's to release in either case.
 */
int begin_programs(const char *command, bool verbose, begin_programs_fn *open, void *arg);

/**
 * begin_counting() - catch signals, open the counters, and warn about what cannot be counted
 * @command: the command's name, for messages
 * @o: what to count
 * @hists: count histograms as well
 * @counters: the result, for counters_close()
 *
 * Return: 0, or an exit status, with the message printed.
 */
int begin_counting(const char *command, const struct interval_options *o, bool hists, struct counters **counters);

/**
 * warn_unmatched() - say that the choice of queues has matched none so far, if so
 * @command: the command's name
 * @o: what is counted
 * @counters: the counters, after counters_read()
 *
 * Return: whether it was said.
 */
bool warn_unmatched(const char *command, const struct interval_options *o, const struct counters *counters);

/**
 * print_start() - tell a waiting script that from now on everything is counted
 * @out: the output; in JSON an object of type "start", in text nothing
 * @o: what is counted
 *
 * Return: 0, or -errno of the stream.
 */
int print_start(struct out *out, const struct interval_options *o);

#endif
