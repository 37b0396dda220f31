/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_DRAW_H
#define TOP_DRAW_H

#include <stdbool.h>

#include "top-text.h"
#include "top-view.h"

/**
 * struct top_draw - style of drawing
 * @utf8: draw sparklines and bars with block elements
 * @color: use colour
 */
struct top_draw {
	bool utf8, color;
};

/* Initialize all but @d->utf8, after curses was initialized; @color: use colour if the terminal has any. */
void top_draw_init(struct top_draw *d, bool color);

/* Draw the view's page on curses' standard screen, and show it. */
void top_draw(const struct top_draw *d, struct top_view *v, const struct top_moment *m);

#endif
