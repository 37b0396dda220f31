/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FORECAST_H
#define FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/inspect-record.h"

/**
 * DOC: what follows
 *
 * From both sides' indexes of a queue follows what each side does next, and what it waits for. The rule is that of
 * event-idx.h, and is asked forwards here: which index has to be reached for it to answer "notify"?
 *
 * What the driver has kicked for, and up to where it has taken used buffers, stands nowhere but in the driver. It is
 * taken to have decided about everything that it has published.
 */

/* What a queue is for. */
enum forecast_role { FORECAST_RX, FORECAST_TX, FORECAST_OTHER };

/* When a side notifies the other. */
enum forecast_when {
	FORECAST_AT,		/* when the index reaches forecast_notice.at */
	FORECAST_NEXT,		/* with the next buffer, without an index that is asked for */
	FORECAST_NOT_WANTED,	/* not while the other side's flag says so */
	FORECAST_NOBODY,	/* there is nobody to notify, or nobody who would */
	FORECAST_UNKNOWN,	/* the word that it depends on could not be read, or is of another moment */
};

/**
 * struct forecast_notice - when a side notifies the other
 * @when: see enum forecast_when
 * @at: with FORECAST_AT: the first index that makes it notify, if it comes to that one
 * @away: with FORECAST_AT: how many entries until then, 1 to 65536
 */
struct forecast_notice {
	enum forecast_when when;
	uint16_t at;
	uint32_t away;
};

/* Numbers of buffers that cannot be told. */
#define FORECAST_NONE (-1)

#define FORECAST_LINES 9
#define FORECAST_LINE 160

/**
 * struct forecast - what follows from a queue's state
 * @call: when the device calls the driver
 * @kick: when the driver kicks the device
 * @waiting: buffers that the driver has published and the device has not taken; FORECAST_NONE if not known
 * @taken: buffers that the device has taken and not given back; FORECAST_NONE if not known, as without a backend: the
 *	   kernel sets last_used_idx when it gets one
 * @count: number of lines
 * @lines: all of it in words, without a full stop
 */
struct forecast {
	struct forecast_notice call, kick;
	int32_t waiting, taken;
	unsigned int count;
	char lines[FORECAST_LINES][FORECAST_LINE];
};

/**
 * forecast_of() - what follows from a queue's state
 * @q: the queue
 * @role: what it is for
 * @p: the result
 */
void forecast_of(const struct inspect_queue *q, enum forecast_role role, struct forecast *p);

/**
 * forecast_reach() - the first index at which the rule says to notify
 * @event: the entry that the other side wants to hear of
 * @told: index at the last decision: the rule's old
 * @now: index that is published; from @told on, and not the whole way round to @told - 1
 *
 * One entry is published at a time from @now on, and decided upon each time.
 */
struct forecast_notice forecast_reach(uint16_t event, uint16_t told, uint16_t now);

/**
 * forecast_unread() - why a word has no value
 * @w: the word
 *
 * Return: In words, such as "not mapped"; NULL if it has a value.
 */
const char *forecast_unread(const struct inspect_word *w);

#endif
