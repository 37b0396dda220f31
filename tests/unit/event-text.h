/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_TEXT_H
#define EVENT_TEXT_H

#include <stdio.h>
#include <stdlib.h>

#include "event/event-lines.h"

/* The line of an event as trace prints it with these options, for the caller to free. */
static inline char *event_text(const struct queue_name *q, const void *event, const struct out *options, int time)
{
	struct event_lines lines;
	char *text = NULL;
	struct out o;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	out_init(&o, f, options->json, false, COLOR_NEVER);
	o.width = options->width;
	o.whole = options->whole;
	event_lines_init(&lines, &o, time, 1000000000, 0);
	event_lines_print(&lines, &o, q, event);
	fclose(f);
	return text;
}

#endif
