// SPDX-License-Identifier: GPL-2.0-or-later
#include "advice-report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/format.h"
#include "base/table.h"
#include "inspect/device-json.h"
#include "inspect/device-place.h"

/**
 * struct row - a row of the table
 * @advice: what is worth changing
 * @place: the device; all empty for the host
 * @queue: the queue's name; NULL: none
 * @rule: the rule's name
 * @level: its level
 * @evidence: of @advice
 * @remedy: likewise
 * @afterwards: likewise
 */
struct row {
	const struct advice *advice;
	struct device_place place;
	const char *queue, *rule, *level, *evidence, *remedy, *afterwards;
};

#define COL(f) offsetof(struct row, f)

#define VIEW										\
	{ "device", "DEVICE", OUT_STRING, COL(place.name), -10, .grow = 40 },		\
	{ NULL, "PID:FD", OUT_STRING, COL(place.where_text), -10, .grow = 10 },		\
	{ "queue", "VQ", OUT_STRING, COL(queue), -5 },					\
	{ "rule", "RULE", OUT_STRING, COL(rule), -17 },					\
	{ "level", "LEVEL", OUT_STRING, COL(level), -7 },				\
	{ "vm", "VM", OUT_STRING, COL(place.vm), -10, .grow = 53 }

static const struct out_col view[] = { VIEW, { 0 } };

const struct out_col advice_columns[] = {
	VIEW,
	{ "command", "COMMAND", OUT_STRING, COL(place.command_text), -15 },
	{ "evidence", "EVIDENCE", OUT_STRING, COL(evidence), -20, .grow = 400 },
	{ "remedy", "REMEDY", OUT_STRING, COL(remedy), -20, .grow = 540 },
	{ "afterwards", "AFTERWARDS", OUT_STRING, COL(afterwards), -20, .grow = 260 },
	{ 0 },
};

static const struct out_col json_values[] = {
	{ "rule", NULL, OUT_STRING, COL(rule) },
	{ "level", NULL, OUT_STRING, COL(level) },
	{ "device", NULL, OUT_STRING, COL(place.tap) },
	{ "netns", NULL, OUT_ID, COL(place.netns) },
	{ "netns_name", NULL, OUT_STRING, COL(place.netns_name) },
	{ "queue", NULL, OUT_STRING, COL(queue) },
	{ "vm", NULL, OUT_STRING, COL(place.vm) },
	{ "pid", NULL, OUT_INDEX, COL(place.pid) },
	{ "tid", NULL, OUT_INDEX, COL(place.tid) },
	{ "fd", NULL, OUT_INDEX, COL(place.fd) },
	{ "command", NULL, OUT_STRING, COL(place.command_text) },
	{ "kind", NULL, OUT_STRING, COL(place.kind) },
	{ "evidence", NULL, OUT_STRING, COL(evidence) },
	{ "remedy", NULL, OUT_STRING, COL(remedy) },
	{ "afterwards", NULL, OUT_STRING, COL(afterwards) },
	{ 0 },
};

/**
 * struct summary - the last line
 * @queues: queues that were watched
 * @devices: their devices
 * @seconds: for how long
 * @advices: how many rows
 * @unknown: devices that came, went or changed
 */
struct summary {
	uint32_t queues, devices;
	double seconds;
	uint32_t advices, unknown;
};

#define SUM(f) offsetof(struct summary, f)

static const struct out_col summary_values[] = {
	{ "queues", NULL, OUT_U32, SUM(queues) },
	{ "devices", NULL, OUT_U32, SUM(devices) },
	{ "seconds", NULL, OUT_DOUBLE, SUM(seconds) },
	{ "advices", NULL, OUT_U32, SUM(advices) },
	{ "unknown", NULL, OUT_U32, SUM(unknown) },
	{ 0 },
};

static struct json_object *figures_json(const struct advice *a)
{
	struct json_object *obj = json_object_new_object();
	char text[32];

	for (size_t i = 0; i < a->figure_count; i++) {
		snprintf(text, sizeof(text), "%.3f", a->figures[i].value);
		json_object_object_add(obj, a->figures[i].key, json_object_new_double_s(a->figures[i].value, text));
	}
	return obj;
}

static void print_json(struct out *o, const void *row)
{
	const struct row *r = row;
	struct json_object *obj = out_object("advice", json_values, r);

	json_object_object_add(obj, "figures", figures_json(r->advice));
	out_json(o, obj);
}

static void print_more(struct out *o, const void *row)
{
	static const char *const titles[] = { "", "what to do: ", "afterwards: " };
	const struct row *r = row;
	const char *const texts[] = { r->evidence, r->remedy, r->afterwards };

	for (int i = 0; i < 3; i++) {
		fprintf(o->file, "  %s", titles[i]);
		out_wrapped(o, i ? 14 : 2, texts[i]);
	}
}

static void fill(struct row *r, const struct advice *a)
{
	*r = (struct row){ .advice = a, .rule = a->rule->name, .level = advice_level_name(a->rule->level),
			   .evidence = a->evidence, .remedy = a->remedy, .afterwards = a->afterwards };
	r->place.pid = r->place.tid = r->place.fd = -1;
	if (a->device && a->device->source)
		device_place_set(&r->place, a->device->source);
	else if (a->device)
		r->place.name = r->place.tap = a->device->name;
	if (a->queue)
		r->queue = a->queue->name;
}

static void print_summary(struct out *o, const struct advices *a, const struct watched *w)
{
	struct summary s = { .devices = (uint32_t)w->device_count, .seconds = w->seconds,
			     .advices = (uint32_t)a->count, .unknown = w->unknown };
	char unknown[64] = "";

	for (size_t i = 0; i < w->device_count; i++)
		s.queues += (uint32_t)w->devices[i].queue_count;
	if (o->json) {
		out_json(o, out_object("summary", summary_values, &s));
		return;
	}
	if (a->count)
		fputc('\n', o->file);
	if (s.unknown)
		snprintf(unknown, sizeof(unknown), "; %u more device%s changed meanwhile", s.unknown,
			 plural(s.unknown));
	fprintf(o->file, "%u queue%s of %u device%s for %.1f s: %u thing%s to change%s\n", s.queues, plural(s.queues),
		s.devices, plural(s.devices), s.seconds, s.advices, plural(s.advices), unknown);
}

int advice_report(struct out *o, const struct advices *a, const struct watched *w, const struct column_options *opts)
{
	static const struct table table = {
		.view = view, .all = advice_columns, .print_json = print_json, .print_more = print_more,
	};
	struct row *rows = calloc(a->count + 1, sizeof(*rows));
	int err;

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < a->count; i++)
		fill(&rows[i], &a->all[i]);
	err = table_print(&table, o, rows, sizeof(*rows), a->count, opts);
	free(rows);
	if (!err && !opts->no_header)
		print_summary(o, a, w);
	return err;
}
