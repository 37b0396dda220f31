/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_SCREEN_H
#define TOP_SCREEN_H

#include <stdbool.h>

#include "base/loop.h"
#include "top-text.h"
#include "top-view.h"

/**
 * DOC: top on a terminal
 *
 * Between opening and closing the terminal belongs to curses, and nobody may print. A loop waits for keys and for the
 * signals that concern a terminal.
 */

struct top_screen;

/**
 * top_screen_open() - take over the terminal of standard input and output
 * @screen: the result, for top_screen_close()
 * @loop: where to wait for keys and signals; must not run after top_screen_close(), nor after this has failed
 * @keys: called by the loop when there may be keys, or all is to be drawn again
 * @arg: for @keys
 * @color: if the terminal has any
 *
 * Return: 0, -ENOTTY if nothing is known about this kind of terminal, or another -errno.
 */
int top_screen_open(struct top_screen **screen, struct loop *loop, loop_fn *keys, void *arg, bool color);

/**
 * top_screen_key() - what was pressed
 *
 * A key that nobody knows does nothing. A terminal that is gone, or a signal that ends, is TOP_KEY_QUIT.
 *
 * Return: an enum top_key, or -EAGAIN if there is nothing more.
 */
int top_screen_key(struct top_screen *s);

/* Show all of it. */
void top_screen_draw(struct top_screen *s, struct top_view *v, const struct top_moment *m);

/* Give the terminal back as it was; NULL is fine. */
void top_screen_close(struct top_screen *s);

#endif
