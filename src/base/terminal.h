/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

/**
 * terminal_is_dumb() - does the environment name a terminal without escape sequences?
 *
 * Return: whether TERM is "dumb", empty or not set.
 */
bool terminal_is_dumb(void);

/**
 * terminal_has_escapes() - is this a terminal that takes escape sequences: for colours, to erase, to move the cursor?
 * @fd: a descriptor
 */
bool terminal_has_escapes(int fd);

/**
 * struct terminal_size - the size of a terminal, in characters; 0: not known
 */
struct terminal_size {
	int rows, columns;
};

/**
 * terminal_size() - how large is the terminal?
 * @fd: a descriptor
 *
 * Return: its size; zeroes if it is none.
 */
struct terminal_size terminal_size(int fd);

#endif
