// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "stat/top-view.h"
#include "tap-out.h"
#include "top-counts.h"

#define ARRAY_SIZE(a) ((int)(sizeof(a) / sizeof((a)[0])))

#define VIEW { .interval = NSEC_PER_SEC, .sort = TOP_COL_BUFFERS }

/* The ids in the order of the table, as a number: 312 for the queues 3, 1, 2. */
static int order(const struct top_view *v)
{
	int n = 0;

	for (int i = 0; i < v->count; i++)
		n = 10 * n + (int)v->sorted[i]->counted.id;
	return n;
}

static void is_order(const struct top_view *v, int wanted, const char *what)
{
	if (!ok(order(v) == wanted, "order: %s", what))
		diag("got %d, wanted %d", order(v), wanted);
}

static void press(struct top_view *v, enum top_key key, int times)
{
	while (times--)
		top_view_press(v, key);
}

static void test_order(void)
{
	/* The order of counters_read(). */
	struct counted_queue q[] = {
		counted(1, "vhost0", 0, 5), counted(2, "vhost0", 1, 50), counted(3, "vhost10", 0, 0),
		counted(4, "vhost2", 20, 50),
	};
	struct top_view v = VIEW;

	q[0].since.kicks = 9;
	q[2].since.reasons[1][REASON_CROSSED] = 3;
	q[0].name.tid = 300;
	ok(!update(&v, q, ARRAY_SIZE(q)), "order: four queues");
	is_order(&v, 2413, "most buffers first, by name where they are the same");
	press(&v, TOP_KEY_REVERSE, 1);
	is_order(&v, 3124, "reversed, and by name all the same");
	press(&v, TOP_KEY_REVERSE, 1);
	press(&v, TOP_KEY_SORT_RIGHT, 1);
	is_order(&v, 1243, "by kicks; vhost2 is before vhost10");
	press(&v, TOP_KEY_SORT_RIGHT, 2);
	is_order(&v, 3124, "by calls");
	press(&v, TOP_KEY_SORT_RIGHT, 2);
	is_order(&v, 1243, "by buffers per kick: none is the least");
	press(&v, TOP_KEY_SORT_LEFT, 6);
	is_order(&v, 2431, "by worker, upwards");
	press(&v, TOP_KEY_SORT_LEFT, 1);
	is_order(&v, 1342, "by queue, rx10 behind rx0");
	press(&v, TOP_KEY_SORT_LEFT, 1);
	is_order(&v, 1243, "by device");
	press(&v, TOP_KEY_SORT_LEFT, 5);
	ok(v.sort == TOP_COL_DEVICE, "order: the first column is the end");
	press(&v, TOP_KEY_SORT_RIGHT, TOP_COLUMNS + 3);
	ok(v.sort == TOP_COL_CPU, "order: so is the last");
	press(&v, TOP_KEY_SORT_NEXT, 1);
	ok(v.sort == TOP_COL_DEVICE, "order: s goes round");
	top_view_fini(&v);
}

static uint64_t selected(const struct top_view *v)
{
	return top_view_selected(v) ? top_view_selected(v)->counted.id : 0;
}

static void test_selection(void)
{
	struct counted_queue q[] = { counted(1, "a", 0, 30), counted(2, "a", 1, 20), counted(3, "b", 0, 10) };
	struct top_view v = VIEW;

	ok(!update(&v, NULL, 0) && !selected(&v), "selection: none without queues");
	press(&v, TOP_KEY_DOWN, 1);
	press(&v, TOP_KEY_ENTER, 1);
	ok(v.page == TOP_TABLE && !selected(&v), "selection: no key changes that, and there are no details");
	update(&v, q, 3);
	ok(selected(&v) == 1, "selection: the first to begin with");
	press(&v, TOP_KEY_DOWN, 1);
	ok(selected(&v) == 2, "selection: the next");
	q[1].since.buffers = 40;
	update(&v, q, 3);
	ok(selected(&v) == 2 && v.row == 0, "selection: stays with its queue when that moves up");
	press(&v, TOP_KEY_UP, 1);
	ok(selected(&v) == 2, "selection: nothing is above the first");
	press(&v, TOP_KEY_REVERSE, 1);
	ok(selected(&v) == 2 && v.row == 2, "selection: and when all are sorted anew");
	press(&v, TOP_KEY_DOWN, 1);
	ok(selected(&v) == 2, "selection: nothing is below the last");
	/* Queue 2 is gone; a new queue has its place and its name. */
	q[1].id = 4;
	q[1].since.buffers = 0;
	update(&v, q, 3);
	ok(selected(&v) == 1 && v.row == 2, "selection: stays on the row when the queue has gone, not on the name");
	update(&v, q, 1);
	ok(selected(&v) == 1 && v.row == 0, "selection: and with the queue when others have");
	update(&v, NULL, 0);
	ok(!selected(&v), "selection: none when all have");
	top_view_fini(&v);
}

static void test_detail(void)
{
	struct counted_queue q[] = { counted(1, "a", 0, 30), counted(2, "a", 1, 20) };
	struct top_view v = VIEW;

	update(&v, q, 2);
	press(&v, TOP_KEY_DOWN, 1);
	press(&v, TOP_KEY_ENTER, 1);
	ok(v.page == TOP_DETAIL && selected(&v) == 2, "detail: of the selected queue");
	press(&v, TOP_KEY_SORT_LEFT, 1);
	ok(v.sort == TOP_COL_BUFFERS, "detail: nothing is sorted");
	update(&v, q, 1);
	ok(v.count == 2 && selected(&v) == 2 && top_view_selected(&v)->gone, "detail: stays when the queue has gone");
	ok(top_view_selected(&v)->counted.total.buffers == 200, "detail: with what was known of it");
	ok(v.sum.queues == 1, "detail: it does not count any more");
	press(&v, TOP_KEY_UP, 1);
	ok(selected(&v) == 1, "detail: up is another queue");
	update(&v, q, 1);
	ok(v.count == 1, "detail: the one that has gone is then forgotten");
	press(&v, TOP_KEY_BACK, 1);
	ok(v.page == TOP_TABLE, "detail: back");
	press(&v, TOP_KEY_HELP, 1);
	press(&v, TOP_KEY_NONE, 1);
	ok(v.page == TOP_HELP, "help: stays where nothing is pressed");
	press(&v, TOP_KEY_REVERSE, 1);
	ok(v.page == TOP_TABLE && !v.reverse, "help: any key is the way back and nothing else");
	press(&v, TOP_KEY_HELP, 2);
	ok(v.page == TOP_TABLE, "help: likewise its own");
	top_view_fini(&v);
}

static void test_keys(void)
{
	struct top_view v = VIEW;

	ok(top_view_press(&v, TOP_KEY_PAUSE) == TOP_WISH_NONE && v.paused, "keys: pause");
	ok(top_view_press(&v, TOP_KEY_PAUSE) == TOP_WISH_LOOK && !v.paused, "keys: going on takes a look");
	ok(top_view_press(&v, TOP_KEY_LONGER) == TOP_WISH_RETIME && v.interval == 2 * NSEC_PER_SEC, "keys: longer");
	v.interval = 700 * NSEC_PER_MSEC;
	ok(top_view_press(&v, TOP_KEY_LONGER) == TOP_WISH_RETIME && v.interval == NSEC_PER_SEC,
	   "keys: longer than one of one's own is the next round one");
	v.interval = 700 * NSEC_PER_MSEC;
	ok(top_view_press(&v, TOP_KEY_SHORTER) == TOP_WISH_RETIME && v.interval == 500 * NSEC_PER_MSEC,
	   "keys: likewise shorter");
	v.interval = 100 * NSEC_PER_MSEC;
	ok(top_view_press(&v, TOP_KEY_SHORTER) == TOP_WISH_NONE && v.interval == 100 * NSEC_PER_MSEC,
	   "keys: the shortest");
	v.interval = 60 * NSEC_PER_SEC;
	ok(top_view_press(&v, TOP_KEY_LONGER) == TOP_WISH_NONE && v.interval == 60 * NSEC_PER_SEC, "keys: the longest");
	ok(top_view_press(&v, TOP_KEY_QUIT) == TOP_WISH_QUIT, "keys: quit");
	top_view_fini(&v);
}

static void test_scroll(void)
{
	struct counted_queue q[9];
	struct top_view v = VIEW;

	for (int i = 0; i < ARRAY_SIZE(q); i++)
		q[i] = counted((uint64_t)i + 1, "a", (uint8_t)i, 100 - (uint64_t)i);
	update(&v, q, ARRAY_SIZE(q));
	ok(top_view_scroll(&v, 4) == 0, "scrolling: from the top");
	press(&v, TOP_KEY_DOWN, 3);
	ok(top_view_scroll(&v, 4) == 0, "scrolling: not before it has to");
	press(&v, TOP_KEY_DOWN, 1);
	ok(top_view_scroll(&v, 4) == 1, "scrolling: then by a line");
	press(&v, TOP_KEY_PAGE_DOWN, 1);
	ok(selected(&v) == 9 && top_view_scroll(&v, 4) == 5, "scrolling: by a page");
	ok(top_view_scroll(&v, 8) == 1, "scrolling: no room stays empty when there is more of it");
	press(&v, TOP_KEY_HOME, 1);
	ok(selected(&v) == 1 && top_view_scroll(&v, 4) == 0, "scrolling: home");
	press(&v, TOP_KEY_END, 1);
	ok(selected(&v) == 9 && top_view_scroll(&v, 4) == 5, "scrolling: end");
	press(&v, TOP_KEY_PAGE_UP, 1);
	ok(selected(&v) == 5 && top_view_scroll(&v, 4) == 4, "scrolling: a page up");
	update(&v, q, 2);
	ok(top_view_scroll(&v, 4) == 0, "scrolling: back when most have gone");
	ok(top_view_scroll(&v, 0) == 1, "scrolling: a line there is always");
	top_view_fini(&v);
}

static void test_past(void)
{
	struct counted_queue q[] = { counted(1, "a", 0, 0), counted(2, "b", 0, 7) };
	struct top_view v = VIEW;
	const struct top_queue *first;
	bool right = true;

	for (uint64_t i = 1; i <= TOP_PAST + 5; i++) {
		q[0].since.buffers = i;
		q[0].since.kicks = 2 * i;
		q[0].since.reasons[1][REASON_FLAGS] = i == 3 ? 0 : i;
		update(&v, q, i < 3 ? 2 : 1);
		if (i == 3)
			ok(top_past(v.queues[0], TOP_BATCH, 0) < 0 && top_past(v.queues[0], TOP_BATCH, 1) == 1,
			   "past: no batch without calls");
		if (i == 3)
			ok(top_past(v.queues[0], TOP_BUFFERS, 3) < 0 && top_past(v.queues[0], TOP_BUFFERS, 2) == 1,
			   "past: nothing before the first");
	}
	first = v.queues[0];
	for (int ago = 0; ago < TOP_PAST; ago++)
		right = right && top_past(first, TOP_BUFFERS, ago) == TOP_PAST + 5 - ago &&
			top_past(first, TOP_KICKS, ago) == 2 * (TOP_PAST + 5 - ago);
	ok(right, "past: all that there is room for");
	ok(top_past(first, TOP_BUFFERS, TOP_PAST) < 0, "past: no more than that");
	top_view_fini(&v);
}

static void test_sum(void)
{
	struct counted_queue q[] = {
		counted(1, "a", 0, 1), counted(2, "a", 1, 1), counted(3, "a", 0, 1), counted(4, "b", 0, 1),
	};
	struct counted c = {
		.queues = q, .count = ARRAY_SIZE(q), .ns = 2 * NSEC_PER_SEC, .lost = 3,
	};
	struct top_view v = VIEW;

	q[2].name.owner = 101;
	for (int i = 0; i < ARRAY_SIZE(q); i++) {
		q[i].since.decisions = 100;
		q[i].since.reasons[1][REASON_CROSSED] = 30;
		q[i].since.reasons[0][REASON_NOT_REACHED] = 70;
	}
	top_view_update(&v, &c, 5);
	ok(v.sum.queues == 4 && v.sum.devices == 3, "sum: taps of one name that have other owners are other devices");
	ok(v.sum.decisions == 200 && v.sum.calls == 60, "sum: a second");
	ok(v.sum.lost == 3 && v.sum.ns == 2 * NSEC_PER_SEC && v.sum.end == 5, "sum: the rest as it is");
	ok(v.queues[0]->row.calls_rate == 15, "sum: rows likewise");
	c.ns = 0;
	top_view_update(&v, &c, 6);
	ok(v.sum.decisions == 0 && v.queues[0]->row.calls_rate == 0, "sum: in no time is nothing");
	top_view_fini(&v);
}

int main(void)
{
	test_order();
	test_selection();
	test_detail();
	test_keys();
	test_scroll();
	test_past();
	test_sum();
	return tap_done();
}
