// SPDX-License-Identifier: GPL-2.0-or-later
#include "top-draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/format.h"
#include "event/decision.h"
#include "event/discard-names.h"
#include "probe/queue-options.h"

enum color_pair { PAIR_NONE, PAIR_SORTED, PAIR_SPARK, PAIR_SAVED, PAIR_SPENT, PAIR_LOST };

/* Below the header the table needs its heads, two rows and a footer. */
#define TABLE_TOP (TOP_HEADER_LINES + 1)
#define TABLE_HEIGHT (TABLE_TOP + 4)

void top_draw_init(struct top_draw *d, bool color)
{
	d->color = color && has_colors() && start_color() != ERR;
	if (!d->color)
		return;
	use_default_colors();
	init_pair(PAIR_SORTED, COLOR_CYAN, -1);
	init_pair(PAIR_SPARK, COLOR_CYAN, -1);
	init_pair(PAIR_SAVED, COLOR_GREEN, -1);
	init_pair(PAIR_SPENT, COLOR_YELLOW, -1);
	init_pair(PAIR_LOST, COLOR_RED, -1);
}

/* Set attributes, and the colour if colour is used. */
static void set_style(const struct top_draw *d, attr_t attributes, enum color_pair pair)
{
	attr_set(attributes, (short)(d->color ? pair : PAIR_NONE), NULL);
}

static void draw_text(int y, int x, int width, const char *text)
{
	mvprintw(y, x, "%*s", width, text);
}

static void draw_header(const struct top_draw *d, const struct top_view *v, const struct top_moment *m)
{
	char text[TOP_TEXT_MAX], *lost;

	for (int i = 0; i < TOP_HEADER_LINES; i++) {
		top_header(v, m, i, text, sizeof(text));
		mvaddnstr(i, 0, text, COLS);
	}
	/* The end of the last line. */
	lost = strrchr(text, ';');
	if (!(v->sum.lost || v->sum.missed) || !lost || lost + 2 - text >= COLS)
		return;
	set_style(d, A_BOLD, PAIR_LOST);
	mvaddnstr(TOP_HEADER_LINES - 1, (int)(lost + 2 - text), lost + 2, COLS - (int)(lost + 2 - text));
	set_style(d, A_NORMAL, PAIR_NONE);
}

static void draw_head(const struct top_draw *d, const struct top_field *f, int y, bool sorted)
{
	if (!f->head)
		return;
	set_style(d, A_BOLD, PAIR_NONE);
	mvprintw(y, f->x, "%*s", f->width > 0 ? f->width - (int)strlen(f->head) : 0, "");
	set_style(d, sorted ? A_BOLD | A_UNDERLINE : A_BOLD, sorted ? PAIR_SORTED : PAIR_NONE);
	addstr(f->head);
	set_style(d, A_NORMAL, PAIR_NONE);
}

static void draw_heads(const struct top_draw *d, const struct top_layout *l, const struct top_view *v)
{
	for (int i = 0; i < TOP_COLUMNS; i++)
		draw_head(d, &l->columns[i], TABLE_TOP, i == v->sort);
	draw_head(d, &l->on_cpu, TABLE_TOP, false);
	draw_head(d, &l->why_call, TABLE_TOP, false);
	draw_head(d, &l->why_not, TABLE_TOP, false);
	draw_head(d, &l->past, TABLE_TOP, false);
}

static void draw_row(const struct top_draw *d, const struct top_layout *l, const struct top_queue *q, int y,
		     bool selected)
{
	char text[TOP_TEXT_MAX];

	set_style(d, selected ? A_REVERSE : q->gone ? A_DIM : A_NORMAL, PAIR_NONE);
	mvprintw(y, 0, "%*s", COLS, "");
	for (int i = 0; i < TOP_COLUMNS; i++) {
		top_cell(q, i, l->columns[i].width, text, sizeof(text));
		draw_text(y, l->columns[i].x, l->columns[i].width, text);
	}
	if (l->on_cpu.head) {
		top_on_cpu(q, text, sizeof(text));
		draw_text(y, l->on_cpu.x, l->on_cpu.width, text);
	}
	if (l->why_call.head) {
		top_main_reason(q, 1, text, sizeof(text));
		draw_text(y, l->why_call.x, l->why_call.width, text);
		top_main_reason(q, 0, text, sizeof(text));
		draw_text(y, l->why_not.x, l->why_not.width, text);
	}
	if (l->past.head) {
		set_style(d, selected ? A_REVERSE : A_NORMAL, PAIR_SPARK);
		top_sparkline(q, TOP_BUFFERS, abs(l->past.width), d->utf8, text);
		mvaddstr(y, l->past.x, text);
	}
	set_style(d, A_NORMAL, PAIR_NONE);
}

static void draw_nothing(const struct top_view *v)
{
	char choice[QUEUE_OPTIONS_TEXT] = "vhost";

	if (v->choice)
		snprintf(choice, sizeof(choice), "%s", v->choice);
	top_plain(choice);
	move(TABLE_TOP + 1, 0);
	printw("No queue of %.*s has done anything since counting began.", COLS > 60 ? COLS - 60 : 0, choice);
}

static void draw_table(const struct top_draw *d, struct top_view *v)
{
	const struct top_layout l = top_layout(COLS);
	const int lines = LINES - TABLE_TOP - 2, first = top_view_scroll(v, lines);

	draw_heads(d, &l, v);
	if (!v->count && v->sum.ns)
		draw_nothing(v);
	else if (!v->count)
		mvprintw(TABLE_TOP + 1, 0, "Counting; the first figures come after %g s.",
			 ns_to_s(v->interval));
	for (int i = 0; i < lines && first + i < v->count; i++)
		draw_row(d, &l, v->sorted[first + i], TABLE_TOP + 1 + i, first + i == v->row);
}

/* Columns of the details. */
#define COUNTED_X 21
#define COUNTED_WIDTH 13
#define RATE_X 35
#define RATE_WIDTH 8
#define SHARE_X 44
#define SHARE_WIDTH 4
#define BAR_X 49
#define SPARK_X 45
#define MAX_WIDTH 8

/**
 * struct figure - a line of the details
 * @name: its name
 * @count: count or ratio since counting began; negative: there is none
 * @ratio: it is a ratio, not a count
 * @rate: count per second, or ratio, in the last interval; negative: there is none
 * @series: an enum top_series, or -1
 */
struct figure {
	const char *name;
	double count;
	bool ratio;
	double rate;
	int series;
};

static void draw_figure(const struct top_draw *d, const struct top_queue *q, const struct figure *f, int y)
{
	const int room = COLS - SPARK_X - MAX_WIDTH - 1, width = room < TOP_PAST ? room : TOP_PAST;
	char text[TOP_TEXT_MAX];

	mvaddstr(y, 0, f->name);
	if (f->ratio || f->count < 0)
		top_number(f->count, COUNTED_WIDTH, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "%.0f", f->count);
	draw_text(y, COUNTED_X, COUNTED_WIDTH, text);
	top_number(f->rate, RATE_WIDTH, text, sizeof(text));
	draw_text(y, RATE_X, RATE_WIDTH, text);
	if (f->series < 0)
		return;
	top_number(top_past_max(q, f->series, width), MAX_WIDTH, text, sizeof(text));
	draw_text(y, COLS - MAX_WIDTH, MAX_WIDTH, text);
	set_style(d, A_NORMAL, PAIR_SPARK);
	top_sparkline(q, f->series, width, d->utf8, text);
	mvaddstr(y, SPARK_X, text);
	set_style(d, A_NORMAL, PAIR_NONE);
}

static int draw_figures(const struct top_draw *d, const struct top_queue *q, int y)
{
	const struct queue_counts *t = &q->counted.total;
	const struct stat_row *r = &q->row;
	const double calls = (double)reasons_sum(t->reasons[1]);
	const double kicks = q->counted.runs ? (double)t->kicks : -1;
	const struct figure figures[] = {
		{ "buffers", (double)t->buffers, false, r->buffers_rate, TOP_BUFFERS },
		{ "kicks", kicks, false, r->kicks_rate, TOP_KICKS },
		{ "  spurious", q->counted.runs ? (double)t->spurious : -1, false, r->spurious_rate, -1 },
		{ "calls", calls, false, r->calls_rate, TOP_CALLS },
		{ "suppressed", (double)reasons_sum(t->reasons[0]), false, r->suppressed_rate, -1 },
		{ "buffers per kick", ratio((double)t->found, kicks, -1), true, r->buffers_per_kick, -1 },
		{ "buffers per call", ratio((double)t->buffers, calls, -1), true, r->buffers_per_call, TOP_BATCH },
	};

	set_style(d, A_BOLD, PAIR_NONE);
	draw_text(y, COUNTED_X, COUNTED_WIDTH, "COUNTED");
	draw_text(y, RATE_X, RATE_WIDTH, "/s");
	mvaddstr(y, SPARK_X, "BEFORE");
	draw_text(y, COLS - MAX_WIDTH, MAX_WIDTH, "MOST");
	set_style(d, A_NORMAL, PAIR_NONE);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		draw_figure(d, q, &figures[i], ++y);
	return y + 1;
}

/* Draw a line of decisions. @total: since counting began; @since: in the last interval */
static void draw_decisions(const struct top_draw *d, const struct top_queue *q, uint64_t total, uint64_t since,
			   enum color_pair pair, int y)
{
	const double share = ratio((double)since, (double)q->row.counts.decisions, -1);
	const double rate = q->row.decisions < 0 ? -1 : ratio((double)since, ns_to_s(q->row.ns), 0);
	char text[TOP_TEXT_MAX];

	mvprintw(y, COUNTED_X, "%*" PRIu64, COUNTED_WIDTH, total);
	top_number(rate, RATE_WIDTH, text, sizeof(text));
	draw_text(y, RATE_X, RATE_WIDTH, text);
	top_number(share < 0 ? share : 100 * share, SHARE_WIDTH, text, sizeof(text));
	draw_text(y, SHARE_X, SHARE_WIDTH, text);
	set_style(d, A_NORMAL, pair);
	top_bar(share, COLS - BAR_X < TOP_PAST ? COLS - BAR_X : TOP_PAST, d->utf8, text);
	mvaddstr(y, BAR_X, text);
	set_style(d, A_NORMAL, PAIR_NONE);
}

static void draw_reason(const struct top_draw *d, const struct top_queue *q, int act, enum reason reason, int y)
{
	mvprintw(y, 0, "%s %s", act ? "signal" : "suppress", reason_name(reason));
	draw_decisions(d, q, q->counted.total.reasons[act][reason], q->row.counts.reasons[act][reason],
		       act ? PAIR_SPENT : PAIR_SAVED, y);
}

/* A reason that means the same for both acts. */
static void draw_reason_of_both(const struct top_draw *d, const struct top_queue *q, enum reason reason, int y)
{
	const __u64 (*total)[REASON_COUNT] = q->counted.total.reasons, (*since)[REASON_COUNT] = q->row.counts.reasons;

	mvaddstr(y, 0, reason_name(reason));
	draw_decisions(d, q, total[0][reason] + total[1][reason], since[0][reason] + since[1][reason], PAIR_NONE, y);
}

static void draw_reasons(const struct top_draw *d, const struct top_queue *q, int y)
{
	set_style(d, A_BOLD, PAIR_NONE);
	mvaddstr(y, 0, "DECISIONS");
	draw_text(y, COUNTED_X, COUNTED_WIDTH, "COUNTED");
	draw_text(y, RATE_X, RATE_WIDTH, "/s");
	draw_text(y, SHARE_X, SHARE_WIDTH, "%");
	set_style(d, A_NORMAL, PAIR_NONE);
	for (int act = 1; act >= 0; act--)
		for (int i = 0; reasons_of[act][i] != REASON_UNSTABLE; i++)
			draw_reason(d, q, act, reasons_of[act][i], ++y);
	draw_reason_of_both(d, q, REASON_UNSTABLE, ++y);
	draw_reason_of_both(d, q, REASON_UNEXPLAINED, ++y);
}

/* As much of it as fits. */
static void draw_vm(const char *vm)
{
	const int room = COLS - getcurx(stdscr) - (int)strlen(", VM ");
	char text[VM_NAME_LEN];

	if (!*vm || room < 1)
		return;
	format_cut(vm, (size_t)(room < VM_NAME_LEN ? room : VM_NAME_LEN - 1), text);
	top_plain(text);
	printw(", VM %s", text);
}

/* Only if there are any: on a narrow screen they need all the room behind the worker. */
static void draw_lost(uint64_t count, const char *how)
{
	char text[TOP_TEXT_MAX];

	if (!count)
		return;
	top_number((double)count, 6, text, sizeof(text));
	printw(", %s %s", text, how);
}

static void draw_detail(const struct top_draw *d, const struct top_view *v)
{
	const struct top_queue *q = top_view_selected(v);
	const struct queue_name *n;
	char device[DEVICE_TEXT_LEN], worker[NAME_LEN], tid[16], cpu[16], wakeups[16];
	int y = TOP_HEADER_LINES;

	if (!q)
		return;
	n = &q->counted.name;
	snprintf(device, sizeof(device), "%s", queue_device_text(n) ? queue_device_text(n) : "?");
	snprintf(worker, sizeof(worker), "%s", *n->worker ? n->worker : "-");
	top_plain(device);
	top_plain(worker);
	top_number(q->row.cpu, 6, cpu, sizeof(cpu));
	top_number(q->row.wakeups_rate, 8, wakeups, sizeof(wakeups));
	set_style(d, A_BOLD, PAIR_NONE);
	mvprintw(y, 0, "%s of %s", n->queue, device);
	set_style(d, A_NORMAL, PAIR_NONE);
	printw(" (queue %" PRId32 " of its device, interface %" PRIu32 "), owner %" PRIu32 "%s", n->number, n->ifindex,
	       n->owner, q->gone ? ", GONE" : "");
	draw_vm(n->vm);
	top_cell(q, TOP_COL_WORKER, sizeof(tid) - 1, tid, sizeof(tid));
	mvprintw(y + 1, 0, "worker %s (%s), %s %%CPU, %s wake-ups/s", worker, tid, cpu, wakeups);
	draw_lost(discards_sum(q->counted.total.discards), "discarded");
	draw_lost(q->counted.drops ? q->counted.total.drops : 0, "dropped");
	draw_reasons(d, q, draw_figures(d, q, y + 2));
}

static void draw_help(void)
{
	for (int i = 0; top_help(i); i++)
		mvaddstr(TOP_HEADER_LINES + 1 + i, 0, top_help(i));
}

void top_draw(const struct top_draw *d, struct top_view *v, const struct top_moment *m)
{
	const int height = v->page == TOP_TABLE ? TABLE_HEIGHT : TOP_HEIGHT;

	erase();
	set_style(d, A_NORMAL, PAIR_NONE);
	if (COLS < TOP_WIDTH || LINES < height) {
		char text[TOP_TEXT_MAX];

		snprintf(text, sizeof(text), "%dx%d is too small: %dx%d", COLS, LINES, TOP_WIDTH, height);
		mvaddnstr(0, 0, text, COLS);
		refresh();
		return;
	}
	draw_header(d, v, m);
	if (v->page == TOP_TABLE)
		draw_table(d, v);
	else if (v->page == TOP_DETAIL)
		draw_detail(d, v);
	else
		draw_help();
	set_style(d, A_BOLD, PAIR_NONE);
	mvaddstr(LINES - 1, 0, top_footer(v->page));
	set_style(d, A_NORMAL, PAIR_NONE);
	refresh();
}
