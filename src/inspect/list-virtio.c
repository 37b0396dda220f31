// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/fail.h"
#include "base/table.h"
#include "probe/device-choice.h"
#include "virtio/device-kinds.h"
#include "virtio/feature-names.h"

/* Room for the letters of features. */
#define LETTERS 8

/**
 * struct virtio_row - a device in the types that struct out_col needs
 * @source: the device
 */
struct virtio_row {
	const struct virtio_device_info *source;
	const char *device, *kind, *driver, *label, *address, *layout, *features, *state;
	uint32_t queues;
	int32_t num;
	char letters[LETTERS];
};

#define ROW(f) offsetof(struct virtio_row, f)

static const char *state_style(const void *row)
{
	return !strcmp(((const struct virtio_row *)row)->state, "broken") ? "31" : NULL;
}

/* At 80 columns the driver's name, which comes last since the kind says as much, has what the others leave. */
static const struct out_col virtio_columns[] = {
	{ "device", "DEVICE", OUT_STRING, ROW(device), -7, .grow = 24 },
	{ "kind", "KIND", OUT_STRING, ROW(kind), -5, .grow = 2 },
	{ "label", "LABEL", OUT_STRING, ROW(label), -5, .grow = 26 },
	{ NULL, "QUEUES", OUT_U32, ROW(queues), 6 },
	{ "num", "NUM", OUT_INDEX, ROW(num), 4 },
	{ "layout", "RING", OUT_STRING, ROW(layout), -5, .grow = 1 },
	{ "features", "FEAT", OUT_STRING, ROW(features), -4, .grow = 1 },
	{ "state", "STATE", OUT_STRING, ROW(state), -7, .grow = 2, .style = state_style },
	{ "address", "ADDRESS", OUT_STRING, ROW(address), -7, .grow = 24 },
	{ "driver", "DRIVER", OUT_STRING, ROW(driver), -6, .grow = 25 },
	{ 0 },
};

static const char *or_none(const char *text)
{
	return *text ? text : NULL;
}

static void set_letters(const struct virtio_device_info *d, char *buf)
{
	/* Those that decide on the rings and on notifications. */
	static const struct {
		unsigned int bit;
		char letter;
	} telling[] = { { 32, '1' }, { 29, 'E' }, { 28, 'I' }, { 35, 'O' }, { 33, 'P' } };

	for (size_t i = 0; i < ARRAY_SIZE(telling); i++)
		if (feature_is_set(&d->features, telling[i].bit))
			*buf++ = telling[i].letter;
	*buf = 0;
}

static struct virtio_row make_row(const struct virtio_device_info *d)
{
	struct virtio_row r = {
		.source = d, .device = d->name, .kind = device_kind_name(d->id), .driver = or_none(d->driver),
		.label = or_none(d->label), .address = or_none(d->address), .state = virtio_device_state(d),
		.queues = (uint32_t)d->queue_count, .num = -1,
	};

	for (size_t i = 0; i < d->queue_count; i++)
		if (r.num < (int32_t)d->queues[i].num)
			r.num = (int32_t)d->queues[i].num;
	if (d->queue_count)
		r.layout = d->queues[0].flags & VIRTQUEUE_PACKED ? "packed" : "split";
	set_letters(d, r.letters);
	return r;
}

static void print_json(struct out *o, const void *row)
{
	virtio_json(o, ((const struct virtio_row *)row)->source);
}

static bool is_chosen(const struct device_choice *names, const struct virtio_device_info *d)
{
	return device_choice_matches(names, 0, d->name) || (*d->label && device_choice_matches(names, 0, d->label));
}

static int print_devices(struct out *o, const struct virtio_devices *v, const struct device_choice *names,
			 const struct column_options *opts)
{
	static const struct table table = {
		.view = virtio_columns, .all = virtio_columns, .print_json = print_json,
	};
	struct virtio_row *rows = calloc(v->count + 1, sizeof(*rows));
	int err = rows ? 0 : -ENOMEM;
	size_t count = 0;

	for (size_t i = 0; !err && i < v->count; i++) {
		if (!is_chosen(names, &v->all[i]))
			continue;
		rows[count] = make_row(&v->all[i]);
		rows[count].features = or_none(rows[count].letters);
		count++;
	}
	if (!err)
		err = table_print(&table, o, rows, sizeof(*rows), count, opts);
	if (!err && !count && !o->json && !opts->no_header)
		fprintf(o->file, "no %svirtio device is here\n", names->count ? "such " : "");
	free(rows);
	return err;
}

int list_driver(const struct cli *cli, const struct device_choice *names, const struct column_options *opts)
{
	struct virtio_devices v;
	struct virtio_look *l;
	struct out out;
	int err, status;

	out_init(&out, stdout, cli->json, cli->pretty, cli->color);
	status = fail_column_options("list", &out, virtio_columns, opts);
	if (status)
		return status;
	if (columns_wants_help(opts)) {
		columns_help(stdout, virtio_columns);
		return STATUS_OK;
	}
	status = virtio_report_open(&l, "list");
	if (status)
		return status;
	err = virtio_look(l, &v);
	if (!err) {
		err = print_devices(&out, &v, names, opts);
		virtio_devices_free(&v);
	}
	virtio_look_close(l);
	return fail_output("list", &out, "looking at the devices", err ? err : out_flush(&out));
}
