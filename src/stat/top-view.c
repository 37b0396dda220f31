// SPDX-License-Identifier: GPL-2.0-or-later
#include "top-view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "event/decision.h"

void top_view_fini(struct top_view *v)
{
	for (int i = 0; i < v->count; i++)
		free(v->queues[i]);
	free(v->queues);
	free(v->sorted);
	v->queues = v->sorted = NULL;
	v->count = 0;
}

static double sort_value(const struct stat_row *r, int column)
{
	switch (column) {
	case TOP_COL_WORKER:
		return r->tid;
	case TOP_COL_BUFFERS:
		return r->buffers_rate;
	case TOP_COL_KICKS:
		return r->kicks_rate;
	case TOP_COL_SPURIOUS:
		return r->spurious_rate;
	case TOP_COL_CALLS:
		return r->calls_rate;
	case TOP_COL_SUPPRESSED:
		return r->suppressed_rate;
	case TOP_COL_PER_KICK:
		return r->buffers_per_kick;
	case TOP_COL_PER_CALL:
		return r->buffers_per_call;
	default:
		return r->cpu;
	}
}

/* Names and workers are in ascending order, tx2 before tx10; all other columns in descending order. */
static int compare(const struct top_queue *x, const struct top_queue *y, int column)
{
	double a, b;

	if (column == TOP_COL_DEVICE)
		return strverscmp(x->counted.name.device, y->counted.name.device);
	if (column == TOP_COL_QUEUE)
		return strverscmp(x->counted.name.queue, y->counted.name.queue);
	a = sort_value(&x->row, column);
	b = sort_value(&y->row, column);
	return column == TOP_COL_WORKER ? (a > b) - (a < b) : (b > a) - (b < a);
}

/* Rows with equal values are sorted by name, so that they do not change places. */
static int by_column(const void *a, const void *b, void *view)
{
	const struct top_queue *x = *(const struct top_queue *const *)a, *y = *(const struct top_queue *const *)b;
	const struct top_view *v = view;
	int order = compare(x, y, v->sort);

	if (v->reverse)
		order = -order;
	if (!order)
		order = strverscmp(x->counted.name.device, y->counted.name.device);
	if (!order)
		order = (x->row.netns > y->row.netns) - (x->row.netns < y->row.netns);
	if (!order)
		order = (x->row.owner > y->row.owner) - (x->row.owner < y->row.owner);
	if (!order)
		order = (x->row.vq > y->row.vq) - (x->row.vq < y->row.vq);
	return order ? order : (x->counted.id > y->counted.id) - (x->counted.id < y->counted.id);
}

static void select_row(struct top_view *v, int row)
{
	if (row >= v->count)
		row = v->count - 1;
	if (row < 0)
		row = 0;
	v->row = row;
	v->selected = v->count ? v->sorted[row]->counted.id : 0;
}

static void sort(struct top_view *v)
{
	if (v->count)
		qsort_r(v->sorted, (size_t)v->count, sizeof(*v->sorted), by_column, v);
	for (int i = 0; i < v->count; i++) {
		if (v->sorted[i]->counted.id == v->selected) {
			v->row = i;
			return;
		}
	}
	select_row(v, v->row);
}

/* Take the queue @id out of the view, or a new one. The order rarely changes, so index @at is tried first. */
static struct top_queue *take(struct top_view *v, uint64_t id, int *at)
{
	for (int i = 0; i < v->count; i++) {
		int place = (*at + i) % v->count;
		struct top_queue *q = v->queues[place];

		if (!q || q->counted.id != id)
			continue;
		v->queues[place] = NULL;
		*at = place + 1;
		return q;
	}
	return calloc(1, sizeof(*v->queues[0]));
}

static void remember(struct top_queue *q, const struct counted_queue *c, const struct stat_time *t)
{
	uint64_t place = q->intervals++ % TOP_PAST;

	q->counted = *c;
	q->counted.hists = NULL;
	q->gone = c->gone;
	q->row = stat_row(&q->counted, false, t, false);
	q->past[TOP_BUFFERS][place] = (float)q->row.buffers_rate;
	q->past[TOP_KICKS][place] = (float)q->row.kicks_rate;
	q->past[TOP_CALLS][place] = (float)q->row.calls_rate;
	q->past[TOP_BATCH][place] = (float)q->row.buffers_per_call;
}

static bool same_device(const struct queue_name *a, const struct queue_name *b)
{
	return a->owner == b->owner && a->ifindex == b->ifindex && a->netns == b->netns &&
	       !strcmp(a->device, b->device);
}

static struct top_sum sum_up(const struct counted *c, uint64_t end)
{
	struct top_sum s = {
		.queues = (uint32_t)c->count,
		.lost = c->lost,
		.end = end,
		.ns = c->ns,
		.missed = c->signals_missed,
	};
	const double seconds = ns_to_s(c->ns);

	for (int i = 0; i < c->count; i++) {
		const struct counted_queue *q = &c->queues[i];

		/* The queues are sorted by device. */
		s.devices += !i || !same_device(&q->name, &c->queues[i - 1].name);
		s.decisions += (double)q->since.decisions;
		s.calls += (double)reasons_sum(q->since.reasons[1]);
	}
	s.decisions = seconds > 0 ? s.decisions / seconds : 0;
	s.calls = seconds > 0 ? s.calls / seconds : 0;
	return s;
}

/* Drop the queues that were not taken, except one whose details are shown. */
static int drop_rest(struct top_view *v, struct top_queue **queues, int count)
{
	for (int i = 0; i < v->count; i++) {
		struct top_queue *q = v->queues[i];

		if (q && v->page == TOP_DETAIL && q->counted.id == v->selected) {
			q->gone = true;
			queues[count++] = q;
		} else {
			free(q);
		}
	}
	return count;
}

int top_view_update(struct top_view *v, const struct counted *c, uint64_t end)
{
	const struct stat_time t = { .end = end, .ns = c->ns };
	struct top_queue **queues = calloc((size_t)c->count + 1, sizeof(*queues));
	struct top_queue **sorted = calloc((size_t)c->count + 1, sizeof(*sorted));
	int count = 0, at = 0;
	bool full = queues && sorted;

	for (int i = 0; full && i < c->count; i++) {
		struct top_queue *q = take(v, c->queues[i].id, &at);

		full = q;
		if (!q)
			break;
		remember(q, &c->queues[i], &t);
		queues[count++] = q;
	}
	if (full)
		count = drop_rest(v, queues, count);
	for (int i = 0; !full && i < count; i++)
		free(queues[i]);
	if (!full) {
		free(queues);
		free(sorted);
		return -ENOMEM;
	}
	free(v->queues);
	free(v->sorted);
	memcpy(sorted, queues, (size_t)count * sizeof(*sorted));
	v->queues = queues;
	v->sorted = sorted;
	v->count = count;
	v->sum = sum_up(c, end);
	sort(v);
	return 0;
}

const struct top_queue *top_view_selected(const struct top_view *v)
{
	return v->count ? v->sorted[v->row] : NULL;
}

int top_view_scroll(struct top_view *v, int lines)
{
	v->lines = lines > 0 ? lines : 1;
	if (v->first > v->count - v->lines)
		v->first = v->count - v->lines;
	if (v->first < 0)
		v->first = 0;
	if (v->row < v->first)
		v->first = v->row;
	if (v->row >= v->first + v->lines)
		v->first = v->row - v->lines + 1;
	return v->first;
}

static const uint64_t intervals[] = {
	NSEC_PER_SEC / 10, NSEC_PER_SEC / 5, NSEC_PER_SEC / 2, NSEC_PER_SEC, 2 * NSEC_PER_SEC, 5 * NSEC_PER_SEC,
	10 * NSEC_PER_SEC, 30 * NSEC_PER_SEC, 60 * NSEC_PER_SEC,
};

#define INTERVALS ((int)ARRAY_SIZE(intervals))

/* Change to the next longer or shorter of the predefined intervals. */
static enum top_wish change_interval(struct top_view *v, bool longer)
{
	uint64_t before = v->interval;

	for (int i = 0; longer && i < INTERVALS && v->interval == before; i++)
		if (intervals[i] > before)
			v->interval = intervals[i];
	for (int i = INTERVALS - 1; !longer && i >= 0 && v->interval == before; i--)
		if (intervals[i] < before)
			v->interval = intervals[i];
	return v->interval == before ? TOP_WISH_NONE : TOP_WISH_RETIME;
}

static void press_in_table(struct top_view *v, enum top_key key)
{
	switch (key) {
	case TOP_KEY_SORT_LEFT:
		v->sort -= v->sort > 0;
		break;
	case TOP_KEY_SORT_RIGHT:
		v->sort += v->sort < TOP_COLUMNS - 1;
		break;
	case TOP_KEY_SORT_NEXT:
		v->sort = (v->sort + 1) % TOP_COLUMNS;
		break;
	case TOP_KEY_REVERSE:
		v->reverse = !v->reverse;
		break;
	case TOP_KEY_ENTER:
		if (v->count)
			v->page = TOP_DETAIL;
		break;
	default:
		return;
	}
	sort(v);
}

static void move_selection(struct top_view *v, enum top_key key)
{
	const int page = v->lines > 0 ? v->lines : 1;

	switch (key) {
	case TOP_KEY_UP:
		select_row(v, v->row - 1);
		break;
	case TOP_KEY_DOWN:
		select_row(v, v->row + 1);
		break;
	case TOP_KEY_PAGE_UP:
		select_row(v, v->row - page);
		break;
	case TOP_KEY_PAGE_DOWN:
		select_row(v, v->row + page);
		break;
	case TOP_KEY_HOME:
		select_row(v, 0);
		break;
	case TOP_KEY_END:
		select_row(v, v->count - 1);
		break;
	default:
		break;
	}
}

enum top_wish top_view_press(struct top_view *v, enum top_key key)
{
	switch (key) {
	case TOP_KEY_NONE:
		return TOP_WISH_NONE;
	case TOP_KEY_QUIT:
		return TOP_WISH_QUIT;
	case TOP_KEY_PAUSE:
		v->paused = !v->paused;
		return v->paused ? TOP_WISH_NONE : TOP_WISH_LOOK;
	case TOP_KEY_LONGER:
	case TOP_KEY_SHORTER:
		return change_interval(v, key == TOP_KEY_LONGER);
	case TOP_KEY_HELP:
		v->page = v->page == TOP_HELP ? TOP_TABLE : TOP_HELP;
		return TOP_WISH_NONE;
	case TOP_KEY_BACK:
		v->page = TOP_TABLE;
		return TOP_WISH_NONE;
	default:
		break;
	}
	/* Any other key on the help page does not reach the table. */
	if (v->page == TOP_HELP) {
		v->page = TOP_TABLE;
		return TOP_WISH_NONE;
	}
	move_selection(v, key);
	if (v->page == TOP_TABLE)
		press_in_table(v, key);
	return TOP_WISH_NONE;
}

double top_past(const struct top_queue *q, int series, int ago)
{
	if (ago >= TOP_PAST || (uint64_t)ago >= q->intervals)
		return -1;
	return (double)q->past[series][(q->intervals - 1 - (uint64_t)ago) % TOP_PAST];
}
