/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_DRAW_H
#define TOP_DRAW_H

#include <stdbool.h>

#include "top-text.h"
#include "top-view.h"

/**
 * struct top_draw - how it is drawn
 * @utf8: sparklines and bars are of block elements
 * @color: there is colour
 */
struct top_draw {
	bool utf8, color;
};

/* Once curses has begun; @color: if the terminal has any. @utf8 is the caller's. */
void top_draw_init(struct top_draw *d, bool color);

/* Draw the view's page on curses' standard screen, and show it. */
void top_draw(const struct top_draw *d, struct top_view *v, const struct top_moment *m);

#endif
