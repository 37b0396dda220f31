/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STEPS_H
#define STEPS_H

#include <stdio.h>
#include <stdlib.h>

/**
 * DOC: steps of a program that a test drives
 *
 * Before each step it waits for a line, and after each step it prints {"type":"done"}. The end of its input is its end.
 * client() and step() of tracing.sh are the other side.
 */

static inline void wait_step(void)
{
	if (getchar() == EOF)
		exit(0);
}

static inline void done(void)
{
	puts("{\"type\":\"done\"}");
	fflush(stdout);
}

#endif
