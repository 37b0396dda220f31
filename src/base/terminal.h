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

#endif
