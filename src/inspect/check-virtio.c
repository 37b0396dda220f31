// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/loop.h"
#include "base/table.h"
#include "check-report.h"
#include "finding.h"
#include "virtio-diagnosis.h"
#include "virtio/device-kinds.h"

/**
 * struct virtio_finding - a finding, with the values of columns
 * @diagnosis: what
 */
struct virtio_finding {
	struct diagnosis diagnosis;
	const char *device, *kind, *label, *queue, *finding, *side, *level, *evidence, *remedy;
};

#define COL(f) offsetof(struct virtio_finding, f)

#define VIEW										\
	{ "device", "DEVICE", OUT_STRING, COL(device), -8, .grow = 23 },		\
	{ "label", "LABEL", OUT_STRING, COL(label), -6, .grow = 25 },			\
	{ "queue", "VQ", OUT_STRING, COL(queue), -9, .grow = 22 },			\
	{ "finding", "FINDING", OUT_STRING, COL(finding), -15 },			\
	{ "at_fault", "AT_FAULT", OUT_STRING, COL(side), -8 },				\
	{ "level", "LEVEL", OUT_STRING, COL(level), -7 }

static const struct out_col view[] = { VIEW, { 0 } };

static const struct out_col all_columns[] = {
	VIEW,
	{ "kind", "KIND", OUT_STRING, COL(kind), -7 },
	{ "evidence", "EVIDENCE", OUT_STRING, COL(evidence), -20, .grow = 400 },
	{ "remedy", "REMEDY", OUT_STRING, COL(remedy), -20, .grow = 360 },
	{ 0 },
};

/**
 * struct check_virtio - one run of the command
 * @out: the output
 * @look: the program
 * @first: the first look
 * @second: the second look, which findings point into
 * @found: what was found; owned
 * @count: how many
 * @room: allocated elements of @found
 * @sum: counts
 */
struct check_virtio {
	struct out out;
	struct virtio_look *look;
	struct virtio_devices first, second;
	struct virtio_finding *found;
	size_t count, room;
	struct check_summary sum;
};

static int add_finding(struct check_virtio *c, const struct virtio_device_info *d, const struct virtqueue_record *q,
		       const struct diagnosis *f)
{
	struct virtio_finding *found = array_grow(c->found, &c->room, c->count + 1, sizeof(*found));

	if (!found)
		return -ENOMEM;
	c->found = found;
	found[c->count++] = (struct virtio_finding){
		.diagnosis = *f, .device = d->name, .kind = device_kind_name(d->id),
		.label = *d->label ? d->label : NULL, .queue = q->name, .finding = diagnosis_kind_name(f->kind),
		.side = diagnosis_side_name(f->side), .level = diagnosis_level_name(f->level),
	};
	check_count(&c->sum, f->level);
	return 0;
}

static int check_device(struct check_virtio *c, const struct virtio_device_info *first,
			const struct virtio_device_info *second)
{
	struct diagnosis f;
	int err = 0;

	c->sum.devices++;
	for (size_t i = 0; !err && i < second->queue_count; i++) {
		const struct virtqueue_record *q = &second->queues[i];
		const enum diagnosis_result r = virtio_diagnose(first, second, q->index, &f);

		c->sum.queues++;
		c->sum.unknown += r == DIAGNOSIS_UNKNOWN;
		if (r == DIAGNOSIS_FOUND)
			err = add_finding(c, second, q, &f);
	}
	return err;
}

/* Return: 0 or -errno: -ENODEV if there is no such device. */
static int check_devices(struct check_virtio *c, const char *word)
{
	bool there = !word;
	int err = 0;

	for (size_t i = 0; !err && i < c->second.count; i++) {
		const struct virtio_device_info *d = &c->second.all[i], *before;

		if (!virtio_device_is(d, word))
			continue;
		there = true;
		before = virtio_devices_find(&c->first, d->name);
		/* Skip a device that is in the second look only: it is too new to be stuck. */
		if (before && *d->driver)
			err = check_device(c, before, d);
	}
	return err ? err : there ? 0 : -ENODEV;
}

/* The second look, which ends the loop. */
static int look_again(void *arg)
{
	struct check_virtio *c = arg;
	int err = virtio_look(c->look, &c->second);

	return err ? err : LOOP_END;
}

static int look_twice(struct check_virtio *c, uint64_t wait_ns)
{
	int err = virtio_look(c->look, &c->first);

	return err ? err : check_look_after(wait_ns, look_again, c);
}

static void print_json(struct out *o, const void *row)
{
	out_json(o, out_object("finding", all_columns, row));
}

static void print_more(struct out *o, const void *row)
{
	finding_print_advice(o, &((const struct virtio_finding *)row)->diagnosis);
}

static int print_findings(struct check_virtio *c, const struct column_options *opts)
{
	static const struct table table = {
		.view = view, .all = all_columns, .print_json = print_json, .print_more = print_more,
	};

	for (size_t i = 0; i < c->count; i++) {
		c->found[i].evidence = c->found[i].diagnosis.evidence;
		c->found[i].remedy = c->found[i].diagnosis.remedy;
	}
	return table_print(&table, &c->out, c->found, sizeof(*c->found), c->count, opts);
}

static int run_looks(struct check_virtio *c, const char *word, uint64_t wait_ns, const struct column_options *opts)
{
	int err = look_twice(c, wait_ns);

	if (err) {
		fail("check", "cannot look at the devices: %s", error_text(err));
		return STATUS_REFUSED;
	}
	err = check_devices(c, word);
	if (!err)
		return check_conclude(&c->out, &c->sum, opts, print_findings(c, opts));
	if (err == -ENODEV)
		fail("check", "there is no virtio device '%s'; to check all, name none", word);
	else
		fail("check", "%s", error_text(err));
	return STATUS_REFUSED;
}

int check_driver(const struct cli *cli, const char *word, uint64_t wait_ns, const struct column_options *opts)
{
	struct check_virtio c = { 0 };
	int status;

	out_init(&c.out, stdout, cli->json, cli->pretty, cli->color);
	status = fail_column_options("check", &c.out, all_columns, opts);
	if (status)
		return status;
	if (columns_wants_help(opts)) {
		columns_help(stdout, all_columns);
		return STATUS_OK;
	}
	status = virtio_report_open(&c.look, "check");
	if (status)
		return status;
	status = run_looks(&c, word, wait_ns, opts);
	virtio_devices_free(&c.first);
	virtio_devices_free(&c.second);
	free(c.found);
	virtio_look_close(c.look);
	return status;
}
