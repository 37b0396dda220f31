/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INTERVAL_START_H
#define INTERVAL_START_H

#include "base/out.h"
#include "counters.h"
#include "interval-options.h"

/**
 * DOC: the start of stat, hist and top
 */

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
