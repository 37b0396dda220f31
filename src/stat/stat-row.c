// SPDX-License-Identifier: GPL-2.0-or-later
#include "stat-row.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/format.h"
#include "event/decision.h"
#include "event/discard-names.h"
#include "event/reasons-json.h"
#include "event/start-json.h"

static double rate(uint64_t count, uint64_t ns)
{
	return ns ? (double)count * NSEC_PER_SEC / (double)ns : 0;
}

/* With sampling, none of a few runs may have been counted: then nothing is known of their decisions. */
static bool decisions_known(const struct queue_counts *c)
{
	return !c->runs || c->counted_runs;
}

static void set_runs(struct stat_row *r, bool seen, const struct stat_time *t)
{
	const struct queue_counts *c = &r->counts;

	r->kicks = seen ? (int64_t)c->kicks : -1;
	r->spurious = seen && decisions_known(c) ? (int64_t)c->spurious : -1;
	r->runs = seen ? (int64_t)c->runs : -1;
	r->found = seen ? (int64_t)c->found : -1;
	r->kicks_rate = seen ? rate(c->kicks, t->ns) : -1;
	r->spurious_rate = r->spurious >= 0 ? rate(c->spurious, t->ns) : -1;
	r->buffers_per_kick = ratio(rate(c->found, t->ns), r->kicks_rate, -1);
}

static void set_decisions(struct stat_row *r, const struct stat_time *t)
{
	struct queue_counts *c = &r->counts;

	if (!decisions_known(c)) {
		memset(c->reasons, 0xff, sizeof(c->reasons));
		r->decisions = r->moved = r->signalled = r->suppressed = r->unexplained = r->other = -1;
		r->calls_rate = r->suppressed_rate = r->buffers_per_call = -1;
		return;
	}
	r->decisions = (int64_t)c->decisions;
	r->moved = (int64_t)c->moved;
	r->signalled = (int64_t)reasons_sum(c->reasons[1]);
	r->suppressed = (int64_t)reasons_sum(c->reasons[0]);
	r->unexplained = (int64_t)(c->reasons[0][REASON_UNEXPLAINED] + c->reasons[1][REASON_UNEXPLAINED]);
	r->other = r->unexplained + (int64_t)(c->reasons[1][REASON_EMPTY] + c->reasons[1][REASON_FAULT] +
					      c->reasons[0][REASON_UNSTABLE] + c->reasons[1][REASON_UNSTABLE]);
	r->calls_rate = rate((uint64_t)r->signalled, t->ns);
	r->suppressed_rate = rate((uint64_t)r->suppressed, t->ns);
	r->buffers_per_call = ratio((double)c->buffers, (double)r->signalled, -1);
}

struct stat_row stat_row(const struct counted_queue *q, bool total, const struct stat_time *t, bool same_worker)
{
	const struct queue_counts *counts = total ? &q->total : &q->since;
	const struct worker_use *use = total ? &q->worker_total : &q->worker;
	bool known = use->ns && !same_worker;
	struct stat_row r = {
		.id = q->id,
		.time = t->end,
		.ns = t->ns,
		.device = *q->name.device ? q->name.device : NULL,
		.netns = q->name.netns,
		.netns_name = queue_netns_name(&q->name),
		.shown_device = queue_device_text(&q->name),
		.queue = q->name.queue,
		.worker = *q->name.worker ? q->name.worker : NULL,
		.vm = *q->name.vm ? q->name.vm : NULL,
		.owner = q->name.owner,
		.ifindex = q->name.ifindex,
		.tid = q->name.tid ? (int32_t)q->name.tid : -1,
		.on_cpu = q->on_cpu,
		.vq = q->name.number,
		.others = q->name.others,
		.counts = *counts,
		.wakeups = use->ns ? (int64_t)use->wakeups : -1,
		.worker_cpu = use->ns ? ns_to_s(use->cpu_ns) : -1,
		.worker_seconds = use->ns ? ns_to_s(use->ns) : -1,
		.wakeups_rate = known ? rate(use->wakeups, use->ns) : -1,
		.cpu = known ? ratio(100 * (double)use->cpu_ns, (double)use->ns, -1) : -1,
	};

	set_runs(&r, q->runs, t);
	set_decisions(&r, t);
	r.drops = q->drops ? (int64_t)counts->drops : -1;
	r.drops_rate = q->drops ? rate(counts->drops, t->ns) : -1;
	r.discards = q->discards ? (int64_t)discards_sum(counts->discards) : -1;
	r.discards_rate = q->discards ? rate((uint64_t)r.discards, t->ns) : -1;
	r.buffers_rate = rate(counts->buffers, t->ns);
	return r;
}

#define ROW(member) offsetof(struct stat_row, member)
#define REASON(act, reason) ROW(counts.reasons[act][reason])

#define DEVICE { "device", "DEVICE", OUT_STRING, ROW(shown_device), -8, .grow = 40 }
#define VM(late) { "vm", "VM", OUT_STRING, ROW(vm), -12, .grow = 51, .extra = late }
#define QUEUE { "queue", "VQ", OUT_STRING, ROW(queue), -5 }

/* Without the columns that give way to a time, 62 columns. */
const struct out_col stat_rates[] = {
	DEVICE, QUEUE,
	{ NULL, "BUFS/S", OUT_SHORT, ROW(buffers_rate), 7 },
	{ NULL, "KICKS/S", OUT_SHORT, ROW(kicks_rate), 7 },
	{ NULL, "SPUR/S", OUT_SHORT, ROW(spurious_rate), 6, .extra = 1 },
	{ NULL, "CALLS/S", OUT_SHORT, ROW(calls_rate), 7 },
	{ NULL, "SUPPR/S", OUT_SHORT, ROW(suppressed_rate), 7 },
	{ NULL, "B/KICK", OUT_SHORT, ROW(buffers_per_kick), 6, .extra = 2 },
	{ NULL, "B/CALL", OUT_SHORT, ROW(buffers_per_call), 6 },
	{ NULL, "WAKE/S", OUT_SHORT, ROW(wakeups_rate), 6, .extra = 3 },
	{ NULL, "%CPU", OUT_SHORT, ROW(cpu), 5 },
	{ NULL, "DROP/S", OUT_SHORT, ROW(drops_rate), 6, .extra = OUT_EXTRA_LATE },
	{ NULL, "DISC/S", OUT_SHORT, ROW(discards_rate), 6, .extra = OUT_EXTRA_LATE },
	{ NULL, "OWNER", OUT_ID, ROW(owner), 7, .extra = OUT_EXTRA_LATE },
	{ NULL, "WORKER", OUT_INDEX, ROW(tid), 7, .extra = OUT_EXTRA_LATE },
	VM(OUT_EXTRA_LATE),
	{ 0 },
};

#define SIGNAL(key, head, reason, width, ...) \
	{ "signal_" key, head, OUT_I64, REASON(1, reason), width, .group = "SIGNAL", __VA_ARGS__ }
#define SUPPRESS(key, head, reason, width, ...) \
	{ "suppress_" key, head, OUT_I64, REASON(0, reason), width, .group = "SUPPRESS", __VA_ARGS__ }
#define DISCARD(key, head, reason, width) { "discard_" key, head, OUT_U64, ROW(counts.discards[reason]), width }
#define RARE .extra = OUT_EXTRA_LATE
#define RARER .extra = OUT_EXTRA_LATE + 1

/* The rare ones are together in OTHER, too. */
const struct out_col stat_reasons[] = {
	DEVICE, QUEUE,
	SIGNAL("crossed", "CROSSED", REASON_CROSSED, 7),
	SIGNAL("flags", "FLAGS", REASON_FLAGS, 7),
	SIGNAL("first", "FIRST", REASON_FIRST, 5, .extra = 2),
	SIGNAL("empty", "EMPTY", REASON_EMPTY, 5, RARE),
	SIGNAL("fault", "FAULT", REASON_FAULT, 5, RARE),
	SIGNAL("unstable", "UNSTABLE", REASON_UNSTABLE, 8, RARER),
	SUPPRESS("not_reached", "NOT_REACHED", REASON_NOT_REACHED, 11),
	SUPPRESS("flags", "FLAGS", REASON_FLAGS, 7),
	SUPPRESS("no_call_fd", "NO_CALL_FD", REASON_NO_CALL_FD, 10, .extra = 3),
	SUPPRESS("unstable", "UNSTABLE", REASON_UNSTABLE, 8, RARER),
	{ NULL, "OTHER", OUT_I64, ROW(other), 6, .extra = 1 },
	{ "unexplained", "UNEXPLAINED", OUT_I64, ROW(unexplained), 11, RARER },
	{ 0 },
};

/* Values of both --separator and JSON; JSON has the reasons as objects instead. */
#define COMMON_VALUES										\
	{ "time", "TIME", OUT_NSEC, ROW(time), 14, .ascending = true },				\
	{ "seconds", "SECONDS", OUT_NSEC, ROW(ns), 9 },						\
	{ "device", "DEVICE", OUT_STRING, ROW(device), -8, .grow = 40 },				\
	{ "netns", "NETNS", OUT_ID, ROW(netns), 10, .ascending = true },			\
	{ "netns_name", "NETNS_NAME", OUT_STRING, ROW(netns_name), -10, .grow = 10 },		\
	{ "ifindex", "IFINDEX", OUT_ID, ROW(ifindex), 7, .ascending = true },			\
	QUEUE,											\
	{ "vq", NULL, OUT_INDEX, ROW(vq) },							\
	{ "owner", "OWNER", OUT_ID, ROW(owner), 7, .ascending = true },				\
	VM(0),											\
	{ "decisions", "DECISIONS", OUT_I64, ROW(decisions), 9 },				\
	{ "signalled", "SIGNALLED", OUT_I64, ROW(signalled), 9 },				\
	{ "suppressed", "SUPPRESSED", OUT_I64, ROW(suppressed), 10 },				\
	{ "unexplained", "UNEXPLAINED", OUT_I64, ROW(unexplained), 11 },			\
	{ "moved", "MOVED", OUT_I64, ROW(moved), 7 },						\
	{ "buffers", "BUFFERS", OUT_U64, ROW(counts.buffers), 9 },				\
	{ "kicks", "KICKS", OUT_I64, ROW(kicks), 8 },						\
	{ "spurious", "SPURIOUS", OUT_I64, ROW(spurious), 8 },					\
	{ "runs", "RUNS", OUT_I64, ROW(runs), 8 },						\
	{ "counted_runs", "COUNTED_RUNS", OUT_U64, ROW(counts.counted_runs), 12 },		\
	{ "found", "FOUND", OUT_I64, ROW(found), 9 },						\
	{ "iotlb_misses", "IOTLB_MISSES", OUT_U64, ROW(counts.iotlb_misses), 12 },		\
	{ "iotlb_answers", "IOTLB_ANSWERS", OUT_U64, ROW(counts.iotlb_answers), 13 },		\
	{ "iotlb_wait", "IOTLB_WAIT", OUT_NSEC, ROW(counts.iotlb_ns), 14 },			\
	{ "drops", "DROPS", OUT_I64, ROW(drops), 7 },						\
	{ "buffers_per_second", "BUFS/S", OUT_SHORT, ROW(buffers_rate), 7 },			\
	{ "kicks_per_second", "KICKS/S", OUT_SHORT, ROW(kicks_rate), 7 },			\
	{ "spurious_per_second", "SPUR/S", OUT_SHORT, ROW(spurious_rate), 6 },			\
	{ "calls_per_second", "CALLS/S", OUT_SHORT, ROW(calls_rate), 7 },			\
	{ "suppressed_per_second", "SUPPR/S", OUT_SHORT, ROW(suppressed_rate), 7 },		\
	{ "drops_per_second", "DROP/S", OUT_SHORT, ROW(drops_rate), 6 },			\
	{ "buffers_per_kick", "B/KICK", OUT_SHORT, ROW(buffers_per_kick), 6 },			\
	{ "buffers_per_call", "B/CALL", OUT_SHORT, ROW(buffers_per_call), 6 },			\
	{ "discards_per_second", "DISC/S", OUT_SHORT, ROW(discards_rate), 6 },			\
	{ "wakeups_per_second", "WAKE/S", OUT_SHORT, ROW(wakeups_rate), 6 },			\
	{ "cpu_percent", "%CPU", OUT_SHORT, ROW(cpu), 5 },					\
	{ "on_cpu", "ONCPU", OUT_INDEX, ROW(on_cpu), 5, .ascending = true },			\
	{ "worker_wakeups", "WORKER_WAKEUPS", OUT_I64, ROW(wakeups), 14 },			\
	{ "worker_cpu", "WORKER_CPU", OUT_DOUBLE, ROW(worker_cpu), 10 },				\
	{ "worker_seconds", "WORKER_SECONDS", OUT_DOUBLE, ROW(worker_seconds), 14 }

#define OTHERS { "others", NULL, OUT_U32, ROW(others) }

/* JSON has an object instead. */
#define WORKER											\
	{ "worker_tid", "WORKER", OUT_INDEX, ROW(tid), 7, .ascending = true },			\
	{ "worker_name", "WORKER_NAME", OUT_STRING, ROW(worker), -15 }

static const struct out_col json_values[] = { COMMON_VALUES, OTHERS, { 0 } };

const struct out_col stat_values[] = {
	COMMON_VALUES,
	WORKER,
	{ "discards", "DISCARDS", OUT_I64, ROW(discards), 8 },
	DISCARD("too_short", "DISCARD_TOO_SHORT", DISCARD_TOO_SHORT, 17),
	DISCARD("header", "DISCARD_HEADER", DISCARD_HEADER, 14),
	DISCARD("failed", "DISCARD_FAILED", DISCARD_FAILED, 14),
	SIGNAL("empty", "EMPTY", REASON_EMPTY, 5),
	SIGNAL("first", "FIRST", REASON_FIRST, 5),
	SIGNAL("fault", "FAULT", REASON_FAULT, 5),
	SIGNAL("flags", "FLAGS", REASON_FLAGS, 7),
	SIGNAL("crossed", "CROSSED", REASON_CROSSED, 7),
	SIGNAL("unstable", "UNSTABLE", REASON_UNSTABLE, 8),
	SIGNAL("unexplained", "UNEXPLAINED", REASON_UNEXPLAINED, 11),
	SUPPRESS("no_call_fd", "NO_CALL_FD", REASON_NO_CALL_FD, 10),
	SUPPRESS("flags", "FLAGS", REASON_FLAGS, 7),
	SUPPRESS("not_reached", "NOT_REACHED", REASON_NOT_REACHED, 11),
	SUPPRESS("unstable", "UNSTABLE", REASON_UNSTABLE, 8),
	SUPPRESS("unexplained", "UNEXPLAINED", REASON_UNEXPLAINED, 11),
	OTHERS,
	{ 0 },
};

struct json_object *stat_json(const char *type, const struct stat_row *row)
{
	struct json_object *obj = out_object(type, json_values, row);

	if (!obj)
		return NULL;
	json_object_object_add(obj, "worker", worker_json(row->tid > 0 ? (uint32_t)row->tid : 0, row->worker));
	json_object_object_add(obj, "discards", row->discards < 0 ? NULL : discards_json(row->counts.discards));
	json_object_object_add(obj, "reasons", row->decisions < 0 ? NULL : reasons_json(row->counts.reasons));
	return obj;
}
