/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_SCREEN_H
#define TOP_SCREEN_H

#include <stdbool.h>

#include "top-text.h"
#include "top-view.h"

/**
 * DOC: top on a terminal
 *
 * Between opening and closing the terminal belongs to curses, and nobody may print. Keys, and the signals that concern a
 * terminal, are read from one descriptor.
 */

struct top_screen;

/**
 * top_screen_open() - take over the terminal of standard input and output
 * @screen: the result, for top_screen_close()
 * @color: if the terminal has any
 *
 * Return: 0, -ENOTTY if nothing is known about this kind of terminal, or another -errno.
 */
int top_screen_open(struct top_screen **screen, bool color);

/* Readable when top_screen_key() has something. */
int top_screen_fd(const struct top_screen *s);

/**
 * top_screen_key() - what was pressed
 *
 * A change of the terminal's size is a key that does nothing, as is one that nobody knows. A terminal that is gone, or a
 * signal that ends, is TOP_KEY_QUIT.
 *
 * Return: an enum top_key, or -EAGAIN if there is nothing more.
 */
int top_screen_key(struct top_screen *s);

/* Show all of it. */
void top_screen_draw(struct top_screen *s, struct top_view *v, const struct top_moment *m);

/* Give the terminal back as it was; NULL is fine. */
void top_screen_close(struct top_screen *s);

#endif
