/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INTERVAL_START_H
#define INTERVAL_START_H

#include "base/out.h"
#include "counters.h"
#include "interval-options.h"

/**
 * DOC: how stat, hist and top begin
 */

/**
 * begin_counting() - catch signals, open the counters, and say what they will not have
 * @command: for messages
 * @o: what is counted
 * @hists: histograms as well
 * @counters: the result, for counters_close()
 *
 * Return: 0, or an exit status, with the message printed.
 */
int begin_counting(const char *command, const struct interval_options *o, bool hists, struct counters **counters);

/**
 * print_start() - tell a script that waits for it that from now on everything is counted
 * @out: where to: in JSON an object of type "start", in text nothing
 *
 * Return: 0, or -errno of the stream.
 */
int print_start(struct out *out);

#endif
