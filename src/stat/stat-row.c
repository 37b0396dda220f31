// SPDX-License-Identifier: GPL-2.0-or-later
#include "stat-row.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/format.h"
#include "event/decision.h"
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
		r->decisions = r->moved = r->signalled = r->suppressed = r->unexplained = r->unstable = -1;
		r->calls_rate = r->suppressed_rate = r->buffers_per_call = -1;
		return;
	}
	r->decisions = (int64_t)c->decisions;
	r->moved = (int64_t)c->moved;
	r->signalled = (int64_t)reasons_sum(c->reasons[1]);
	r->suppressed = (int64_t)reasons_sum(c->reasons[0]);
	r->unexplained = (int64_t)(c->reasons[0][REASON_UNEXPLAINED] + c->reasons[1][REASON_UNEXPLAINED]);
	r->unstable = (int64_t)(c->reasons[0][REASON_UNSTABLE] + c->reasons[1][REASON_UNSTABLE]);
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
		.queue = q->name.queue,
		.worker = *q->name.worker ? q->name.worker : NULL,
		.owner = q->name.owner,
		.ifindex = q->name.ifindex,
		.tid = q->name.tid ? (int32_t)q->name.tid : -1,
		.vq = q->name.number,
		.others = q->name.others,
		.counts = *counts,
		.worker_use = *use,
		.wakeups_rate = known ? rate(use->wakeups, use->ns) : -1,
		.cpu = known ? ratio(100 * (double)use->cpu_ns, (double)use->ns, -1) : -1,
	};

	set_runs(&r, q->runs, t);
	set_decisions(&r, t);
	r.buffers_rate = rate(counts->buffers, t->ns);
	return r;
}

#define ROW(member) offsetof(struct stat_row, member)
#define REASON(act, reason) ROW(counts.reasons[act][reason])

const struct out_col stat_rates[] = {
	{ NULL, "DEVICE", OUT_STRING, ROW(device), -8 },
	{ NULL, "VQ", OUT_STRING, ROW(queue), -4 },
	{ NULL, "BUFS/S", OUT_SHORT, ROW(buffers_rate), 8 },
	{ NULL, "KICKS/S", OUT_SHORT, ROW(kicks_rate), 7 },
	{ NULL, "SPUR/S", OUT_SHORT, ROW(spurious_rate), 6 },
	{ NULL, "CALLS/S", OUT_SHORT, ROW(calls_rate), 7 },
	{ NULL, "SUPPR/S", OUT_SHORT, ROW(suppressed_rate), 7 },
	{ NULL, "B/KICK", OUT_SHORT, ROW(buffers_per_kick), 6 },
	{ NULL, "B/CALL", OUT_SHORT, ROW(buffers_per_call), 6 },
	{ NULL, "WAKE/S", OUT_SHORT, ROW(wakeups_rate), 6 },
	{ NULL, "%CPU", OUT_SHORT, ROW(cpu), 5 },
	{ 0 },
};

const struct out_col stat_reasons[] = {
	{ NULL, "DEVICE", OUT_STRING, ROW(device), -7 },
	{ NULL, "VQ", OUT_STRING, ROW(queue), -4 },
	{ NULL, "CROSSED", OUT_I64, REASON(1, REASON_CROSSED), 7 },
	{ NULL, "FLAGS", OUT_I64, REASON(1, REASON_FLAGS), 7 },
	{ NULL, "FIRST", OUT_I64, REASON(1, REASON_FIRST), 5 },
	{ NULL, "EMPTY", OUT_I64, REASON(1, REASON_EMPTY), 5 },
	{ NULL, "FAULT", OUT_I64, REASON(1, REASON_FAULT), 5 },
	{ NULL, "NOT_REACHED", OUT_I64, REASON(0, REASON_NOT_REACHED), 11 },
	{ NULL, "NO_INTR", OUT_I64, REASON(0, REASON_FLAGS), 7 },
	{ NULL, "NO_FD", OUT_I64, REASON(0, REASON_NO_CALL_FD), 6 },
	{ NULL, "UNSTAB", OUT_I64, ROW(unstable), 6 },
	{ 0 },
};

/* Values of both --separator and JSON; JSON has the reasons as objects instead. */
#define COMMON_VALUES							\
	{ "time", NULL, OUT_NSEC, ROW(time) },				\
	{ "seconds", NULL, OUT_NSEC, ROW(ns) },				\
	{ "device", NULL, OUT_STRING, ROW(device) },			\
	{ "ifindex", NULL, OUT_ID, ROW(ifindex) },			\
	{ "queue", NULL, OUT_STRING, ROW(queue) },			\
	{ "vq", NULL, OUT_INDEX, ROW(vq) },				\
	{ "owner", NULL, OUT_ID, ROW(owner) },				\
	{ "decisions", NULL, OUT_I64, ROW(decisions) },			\
	{ "signalled", NULL, OUT_I64, ROW(signalled) },			\
	{ "suppressed", NULL, OUT_I64, ROW(suppressed) },		\
	{ "unexplained", NULL, OUT_I64, ROW(unexplained) },		\
	{ "moved", NULL, OUT_I64, ROW(moved) },				\
	{ "buffers", NULL, OUT_U64, ROW(counts.buffers) },		\
	{ "kicks", NULL, OUT_I64, ROW(kicks) },			\
	{ "spurious", NULL, OUT_I64, ROW(spurious) },		\
	{ "runs", NULL, OUT_I64, ROW(runs) },			\
	{ "counted_runs", NULL, OUT_U64, ROW(counts.counted_runs) },	\
	{ "found", NULL, OUT_I64, ROW(found) },			\
	{ "buffers_per_second", NULL, OUT_DOUBLE, ROW(buffers_rate) },	\
	{ "kicks_per_second", NULL, OUT_DOUBLE, ROW(kicks_rate) },	\
	{ "spurious_per_second", NULL, OUT_DOUBLE, ROW(spurious_rate) }, \
	{ "calls_per_second", NULL, OUT_DOUBLE, ROW(calls_rate) },	\
	{ "suppressed_per_second", NULL, OUT_DOUBLE, ROW(suppressed_rate) }, \
	{ "buffers_per_kick", NULL, OUT_DOUBLE, ROW(buffers_per_kick) }, \
	{ "buffers_per_call", NULL, OUT_DOUBLE, ROW(buffers_per_call) }, \
	{ "worker_wakeups", NULL, OUT_U64, ROW(worker_use.wakeups) },	\
	{ "worker_cpu", NULL, OUT_NSEC, ROW(worker_use.cpu_ns) },	\
	{ "worker_seconds", NULL, OUT_NSEC, ROW(worker_use.ns) }

#define OTHERS { "others", NULL, OUT_U32, ROW(others) }

/* JSON has an object instead. */
#define WORKER								\
	{ "worker_tid", NULL, OUT_INDEX, ROW(tid) },			\
	{ "worker_name", NULL, OUT_STRING, ROW(worker) }

static const struct out_col json_values[] = { COMMON_VALUES, OTHERS, { 0 } };

const struct out_col stat_values[] = {
	COMMON_VALUES,
	WORKER,
	{ "signal_empty", NULL, OUT_I64, REASON(1, REASON_EMPTY) },
	{ "signal_first", NULL, OUT_I64, REASON(1, REASON_FIRST) },
	{ "signal_fault", NULL, OUT_I64, REASON(1, REASON_FAULT) },
	{ "signal_flags", NULL, OUT_I64, REASON(1, REASON_FLAGS) },
	{ "signal_crossed", NULL, OUT_I64, REASON(1, REASON_CROSSED) },
	{ "signal_unstable", NULL, OUT_I64, REASON(1, REASON_UNSTABLE) },
	{ "signal_unexplained", NULL, OUT_I64, REASON(1, REASON_UNEXPLAINED) },
	{ "suppress_no_call_fd", NULL, OUT_I64, REASON(0, REASON_NO_CALL_FD) },
	{ "suppress_flags", NULL, OUT_I64, REASON(0, REASON_FLAGS) },
	{ "suppress_not_reached", NULL, OUT_I64, REASON(0, REASON_NOT_REACHED) },
	{ "suppress_unstable", NULL, OUT_I64, REASON(0, REASON_UNSTABLE) },
	{ "suppress_unexplained", NULL, OUT_I64, REASON(0, REASON_UNEXPLAINED) },
	OTHERS,
	{ 0 },
};

struct json_object *stat_json(const char *type, const struct stat_row *row)
{
	static const char *const worker_keys[] = { "worker_wakeups", "worker_cpu", "worker_seconds" };
	struct json_object *obj = out_object(type, json_values, row);

	if (!obj)
		return NULL;
	json_object_object_add(obj, "worker", worker_json(row->tid > 0 ? (uint32_t)row->tid : 0, row->worker));
	/* A worker that was not seen, or is not visible in this pid namespace. */
	for (int i = 0; !row->worker_use.ns && i < (int)ARRAY_SIZE(worker_keys); i++)
		json_object_object_add(obj, worker_keys[i], NULL);
	json_object_object_add(obj, "reasons", row->decisions < 0 ? NULL : reasons_json(row->counts.reasons));
	return obj;
}
