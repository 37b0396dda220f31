// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench-report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fail.h"
#include "out.h"

const char *const bench_notify_names[] = {
	[NOTIFY_EVENT_IDX] = "event_idx", [NOTIFY_FLAGS] = "flags", [NOTIFY_NONE] = "none", NULL,
};

#define OPT(f) offsetof(struct bench_opts, f)

/**
 * struct row - one direction, as it is printed
 */
struct row {
	const struct bench_side *side;
	struct {
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

static double ratio(double a, double b)
{
	return b > 0 ? a / b : 0;
}

static void fill_row(struct row *row, const struct bench_side *s, uint64_t size)
{
	const struct netq_stats *q = &s->queue;
	double delivered = (double)s->delivered;

	*row = (struct row){
		.side = s,
		.v = {
			.submitted = s->submitted, .delivered = s->delivered, .lost = s->lost,
			.in_flight = s->in_flight, .duplicates = s->duplicates, .reordered = s->reordered,
			.corrupt = s->corrupt, .kicks = q->kicks, .kicks_suppressed = q->kicks_suppressed,
			.calls = q->calls, .calls_suppressed = q->calls_suppressed, .spurious = q->spurious,
			.seconds = s->seconds,
			.packets_per_second = (uint64_t)ratio(delivered, s->seconds),
			.bytes_per_second = (uint64_t)ratio(delivered * (double)size, s->seconds),
			.kicks_per_packet = ratio((double)q->kicks, delivered),
			.calls_per_packet = ratio((double)q->calls, delivered),
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

static struct json_object *row_json(const struct row *row)
{
	struct json_object *obj;

	if (!row)
		return NULL;
	obj = out_object(NULL, row_cols, row);
	if (obj)
		json_object_object_add(obj, "sides", out_object(NULL, sides_cols, &row->side->sides));
	return obj;
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
	{ "batch", NULL, OUT_U64, OPT(batch) },
	{ 0 },
};

static const struct out_col seconds_col[] = {
	{ "seconds", NULL, OUT_DOUBLE, offsetof(struct bench_result, seconds) },
	{ 0 },
};

static void print_json(struct out *out, const struct bench_opts *o, const struct bench_result *res, const struct row *tx,
		       const struct row *rx)
{
	struct json_object *obj = out_object("result", conf_cols, o);

	json_object_object_add(obj, "device", json_object_new_string(res->name));
	json_object_object_add(obj, "notify", json_object_new_string(bench_notify_names[o->notify]));
	out_add(obj, seconds_col, res);
	json_object_object_add(obj, "cpu", out_object(NULL, cpu_cols, &res->cpu));
	json_object_object_add(obj, "tx", row_json(tx));
	json_object_object_add(obj, "rx", row_json(rx));
	out_json(out, obj);
}

static void print_text(struct out *out, const struct bench_opts *o, const struct bench_result *res, const struct row *tx,
		       const struct row *rx)
{
	const void *rows[] = { tx, rx }, *cpu = &res->cpu;

	fprintf(out->file, "%s: frames of %" PRIu64 " bytes, num %" PRIu64 ", batch %" PRIu64 ", notify %s\n", res->name,
		o->size, o->num, o->batch, bench_notify_names[o->notify]);
	fprintf(out->file, "%-22s%s%s\n", "", tx ? "            tx0" : "", rx ? "            rx0" : "");
	out_sheet(out, row_cols, rows, 2, 22, 14);
	out_sheet(out, cpu_cols, &cpu, 1, 22, 14);
}

/* Something is published that the device has not taken although it asked to be told. */
static bool kick_lost(const struct netdrv_sides *s, bool event_idx)
{
	uint16_t taken = (uint16_t)s->last_avail_idx;

	if (s->last_avail_idx < 0)
		return false;
	if (event_idx)
		return vring_need_event(s->avail_event, s->avail_idx, taken);
	return s->avail_idx != taken && !(s->used_flags & VRING_USED_F_NO_NOTIFY);
}

/* The same the other way round. */
static bool call_lost(const struct netdrv_sides *s, bool event_idx)
{
	if (event_idx)
		return vring_need_event(s->used_event, s->used_idx, s->last_used_idx);
	return s->used_idx != s->last_used_idx && !(s->avail_flags & VRING_AVAIL_F_NO_INTERRUPT);
}

/* A stuck queue: what each side has published, what it has seen of the other, and when it wants to hear of more. */
static void explain_stuck(const struct row *row, const char *queue, bool event_idx, uint64_t stall_ns)
{
	const struct netdrv_sides *s = &row->side->sides;

	fail("bench", "%s is stuck: work is pending and nothing has moved for %g s", queue,
	     (double)stall_ns / NSEC_PER_SEC);
	fprintf(stderr,
		"          published          seen by the other side   next notification\n"
		"  driver  avail->idx %5u   last_avail_idx %5d     kick when avail passes avail_event %u\n"
		"  device  used->idx  %5u   last_used_idx  %5u     call when used passes used_event %u\n"
		"  flags: used->flags %u, avail->flags %u\n",
		s->avail_idx, s->last_avail_idx, s->avail_event, s->used_idx, s->last_used_idx, s->used_event,
		s->used_flags, s->avail_flags);
	if (kick_lost(s, event_idx))
		fprintf(stderr, "  The device asked for a kick, and has not taken what was published: it was lost.\n");
	if (call_lost(s, event_idx))
		fprintf(stderr, "  The driver asked for a call, and has not taken what was used: it was lost.\n");
}

/* The exit status of one direction; what is wrong goes to standard error. */
static int judge(const struct row *row, const char *queue, const struct bench_opts *o)
{
	const struct bench_side *s;

	if (!row)
		return STATUS_OK;
	s = row->side;
	if (s->err == -ETIME)
		explain_stuck(row, queue, o->notify == NOTIFY_EVENT_IDX, o->stall_ns);
	else if (s->err)
		fail("bench", "%s: %s", queue, strerror(-s->err));
	if (!s->balanced)
		fail("bench", "%s: the packets do not add up: %" PRIu64 " submitted, %" PRIu64 " delivered, %" PRIu64
		     " lost, %" PRIu64 " in flight; this is a bug", queue, s->submitted, s->delivered, s->lost,
		     s->in_flight);
	return s->err || !s->balanced || s->lost || s->corrupt || s->duplicates ? STATUS_FOUND : STATUS_OK;
}

int bench_report(const struct cli *cli, const struct bench_opts *o, const struct bench_result *res)
{
	struct row tx, rx, *txp = NULL, *rxp = NULL;
	struct out out;
	int status, r;

	if (o->mode != MODE_RX)
		fill_row(txp = &tx, &res->tx, o->size);
	if (o->mode != MODE_TX)
		fill_row(rxp = &rx, &res->rx, o->size);
	out_init(&out, stdout, cli->json, cli->pretty, cli->color);
	if (cli->json)
		print_json(&out, o, res, txp, rxp);
	else
		print_text(&out, o, res, txp, rxp);
	r = out_flush(&out);
	if (r && r != -EPIPE) {
		fail("bench", "cannot write to standard output: %s", strerror(-r));
		return STATUS_REFUSED;
	}
	status = judge(txp, "tx0", o);
	return judge(rxp, "rx0", o) ? STATUS_FOUND : status;
}
