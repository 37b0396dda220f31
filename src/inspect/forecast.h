/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FORECAST_H
#define FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/inspect-record.h"

/**
 * DOC: the next step of each side
 *
 * The indexes of both sides tell what each side of a queue does next, and what it waits for. The rule is that of
 * event-idx.h, used forwards: at which index does it say "notify" for the first time?
 *
 * Only the driver knows for which buffers it has kicked, and which used buffers it has taken back. We assume that it
 * has decided about all buffers that it has published.
 */

/* What a queue is for, as the driver sees it. The first two are vhost-net's, whose backend may be polled. */
enum forecast_role {
	FORECAST_RX,
	FORECAST_TX,
	FORECAST_KEPT,		/* the device keeps the buffers until it has something for the driver */
	FORECAST_REQUESTS,	/* it takes each buffer at once */
};

/* When a side notifies the other. */
enum forecast_when {
	FORECAST_AT,		/* when the index reaches forecast_notice.at */
	FORECAST_NEXT,		/* with the next buffer, whatever the event index is */
	FORECAST_NOT_WANTED,	/* never, while the other side's flag is set */
	FORECAST_NOBODY,	/* never: no ring, no backend or no call eventfd */
	FORECAST_UNKNOWN,	/* a word could not be read, or the queue moved during the look */
};

/**
 * struct forecast_notice - when a side notifies the other
 * @when: see enum forecast_when
 * @at: with FORECAST_AT: the first index at which it notifies
 * @away: with FORECAST_AT: entries until then, 1 to 65536
 */
struct forecast_notice {
	enum forecast_when when;
	uint16_t at;
	uint32_t away;
};

/* The number of buffers is not known. */
#define FORECAST_NONE (-1)

/* Most lines of a forecast, and room for one. */
#define FORECAST_LINES 9
#define FORECAST_LINE 160

/**
 * struct forecast - the next step of each side of a queue
 * @call: when the device calls the driver
 * @kick: when the driver kicks the device
 * @waiting: buffers that the driver has published and the device has not taken; FORECAST_NONE if not known
 * @taken: buffers that the device has taken and not returned; FORECAST_NONE if not known, or without a backend: the
 *	   kernel sets last_used_idx only when the queue gets one
 * @count: number of lines
 * @lines: the forecast in words, without full stops
 */
struct forecast {
	struct forecast_notice call, kick;
	int32_t waiting, taken;
	unsigned int count;
	char lines[FORECAST_LINES][FORECAST_LINE];
};

/**
 * forecast_of() - tell the next step of each side from a queue's state
 * @q: the queue
 * @role: what it is for
 * @p: the result
 */
void forecast_of(const struct inspect_queue *q, enum forecast_role role, struct forecast *p);

/**
 * forecast_reach() - the first index at which the rule says to notify
 * @event: the entry for which the other side wants a notification
 * @told: index at the last decision: "old" in the rule
 * @now: published index: any but @told - 1
 *
 * Assumes that from @now on each entry is published alone, with a decision for each.
 *
 * Return: A notice with FORECAST_AT.
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
