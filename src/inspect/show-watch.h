/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHOW_WATCH_H
#define SHOW_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"

/* Move the cursor home, and clear the screen below it. */
#define SHOW_CLEAR "\033[H\033[J"

/**
 * struct show_watch - how a device is shown again and again, with --watch
 * @out: the output
 * @word: the user's word for the device
 * @redraw: each look overwrites the one before
 * @show: looks and prints; returns the number of devices shown, or -errno
 * @arg: for @show
 */
struct show_watch {
	struct out *out;
	const char *word;
	bool redraw;
	int (*show)(void *arg);
	void *arg;
};

/* Return: whether each look overwrites the one before. @interval: nanoseconds between looks; 0: there is one only */
bool show_redraws(const struct out *o, uint64_t interval);

/**
 * show_watch() - look again until the device is gone, which is said, or a stop request comes
 * @w: what to show
 * @interval: nanoseconds between looks, and before the first one
 *
 * Return: 0 or -errno.
 */
int show_watch(struct show_watch *w, uint64_t interval);

#endif
