/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_TEXT_H
#define TOP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "top-view.h"

/**
 * DOC: the texts of top, for the screen and for pipes
 *
 * All text is ASCII, one byte per column, except sparklines and bars in UTF-8.
 */

/* Smallest width of the table, and smallest height of the screen for the details. */
#define TOP_WIDTH 80
#define TOP_HEIGHT 24

/* Room for ASCII text of the widest terminal, or for a sparkline in UTF-8. */
#define TOP_TEXT_MAX (TOP_PAST * 3 + 1)

/**
 * struct top_field - place of a column
 * @head: its head; NULL: the column is not shown
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
 * @on_cpu: the CPU that the worker ran on last
 * @why_call: the most frequent reason of calls
 * @why_not: that of suppressions
 * @past: the sparkline of buffers
 */
struct top_layout {
	struct top_field columns[TOP_COLUMNS];
	struct top_field on_cpu, why_call, why_not, past;
};

/* The most columns of --batch: with the time, and the worker's CPU. */
#define TOP_TABLE_COLUMNS (TOP_COLUMNS + 2)

/* For OPT_PARSE: the name of a column into an int: an enum top_column. */
const char *parse_top_column(void *field, const char *arg);

/**
 * top_table() - the columns of --batch
 * @table: filled in with those that fit
 * @o: the output
 * @v: the view, whose names need room
 * @how: an enum time_how; the rows' @shown has the time
 */
void top_table(struct out_col table[TOP_TABLE_COLUMNS + 1], const struct out *o, const struct top_view *v, int how);

/* Lay out the table for a terminal of @width columns. */
struct top_layout top_layout(int width);

/* The text of a cell, not padded to its width; names that are cut end in '+'. */
void top_cell(const struct top_queue *q, int column, int width, char *buf, size_t len);

/* The text of the CPU that a queue's worker ran on last. */
void top_on_cpu(const struct top_queue *q, char *buf, size_t len);

/*
 * "crossed 97%": the most frequent reason of the last interval for an act (0: suppressed, 1: signalled), "-" without.
 */
void top_main_reason(const struct top_queue *q, int act, char *buf, size_t len);

/*
 * A number with three digits, or with all digits before the decimal point; with as many as fit and k, M... if it is too
 * long; "-" if it is negative.
 */
void top_number(double value, int width, char *buf, size_t len);

/**
 * struct top_moment - contents of the header that are not in the view
 * @clock: time of day, as text
 * @uptime_ns: uptime of the host, nanoseconds
 * @sample: see struct counters_options
 */
struct top_moment {
	const char *clock;
	uint64_t uptime_ns;
	uint32_t sample;
};

#define TOP_HEADER_LINES 2

/* A line of the header. The first has at most TOP_WIDTH columns; the second may be longer and ends with the rates. */
void top_header(const struct top_view *v, const struct top_moment *m, int line, char *buf, size_t len);

/**
 * top_sparkline() - draw the last intervals, the newest on the right
 * @q: the queue
 * @series: an enum top_series
 * @width: number of intervals
 * @utf8: draw with U+2581 to U+2588, else with ASCII
 * @buf: of TOP_TEXT_MAX bytes
 *
 * The scale is from zero to the largest value shown. Intervals without a value stay blank.
 */
void top_sparkline(const struct top_queue *q, int series, int width, bool utf8, char *buf);

/* The largest of the values that top_sparkline() shows; negative if there is none. */
double top_past_max(const struct top_queue *q, int series, int width);

/* A bar for a share of the whole, from 0 to 1; @buf has TOP_TEXT_MAX bytes. */
void top_bar(double share, int width, bool utf8, char *buf);

/* A line of the help; NULL behind the last. */
const char *top_help(int line);

/* The keys of a page in one line, at most TOP_WIDTH columns. */
const char *top_footer(int page);

/* Replace all that is not printable ASCII by '?'. */
void top_plain(char *text);

#endif
