/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OPTIONS_SET_H
#define OPTIONS_SET_H

#include "options.h"

/**
 * opts_set() - apply a value to the field of one option
 * @o: the option
 * @base: the struct that its table fills
 * @places: records where the option was given
 * @line: its line in @places->file, or 0 for the command line
 * @arg: the value; NULL without one, which only OPT_FLAG allows
 * @err: filled in with a message when @arg is wrong; it names the option as the user wrote it
 * @errlen: size of @err
 *
 * Return: 0, or -EINVAL with @err filled in.
 */
int opts_set(const struct opt *o, void *base, struct opt_places *places, unsigned int line, const char *arg, char *err,
	     size_t errlen);

#endif
