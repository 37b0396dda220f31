/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_READ_H
#define EVENT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/events.h"

/**
 * DOC: an event from a line that event_lines_print() has printed, text or JSON, the opposite of event-lines.h
 *
 * The words of a line of text are taken by the columns of event-lines.c, from its end, where every word is one of a
 * few: a device may have any name. So the time may be there in any form, or not at all.
 */

#define EVENT_READ_NAME 64
#define EVENT_READ_WHY 128

/**
 * struct event_read - an event as it was read
 * @type: enum event_type; a line of text that says only "suppress" is EVENT_DRIVER_KICK if its queue has no name of
 *	  vhost's
 * @signalled: the decision: to signal, or to kick
 * @reason: enum reason
 * @old: an index, as all of these, or -1 for none
 * @new: likewise
 * @event: the event index in the decision
 * @flags: the flags in it, which lines of text do not have
 * @packed: the ring is packed, which only JSON tells
 * @device: the name, cut to fit; empty if there is none
 * @queue: likewise
 * @why: what is wrong or missing, if it could not be read: "it has no ..."
 *
 * All but @type and @why are of decisions only. The names are as the line has them: any bytes.
 */
struct event_read {
	enum event_type type;
	bool signalled;
	enum reason reason;
	int32_t old, new, event, flags;
	bool packed;
	char device[EVENT_READ_NAME], queue[EVENT_READ_NAME];
	char why[EVENT_READ_WHY];
};

/**
 * event_decides() - is an event of this type a decision?
 * @type: the type
 */
static inline bool event_decides(enum event_type type)
{
	return type == EVENT_CALL || type == EVENT_DRIVER_KICK;
}

/**
 * event_read() - read a line
 * @line: the line, with or without its end
 * @r: filled in
 *
 * Return: 0; -ENOMSG if it is no event, like trace's first and last lines; -EINVAL if it is an event, but a part that
 * is needed is missing or wrong, or if its JSON is wrong; -ENOMEM. @r->why says more.
 */
int event_read(const char *line, struct event_read *r);

#endif
