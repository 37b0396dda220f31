// SPDX-License-Identifier: GPL-2.0-or-later
#include "finding.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/table.h"
#include "device-json.h"
#include "diagnosis-looks.h"

#define COL(f) offsetof(struct finding, f)

#define VIEW										\
	{ "device", "DEVICE", OUT_STRING, COL(place.name), -10, .grow = 40 },			\
	{ NULL, "PID:FD", OUT_STRING, COL(place.where_text), -10, .grow = 10 },		\
	{ "queue", "VQ", OUT_STRING, COL(queue), -5 },					\
	{ "finding", "FINDING", OUT_STRING, COL(finding), -16 },			\
	{ "at_fault", "AT_FAULT", OUT_STRING, COL(side), -8 },				\
	{ "level", "LEVEL", OUT_STRING, COL(level), -7 },				\
	{ "vm", "VM", OUT_STRING, COL(place.vm), -10, .grow = 53 }

static const struct out_col view[] = { VIEW, { 0 } };

const struct out_col finding_columns[] = {
	VIEW,
	{ "command", "COMMAND", OUT_STRING, COL(place.command_text), -15 },
	{ "devices", "DEVICES", OUT_U32, COL(devices), 7 },
	{ "evidence", "EVIDENCE", OUT_STRING, COL(evidence), -20, .grow = 400 },
	{ "remedy", "REMEDY", OUT_STRING, COL(remedy), -20, .grow = 360 },
	{ 0 },
};

static const struct out_col json_values[] = {
	{ "device", NULL, OUT_STRING, COL(place.tap) },
	{ "netns", NULL, OUT_ID, COL(place.netns) },
	{ "netns_name", NULL, OUT_STRING, COL(place.netns_name) },
	{ "queue", NULL, OUT_STRING, COL(queue) },
	{ "finding", NULL, OUT_STRING, COL(finding) },
	{ "at_fault", NULL, OUT_STRING, COL(side) },
	{ "vm", NULL, OUT_STRING, COL(place.vm) },
	{ "level", NULL, OUT_STRING, COL(level) },
	{ "pid", NULL, OUT_INDEX, COL(place.pid) },
	{ "tid", NULL, OUT_INDEX, COL(place.tid) },
	{ "fd", NULL, OUT_INDEX, COL(place.fd) },
	{ "command", NULL, OUT_STRING, COL(place.command_text) },
	{ "kind", NULL, OUT_STRING, COL(place.kind) },
	{ "devices", NULL, OUT_U32, COL(devices) },
	{ "evidence", NULL, OUT_STRING, COL(evidence) },
	{ "remedy", NULL, OUT_STRING, COL(remedy) },
	{ 0 },
};

/* Is one finding about both devices? */
static bool same_matter(const struct inspect_device *a, const struct inspect_device *b, enum diagnosis_kind kind)
{
	if (!a->owner.pid || a->owner.pid != b->owner.pid)
		return false;
	return kind == DIAGNOSIS_OWNER_STOPPED ||
	       (kind == DIAGNOSIS_NEVER_STARTED && a->tap.netns == b->tap.netns && !strcmp(a->tap.name, b->tap.name));
}

/* An owner is stopped for all of its devices, and gives up on all queues of a tap. Return: that finding, or NULL. */
static struct finding *same_finding(struct findings *fs, const struct inspect_device *d, const struct diagnosis *f)
{
	for (size_t i = 0; i < fs->count; i++)
		if (fs->all[i].diagnosis.kind == f->kind && same_matter(fs->all[i].device, d, f->kind))
			return &fs->all[i];
	return NULL;
}

int findings_add_named(struct findings *fs, const struct inspect_device *d, const char *queue,
		       const struct diagnosis *f)
{
	struct finding *one = same_finding(fs, d, f), *all;

	if (one) {
		one->devices++;
		return 0;
	}
	all = array_grow(fs->all, &fs->room, fs->count + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	fs->all = all;
	one = &all[fs->count++];
	*one = (struct finding){ .device = d, .diagnosis = *f, .devices = 1 };
	snprintf(one->queue_name, sizeof(one->queue_name), "%s", queue);
	return 0;
}

int findings_add(struct findings *fs, const struct inspect_device *d, const struct inspect_queue *q,
		 const struct diagnosis *f)
{
	char name[INSPECT_QUEUE_NAME] = "";

	if (q)
		inspect_queue_name(d, q, name);
	return findings_add_named(fs, d, name, f);
}

/* Fill in the values of columns, some of which point into the finding. */
static void complete(struct finding *f)
{
	device_place_set(&f->place, f->device);
	if (f->devices > 1)
		diagnosis_evidence_add(&f->diagnosis, "; the same of %" PRIu32 " more of its devices",
				       f->devices - 1);
	f->queue = *f->queue_name ? f->queue_name : NULL;
	f->finding = diagnosis_kind_name(f->diagnosis.kind);
	f->side = diagnosis_side_name(f->diagnosis.side);
	f->level = diagnosis_level_name(f->diagnosis.level);
	f->evidence = f->diagnosis.evidence;
	f->remedy = f->diagnosis.remedy;
}

static void print_json(struct out *o, const void *row)
{
	const struct finding *f = row;
	struct json_object *obj = out_object(f->diagnosis.level == LEVEL_NOTE ? "note" : "finding", json_values, f);

	if (f->device->candidate_count)
		json_object_object_add(obj, "candidates", device_json_candidates(f->device));
	out_json(o, obj);
}

void finding_print_advice(struct out *o, const struct diagnosis *d)
{
	fputs("  ", o->file);
	out_wrapped(o, 2, d->evidence);
	fputs("  what to do: ", o->file);
	out_wrapped(o, 14, d->remedy);
}

static void print_more(struct out *o, const void *row)
{
	finding_print_advice(o, &((const struct finding *)row)->diagnosis);
}

int findings_print(struct findings *fs, struct out *o, const struct column_options *opts)
{
	static const struct table table = {
		.view = view, .all = finding_columns, .print_json = print_json, .print_more = print_more,
	};

	for (size_t i = 0; i < fs->count; i++)
		complete(&fs->all[i]);
	return table_print(&table, o, fs->all, sizeof(*fs->all), fs->count, opts);
}

void findings_free(struct findings *fs)
{
	free(fs->all);
	*fs = (struct findings){ 0 };
}
