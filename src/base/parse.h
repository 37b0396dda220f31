/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PARSE_H
#define PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * DOC: text as values, the opposite of format.h
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
 * parse_seconds() - seconds, from 0 to 10^9, with a fraction if wanted
 * @arg: the text
 * @ns: the value in nanoseconds
 *
 * Return: 0 or -EINVAL.
 */
int parse_seconds(const char *arg, uint64_t *ns);

/**
 * parse_decimal() - a whole number of decimal digits only
 * @arg: the text; it may go on after the number
 * @len: length of the number
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
 * parse_escapes() - text in which \t stands for a tab and \\ for a backslash, as for perf stat and awk
 * @arg: the text
 * @buf: filled in; in part written on failure
 * @size: of @buf
 *
 * Return: 0, -EINVAL if a backslash stands before anything else, -ENOSPC if the text is too long.
 */
int parse_escapes(const char *arg, char *buf, size_t size);

/**
 * typedef word_name_fn - the name of a number, or NULL beyond the last
 */
typedef const char *word_name_fn(int i);

/**
 * parse_words() - turn names, separated by commas, into a bit mask
 * @bits: the mask; bit i stands for @name(i), and i must be below 32
 * @arg: the names
 * @name: returns the known names
 *
 * Return: whether all names are known.
 */
bool parse_words(uint32_t *bits, const char *arg, word_name_fn *name);

#endif
