/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_TEXT_H
#define TOP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "top-view.h"

/**
 * DOC: what top shows as text, for the screen and for pipes
 *
 * All of it is ASCII, a byte a column, but for sparklines and bars in UTF-8.
 */

/* The table has this width at least; the screen as many lines for the details. */
#define TOP_WIDTH 80
#define TOP_HEIGHT 24

/* Room for a text of ASCII as wide as a terminal is taken to be at most, or for a sparkline in UTF-8. */
#define TOP_TEXT_MAX (TOP_PAST * 3 + 1)

/**
 * struct top_field - where a column is
 * @head: its head; NULL: the column is not there
 * @x: where it begins
 * @width: negative for left-aligned
 */
struct top_field {
	const char *head;
	int x, width;
};

/**
 * struct top_layout - the table at some width
 * @columns: by enum top_column
 * @why_call: the most frequent reason of calls
 * @why_not: that of suppressions
 * @past: the sparkline of buffers
 */
struct top_layout {
	struct top_field columns[TOP_COLUMNS];
	struct top_field why_call, why_not, past;
};

/* How options call the columns; ended by NULL. */
extern const char *const top_column_names[];

/* Lay the table out for so many columns of a terminal. */
struct top_layout top_layout(int width);

/* The text of a cell, without what fills it up to its width; longer names end in '+'. */
void top_cell(const struct top_queue *q, int column, int width, char *buf, size_t len);

/*
 * "crossed 97%": the most frequent reason of the last interval for an act (0: suppressed, 1: signalled), "-" without.
 */
void top_main_reason(const struct top_queue *q, int act, char *buf, size_t len);

/* A number with three digits, or all before the point, or as many as fit, with k, M...; "-" if it is negative. */
void top_number(double value, int width, char *buf, size_t len);

/**
 * struct top_moment - what the header says apart from the view
 * @clock: time of day, as text
 * @uptime_ns: of the host
 * @sample: see struct counters_options
 */
struct top_moment {
	const char *clock;
	uint64_t uptime_ns;
	uint32_t sample;
};

#define TOP_HEADER_LINES 2

/* One of the header's lines. The first is of TOP_WIDTH at most; the other may be longer, with the rates at its end. */
void top_header(const struct top_view *v, const struct top_moment *m, int line, char *buf, size_t len);

/**
 * top_sparkline() - the last intervals, the newest on the right
 * @q: the queue
 * @series: an enum top_series
 * @width: how many
 * @utf8: draw with U+2581 to U+2588, else with ASCII
 * @buf: of TOP_TEXT_MAX
 *
 * The scale is that of what is shown: from zero to the largest. Nothing is drawn where there is no value.
 */
void top_sparkline(const struct top_queue *q, int series, int width, bool utf8, char *buf);

/* The largest of the same; negative if there is none. */
double top_past_max(const struct top_queue *q, int series, int width);

/* A bar for a share of the whole, from 0 to 1; @buf is of TOP_TEXT_MAX. */
void top_bar(double share, int width, bool utf8, char *buf);

/* One line of the help: key and what it does; NULL behind the last. */
const char *top_help(int line);

/* The keys in one line of TOP_WIDTH at most. */
const char *top_footer(int page);

/* Text that may hold anything: what is not printable ASCII becomes '?'. */
void top_plain(char *text);

#endif
