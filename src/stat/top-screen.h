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
 * While the screen is open, the terminal belongs to curses and nothing else may print. The event loop waits for keys
 * and for the signals of a terminal.
 */

struct top_screen;

/**
 * top_screen_open() - take over the terminal of standard input and output
 * @screen: the result, for top_screen_close()
 * @loop: waits for keys and signals; must not run after top_screen_close(), nor after this has failed
 * @keys: called by the loop when there may be keys, or everything has to be drawn again
 * @arg: for @keys
 * @color: use colour if the terminal has any
 *
 * Return: 0, -ENOTTY if the type of the terminal is unknown, or another -errno.
 */
int top_screen_open(struct top_screen **screen, struct loop *loop, loop_fn *keys, void *arg, bool color);

/**
 * top_screen_key() - read a key
 *
 * An unknown key does nothing. If the terminal is gone, or a signal ended the screen, the key is TOP_KEY_QUIT.
 *
 * Return: an enum top_key, or -EAGAIN if there is nothing more.
 */
int top_screen_key(struct top_screen *s);

/* Draw everything. */
void top_screen_draw(struct top_screen *s, struct top_view *v, const struct top_moment *m);

/* Restore the terminal; NULL is fine. */
void top_screen_close(struct top_screen *s);

#endif
