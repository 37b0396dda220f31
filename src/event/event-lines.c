// SPDX-License-Identifier: GPL-2.0-or-later
#include "event-lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/columns.h"
#include "base/format.h"
#include "config-fields.h"
#include "decision.h"
#include "event-fields.h"

#define LINE(member) offsetof(struct event_line, member)

static bool decides(const struct event *e)
{
	return e->type == EVENT_CALL || e->type == EVENT_DRIVER_KICK;
}

static const char *what_style(const void *row)
{
	const struct event *e = ((const struct event_line *)row)->e;

	if (e->type == EVENT_ERROR || e->type == EVENT_DISCARD || e->type == EVENT_DROP ||
	    (e->type == EVENT_CONFIG && ((const struct event_line *)row)->error))
		return "1;31";
	return decides(e) && e->flags & CALL_SIGNALLED ? "1;32" : NULL;
}

static const char *reason_style(const void *row)
{
	const struct event *e = ((const struct event_line *)row)->e;

	return decides(e) && e->reason == REASON_UNEXPLAINED ? "1;31" : NULL;
}

#define RING_HEAD "RING"

/*
 * 80 columns with times of up to a thousand seconds and a mark behind them, and device names of up to 7 letters. Times
 * that are longer take the place of the CPU and of the thread. The ring needs a wider terminal, or --wide.
 */
static const struct out_col beginning[] = {
	{ NULL, "CPU", OUT_U32, LINE(cpu), 3, .extra = 1 },
	{ NULL, "THREAD", OUT_INDEX, LINE(tid), 7, .extra = 2 },
	{ NULL, RING_HEAD, OUT_STRING, LINE(ring_text), -16, .grow = 6, .extra = OUT_EXTRA_LATE },
	{ "avail_pos", "AVAIL_POS", OUT_I64, LINE(avail_pos), 9, .extra = OUT_EXTRA_LATE },
	{ "used_pos", "USED_POS", OUT_I64, LINE(used_pos), 9, .extra = OUT_EXTRA_LATE },
	{ NULL, "DEVICE", OUT_STRING, LINE(shown_device), -6, .grow = 9 },
	{ NULL, "VQ", OUT_STRING, LINE(queue), -8 },
	{ NULL, "TYPE", OUT_STRING, LINE(what), -8, what_style },
	{ NULL, "REASON", OUT_STRING, LINE(reason), -11, reason_style },
};

#define MARK_WIDTH 2

#define NUMBERS								\
	{ NULL, "OLD", OUT_INDEX, LINE(old), 5 },			\
	{ NULL, "NEW", OUT_INDEX, LINE(new), 5 }
#define EVENT { NULL, "EVENT", OUT_INDEX, LINE(event), 5 }
#define NOTE { NULL, "", OUT_STRING, LINE(note) }

/* Events that have no numbers have their note in place of them. */
static const struct out_col ends[LINE_LAYOUTS][5] = {
	[LINE_EVENT] = { NUMBERS, EVENT, { 0 } },
	[LINE_MOVED] = { NUMBERS, EVENT, NOTE, { 0 } },
	[LINE_NUMBERS] = { NUMBERS, NOTE, { 0 } },
	[LINE_NOTE] = { NOTE, { 0 } },
	[LINE_CONFIG] = { NOTE, { 0 } },
};

void event_line_columns(enum line_layout layout, struct out_col cols[EVENT_COLS_MAX])
{
	memcpy(cols, beginning, sizeof(beginning));
	memcpy(cols + ARRAY_SIZE(beginning), ends[layout], sizeof(ends[layout]));
}

static enum line_layout layout_of(const struct event_line *l)
{
	switch (l->e->type) {
	case EVENT_KICK:
	case EVENT_BUSYPOLL:
	case EVENT_INJECT:
	case EVENT_DISCARD:
		return LINE_NOTE;
	case EVENT_CONFIG:
	case EVENT_DROP:
		return LINE_CONFIG;
	case EVENT_RUN:
		return l->note ? LINE_NUMBERS : LINE_EVENT;
	default:
		return l->note ? LINE_MOVED : LINE_EVENT;
	}
}

/* A note is as wide as the columns leave it room; it is cut like a name. */
static void limit_note(struct out_col *cols, int room)
{
	for (; !out_col_ends(cols + 1); cols++)
		room -= abs(cols->width) + 1;
	if (room > 0)
		cols->width = -room;
}

/* All layouts begin with the columns that fit the one with three numbers. */
static void choose_columns(struct event_lines *l, const struct out *o, int time)
{
	struct out_col all[EVENT_COLS_MAX] = { 0 }, *c = all;
	size_t count = 0;

	if (time != TIME_NONE)
		*c++ = time_column(time, LINE(shown));
	memcpy(c, beginning, sizeof(beginning));
	memcpy(c + ARRAY_SIZE(beginning), ends[LINE_EVENT], sizeof(ends[LINE_EVENT]));
	columns_what_fits(l->cols[LINE_EVENT], all, o, MARK_WIDTH);
	while (strcmp(l->cols[LINE_EVENT][count].head, ends[LINE_EVENT][0].head))
		l->wide |= !strcmp(l->cols[LINE_EVENT][count++].head, RING_HEAD);
	for (int i = 0; i < LINE_LAYOUTS; i++) {
		if (i != LINE_EVENT)
			memcpy(l->cols[i], l->cols[LINE_EVENT], count * sizeof(*c));
		memcpy(l->cols[i] + count, ends[i], sizeof(ends[i]));
		if (i != LINE_EVENT && i != LINE_CONFIG)
			limit_note(l->cols[i], out_width(o));
	}
	/* Names of ioctls are longer than reasons. */
	l->cols[LINE_CONFIG][count - 1].width = 0;
	l->config_room = out_width(o);
	for (size_t i = 0; i < count - 1; i++)
		l->config_room -= abs(l->cols[LINE_CONFIG][i].width) + 1;
}

void event_lines_init(struct event_lines *l, const struct out *o, int time, uint64_t since, uint64_t wall)
{
	*l = (struct event_lines){ 0 };
	time_column_init(&l->time, time, since, wall);
	choose_columns(l, o, time);
}

void event_lines_header(const struct event_lines *l, struct out *o)
{
	out_header(o, l->cols[LINE_EVENT]);
}

void event_lines_print(struct event_lines *l, struct out *o, const struct queue_name *q, const struct event *e)
{
	struct event_line line;

	event_line_fill(&line, q, e);
	if (o->json) {
		out_json(o, event_line_json(&line));
		return;
	}
	line.shown = time_column_show(&l->time, e->time);
	if (l->wide)
		event_line_widen(&line);
	if (e->type == EVENT_CONFIG)
		config_note(&line, l->config_room);
	out_row(o, l->cols[layout_of(&line)], &line);
}

struct lost_row {
	uint64_t time, events;
};

void event_lines_lost(struct out *o, uint64_t events, uint64_t time)
{
	static const struct out_col cols[] = {
		{ "time", NULL, OUT_NSEC, offsetof(struct lost_row, time) },
		{ "events", NULL, OUT_U64, offsetof(struct lost_row, events) },
		{ 0 },
	};
	const struct lost_row row = { time, events };
	char on[16], off[16];

	if (o->json) {
		out_json(o, out_object("lost", cols, &row));
		return;
	}
	fprintf(o->file, "%s-- %" PRIu64 " event%s lost --%s\n", out_sgr(o, "1;31", on), events, plural(events),
		out_sgr(o, "", off));
}
