// SPDX-License-Identifier: GPL-2.0-or-later
#include "event-totals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/columns.h"
#include "decision.h"
#include "event-names.h"
#include "reasons-json.h"

static struct event_row make_row(const struct traced_queue *q, const struct trace_counts *c)
{
	int decision = q->name.driver ? EVENT_DRIVER_KICK : EVENT_CALL;

	return (struct event_row){
		.name = q->name,
		.decisions = c->events[decision],
		.signalled = reasons_sum(q->reasons[1]),
		.suppressed = reasons_sum(q->reasons[0]),
		.unexplained = q->reasons[0][REASON_UNEXPLAINED] + q->reasons[1][REASON_UNEXPLAINED],
		.lost = c->lost[decision],
		.kicks = q->name.driver ? reasons_sum(q->reasons[1]) : c->events[EVENT_KICK],
	};
}

static void add_types(struct event_totals *t, const struct traced_queue *q, const struct trace_counts *c)
{
	for (int i = 0; i < EVENT_TYPES; i++) {
		t->types[i].events += c->events[i];
		t->types[i].received += q->received[i];
		t->types[i].lost += c->lost[i];
		t->unbalanced += c->events[i] != q->received[i] + c->lost[i];
	}
	t->ring_full += c->lost[EVENT_CALL];
}

static void add_decisions(struct event_decisions *d, const struct traced_queue *q)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		d->reasons[0][i] += q->reasons[0][i];
		d->reasons[1][i] += q->reasons[1][i];
	}
	d->moved += q->moved;
}

static void sum_decisions(struct event_decisions *d)
{
	d->signalled = reasons_sum(d->reasons[1]);
	d->suppressed = reasons_sum(d->reasons[0]);
	d->unexplained = d->reasons[0][REASON_UNEXPLAINED] + d->reasons[1][REASON_UNEXPLAINED];
}

static int add_row(struct event_totals *t, const struct event_row *row)
{
	struct event_row *rows = array_grow(t->rows, &t->room, t->count + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	t->rows = rows;
	t->rows[t->count++] = *row;
	return 0;
}

void event_totals_init(struct event_totals *t, const struct event_unattributed *u)
{
	*t = (struct event_totals){ .unattributed = *u };
}

/* Queues without events get no row. */
int event_totals_add(struct event_totals *t, const struct traced_queue *q, const struct trace_counts *c)
{
	struct event_row row = make_row(q, c);

	add_types(t, q, c);
	t->unbalanced += row.decisions != row.signalled + row.suppressed + row.unexplained + row.lost;
	add_decisions(q->name.driver ? &t->kicks : &t->calls, q);
	return row.decisions || row.kicks ? add_row(t, &row) : 0;
}

/* Add events that no program could see: they belong to no queue, but count as lost. */
static void add_unattributed(struct event_totals *t)
{
	const struct event_unattributed *u = &t->unattributed;

	t->types[EVENT_CALL].events += u->no_memory;
	t->types[EVENT_CALL].lost += u->no_memory;
	for (int i = 0; i < EVENT_TYPES; i++) {
		t->types[i].events += u->missed[i];
		t->types[i].lost += u->missed[i];
		t->lost += t->types[i].lost;
	}
	t->lost += u->no_slot;
}

void event_totals_sum(struct event_totals *t)
{
	sum_decisions(&t->calls);
	sum_decisions(&t->kicks);
	add_unattributed(t);
}

void event_totals_free(struct event_totals *t)
{
	free(t->rows);
	t->rows = NULL;
	t->count = t->room = 0;
}

#define TOTAL(member) offsetof(struct event_totals, member)

static const struct out_col total_cols[] = {
	{ "decisions", NULL, OUT_U64, TOTAL(types[EVENT_CALL].events) },
	{ "signalled", NULL, OUT_U64, TOTAL(calls.signalled) },
	{ "suppressed", NULL, OUT_U64, TOTAL(calls.suppressed) },
	{ "unexplained", NULL, OUT_U64, TOTAL(calls.unexplained) },
	{ "lost", NULL, OUT_U64, TOTAL(types[EVENT_CALL].lost) },
	{ "moved", NULL, OUT_U64, TOTAL(calls.moved) },
	{ "seconds", NULL, OUT_NSEC, TOTAL(unattributed.ns) },
	{ "lost_ring_full", NULL, OUT_U64, TOTAL(ring_full) },
	{ "lost_no_memory", NULL, OUT_U64, TOTAL(unattributed.no_memory) },
	{ "lost_missed", NULL, OUT_U64, TOTAL(unattributed.missed[EVENT_CALL]) },
	{ "lost_no_slot", NULL, OUT_U64, TOTAL(unattributed.no_slot) },
	{ "lost_events", NULL, OUT_U64, TOTAL(lost) },
	{ "signals_missed", NULL, OUT_U64, TOTAL(unattributed.signals_missed) },
	{ 0 },
};

static const struct out_col kick_cols[] = {
	{ "decisions", NULL, OUT_U64, TOTAL(types[EVENT_DRIVER_KICK].events) },
	{ "kicked", NULL, OUT_U64, TOTAL(kicks.signalled) },
	{ "suppressed", NULL, OUT_U64, TOTAL(kicks.suppressed) },
	{ "unexplained", NULL, OUT_U64, TOTAL(kicks.unexplained) },
	{ "lost", NULL, OUT_U64, TOTAL(types[EVENT_DRIVER_KICK].lost) },
	{ "moved", NULL, OUT_U64, TOTAL(kicks.moved) },
	{ 0 },
};

/* A row in the types that columns need; counts of events that were not traced are -1. */
struct named_row {
	struct event_row row;
	const char *device, *netns_name, *shown_device, *queue, *vm;
	int64_t kicks, decisions, signalled, suppressed, unexplained, lost;
};

#define NAMED(member) offsetof(struct named_row, member)

static const struct out_col row_cols[] = {
	{ "device", NULL, OUT_STRING, NAMED(device) },
	{ "netns", NULL, OUT_ID, NAMED(row.name.netns) },
	{ "netns_name", NULL, OUT_STRING, NAMED(netns_name) },
	{ NULL, "DEVICE", OUT_STRING, NAMED(shown_device), -7, .grow = 8 },
	{ "queue", "VQ", OUT_STRING, NAMED(queue), -8 },
	{ "owner", "OWNER", OUT_ID, NAMED(row.name.owner), 7 },
	{ "vm", NULL, OUT_STRING, NAMED(vm) },
	{ "kicks", "KICKS", OUT_I64, NAMED(kicks), 6 },
	{ "decisions", "DECISIONS", OUT_I64, NAMED(decisions), 9 },
	{ "signalled", "SIGNALLED", OUT_I64, NAMED(signalled), 9 },
	{ "suppressed", "SUPPRESSED", OUT_I64, NAMED(suppressed), 10 },
	{ "unexplained", "UNEXPLAINED", OUT_I64, NAMED(unexplained), 11 },
	{ "lost", "LOST", OUT_I64, NAMED(lost), 5 },
	{ "others", NULL, OUT_U32, NAMED(row.name.others) },
	{ 0 },
};

static int64_t if_traced(uint64_t count, bool traced)
{
	return traced ? (int64_t)count : -1;
}

/* @events: bits of the types that were traced. A driver's decisions are its kicks. */
static struct named_row name_row(const struct event_row *row, uint32_t events)
{
	const bool decisions = events & 1U << (row->name.driver ? EVENT_DRIVER_KICK : EVENT_CALL);
	const bool kicks = events & 1U << (row->name.driver ? EVENT_DRIVER_KICK : EVENT_KICK);

	return (struct named_row){
		.row = *row,
		.device = *row->name.device ? row->name.device : NULL,
		.netns_name = queue_netns_name(&row->name),
		.shown_device = queue_device_text(&row->name),
		.queue = row->name.queue,
		.vm = *row->name.vm ? row->name.vm : NULL,
		.kicks = if_traced(row->kicks, kicks),
		.decisions = if_traced(row->decisions, decisions),
		.signalled = if_traced(row->signalled, decisions),
		.suppressed = if_traced(row->suppressed, decisions),
		.unexplained = if_traced(row->unexplained, decisions),
		.lost = if_traced(row->lost, decisions),
	};
}

static struct json_object *types_json(const struct event_totals *t, uint32_t events)
{
	static const struct out_col cols[] = {
		{ "events", NULL, OUT_U64, offsetof(struct event_sum, events) },
		{ "received", NULL, OUT_U64, offsetof(struct event_sum, received) },
		{ "lost", NULL, OUT_U64, offsetof(struct event_sum, lost) },
		{ 0 },
	};
	struct json_object *obj = json_object_new_object();

	for (int i = 0; i < EVENT_TYPES; i++)
		if (events & (1U << i))
			json_object_object_add(obj, event_kinds[i].name, out_object(NULL, cols, &t->types[i]));
	return obj;
}

static struct json_object *driver_json(const struct event_totals *t)
{
	struct json_object *obj = out_object(NULL, kick_cols, t);

	json_object_object_add(obj, "reasons", reasons_json(t->kicks.reasons));
	return obj;
}

static void print_json(const struct event_totals *t, uint32_t events, struct out *o)
{
	struct json_object *obj = out_object("totals", total_cols, t), *queues = json_object_new_array();

	json_object_object_add(obj, "reasons", reasons_json(t->calls.reasons));
	if (events & 1U << EVENT_DRIVER_KICK)
		json_object_object_add(obj, "driver", driver_json(t));
	json_object_object_add(obj, "events", types_json(t, events));
	for (size_t i = 0; i < t->count; i++) {
		struct named_row row = name_row(&t->rows[i], events);

		json_object_array_add(queues, out_object(NULL, row_cols, &row));
	}
	json_object_object_add(obj, "queues", queues);
	out_json(o, obj);
}

static void print_count(struct out *o, const char *name, uint64_t count)
{
	fprintf(o->file, "%-16s %12" PRIu64 "\n", name, count);
}

static void print_act(struct out *o, const char *name, uint64_t total, const __u64 reasons[REASON_COUNT],
		      const enum reason *order)
{
	print_count(o, name, total);
	for (; *order != REASON_UNEXPLAINED; order++)
		fprintf(o->file, "  %-14s %12llu\n", reason_name(*order), reasons[*order]);
}

/**
 * struct side - how to print the decisions of vhost or of drivers
 * @decisions: word for the decisions
 * @signalled: word for decisions to notify
 * @reasons: possible reasons by act (0: suppressed, 1: signalled), ended by REASON_UNEXPLAINED
 */
struct side {
	const char *decisions, *signalled;
	const enum reason *reasons[2];
};

static void print_decisions(struct out *o, const struct side *side, const struct event_decisions *d,
			    const struct event_sum *sum)
{
	print_count(o, side->decisions, sum->events);
	print_act(o, side->signalled, d->signalled, d->reasons[1], side->reasons[1]);
	print_act(o, "suppressed", d->suppressed, d->reasons[0], side->reasons[0]);
	print_count(o, "unexplained", d->unexplained);
	print_count(o, "lost", sum->lost);
	print_count(o, "moved", d->moved);
}

static void print_calls(const struct event_totals *t, struct out *o)
{
	const struct side vhost = { "decisions", "signalled", { reasons_of[0], reasons_of[1] } };

	print_decisions(o, &vhost, &t->calls, &t->types[EVENT_CALL]);
	if (t->unattributed.signals_missed)
		print_count(o, "signals missed", t->unattributed.signals_missed);
}

/* A driver's rule has fewer reasons. */
static void print_kicks(const struct event_totals *t, struct out *o)
{
	static const enum reason kicked[] = { REASON_CROSSED, REASON_FLAGS, REASON_UNSTABLE, REASON_UNEXPLAINED };
	static const enum reason suppressed[] = {
		REASON_NOT_REACHED, REASON_FLAGS, REASON_UNSTABLE, REASON_UNEXPLAINED,
	};
	const struct side driver = { "driver_kick", "kicked", { suppressed, kicked } };

	print_decisions(o, &driver, &t->kicks, &t->types[EVENT_DRIVER_KICK]);
}

static void print_named(struct out *o, const struct named_row *rows, const void *const *places, size_t count)
{
	struct out_col cols[ARRAY_SIZE(row_cols)], *measured = columns_measured(row_cols, places, count);

	columns_what_fits(cols, measured ? measured : row_cols, o, 0);
	free(measured);
	fputc('\n', o->file);
	out_header(o, cols);
	for (size_t i = 0; i < count; i++)
		out_row(o, cols, &rows[i]);
}

static void print_rows(const struct event_totals *t, uint32_t events, struct out *o)
{
	struct named_row *rows = calloc(t->count, sizeof(*rows));
	const void **places = calloc(t->count, sizeof(*places));

	for (size_t i = 0; rows && places && i < t->count; i++) {
		rows[i] = name_row(&t->rows[i], events);
		places[i] = &rows[i];
	}
	if (rows && places)
		print_named(o, rows, places, t->count);
	else
		o->lacked_memory = true;
	free(rows);
	free(places);
}

static void print_text(const struct event_totals *t, uint32_t events, struct out *o)
{
	fprintf(o->file, "\nIn %.3f s:\n", ns_to_s(t->unattributed.ns));
	if (events & (1U << EVENT_CALL))
		print_calls(t, o);
	if (events & (1U << EVENT_DRIVER_KICK))
		print_kicks(t, o);
	for (int i = 0; i < EVENT_TYPES; i++) {
		if (i == EVENT_CALL || i == EVENT_DRIVER_KICK || !(events & (1U << i)))
			continue;
		print_count(o, event_kinds[i].name, t->types[i].events);
		if (t->types[i].lost)
			fprintf(o->file, "  %-14s %12" PRIu64 "\n", "lost", t->types[i].lost);
	}
	if (t->unattributed.no_slot)
		print_count(o, "lost, no slot", t->unattributed.no_slot);
	if (t->count)
		print_rows(t, events, o);
}

void event_totals_print(const struct event_totals *t, uint32_t events, struct out *o)
{
	if (o->json)
		print_json(t, events, o);
	else
		print_text(t, events, o);
}
