// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "clock.h"
#include "cmd-common.h"
#include "command.h"
#include "frame.h"
#include "out.h"
#include "stop.h"
#include "vhost.h"

/* Packets that a tap holds for the RX queue by itself, and how many of them we put there unless told otherwise. */
#define TAP_QUEUE 1000
#define RX_IN_FLIGHT 896

/* Unless told otherwise. */
#define PACKETS 100000
#define BATCH 16

enum mode { MODE_TX, MODE_RX, MODE_BOTH };

static const char *const mode_names[] = { "tx", "rx", "both", NULL };

static const char *const notify_names[] = {
	[NOTIFY_EVENT_IDX] = "event_idx", [NOTIFY_FLAGS] = "flags", [NOTIFY_NONE] = "none", NULL,
};

struct opts {
	int mode;
	uint64_t packets, time_ns, size;
	uint64_t num, batch, in_flight, base;
	int notify;
	struct call_after call_after;
	uint64_t stall_ns, drop_kick;
	bool no_netns;
	const char *log;
};

static const struct opts default_opts = { .size = 64, .num = 256, .stall_ns = 5 * NSEC_PER_SEC };

static const char *parse_num(void *field, const char *arg)
{
	uint64_t num;

	if (parse_uint(arg, &num) || !vring_num_ok(num))
		return "is not a ring size: a power of two from 1 to 32768";
	*(uint64_t *)field = num;
	return NULL;
}

/* A whole number is a count; a decimal fraction or A/B is a share. */
static const char *parse_call_after(void *field, const char *arg)
{
	static const char wrong[] = "is neither a number from 1 to 32768 nor a fraction up to 1 like 3/4 or 0.75";
	struct call_after *a = field;
	uint64_t count;
	double above, below = 1;
	char *end;

	if (!parse_uint(arg, &count)) {
		if (!count || count > VRING_NUM_MAX)
			return wrong;
		*a = (struct call_after){ .count = (unsigned int)count };
		return NULL;
	}
	if (strspn(arg, "0123456789./") != strlen(arg))
		return wrong;
	above = strtod(arg, &end);
	if (*end == '/')
		below = strtod(end + 1, &end);
	if (*end || end == arg || !(above > 0) || above > below)
		return wrong;
	*a = (struct call_after){ .fraction = above / below };
	return NULL;
}

#define FIELD(f) offsetof(struct opts, f)

static const struct opt options[] = {
	{ "mode", 'm', OPT_CHOICE, FIELD(mode), "MODE", "what to drive: tx, rx or both (default tx)",
	  .choices = mode_names },
	{ "packets", 'n', OPT_UINT, FIELD(packets), "N", "stop after N packets each way (default 100000)", 1,
	  UINT64_C(1) << 48 },
	{ "time", 't', OPT_SECONDS, FIELD(time_ns), "S", "stop after S seconds", NSEC_PER_MSEC, 1000000 * NSEC_PER_SEC },
	{ "size", 's', OPT_UINT, FIELD(size), "BYTES", "frame size with Ethernet header (default 64)", FRAME_SIZE_MIN,
	  FRAME_SIZE_MAX },
	{ "num", 0, OPT_PARSE, FIELD(num), "N", "ring size, a power of two (default 256)", .parse = parse_num },
	{ "base", 0, OPT_UINT, FIELD(base), "INDEX", "ring index to start at (default 0)", 0, UINT16_MAX },
	{ "batch", 'b', OPT_UINT, FIELD(batch), "N", "packets published at a time (default 16)", 1, VRING_NUM_MAX },
	{ "in-flight", 'f', OPT_UINT, FIELD(in_flight), "N", "most packets under way at a time (default: --num)", 1,
	  VRING_NUM_MAX },
	{ "notify", 0, OPT_CHOICE, FIELD(notify), "HOW", "event_idx, flags or none (default event_idx)",
	  .choices = notify_names },
	{ "call-after", 0, OPT_PARSE, FIELD(call_after), "N|F", "ask for a call after N used, or after a fraction",
	  .parse = parse_call_after },
	{ "stall", 0, OPT_SECONDS, FIELD(stall_ns), "S", "stuck after S seconds without progress (default 5)",
	  NSEC_PER_MSEC, 1000000 * NSEC_PER_SEC },
	{ "drop-kick", 0, OPT_UINT, FIELD(drop_kick), "N", "do not send the N-th kick, to see what follows", 1,
	  UINT64_MAX },
	{ "log", 0, OPT_STRING, FIELD(log), "FILE", "write what the driver did to FILE" },
	{ "no-netns", 0, OPT_FLAG, FIELD(no_netns), .help = "make the tap in this network namespace" },
	{ 0 },
};

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
	{ "size", NULL, OUT_U64, FIELD(size) },
	{ "num", NULL, OUT_U64, FIELD(num) },
	{ "base", NULL, OUT_U64, FIELD(base) },
	{ "batch", NULL, OUT_U64, FIELD(batch) },
	{ 0 },
};

static void print_json(struct out *out, const struct opts *o, const struct bench_result *res, const struct row *tx,
		       const struct row *rx)
{
	struct json_object *obj = out_object("result", conf_cols, o);

	json_object_object_add(obj, "device", json_object_new_string(res->name));
	json_object_object_add(obj, "notify", json_object_new_string(notify_names[o->notify]));
	json_object_object_add(obj, "seconds", json_object_new_double(res->seconds));
	json_object_object_add(obj, "cpu", out_object(NULL, cpu_cols, &res->cpu));
	json_object_object_add(obj, "tx", row_json(tx));
	json_object_object_add(obj, "rx", row_json(rx));
	out_json(out, obj);
}

static void print_text(struct out *out, const struct opts *o, const struct bench_result *res, const struct row *tx,
		       const struct row *rx)
{
	const void *rows[] = { tx, rx }, *cpu = &res->cpu;

	fprintf(out->file, "%s: frames of %" PRIu64 " bytes, num %" PRIu64 ", batch %" PRIu64 ", notify %s\n", res->name,
		o->size, o->num, o->batch, notify_names[o->notify]);
	fprintf(out->file, "%-22s%s%s\n", "", tx ? "            tx0" : "", rx ? "            rx0" : "");
	out_sheet(out, row_cols, rows, 2, 22, 14);
	out_sheet(out, cpu_cols, &cpu, 1, 22, 14);
}

/* A stuck queue: what each side has published, what it has seen of the other, and when it wants to hear of more. */
static void explain_stuck(const struct row *row, const char *queue, uint64_t stall_ns)
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
	if (s->last_avail_idx >= 0 && s->last_avail_idx != s->avail_idx)
		fprintf(stderr, "  The device has not taken what the driver published: a kick was lost.\n");
	else if (s->used_idx != s->last_used_idx)
		fprintf(stderr, "  The driver has not taken what the device gave back: a call was lost.\n");
}

/* The exit status of one direction; what is wrong goes to standard error. */
static int judge(const struct row *row, const char *queue, const struct opts *o)
{
	const struct bench_side *s;

	if (!row)
		return STATUS_OK;
	s = row->side;
	if (s->err == -ETIME)
		explain_stuck(row, queue, o->stall_ns);
	else if (s->err)
		fail("bench", "%s: %s", queue, strerror(-s->err));
	if (!s->balanced)
		fail("bench", "%s: the packets do not add up: %" PRIu64 " submitted, %" PRIu64 " delivered, %" PRIu64
		     " lost, %" PRIu64 " in flight; this is a bug", queue, s->submitted, s->delivered, s->lost,
		     s->in_flight);
	return s->err || !s->balanced || s->lost || s->corrupt || s->duplicates ? STATUS_FOUND : STATUS_OK;
}

static void show_progress(uint64_t tx, uint64_t rx, double seconds)
{
	fprintf(stderr, "\r%5.0f s  tx %12" PRIu64 "  rx %12" PRIu64 "  packets", seconds, tx, rx);
}

/**
 * struct log_file - where --log goes
 * @path: its name, or NULL without --log
 * @file: open, since before the run, so that none is in vain
 * @created: it was not there before
 */
struct log_file {
	const char *path;
	FILE *file;
	bool created;
};

/* Returns an exit status. */
static int log_open(struct log_file *l)
{
	if (!l->path)
		return STATUS_OK;
	l->file = fopen(l->path, "wxe");
	l->created = l->file != NULL;
	if (!l->file && errno == EEXIST)
		l->file = fopen(l->path, "we");
	if (l->file)
		return STATUS_OK;
	fail("bench", "--log: cannot write %s: %s", l->path, strerror(errno));
	return STATUS_REFUSED;
}

/* Returns an exit status. */
static int log_write(const struct log_file *l, const struct bench *b)
{
	int r;

	if (!l->file)
		return STATUS_OK;
	r = netq_log_write(&b->tx_log, "tx0", l->file);
	if (!r)
		r = netq_log_write(&b->rx_log, "rx0", l->file);
	if (!r && fflush(l->file))
		r = -errno;
	if (!r)
		return STATUS_OK;
	fail("bench", "--log: cannot write %s: %s", l->path, strerror(-r));
	return STATUS_REFUSED;
}

static void log_close(struct log_file *l, bool used)
{
	if (!l->file)
		return;
	fclose(l->file);
	if (l->created && !used)
		unlink(l->path);
}

/* Fill in what depends on other options. Returns an exit status. */
static int complete_opts(struct opts *o)
{
	uint64_t most = o->in_flight ? o->in_flight : o->num;

	if (o->in_flight > o->num) {
		fail("bench", "--in-flight: %" PRIu64 " packets do not fit a ring of %" PRIu64 "; raise --num",
		     o->in_flight, o->num);
		return STATUS_USAGE;
	}
	if (o->batch > most) {
		fail("bench", "--batch: %" PRIu64 " is more than the %" PRIu64 " packets that may be in flight; raise %s",
		     o->batch, most, o->in_flight ? "--in-flight" : "--num");
		return STATUS_USAGE;
	}
	if (!o->batch)
		o->batch = most < BATCH ? most : BATCH;
	if (!o->packets)
		o->packets = o->time_ns ? UINT64_MAX : PACKETS;
	return STATUS_OK;
}

static void set_policy(struct netdrv_policy *p, const struct opts *o, uint64_t in_flight, struct call_after after)
{
	bool given = o->call_after.count || o->call_after.fraction > 0;

	*p = (struct netdrv_policy){
		.notify = (enum notify)o->notify,
		.batch = (unsigned int)o->batch,
		.in_flight = (unsigned int)(o->in_flight ? o->in_flight : in_flight),
		.call_after = given ? o->call_after : after,
		.stall_ns = o->stall_ns,
	};
}

static void set_conf(struct bench_conf *c, const struct opts *o)
{
	uint64_t rx_in_flight = o->num < RX_IN_FLIGHT ? o->num : RX_IN_FLIGHT;

	*c = (struct bench_conf){
		.tx = o->mode != MODE_RX,
		.rx = o->mode != MODE_TX,
		.packets = o->packets,
		.time_ns = o->time_ns,
		.dev = {
			.num = (unsigned int)o->num,
			.base = (uint16_t)o->base,
			.frame_size = o->size,
			.event_idx = o->notify == NOTIFY_EVENT_IDX,
			.isolate = !o->no_netns,
			.tx_queue_len = o->in_flight > TAP_QUEUE ? (unsigned int)o->in_flight : TAP_QUEUE,
		},
		.drop_kick = o->drop_kick,
		.log = o->log,
		.progress = isatty(STDERR_FILENO) ? show_progress : NULL,
	};
	/* Linux' virtio-net asks after three quarters of what it sent, and for every packet that it receives. */
	set_policy(&c->tx_policy, o, o->num, (struct call_after){ .fraction = 0.75 });
	set_policy(&c->rx_policy, o, rx_in_flight, (struct call_after){ .count = 1 });
}

/* Returns an exit status. */
static int report(const struct cli *cli, const struct opts *o, const struct bench_result *res)
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

/* Returns an exit status. */
static int run(const struct cli *cli, const struct opts *o, const struct bench_conf *conf)
{
	struct log_file log = { .path = o->log };
	struct bench b = { 0 };
	struct bench_result res;
	int status = log_open(&log), err, log_status;

	if (status) {
		close(conf->dev.vhost);
		return status;
	}
	err = bench_run(&b, conf, &res);
	if (conf->progress)
		fputs("\r\033[K", stderr);
	if (err) {
		fail("bench", "cannot %s: %s", b.step, strerror(-err));
		status = STATUS_REFUSED;
	} else {
		status = report(cli, o, &res);
		log_status = log_write(&log, &b);
		status = status ? status : log_status;
	}
	log_close(&log, !err);
	bench_fini(&b);
	return status;
}

static int run_bench(const struct cli *cli, const void *p)
{
	struct opts o = *(const struct opts *)p;
	struct bench_conf conf;
	int r = complete_opts(&o);

	if (r)
		return r;
	r = stop_init();
	if (r) {
		fail("bench", "cannot catch signals: %s", strerror(-r));
		return STATUS_REFUSED;
	}
	set_conf(&conf, &o);
	/* First of all, so that a missing module is the first thing that the user hears of. */
	conf.dev.vhost = vhost_open();
	if (conf.dev.vhost < 0)
		return fail_vhost_open("bench", conf.dev.vhost);
	return run(cli, &o, &conf);
}

const struct command cmd_bench = {
	.name = "bench",
	.summary = "drive the rings of a vhost-net device and count notifications",
	.opts = options,
	.opts_size = sizeof(struct opts),
	.defaults = &default_opts,
	.run = run_bench,
};
