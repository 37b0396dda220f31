/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PARSE_H
#define PARSE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * DOC: words of the command line as values
 */

/**
 * parse_uint() - a whole number in decimal or, after 0x, in hexadecimal, without sign or blanks
 * @arg: the text
 * @value: the number
 *
 * Return: 0, -EINVAL if it is no number, -ERANGE if it does not fit 64 bits.
 */
int parse_uint(const char *arg, uint64_t *value);

/**
 * parse_seconds() - seconds, with a fraction if wanted
 * @arg: the text
 * @ns: the value in nanoseconds
 *
 * Return: 0, -EINVAL, or -ERANGE.
 */
int parse_seconds(const char *arg, uint64_t *ns);

/* The name of a number, or NULL beyond the last. */
typedef const char *word_name_fn(int i);

/* Turn names, separated by commas, into bits of their numbers. Return: whether all of them are known. */
bool parse_words(uint32_t *bits, const char *arg, word_name_fn *name);

#endif
