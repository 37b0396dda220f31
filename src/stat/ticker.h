/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TICKER_H
#define TICKER_H

#include <stdint.h>

#include "counters.h"

/**
 * DOC: when to look at the counters
 */

/* What ticker_wait() has waited for. */
enum tick {
	TICK_DUE,		/* an interval is over */
	TICK_ASKED,		/* SIGUSR1 asks for a look now */
	TICK_KEY,		/* there is something to read */
	TICK_END,		/* the duration is over, or somebody wants it to end */
	TICK_GONE,		/* nobody reads the output any more */
};

/**
 * struct ticker - intervals, their end, and who may ask in between
 * @interval: nanoseconds; 0: none
 * @next: when the interval is over; UINT64_MAX: never
 * @deadline: when all is; UINT64_MAX: not by itself
 * @output: descriptor that is written to
 * @input: descriptor to be read, or -1
 * @asked: SIGUSR1's
 */
struct ticker {
	uint64_t interval, next, deadline;
	int output, input;
	int asked;
};

/* Until ticker_init(), SIGUSR1 is to do nothing, instead of killing. */
void ticker_ignore(void);

/**
 * ticker_init() - from now on, SIGUSR1 asks for a look
 * @t: the ticker, for ticker_release()
 * @interval: nanoseconds; 0: none
 * @duration: nanoseconds from now; 0: until somebody wants it to end
 * @output: descriptor that is written to
 * @input: descriptor to be read, or -1
 *
 * Return: 0 or -errno.
 */
int ticker_init(struct ticker *t, uint64_t interval, uint64_t duration, int output, int input);

/**
 * ticker_wait() - wait for the next, and sample meanwhile
 *
 * Return: an enum tick, or -errno.
 */
int ticker_wait(struct ticker *t, struct counters *c);

void ticker_release(struct ticker *t);

#endif
