// SPDX-License-Identifier: GPL-2.0-or-later
#include "event-lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/format.h"
#include "decision.h"
#include "event-fields.h"

const char *const event_time_names[] = { "rel", "abs", "delta", "none", NULL };

#define LINE(member) offsetof(struct event_line, member)

static bool decides(const struct event *e)
{
	return e->type == EVENT_CALL || e->type == EVENT_DRIVER_KICK;
}

static const char *what_style(const void *row)
{
	const struct event *e = ((const struct event_line *)row)->e;

	if (e->type == EVENT_ERROR)
		return "1;31";
	return decides(e) && e->flags & CALL_SIGNALLED ? "1;32" : NULL;
}

static const char *reason_style(const void *row)
{
	const struct event *e = ((const struct event_line *)row)->e;

	return decides(e) && e->reason == REASON_UNEXPLAINED ? "1;31" : NULL;
}

/*
 * 80 columns, during the first thousand seconds and for device names of up to 7 letters. Events that have no numbers
 * have their note in place of them.
 */
#define BEGINNING							\
	{ NULL, "TIME", OUT_NSEC, LINE(shown), 10 },			\
	{ NULL, "CPU", OUT_U32, LINE(cpu), 3 },				\
	{ NULL, "THREAD", OUT_INDEX, LINE(tid), 7 },			\
	{ NULL, "DEVICE", OUT_STRING, LINE(device), -7 },		\
	{ NULL, "VQ", OUT_STRING, LINE(queue), -8 },			\
	{ NULL, "TYPE", OUT_STRING, LINE(what), -8, what_style },	\
	{ NULL, "REASON", OUT_STRING, LINE(reason), -11, reason_style }
#define NUMBERS								\
	{ NULL, "OLD", OUT_INDEX, LINE(old), 5 },			\
	{ NULL, "NEW", OUT_INDEX, LINE(new), 5 }
#define EVENT { NULL, "EVENT", OUT_INDEX, LINE(event), 5 }
#define NOTE { NULL, "", OUT_STRING, LINE(note) }

static const struct out_col texts[LINE_LAYOUTS][EVENT_COLS_MAX] = {
	[LINE_EVENT] = { BEGINNING, NUMBERS, EVENT, { 0 } },
	[LINE_MOVED] = { BEGINNING, NUMBERS, EVENT, NOTE, { 0 } },
	[LINE_NUMBERS] = { BEGINNING, NUMBERS, NOTE, { 0 } },
	[LINE_NOTE] = { BEGINNING, NOTE, { 0 } },
};

static enum line_layout layout_of(const struct event_line *l)
{
	switch (l->e->type) {
	case EVENT_KICK:
	case EVENT_BUSYPOLL:
	case EVENT_CONFIG:
		return LINE_NOTE;
	case EVENT_RUN:
		return l->note ? LINE_NUMBERS : LINE_EVENT;
	default:
		return l->note ? LINE_MOVED : LINE_EVENT;
	}
}

void event_lines_init(struct event_lines *l, enum event_time time, uint64_t since, uint64_t wall)
{
	*l = (struct event_lines){ .time = time, .since = since, .wall = wall, .second = UINT64_MAX };
	for (int i = 0; i < LINE_LAYOUTS; i++) {
		memcpy(l->cols[i], texts[i], sizeof(texts[i]));
		if (time == TIME_ABS)
			l->cols[i][0] = (struct out_col){ NULL, "TIME", OUT_STRING, LINE(clock), 15 };
	}
}

static const struct out_col *columns(const struct event_lines *l, enum line_layout layout)
{
	return l->cols[layout] + (l->time == TIME_NONE);
}

void event_lines_header(const struct event_lines *l, struct out *o)
{
	out_header(o, columns(l, LINE_EVENT));
}

/* All but the fraction changes only once a second. */
static const char *time_of_day(struct event_lines *l, uint64_t boottime)
{
	uint64_t ns = boottime + l->wall;
	time_t second = (time_t)(ns / NSEC_PER_SEC);
	struct tm tm;

	if (l->second != ns / NSEC_PER_SEC) {
		localtime_r(&second, &tm);
		strftime(l->clock, sizeof(l->clock), "%H:%M:%S.", &tm);
		l->second = ns / NSEC_PER_SEC;
	}
	snprintf(l->clock + 9, sizeof(l->clock) - 9, "%06" PRIu64, ns % NSEC_PER_SEC / 1000);
	return l->clock;
}

static void set_time(struct event_lines *l, struct event_line *line, uint64_t time)
{
	/* Events of several CPUs are in the order of the ring buffer, which may differ a little from that of time. */
	line->shown = time > l->since ? time - l->since : 0;
	line->clock = l->time == TIME_ABS ? time_of_day(l, time) : NULL;
	if (l->time == TIME_DELTA)
		l->since = time;
}

void event_lines_print(struct event_lines *l, struct out *o, const struct queue_name *q, const struct event *e)
{
	struct event_line line;

	event_line_fill(&line, q, e);
	if (o->json) {
		out_json(o, event_line_json(&line));
		return;
	}
	set_time(l, &line, e->time);
	out_row(o, columns(l, layout_of(&line)), &line);
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
