/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENT_LINES_H
#define EVENT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"
#include "base/time-column.h"
#include "bpf/events.h"
#include "queue-name.h"

/**
 * DOC: an event as a line of text or as JSON
 */

/* The layout of a line: its last columns. */
enum line_layout {
	LINE_EVENT,		/* three numbers */
	LINE_MOVED,		/* and a mark */
	LINE_NUMBERS,		/* two numbers and a note */
	LINE_NOTE,		/* a note */
	LINE_CONFIG,		/* a note, right behind the reason */
	LINE_LAYOUTS,
};

#define EVENT_COLS_MAX 16

/**
 * struct event_lines - state of printing lines
 * @cols: the columns of text, by layout
 * @time: the column of times
 * @wide: lines have the columns of the ring
 * @config_room: columns that are left for the reason and the note of LINE_CONFIG
 */
struct event_lines {
	struct out_col cols[LINE_LAYOUTS][EVENT_COLS_MAX];
	struct time_column time;
	bool wide;
	int config_room;
};

/**
 * event_lines_init() - begin to print lines
 * @l: filled in
 * @o: the output
 * @time: the time in a line of text, an enum time_how
 * @since: when tracing began, in nanoseconds of CLOCK_BOOTTIME
 * @wall: nanoseconds from that clock to CLOCK_REALTIME
 */
void event_lines_init(struct event_lines *l, const struct out *o, int time, uint64_t since, uint64_t wall);

/**
 * event_line_columns() - the columns of a layout, which are also those by which a line is read
 * @layout: the layout
 * @cols: filled in with all columns but the time, which comes first; their offsets are those of struct event_line
 */
void event_line_columns(enum line_layout layout, struct out_col cols[EVENT_COLS_MAX]);

/**
 * event_lines_header() - print the heads of the columns, if the output is text
 * @l: the lines
 * @o: the output
 */
void event_lines_header(const struct event_lines *l, struct out *o);

/**
 * event_lines_print() - print an event
 * @l: the lines
 * @o: the output
 * @q: the event's queue
 * @e: the event
 */
void event_lines_print(struct event_lines *l, struct out *o, const struct queue_name *q, const struct event *e);

/**
 * event_lines_lost() - print that events were lost
 * @o: the output
 * @events: how many since the last such line
 * @time: when it was noticed, in nanoseconds of CLOCK_BOOTTIME
 */
void event_lines_lost(struct out *o, uint64_t events, uint64_t time);

#endif
