/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KICK_REPORT_H
#define KICK_REPORT_H

#include <stdbool.h>

#include "base/out.h"
#include "eventfd-copy.h"
#include "inspect.h"

/* The two notifications. */
enum kick_what { KICK_KICK, KICK_CALL };

/**
 * struct kick_report - a notification and its result
 * @what: kick or call
 * @device: the device
 * @queue: name of its queue
 * @copy: our copy of the eventfd
 * @sent: the notification was sent
 * @before: the queue after the eventfd was copied, before the notification
 * @after: the queue afterwards; NULL if it is gone, or nothing was sent
 */
struct kick_report {
	enum kick_what what;
	const struct inspect_device *device;
	const char *queue;
	const struct eventfd_copy *copy;
	bool sent;
	const struct inspect_queue *before, *after;
};

/**
 * kick_name() - "kick", "call"
 * @what: which
 */
const char *kick_name(enum kick_what what);

/**
 * kick_eventfd() - the eventfd that a notification goes through
 * @what: which
 * @q: the queue
 */
const struct inspect_eventfd *kick_eventfd(enum kick_what what, const struct inspect_queue *q);

/**
 * kick_heard() - did the other side react?
 * @what: the notification that was sent
 * @before: the queue before that
 * @after: the queue afterwards
 *
 * Return: Whether the device took or returned buffers, or the driver read the call.
 */
bool kick_heard(enum kick_what what, const struct inspect_queue *before, const struct inspect_queue *after);

/**
 * kick_same() - are all reported fields the same?
 * @a: one look at a queue
 * @b: another
 */
bool kick_same(const struct inspect_queue *a, const struct inspect_queue *b);

/**
 * kick_report() - print a report as text, for a terminal of 80 columns, or as one JSON object
 * @o: the output
 * @r: the report
 */
void kick_report(struct out *o, const struct kick_report *r);

#endif
