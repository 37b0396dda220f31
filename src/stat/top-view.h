/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_VIEW_H
#define TOP_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "counters.h"
#include "stat-row.h"

/**
 * DOC: what top shows, apart from how it is drawn
 *
 * The queues with what they did in the last intervals, in which order they stand, which of them is selected, and what a
 * key does to all that.
 */

/* So many intervals are remembered: as many as the widest terminal shows. */
#define TOP_PAST 512

/* What is remembered of each. */
enum top_series { TOP_BUFFERS, TOP_KICKS, TOP_CALLS, TOP_BATCH, TOP_SERIES };

/**
 * struct top_queue - a queue
 * @counted: what counters_read() said of it last; without its histograms
 * @row: the last interval; points into @counted
 * @past: earlier intervals by enum top_series, in a circle; buffers, kicks and calls a second, and buffers per call,
 *	  negative without calls
 * @intervals: how many of them there were; the next goes to this, modulo TOP_PAST
 * @gone: @counted is the last that will ever be known
 */
struct top_queue {
	struct counted_queue counted;
	struct stat_row row;
	float past[TOP_SERIES][TOP_PAST];
	uint64_t intervals;
	bool gone;
};

/* What the table is sorted by; the order of the columns. */
enum top_column {
	TOP_COL_DEVICE, TOP_COL_QUEUE, TOP_COL_WORKER, TOP_COL_BUFFERS, TOP_COL_KICKS, TOP_COL_SPURIOUS, TOP_COL_CALLS,
	TOP_COL_SUPPRESSED, TOP_COL_PER_KICK, TOP_COL_PER_CALL, TOP_COL_CPU, TOP_COLUMNS,
};

enum top_page { TOP_TABLE, TOP_DETAIL, TOP_HELP };

/**
 * struct top_sum - all queues in the last interval
 * @devices: how many
 * @queues: likewise
 * @decisions: a second
 * @calls: likewise
 * @lost: decisions since counting began that could not be counted
 * @end: when it ended, in nanoseconds of CLOCK_BOOTTIME
 * @ns: its length; 0: there was none yet
 * @counted_ns: of it, that counting was on
 * @missed: signals since counting began that were not seen; see struct counted
 */
struct top_sum {
	uint32_t devices, queues;
	double decisions, calls;
	uint64_t lost, end, ns, counted_ns, missed;
};

/**
 * struct top_view - all of it
 * @queues: by device and number; owned
 * @sorted: the same in the order of the table; owned
 * @count: how many
 * @sum: all of them
 * @interval: from look to look, in nanoseconds
 * @sort: an enum top_column
 * @reverse: the other way round than the column has it by itself
 * @paused: nothing changes
 * @page: an enum top_page
 * @selected: the id of the selected queue; 0: none
 * @row: where it stands in @sorted
 * @first: the first row that is on the screen
 * @lines: how many rows were, for keys that turn pages
 */
struct top_view {
	struct top_queue **queues, **sorted;
	int count;
	struct top_sum sum;
	uint64_t interval;
	int sort;
	bool reverse, paused;
	int page;
	uint64_t selected;
	int row, first, lines;
};

/*
 * The view has to be all zero but for @interval and @sort. Afterwards top_view_fini() is fine, whatever was done to
 * it.
 */
void top_view_fini(struct top_view *v);

/**
 * top_view_update() - another interval is over
 * @v: the view
 * @c: what counters_read() said
 * @end: when, in nanoseconds of CLOCK_BOOTTIME
 *
 * Queues that are gone leave the view, but for one whose details are shown. The selection stays with its queue, and on
 * its row when that has gone.
 *
 * Return: 0, or -ENOMEM, after which top_view_fini() is all that may follow.
 */
int top_view_update(struct top_view *v, const struct counted *c, uint64_t end);

/* The selected queue; NULL if there is none. */
const struct top_queue *top_view_selected(const struct top_view *v);

/* Say how many rows there is room for. Return: the first of them, so that the selected one is among them. */
int top_view_scroll(struct top_view *v, int lines);

/* What people press, whatever the keyboard calls it. */
enum top_key {
	TOP_KEY_NONE, TOP_KEY_UP, TOP_KEY_DOWN, TOP_KEY_PAGE_UP, TOP_KEY_PAGE_DOWN, TOP_KEY_HOME, TOP_KEY_END,
	TOP_KEY_ENTER, TOP_KEY_BACK, TOP_KEY_SORT_LEFT, TOP_KEY_SORT_RIGHT, TOP_KEY_SORT_NEXT, TOP_KEY_REVERSE,
	TOP_KEY_PAUSE, TOP_KEY_LONGER, TOP_KEY_SHORTER, TOP_KEY_HELP, TOP_KEY_QUIT,
};

/* What is left to do for the caller, apart from drawing. */
enum top_wish { TOP_WISH_NONE, TOP_WISH_LOOK, TOP_WISH_RETIME, TOP_WISH_QUIT };

/**
 * top_view_press() - a key was pressed
 *
 * Return: TOP_WISH_LOOK: look at the counters now; TOP_WISH_RETIME: @interval is another; TOP_WISH_QUIT: end.
 */
enum top_wish top_view_press(struct top_view *v, enum top_key key);

/**
 * top_past() - one of the intervals before
 * @q: the queue
 * @series: an enum top_series
 * @ago: 0 for the last, 1 for the one before it...
 *
 * Return: the value; negative if there was none.
 */
double top_past(const struct top_queue *q, int series, int ago);

#endif
