/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CPU_LIST_H
#define CPU_LIST_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: sets of CPUs as text, "0-3,5", as taskset(1), cpuset(7) and sysfs have them
 *
 * A set is an array of words of 64 bits, the lowest CPU in the lowest bit of the first.
 */

/**
 * cpu_list_text() - a set as text
 * @words: the set
 * @count: number of @words
 * @buf: the result, ended by 0; a set that does not fit ends in "...", behind a whole range
 * @len: its size, 8 at least
 *
 * Return: @buf; empty for the empty set.
 */
const char *cpu_list_text(const uint64_t *words, size_t count, char *buf, size_t len);

/**
 * cpu_list_parse() - read a set from text
 * @text: the text; a newline may end it; empty: the empty set
 * @words: the result
 * @count: number of @words
 *
 * Return: 0; -EINVAL if it is no set, -ERANGE if it has a CPU beyond @words.
 */
int cpu_list_parse(const char *text, uint64_t *words, size_t count);

/* Return: the number of CPUs in a set of @count words. */
size_t cpu_list_count(const uint64_t *words, size_t count);

#endif
