/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PARSE_H
#define PARSE_H

#include <stdbool.h>
#include <stddef.h>
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

/**
 * parse_decimal() - a whole number in decimal digits, with nothing before or behind
 * @arg: the text; it may go on behind the number
 * @len: how much of it is the number
 * @max: the largest number
 * @value: the number
 *
 * Return: 0, -EINVAL if it is no such number, -ERANGE if it is larger than @max.
 */
int parse_decimal(const char *arg, size_t len, uint64_t max, uint64_t *value);

/**
 * parse_mac() - an Ethernet address: six bytes in hexadecimal with colons between
 * @arg: the text
 * @mac: the bytes; in part written on failure
 *
 * Return: 0 or -EINVAL.
 */
int parse_mac(const char *arg, uint8_t mac[6]);

/**
 * is_ifname() - may a network interface have this name? The kernel's rule: dev_valid_name() in net/core/dev.c
 * @name: the name; a pattern with %d counts as a name
 */
bool is_ifname(const char *name);

/**
 * typedef word_name_fn - the name of a number, or NULL beyond the last
 */
typedef const char *word_name_fn(int i);

/**
 * parse_words() - turn names, separated by commas, into bits of their numbers
 * @bits: bit i stands for @name(i), which has to be below 32
 * @arg: the names
 * @name: which names there are
 *
 * Return: whether all names are known.
 */
bool parse_words(uint32_t *bits, const char *arg, word_name_fn *name);

#endif
