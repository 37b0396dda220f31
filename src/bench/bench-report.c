// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench-report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/virtio_config.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/format.h"
#include "base/out.h"

#define OPT(f) offsetof(struct bench_opts, f)

/**
 * struct row - one row of the output: a queue, or the total of a direction
 * @name: of the queue, or of the direction
 * @side: its numbers
 * @total: it is a total
 * @v: the values of the columns
 */
struct row {
	const char *name;
	const struct bench_side *side;
	bool total;
	struct {
		uint64_t strays;
		uint64_t submitted, delivered, lost, in_flight;
		uint64_t duplicates, reordered, corrupt;
		uint64_t kicks, kicks_suppressed;
		uint64_t calls, calls_suppressed;
		uint64_t spurious;
		uint64_t packets_per_second, bytes_per_second;
		double seconds, kicks_per_packet, calls_per_packet;
		bool stuck, balanced;
	} v;
};

#define ROW(f) offsetof(struct row, v.f)

static const struct out_col row_cols[] = {
	{ "submitted", "packets submitted", OUT_U64, ROW(submitted) },
	{ "delivered", "  delivered", OUT_U64, ROW(delivered) },
	{ "lost", "  lost", OUT_U64, ROW(lost) },
	{ "in_flight", "  in flight", OUT_U64, ROW(in_flight) },
	{ "duplicates", "duplicates", OUT_U64, ROW(duplicates) },
	{ "reordered", "reordered", OUT_U64, ROW(reordered) },
	{ "corrupt", "corrupt", OUT_U64, ROW(corrupt) },
	{ "kicks", "kicks", OUT_U64, ROW(kicks) },
	{ "kicks_per_packet", "  per packet", OUT_DOUBLE, ROW(kicks_per_packet) },
	{ "kicks_suppressed", "  suppressed", OUT_U64, ROW(kicks_suppressed) },
	{ "calls", "calls", OUT_U64, ROW(calls) },
	{ "calls_per_packet", "  per packet", OUT_DOUBLE, ROW(calls_per_packet) },
	{ "calls_suppressed", "  suppressed", OUT_U64, ROW(calls_suppressed) },
	{ "spurious", "spurious wake-ups", OUT_U64, ROW(spurious) },
	{ "seconds", "seconds", OUT_DOUBLE, ROW(seconds) },
	{ "packets_per_second", "packets/s", OUT_U64, ROW(packets_per_second) },
	{ "bytes_per_second", "bytes/s", OUT_U64, ROW(bytes_per_second) },
	{ "stuck", NULL, OUT_BOOL, ROW(stuck) },
	{ "balanced", NULL, OUT_BOOL, ROW(balanced) },
	{ 0 },
};

static const char *total_style(const void *row)
{
	return ((const struct row *)row)->total ? "1" : NULL;
}

/* One line for each queue, within 80 columns. */
static const struct out_col table_cols[] = {
	{ NULL, "VQ", OUT_STRING, offsetof(struct row, name), -5, total_style },
	{ NULL, "SUBMITTED", OUT_U64, ROW(submitted), 10, total_style },
	{ NULL, "DELIVERED", OUT_U64, ROW(delivered), 10, total_style },
	{ NULL, "LOST", OUT_U64, ROW(lost), 6, total_style },
	{ NULL, "KICKS", OUT_U64, ROW(kicks), 9, total_style },
	{ NULL, "/PKT", OUT_DOUBLE, ROW(kicks_per_packet), 6, total_style },
	{ NULL, "CALLS", OUT_U64, ROW(calls), 9, total_style },
	{ NULL, "/PKT", OUT_DOUBLE, ROW(calls_per_packet), 6, total_style },
	{ NULL, "PACKETS/S", OUT_U64, ROW(packets_per_second), 9, total_style },
	{ 0 },
};

static const struct out_col name_col[] = { { "name", NULL, OUT_STRING, offsetof(struct row, name) }, { 0 } };
static const struct out_col strays_col[] = { { "strays", NULL, OUT_U64, ROW(strays) }, { 0 } };

static double side_seconds(const struct bench_side *s)
{
	return ns_to_s(s->end_ns - s->start_ns);
}

static void fill_row(struct row *row, const char *name, const struct bench_side *s, uint64_t size)
{
	const struct netq_stats *q = &s->queue;
	double delivered = (double)s->delivered, seconds = side_seconds(s);

	*row = (struct row){
		.name = name,
		.side = s,
		.v = {
			.strays = s->strays,
			.submitted = s->submitted, .delivered = s->delivered, .lost = s->lost,
			.in_flight = s->in_flight, .duplicates = s->duplicates, .reordered = s->reordered,
			.corrupt = s->corrupt, .kicks = q->kicks, .kicks_suppressed = q->kicks_suppressed,
			.calls = q->calls, .calls_suppressed = q->calls_suppressed, .spurious = q->spurious,
			.seconds = seconds,
			.packets_per_second = (uint64_t)ratio(delivered, seconds, 0),
			.bytes_per_second = (uint64_t)ratio(delivered * (double)size, seconds, 0),
			.kicks_per_packet = ratio((double)q->kicks, delivered, 0),
			.calls_per_packet = ratio((double)q->calls, delivered, 0),
			.stuck = s->err == -ETIME, .balanced = s->balanced,
		},
	};
}

static const struct out_col sides_cols[] = {
	{ "avail_idx", "avail->idx", OUT_U16, offsetof(struct netdrv_sides, avail_idx) },
	{ "last_avail_idx", "last_avail_idx", OUT_INDEX, offsetof(struct netdrv_sides, last_avail_idx) },
	{ "avail_event", "avail_event", OUT_U16, offsetof(struct netdrv_sides, avail_event) },
	{ "used_flags", "used->flags", OUT_U16, offsetof(struct netdrv_sides, used_flags) },
	{ "used_idx", "used->idx", OUT_U16, offsetof(struct netdrv_sides, used_idx) },
	{ "last_used_idx", "last_used_idx", OUT_U16, offsetof(struct netdrv_sides, last_used_idx) },
	{ "used_event", "used_event", OUT_U16, offsetof(struct netdrv_sides, used_event) },
	{ "avail_flags", "avail->flags", OUT_U16, offsetof(struct netdrv_sides, avail_flags) },
	{ 0 },
};

/**
 * struct rows - all rows of the output
 * @queues: one row for each driven queue; owned
 * @count: number of @queues
 * @tx: total of the TX queues, or NULL if they were not driven; with one pair it has the values of tx0
 * @rx: the same for RX
 * @totals: what @tx and @rx point to
 * @pairs: number of queue pairs
 * @seconds: duration of the direction that took longer
 */
struct rows {
	struct row *queues;
	unsigned int count;
	const struct row *tx, *rx;
	struct row totals[2];
	uint64_t pairs;
	double seconds;
};

static const struct row *fill_total(struct row *row, const char *name, const struct bench_side *s,
				    const struct bench_opts *o)
{
	fill_row(row, name, s, o->size);
	row->total = true;
	return row;
}

static int fill_rows(struct rows *r, const struct bench_opts *o, const struct bench_result *res)
{
	double tx = side_seconds(&res->tx), rx = side_seconds(&res->rx);

	*r = (struct rows){ .count = res->count, .pairs = o->queues, .seconds = tx > rx ? tx : rx };
	r->queues = calloc(res->count, sizeof(*r->queues));
	if (!r->queues)
		return -ENOMEM;
	for (unsigned int i = 0; i < res->count; i++)
		fill_row(&r->queues[i], res->queues[i].name, &res->queues[i].side, o->size);
	if (o->mode != MODE_RX)
		r->tx = fill_total(&r->totals[0], o->queues > 1 ? "tx" : "tx0", &res->tx, o);
	if (o->mode != MODE_TX)
		r->rx = fill_total(&r->totals[1], o->queues > 1 ? "rx" : "rx0", &res->rx, o);
	return 0;
}

static void add_sides(struct json_object *obj, const struct row *row, bool known)
{
	json_object_object_add(obj, "sides", known ? out_object(NULL, sides_cols, &row->side->sides) : NULL);
}

static struct json_object *total_json(const struct row *row, bool one_pair)
{
	struct json_object *obj = row ? out_object(NULL, row_cols, row) : NULL;

	if (obj)
		add_sides(obj, row, one_pair);
	return obj;
}

static struct json_object *queue_json(const struct row *row)
{
	struct json_object *obj = out_object(NULL, name_col, row);

	if (!obj)
		return NULL;
	out_add(obj, row_cols, row);
	out_add(obj, strays_col, row);
	add_sides(obj, row, true);
	return obj;
}

static struct json_object *queues_json(const struct rows *r)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int i = 0; array && i < r->count; i++)
		json_object_array_add(array, queue_json(&r->queues[i]));
	return array;
}

static const struct out_col cpu_cols[] = {
	{ "driver", "CPU seconds: driver", OUT_DOUBLE, offsetof(struct bench_cpu, driver) },
	{ "worker", "  vhost worker", OUT_DOUBLE, offsetof(struct bench_cpu, worker) },
	{ "far_end", "  far end of the tap", OUT_DOUBLE, offsetof(struct bench_cpu, far_end) },
	{ 0 },
};

static const struct out_col conf_cols[] = {
	{ "size", NULL, OUT_U64, OPT(size) },
	{ "num", NULL, OUT_U64, OPT(num) },
	{ "base", NULL, OUT_U64, OPT(base) },
	{ "batch_size", NULL, OUT_U64, OPT(batch_size) },
	{ 0 },
};

static const struct out_col seconds_col[] = {
	{ "seconds", NULL, OUT_DOUBLE, offsetof(struct rows, seconds) },
	{ 0 },
};

static bool in_order(const struct bench_opts *o)
{
	return feature_is_set(o->features.on, VIRTIO_F_IN_ORDER);
}

static void print_json(struct out *out, const struct bench_opts *o, const struct bench_result *res,
		       const struct rows *r)
{
	struct json_object *obj = out_object("result", conf_cols, o);

	json_object_object_add(obj, "device", json_object_new_string(res->name));
	json_object_object_add(obj, "notify", json_object_new_string(bench_notify_names[o->notify]));
	json_object_object_add(obj, "in_order", json_object_new_boolean(in_order(o)));
	out_add(obj, seconds_col, r);
	json_object_object_add(obj, "cpu", out_object(NULL, cpu_cols, &res->cpu));
	json_object_object_add(obj, "tx", total_json(r->tx, r->pairs == 1));
	json_object_object_add(obj, "rx", total_json(r->rx, r->pairs == 1));
	json_object_object_add(obj, "queues", queues_json(r));
	out_json(out, obj);
}

/* The queues of one direction, then their total. */
static void print_table(struct out *out, const struct row *queues, uint64_t count, const struct row *total)
{
	for (uint64_t i = 0; i < count; i++)
		out_row(out, table_cols, &queues[i]);
	out_row(out, table_cols, total);
}

static void print_tables(struct out *out, const struct rows *r)
{
	out_header(out, table_cols);
	if (r->tx)
		print_table(out, r->queues, r->pairs, r->tx);
	if (r->rx)
		print_table(out, r->queues + (r->tx ? r->pairs : 0), r->pairs, r->rx);
	fputc('\n', out->file);
}

static void print_text(struct out *out, const struct bench_opts *o, const struct bench_result *res,
		       const struct rows *r)
{
	const void *rows[] = { r->tx, r->rx }, *cpu = &res->cpu;

	out_printf(out, "%s: ", res->name);
	if (r->pairs > 1)
		fprintf(out->file, "%" PRIu64 " pairs, ", r->pairs);
	fprintf(out->file, "frames of %" PRIu64 " bytes, num %" PRIu64 ", batch size %" PRIu64 ", notify %s%s\n",
		o->size, o->num, o->batch_size, bench_notify_names[o->notify], in_order(o) ? ", in order" : "");
	if (r->pairs > 1)
		print_tables(out, r);
	fprintf(out->file, "%-22s", "");
	for (int i = 0; i < 2; i++)
		if (rows[i])
			fprintf(out->file, " %14s", ((const struct row *)rows[i])->name);
	fputc('\n', out->file);
	out_sheet(out, row_cols, rows, 2, 22, 14);
	out_sheet(out, cpu_cols, &cpu, 1, 22, 14);
}

int bench_report(const struct cli *cli, const struct bench_opts *o, const struct bench_result *res)
{
	struct rows rows;
	struct out out;

	if (fill_rows(&rows, o, res)) {
		fail("bench", "cannot print the result: %s", strerror(ENOMEM));
		return STATUS_REFUSED;
	}
	out_init(&out, stdout, cli->json, cli->pretty, cli->color);
	if (cli->json)
		print_json(&out, o, res, &rows);
	else
		print_text(&out, o, res, &rows);
	free(rows.queues);
	return fail_output("bench", &out, NULL, out_flush(&out));
}
