// SPDX-License-Identifier: GPL-2.0-or-later
#include "top-text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/columns.h"
#include "base/format.h"
#include "base/harmless.h"
#include "base/out.h"
#include "event/decision.h"

#define CELL(member) offsetof(struct top_queue, member)

/* With one blank between columns, they are TOP_WIDTH wide. Those that --batch can do without are extra. */
static const struct out_col cols[TOP_COLUMNS + 1] = {
	[TOP_COL_DEVICE] = { "device", "DEVICE", OUT_STRING, CELL(row.shown_device), -8, .grow = 7 },
	[TOP_COL_QUEUE] = { "queue", "VQ", OUT_STRING, CELL(row.queue), -5 },
	[TOP_COL_WORKER] = { "worker_tid", "WORKER", OUT_INDEX, CELL(row.tid), 7, .extra = 3 },
	[TOP_COL_BUFFERS] = { "buffers_per_second", "BUFS/S", OUT_SHORT, CELL(row.buffers_rate), 7 },
	[TOP_COL_KICKS] = { "kicks_per_second", "KICKS/S", OUT_SHORT, CELL(row.kicks_rate), 7 },
	[TOP_COL_SPURIOUS] = { "spurious_per_second", "SPUR/S", OUT_SHORT, CELL(row.spurious_rate), 6, .extra = 1 },
	[TOP_COL_CALLS] = { "calls_per_second", "CALLS/S", OUT_SHORT, CELL(row.calls_rate), 7 },
	[TOP_COL_SUPPRESSED] = { "suppressed_per_second", "SUPPR/S", OUT_SHORT, CELL(row.suppressed_rate), 7 },
	[TOP_COL_PER_KICK] = { "buffers_per_kick", "B/KICK", OUT_SHORT, CELL(row.buffers_per_kick), 6, .extra = 2 },
	[TOP_COL_PER_CALL] = { "buffers_per_call", "B/CALL", OUT_SHORT, CELL(row.buffers_per_call), 6 },
	[TOP_COL_CPU] = { "cpu_percent", "%CPU", OUT_SHORT, CELL(row.cpu), 4 },
};

/* Shown where there is room, and nothing to sort by. */
static const struct out_col on_cpu = { "on_cpu", "ONCPU", OUT_INDEX, CELL(row.on_cpu), 5, .extra = OUT_EXTRA_LATE };

const char *parse_top_column(void *field, const char *arg)
{
	char why[160];
	const struct out_col *c = columns_find(cols, arg, strlen(arg), why, sizeof(why));

	if (!c)
		return "is no column of top; it takes what is in the heads: device, vq, worker, bufs, kicks, spur, "
		       "calls, suppr, b/kick, b/call, cpu";
	*(int *)field = (int)(c - cols);
	return NULL;
}

void top_table(struct out_col table[TOP_TABLE_COLUMNS + 1], const struct out *o, const struct top_view *v, int how)
{
	struct out_col all[TOP_TABLE_COLUMNS + 1] = { 0 }, *c = all, *measured;

	if (how != TIME_NONE)
		*c++ = time_column(how, CELL(row.shown));
	memcpy(c, cols, sizeof(cols));
	c[TOP_COLUMNS] = on_cpu;
	measured = columns_measured(all, (const void *const *)v->sorted, (size_t)v->count);
	columns_what_fits(table, measured ? measured : all, o, 0);
	free(measured);
}

/* "unexplained 100%" */
#define REASON_WIDTH 16

/* A sparkline of fewer intervals would not be useful. */
#define SPARK_WIDTH 10

/* Place a column at @x, with the blank before it, and move @x behind it. */
static struct top_field place(const char *head, int *x, int width)
{
	struct top_field f = { head, *x + 1, width };

	*x += 1 + abs(width);
	return f;
}

struct top_layout top_layout(int width)
{
	struct top_layout l = { 0 };
	int more = width - TOP_WIDTH, x = -1;

	more = more < 0 ? 0 : more > cols[TOP_COL_DEVICE].grow ? cols[TOP_COL_DEVICE].grow : more;
	for (int i = 0; i < TOP_COLUMNS; i++)
		l.columns[i] = place(cols[i].head, &x, cols[i].width - (i == TOP_COL_DEVICE ? more : 0));
	if (width >= x + 1 + on_cpu.width)
		l.on_cpu = place(on_cpu.head, &x, on_cpu.width);
	/* One more blank before the columns of another kind. */
	if (width >= x + 2 * (2 + REASON_WIDTH) + 2 * SPARK_WIDTH) {
		x++;
		l.why_call = place("MOST CALLS", &x, -REASON_WIDTH);
		l.why_not = place("MOST SUPPRESSED", &x, -REASON_WIDTH);
	}
	if (width >= x + 2 + SPARK_WIDTH) {
		x++;
		l.past = place("BUFS/S BEFORE", &x, -(width - x - 1 < TOP_PAST ? width - x - 1 : TOP_PAST));
	}
	return l;
}

void top_plain(char *text)
{
	for (; *text; text++)
		*text = harmless_byte(*text);
}

void top_number(double value, int width, char *buf, size_t len)
{
	static const char units[] = "kMGTPE";

	format_short(value, buf, len);
	for (const char *unit = units; strlen(buf) > (size_t)width && *unit; unit++) {
		value /= 1000;
		snprintf(buf, len, "%.*f%c", value >= 99.95 ? 0 : 1, value, *unit);
		if (strlen(buf) > (size_t)width)
			snprintf(buf, len, "%.0f%c", value, *unit);
	}
}

static void print_name(const char *name, int width, char *buf, size_t len)
{
	const size_t room = (size_t)abs(width);

	format_cut(*name ? name : "-", room < len ? room : len - 1, buf);
	top_plain(buf);
}

void top_cell(const struct top_queue *q, int column, int width, char *buf, size_t len)
{
	const struct out_col *c = &cols[column];
	char cell[OUT_CELL_MAX];
	const char *text = out_cell(c, q, cell);

	if (c->type == OUT_STRING)
		print_name(text, width, buf, len);
	else if (c->type == OUT_SHORT && strlen(text) > (size_t)width)
		top_number(*(const double *)((const char *)q + c->offset), width, buf, len);
	else
		snprintf(buf, len, "%s", text);
}

void top_on_cpu(const struct top_queue *q, char *buf, size_t len)
{
	char cell[OUT_CELL_MAX];

	snprintf(buf, len, "%s", out_cell(&on_cpu, q, cell));
}

void top_main_reason(const struct top_queue *q, int act, char *buf, size_t len)
{
	const __u64 *reasons = q->row.counts.reasons[act];
	uint64_t sum = 0;
	int most = 0;

	for (int i = 0; i < REASON_COUNT; i++) {
		sum += reasons[i];
		if (reasons[i] > reasons[most])
			most = i;
	}
	if (sum && q->row.decisions >= 0)
		snprintf(buf, len, "%s %.0f%%", reason_name(most), floor(100 * (double)reasons[most] / (double)sum));
	else
		snprintf(buf, len, "-");
}

static void print_uptime(uint64_t ns, char *buf, size_t len)
{
	uint64_t minutes = ns / NSEC_PER_SEC / 60, days = minutes / (24 * 60);

	if (days)
		snprintf(buf, len, "%" PRIu64 " day%s, %" PRIu64 ":%02" PRIu64, days, plural(days),
			 minutes / 60 % 24, minutes % 60);
	else
		snprintf(buf, len, "%" PRIu64 ":%02" PRIu64, minutes / 60, minutes % 60);
}

void top_header(const struct top_view *v, const struct top_moment *m, int line, char *buf, size_t len)
{
	char text[32], more[16];

	if (!line) {
		print_uptime(m->uptime_ns, text, sizeof(text));
		snprintf(buf, len, "top - %s%s up %s, every %g s, by %s%s", m->clock, v->paused ? ", PAUSED," : "",
			 text, ns_to_s(v->interval), cols[v->sort].head, v->reverse ? " reversed" : "");
		return;
	}
	top_number(v->sum.decisions, 5, text, sizeof(text));
	top_number(v->sum.calls, 5, more, sizeof(more));
	/* Losses come first, since a line that is too long is cut. */
	snprintf(buf, len, "%" PRIu32 " device%s, %" PRIu32 " queue%s; %" PRIu64 " lost", v->sum.devices,
		 plural(v->sum.devices), v->sum.queues, plural(v->sum.queues), v->sum.lost);
	if (v->sum.missed)
		snprintf(buf + strlen(buf), len - strlen(buf), ", %" PRIu64 " signals missed", v->sum.missed);
	if (m->sample > 1)
		snprintf(buf + strlen(buf), len - strlen(buf), "; sampled 1/%" PRIu32, m->sample);
	snprintf(buf + strlen(buf), len - strlen(buf), "; %s decisions/s, %s calls/s", text, more);
}

double top_past_max(const struct top_queue *q, int series, int width)
{
	double max = -1;

	for (int i = 0; i < width; i++)
		if (top_past(q, series, i) > max)
			max = top_past(q, series, i);
	return max;
}

/* Zero has a level of its own, so that even little traffic can be seen. */
static int level(double value, double max)
{
	return value > 0 ? 1 + (int)ceil(value / max * 7) : 1;
}

void top_sparkline(const struct top_queue *q, int series, int width, bool utf8, char *buf)
{
	static const char ascii[] = " _.:-=+*#";
	double max = top_past_max(q, series, width);

	for (int ago = width - 1; ago >= 0; ago--) {
		double value = top_past(q, series, ago);
		int l = value < 0 ? 0 : level(value, max);

		if (l && utf8)
			buf += sprintf(buf, "\xe2\x96%c", 0x80 + l);
		else
			*buf++ = ascii[l];
	}
	*buf = 0;
}

/* In UTF-8 the resolution is 1/8 column: U+2588 is a full block, U+2589 to U+258f are 7/8 to 1/8. */
void top_bar(double share, int width, bool utf8, char *buf)
{
	int eighths = share > 0 ? (int)lround((share < 1 ? share : 1) * width * 8) : 0;

	if (share > 0 && !eighths)
		eighths = 1;
	if (!utf8) {
		int full = (eighths + 7) / 8;

		memset(buf, '#', (size_t)full);
		buf[full] = 0;
		return;
	}
	*buf = 0;
	for (; eighths > 0; eighths -= 8)
		buf += sprintf(buf, "\xe2\x96%c", 0x90 - (eighths > 8 ? 8 : eighths));
}

const char *top_help(int line)
{
	static const char *const lines[] = {
		"Up, Down, k, j  select a queue; also Page Up, Page Down, Home, End",
		"Enter           all that is known of it; Up and Down go on to the others",
		"Esc, Backspace  back to the table",
		"<, >, s         sort by the column to the left, to the right, by the next one",
		"r               sort the other way round",
		"Space, p        pause; again: go on, with all since then as one interval",
		"+, -            longer, shorter intervals",
		"h, ?            this help",
		"q               quit",
		"",
		"BUFS/S   buffers that vhost gave back       KICKS/S  kicks of the driver",
		"SPUR/S   kicks that found nothing to do     CALLS/S  notifications of the driver",
		"SUPPR/S   notifications that were saved      B/KICK   buffers taken for a kick",
		"B/CALL   buffers given back for a call      %CPU     of the worker, in all",
		"",
		"B/CALL near 1: the driver is interrupted for each packet, as it has asked for.",
		"SPUR/S near KICKS/S: the driver kicks although vhost is at work already.",
		"%CPU near 100: the worker is the limit; give the queues workers of their own.",
		NULL,
	};

	return lines[line];
}

const char *top_footer(int page)
{
	static const char *const footers[] = {
		[TOP_TABLE] = "Enter details  < > s sort  r reverse  p pause  + - interval  h help  q quit",
		[TOP_DETAIL] = "Esc back  Up Down other queues  p pause  + - interval  h help  q quit",
		[TOP_HELP] = "Esc back  q quit",
	};

	return footers[page];
}
