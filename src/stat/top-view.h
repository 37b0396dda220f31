/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TOP_VIEW_H
#define TOP_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "counters.h"
#include "stat-row.h"

/**
 * DOC: the model of top, without the drawing
 *
 * It has the queues and their last intervals, their order, the selection, and the effect of keys.
 */

/* Number of past intervals that are kept: as many as the widest terminal shows. */
#define TOP_PAST 512

/* The values that are kept for past intervals. */
enum top_series { TOP_BUFFERS, TOP_KICKS, TOP_CALLS, TOP_BATCH, TOP_SERIES };

/**
 * struct top_queue - a queue
 * @counted: the last result of counters_read(), without histograms
 * @row: the last interval; points into @counted
 * @past: past intervals by enum top_series, as ring buffers: buffers, kicks and calls per second, and buffers per call,
 *	  negative without calls
 * @intervals: number of intervals so far; the next one goes to this index modulo TOP_PAST
 * @gone: the queue is gone, and @counted is final
 */
struct top_queue {
	struct counted_queue counted;
	struct stat_row row;
	float past[TOP_SERIES][TOP_PAST];
	uint64_t intervals;
	bool gone;
};

/* The columns of the table, in order; the table can be sorted by each of them. */
enum top_column {
	TOP_COL_DEVICE, TOP_COL_QUEUE, TOP_COL_WORKER, TOP_COL_BUFFERS, TOP_COL_KICKS, TOP_COL_SPURIOUS, TOP_COL_CALLS,
	TOP_COL_SUPPRESSED, TOP_COL_PER_KICK, TOP_COL_PER_CALL, TOP_COL_CPU, TOP_COLUMNS,
};

enum top_page { TOP_TABLE, TOP_DETAIL, TOP_HELP };

/**
 * struct top_sum - all queues in the last interval
 * @devices: number of devices
 * @queues: number of queues
 * @decisions: decisions per second
 * @calls: calls per second
 * @lost: decisions since counting began that could not be counted
 * @end: end of the interval, in nanoseconds of CLOCK_BOOTTIME
 * @ns: its length, nanoseconds; 0: there was none yet
 * @missed: missed signals since counting began; see struct counted
 */
struct top_sum {
	uint32_t devices, queues;
	double decisions, calls;
	uint64_t lost, end, ns, missed;
};

/**
 * struct top_view - the state of top
 * @queues: the queues by device and number; owned
 * @sorted: the same queues in the order of the table; owned
 * @count: number of queues
 * @sum: sums over all queues
 * @interval: time between updates, in nanoseconds
 * @choice: the choice of queues as text; NULL: all
 * @sort: an enum top_column
 * @reverse: reverse the column's default order
 * @paused: the view is not updated
 * @page: an enum top_page
 * @selected: id of the selected queue; 0: none
 * @row: its index in @sorted
 * @first: index of the first row on the screen
 * @lines: number of rows on the screen, for Page Up and Page Down
 */
struct top_view {
	struct top_queue **queues, **sorted;
	int count;
	struct top_sum sum;
	uint64_t interval;
	const char *choice;
	int sort;
	bool reverse, paused;
	int page;
	uint64_t selected;
	int row, first, lines;
};

/* Release a view. It begins as all 0 but @interval, @choice and @sort; this may be called at any time after that. */
void top_view_fini(struct top_view *v);

/**
 * top_view_update() - add an interval that is over
 * @v: the view
 * @c: the result of counters_read()
 * @end: end of the interval, in nanoseconds of CLOCK_BOOTTIME
 *
 * Queues that are gone leave the view, except one whose details are shown. The selection follows its queue; if that is
 * gone, it stays on its row.
 *
 * Return: 0 or -ENOMEM; after an error only top_view_fini() may be called.
 */
int top_view_update(struct top_view *v, const struct counted *c, uint64_t end);

/* The selected queue; NULL if there is none. */
const struct top_queue *top_view_selected(const struct top_view *v);

/* Set the number of rows on the screen. Return: index of the first row, so that the selected one is visible. */
int top_view_scroll(struct top_view *v, int lines);

/* Keys by meaning; several keys of a keyboard may have the same. */
enum top_key {
	TOP_KEY_NONE, TOP_KEY_UP, TOP_KEY_DOWN, TOP_KEY_PAGE_UP, TOP_KEY_PAGE_DOWN, TOP_KEY_HOME, TOP_KEY_END,
	TOP_KEY_ENTER, TOP_KEY_BACK, TOP_KEY_SORT_LEFT, TOP_KEY_SORT_RIGHT, TOP_KEY_SORT_NEXT, TOP_KEY_REVERSE,
	TOP_KEY_PAUSE, TOP_KEY_LONGER, TOP_KEY_SHORTER, TOP_KEY_HELP, TOP_KEY_QUIT,
};

/* What the caller has to do after a key, apart from drawing. */
enum top_wish { TOP_WISH_NONE, TOP_WISH_LOOK, TOP_WISH_RETIME, TOP_WISH_QUIT };

/**
 * top_view_press() - handle a key
 *
 * Return: TOP_WISH_LOOK: read the counters now; TOP_WISH_RETIME: @v->interval has changed; TOP_WISH_QUIT: end.
 */
enum top_wish top_view_press(struct top_view *v, enum top_key key);

/**
 * top_past() - get a value of a past interval
 * @q: the queue
 * @series: an enum top_series
 * @ago: 0 for the last, 1 for the one before it...
 *
 * Return: the value; negative if there was none.
 */
double top_past(const struct top_queue *q, int series, int ago);

#endif
