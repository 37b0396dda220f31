/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAIL_H
#define FAIL_H

#include "options.h"
#include "out.h"
#include "step.h"

/**
 * fail() - print the one line that an error is
 * @command: the command's name
 * @fmt: what, which argument or step, what to do
 *
 * For commands and main only; modules return -errno.
 */
void fail(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * fail_step() - print at which step a module has failed, and which option it was for
 * @command: the command's name
 * @places: where the options stand
 * @s: the step
 * @err: what the module returned
 *
 * Return: STATUS_REFUSED.
 */
int fail_step(const char *command, const struct opt_places *places, const struct step *s, int err);

/**
 * fail_output() - print why a command's output ended early, unless its reader closed the pipe (head, for example)
 * @command: the command's name
 * @o: where the output went
 * @doing: what else than writing may have failed: "reading the counters"; NULL: nothing
 * @err: -errno, or 0 if all is well
 *
 * Return: STATUS_OK if @err is 0 or -EPIPE, else STATUS_REFUSED.
 */
int fail_output(const char *command, const struct out *o, const char *doing, int err);

#endif
