// SPDX-License-Identifier: GPL-2.0-or-later
#include "event-fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config-fields.h"
#include "decision.h"
#include "discard-names.h"
#include "event-names.h"
#include "start-json.h"

#define LINE(member) offsetof(struct event_line, member)

/* The first members of every object. */
static const struct out_col head_cols[] = {
	{ "time", NULL, OUT_NSEC, LINE(time) },
	{ "cpu", NULL, OUT_U32, LINE(cpu) },
	{ "tid", NULL, OUT_INDEX, LINE(tid) },
	{ "device", NULL, OUT_STRING, LINE(device) },
	{ "queue", NULL, OUT_STRING, LINE(queue) },
	{ "vq", NULL, OUT_INDEX, LINE(vq) },
	{ "ring_addr", NULL, OUT_I64, LINE(ring_address) },
	{ "ring_size", NULL, OUT_ID, LINE(ring_size) },
	{ "ring_gen", NULL, OUT_INDEX, LINE(ring_generation) },
	{ "avail_pos", NULL, OUT_I64, LINE(avail_pos) },
	{ "used_pos", NULL, OUT_I64, LINE(used_pos) },
	{ "pos_from", NULL, OUT_STRING, LINE(pos_from) },
	{ 0 },
};

/* The next members, for events of vhost. */
static const struct out_col vhost_cols[] = {
	{ "owner", NULL, OUT_ID, LINE(owner) },
	{ "vm", NULL, OUT_STRING, LINE(vm) },
	{ "ifindex", NULL, OUT_ID, LINE(ifindex) },
	{ "netns", NULL, OUT_ID, LINE(netns) },
	{ "netns_name", NULL, OUT_STRING, LINE(netns_name) },
	{ 0 },
};

static const struct out_col call_cols[] = {
	{ "decision", NULL, OUT_STRING, LINE(decision) },
	{ "reason", NULL, OUT_STRING, LINE(reason) },
	{ "old", NULL, OUT_INDEX, LINE(old) },
	{ "new", NULL, OUT_INDEX, LINE(new) },
	{ "event", NULL, OUT_INDEX, LINE(event) },
	{ "flags", NULL, OUT_INDEX, LINE(flags) },
	{ "moved", NULL, OUT_BOOL, LINE(moved) },
	{ "event_idx", NULL, OUT_BOOL, LINE(event_idx) },
	{ "valid", NULL, OUT_BOOL, LINE(valid) },
	{ "word_before", NULL, OUT_INDEX, LINE(word_before) },
	{ "word_after", NULL, OUT_INDEX, LINE(word_after) },
	{ "time_entry", NULL, OUT_NSEC, LINE(time_entry) },
	{ "time_signal", NULL, OUT_TIME, LINE(time_signal) },
	{ 0 },
};

static const struct out_col kick_cols[] = {
	{ "thread", NULL, OUT_STRING, LINE(thread) },
	{ "merged", NULL, OUT_BOOL, LINE(merged) },
	{ "unasked", NULL, OUT_BOOL, LINE(unasked) },
	{ "early", NULL, OUT_BOOL, LINE(early) },
	{ "kick_source", NULL, OUT_STRING, LINE(kick_source) },
	{ "avail_idx", NULL, OUT_INDEX, LINE(avail_idx) },
	{ 0 },
};

static const struct out_col run_cols[] = {
	{ "end", NULL, OUT_STRING, LINE(reason) },
	{ "old", NULL, OUT_INDEX, LINE(old) },
	{ "new", NULL, OUT_INDEX, LINE(new) },
	{ "found", NULL, OUT_U32, LINE(found) },
	{ "kicks", NULL, OUT_U32, LINE(kicks) },
	{ "spurious", NULL, OUT_BOOL, LINE(spurious) },
	{ "time_kick", NULL, OUT_TIME, LINE(time_kick) },
	{ "time_start", NULL, OUT_NSEC, LINE(start) },
	{ 0 },
};

static const struct out_col arm_cols[] = {
	{ "avail_event", NULL, OUT_INDEX, LINE(event) },
	{ "again", NULL, OUT_BOOL, LINE(again) },
	{ "event_idx", NULL, OUT_BOOL, LINE(event_idx) },
	{ 0 },
};

static const struct out_col disarm_cols[] = { { "event_idx", NULL, OUT_BOOL, LINE(event_idx) }, { 0 } };

static const struct out_col repoll_cols[] = { { "cause", NULL, OUT_STRING, LINE(reason) }, { 0 } };

static const struct out_col busypoll_cols[] = {
	{ "time_start", NULL, OUT_NSEC, LINE(start) },
	{ "interrupted", NULL, OUT_BOOL, LINE(interrupted) },
	{ 0 },
};

static const struct out_col error_cols[] = {
	{ "last_avail_idx", NULL, OUT_INDEX, LINE(old) },
	{ "head", NULL, OUT_INDEX, LINE(new) },
	{ "err_fd", NULL, OUT_BOOL, LINE(valid) },
	{ 0 },
};

static const struct out_col config_cols[] = {
	{ "thread", NULL, OUT_STRING, LINE(thread) },
	{ "ioctl", NULL, OUT_STRING, LINE(ioctl_name) },
	{ "number", NULL, OUT_U32, LINE(ioctl) },
	{ "error", NULL, OUT_INDEX, LINE(error) },
	{ "error_name", NULL, OUT_STRING, LINE(error_name) },
	{ 0 },
};

static const struct out_col inject_cols[] = {
	{ "gsi", NULL, OUT_U32, LINE(irq) },
	{ "result", NULL, OUT_STRING, LINE(reason) },
	{ 0 },
};

static const struct out_col discard_cols[] = {
	{ "reason", NULL, OUT_STRING, LINE(reason) },
	{ "length", NULL, OUT_ID, LINE(length) },
	{ "buffers", NULL, OUT_U32, LINE(buffers) },
	{ 0 },
};

static const struct out_col drop_cols[] = {
	{ "reason", NULL, OUT_STRING, LINE(reason) },
	{ "reason_number", NULL, OUT_U32, LINE(number) },
	{ "length", NULL, OUT_U32, LINE(length) },
	{ 0 },
};

static const struct out_col driver_kick_cols[] = {
	{ "decision", NULL, OUT_STRING, LINE(decision) },
	{ "reason", NULL, OUT_STRING, LINE(reason) },
	{ "num_added", NULL, OUT_U32, LINE(num_added) },
	{ "old", NULL, OUT_INDEX, LINE(old) },
	{ "new", NULL, OUT_INDEX, LINE(new) },
	{ "avail_event", NULL, OUT_INDEX, LINE(event) },
	{ "flags", NULL, OUT_INDEX, LINE(flags) },
	{ "moved", NULL, OUT_BOOL, LINE(moved) },
	{ "event_idx", NULL, OUT_BOOL, LINE(event_idx) },
	{ "packed", NULL, OUT_BOOL, LINE(packed) },
	{ "word_before", NULL, OUT_INDEX, LINE(word_before) },
	{ "word_after", NULL, OUT_INDEX, LINE(word_after) },
	{ 0 },
};

static const struct out_col notify_cols[] = { { "done", NULL, OUT_BOOL, LINE(done) }, { 0 } };

static const struct out_col interrupt_cols[] = {
	{ "irq", NULL, OUT_U32, LINE(irq) },
	{ "handled", NULL, OUT_BOOL, LINE(handled) },
	{ 0 },
};

static const struct out_col enable_cols[] = {
	{ "used_event", NULL, OUT_INDEX, LINE(event) },
	{ "flags", NULL, OUT_INDEX, LINE(flags) },
	{ "again", NULL, OUT_BOOL, LINE(again) },
	{ "event_idx", NULL, OUT_BOOL, LINE(event_idx) },
	{ 0 },
};

static const struct out_col disable_cols[] = {
	{ "used_event", NULL, OUT_INDEX, LINE(event) },
	{ "flags", NULL, OUT_INDEX, LINE(flags) },
	{ "event_idx", NULL, OUT_BOOL, LINE(event_idx) },
	{ 0 },
};

static const struct out_col *const cols_of[EVENT_TYPES] = {
	[EVENT_CALL] = call_cols, [EVENT_KICK] = kick_cols, [EVENT_RUN] = run_cols, [EVENT_ARM] = arm_cols,
	[EVENT_DISARM] = disarm_cols, [EVENT_REPOLL] = repoll_cols, [EVENT_BUSYPOLL] = busypoll_cols,
	[EVENT_ERROR] = error_cols, [EVENT_CONFIG] = config_cols, [EVENT_INJECT] = inject_cols,
	[EVENT_DISCARD] = discard_cols, [EVENT_DROP] = drop_cols, [EVENT_DRIVER_KICK] = driver_kick_cols,
	[EVENT_DRIVER_NOTIFY] = notify_cols, [EVENT_DRIVER_INTERRUPT] = interrupt_cols,
	[EVENT_DRIVER_ENABLE] = enable_cols, [EVENT_DRIVER_DISABLE] = disable_cols,
};

static int32_t to_index(const struct reading *r)
{
	return r->state == READING_OK ? r->value : -1;
}

/* The reading that explains the decision: the later one if both do. */
static int32_t word_of(const struct call_event *c)
{
	return to_index(c->head.flags & CALL_WORD_AFTER ? &c->after : &c->before);
}

static void fill_call(struct event_line *l, const struct event *e)
{
	const struct call_event *c = (const struct call_event *)e;
	bool signalled = e->flags & CALL_SIGNALLED;

	l->event_idx = e->flags & CALL_EVENT_IDX;
	l->valid = e->flags & CALL_VALID;
	l->moved = e->flags & CALL_MOVED;
	l->what = decision_word(false, signalled);
	l->decision = signalled ? "signal" : "suppress";
	l->reason = reason_name(e->reason < REASON_COUNT ? e->reason : REASON_UNEXPLAINED);
	l->note = l->moved ? "*" : NULL;
	l->old = e->old;
	l->new = e->new;
	l->event = l->event_idx ? word_of(c) : -1;
	l->flags = l->event_idx ? -1 : word_of(c);
	l->word_before = to_index(&c->before);
	l->word_after = to_index(&c->after);
	l->time_entry = c->time_entry;
	l->time_signal = c->time_signal;
}

static void fill_driver_kick(struct event_line *l, const struct event *e)
{
	const struct driver_kick_event *k = (const struct driver_kick_event *)e;
	bool kicked = e->flags & CALL_SIGNALLED;
	int32_t word = to_index(e->flags & CALL_WORD_AFTER ? &k->after : &k->before);

	l->event_idx = e->flags & CALL_EVENT_IDX;
	l->packed = e->flags & DRIVER_PACKED;
	l->moved = e->flags & CALL_MOVED;
	l->what = decision_word(true, kicked);
	l->decision = kicked ? "kick" : "suppress";
	l->reason = reason_name(e->reason < REASON_COUNT ? e->reason : REASON_UNEXPLAINED);
	l->note = l->moved ? "*" : NULL;
	l->num_added = k->num_added;
	l->old = e->old;
	l->new = e->new;
	l->event = l->event_idx ? word : -1;
	l->flags = l->event_idx ? -1 : word;
	l->word_before = to_index(&k->before);
	l->word_after = to_index(&k->after);
}

static void fill_notify(struct event_line *l, const struct event *e)
{
	l->done = !(e->flags & NOTIFY_FAILED);
	l->reason = l->done ? NULL : "broken";
}

static void fill_interrupt(struct event_line *l, const struct event *e)
{
	l->irq = ((const struct interrupt_event *)e)->irq;
	l->handled = !(e->flags & INTERRUPT_NONE);
	l->reason = l->handled ? NULL : "spurious";
}

static void fill_inject(struct event_line *l, const struct event *e)
{
	l->irq = ((const struct interrupt_event *)e)->irq;
	l->reason = inject_result_name(e->reason);
	snprintf(l->text, sizeof(l->text), "GSI %" PRIu32, l->irq);
	l->note = l->text;
}

static void fill_asking(struct event_line *l, const struct event *e)
{
	l->event_idx = e->flags & ARM_EVENT_IDX;
	l->again = e->flags & ARM_AGAIN;
	l->event = l->event_idx ? e->new : -1;
	l->flags = l->event_idx ? -1 : e->new;
	l->reason = l->again ? "again" : NULL;
}

static void fill_kick(struct event_line *l, const struct event *e)
{
	l->thread = ((const struct thread_event *)e)->comm;
	l->merged = e->flags & KICK_MERGED;
	l->unasked = e->flags & KICK_UNASKED;
	l->early = e->flags & KICK_EARLY;
	l->avail_idx = e->flags & KICK_AVAIL_IDX ? e->new : -1;
	l->reason = l->early ? "early" : l->merged ? "merged" : l->unasked ? "unasked" : NULL;
	l->kick_source = kick_source_name(e->reason);
	l->note = l->thread;
	if (l->kick_source) {
		/* A thread's name may be cut. */
		snprintf(l->text, sizeof(l->text), "%s %s", l->kick_source, l->thread);
		l->note = l->text;
	}
}

/* Such as "12us": at most five columns up to 1000 seconds. */
static int format_duration(char *buf, size_t len, uint64_t ns)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = { { 1, "ns" }, { 1e3, "us" }, { 1e6, "ms" }, { 1e9, "s" } };
	int i = 0;

	while (i < 3 && (double)ns >= 999.5 * units[i].unit)
		i++;
	return snprintf(buf, len, "%.0f%s", (double)ns / units[i].unit, units[i].name);
}

static void fill_run(struct event_line *l, const struct event *e)
{
	const struct run_event *r = (const struct run_event *)e;
	int n;

	l->reason = run_end_name(e->reason);
	l->old = e->old;
	l->new = e->new;
	l->found = (uint16_t)(e->new - e->old);
	l->kicks = r->kicks;
	l->spurious = e->flags & RUN_SPURIOUS;
	l->time_kick = r->time_kick;
	l->start = r->time_start;
	l->note = l->text;
	if (l->spurious) {
		l->note = "spurious";
	} else if (r->kicks) {
		n = format_duration(l->text, sizeof(l->text), r->time_start > r->time_kick ?
				    r->time_start - r->time_kick : 0);
		if (r->kicks > 1)
			snprintf(l->text + n, sizeof(l->text) - (size_t)n, " %" PRIu32 "x", r->kicks);
	} else {
		l->note = NULL;
	}
}

static void fill_arm(struct event_line *l, const struct event *e)
{
	l->event_idx = e->flags & ARM_EVENT_IDX;
	l->again = e->flags & ARM_AGAIN;
	if (e->type == EVENT_ARM && l->event_idx)
		l->event = e->new;
	l->reason = l->again ? "again" : NULL;
}

static void fill_busypoll(struct event_line *l, const struct event *e)
{
	l->start = ((const struct thread_event *)e)->time_start;
	l->interrupted = e->flags & POLL_INTERRUPTED;
	l->reason = l->interrupted ? "interrupted" : NULL;
	format_duration(l->text, sizeof(l->text), e->time - l->start);
	l->note = l->text;
}

static void fill_error(struct event_line *l, const struct event *e)
{
	l->old = e->old;
	l->new = e->flags & ERROR_HEAD ? e->new : -1;
	l->valid = e->flags & ERROR_FD;
	l->reason = l->valid ? NULL : "no_err_fd";
}

static void fill_discard(struct event_line *l, const struct event *e)
{
	const struct discard_event *d = (const struct discard_event *)e;
	int n = 0;

	l->reason = discard_reason_name(e->reason);
	l->length = d->length;
	l->buffers = d->buffers;
	if (d->length)
		n = snprintf(l->text, sizeof(l->text), "%" PRIu32 " bytes, ", d->length);
	snprintf(l->text + n, sizeof(l->text) - (size_t)n, "%" PRIu32 " buffer%s", d->buffers,
		 d->buffers == 1 ? "" : "s");
	l->note = l->text;
}

static void fill_drop(struct event_line *l, const struct event *e)
{
	const struct drop_event *d = (const struct drop_event *)e;

	l->reason = *d->reason ? d->reason : NULL;
	l->length = d->length;
	l->number = d->number;
	snprintf(l->text, sizeof(l->text), "%" PRIu32 " bytes", d->length);
	l->note = l->text;
}

/* Without a ring that runs there is nothing to count from. */
static void fill_ring(struct event_line *l, const struct queue_ring *r, const struct event *e)
{
	const bool runs = r->size;

	l->ring_address = runs ? r->address : -1;
	l->ring_size = r->size;
	l->ring_generation = runs ? (int32_t)r->generation : -1;
	l->avail_pos = runs ? (int64_t)e->avail : -1;
	l->used_pos = runs ? (int64_t)e->used : -1;
	l->pos_from = !runs ? NULL : r->generation ? "start" : "anchor";
}

static void name_ring(struct event_line *l)
{
	if (l->ring_address < 0)
		snprintf(l->ring, sizeof(l->ring), "?/%" PRIu32 "/%" PRIi32, l->ring_size, l->ring_generation);
	else
		snprintf(l->ring, sizeof(l->ring), "0x%" PRIx64 "/%" PRIu32 "/%" PRIi32, (uint64_t)l->ring_address,
			 l->ring_size, l->ring_generation);
	l->ring_text = l->ring;
}

void event_line_widen(struct event_line *l)
{
	if (l->ring_size)
		name_ring(l);
	if (l->e->type == EVENT_KICK && l->avail_idx >= 0) {
		snprintf(l->text, sizeof(l->text), "%s, avail->idx %" PRIi32, l->thread, l->avail_idx);
		l->note = l->text;
	}
}

void event_line_fill(struct event_line *l, const struct queue_name *q, const struct event *e)
{
	static void (*const fill[EVENT_TYPES])(struct event_line *l, const struct event *e) = {
		[EVENT_CALL] = fill_call, [EVENT_KICK] = fill_kick, [EVENT_RUN] = fill_run, [EVENT_ARM] = fill_arm,
		[EVENT_DISARM] = fill_arm, [EVENT_BUSYPOLL] = fill_busypoll, [EVENT_ERROR] = fill_error,
		[EVENT_CONFIG] = config_fill, [EVENT_INJECT] = fill_inject, [EVENT_DISCARD] = fill_discard,
		[EVENT_DROP] = fill_drop, [EVENT_DRIVER_KICK] = fill_driver_kick,
		[EVENT_DRIVER_NOTIFY] = fill_notify, [EVENT_DRIVER_INTERRUPT] = fill_interrupt,
		[EVENT_DRIVER_ENABLE] = fill_asking, [EVENT_DRIVER_DISABLE] = fill_asking,
	};

	*l = (struct event_line){
		.e = e,
		.time = e->time,
		.cpu = e->cpu,
		.tid = e->tid == TID_HIDDEN ? -1 : (int32_t)e->tid,
		.owner = q->owner,
		.ifindex = q->ifindex,
		.vq = q->number,
		.vm = *q->vm ? q->vm : NULL,
		.worker = q->worker,
		.worker_tid = q->tid,
		.device = *q->device ? q->device : NULL,
		.netns = q->netns,
		.netns_name = queue_netns_name(q),
		.shown_device = queue_device_text(q),
		.queue = *q->queue ? q->queue : NULL,
		.what = event_kinds[e->type].word,
		.old = -1,
		.new = -1,
		.event = -1,
	};
	fill_ring(l, &q->ring, e);
	if (e->type == EVENT_REPOLL)
		l->reason = repoll_cause_name(e->reason);
	else
		fill[e->type](l, e);
}

struct json_object *event_line_json(const struct event_line *l)
{
	struct json_object *obj = out_object(event_kinds[l->e->type].name, head_cols, l);

	if (!(EVENTS_DRIVER & 1U << l->e->type)) {
		json_object_object_add(obj, "worker", worker_json(l->worker_tid, l->worker));
		out_add(obj, vhost_cols, l);
	}
	out_add(obj, cols_of[l->e->type], l);
	if (l->e->type == EVENT_CONFIG)
		config_json_add(obj, (const struct config_event *)l->e);
	return obj;
}
