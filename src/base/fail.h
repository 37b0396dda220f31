/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAIL_H
#define FAIL_H

#include "columns.h"
#include "options.h"
#include "out.h"
#include "step.h"

/**
 * fail() - print an error as one line on standard error
 * @command: the command's name; "": none
 * @fmt: what failed, with which argument or at which step, and what to do. The words in it may be foreign: the line is
 *       printed by harmless_line()
 *
 * For commands and main only; modules return -errno.
 */
void fail(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * fail_step() - print which step of a module failed, and for which option
 * @command: the command's name
 * @places: where the options were given
 * @s: the step
 * @err: the -errno that the module returned
 *
 * Return: STATUS_REFUSED.
 */
int fail_step(const char *command, const struct opt_places *places, const struct step *s, int err);

/**
 * fail_output() - print why a command's output ended early, unless its reader closed the pipe (head, for example)
 * @command: the command's name
 * @o: where the output went
 * @doing: what may have failed other than writing: "reading the counters"; NULL: nothing
 * @err: -errno, or 0 if all is well
 *
 * Return: STATUS_OK if @err is 0 or -EPIPE, else STATUS_REFUSED.
 */
int fail_output(const char *command, const struct out *o, const char *doing, int err);

/**
 * fail_columns() - say why columns could not be chosen
 * @command: the command's name
 * @err: of columns_choose()
 * @why: likewise
 *
 * Return: the exit status.
 */
int fail_columns(const char *command, int err, const char *why);

/**
 * fail_column_options() - refuse options of columns before anything is loaded
 * @command: the command's name
 * @o: the output; as with columns_choose(), @whole is set
 * @all: the columns of the command
 * @opts: what the user wants
 *
 * Return: 0, or the exit status, with the message printed.
 */
int fail_column_options(const char *command, struct out *o, const struct out_col *all,
			const struct column_options *opts);

#endif
