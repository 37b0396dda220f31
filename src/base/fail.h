/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAIL_H
#define FAIL_H

#include "options.h"
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

#endif
