// SPDX-License-Identifier: GPL-2.0-or-later
#include "list-row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "device-json.h"
#include "event/start-json.h"
#include "virtio/feature-names.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

#define ROW(member) offsetof(struct list_row, member)

/* What columns are sorted by that show something else. */
static const struct out_col by_fd = { .type = OUT_INDEX, .offset = ROW(fd), .ascending = true };
static const struct out_col by_worker = { .type = OUT_INDEX, .offset = ROW(first_worker), .ascending = true };
static const struct out_col by_time = { .type = OUT_I64, .offset = ROW(worker_ns) };
static const struct out_col by_packets = { .type = OUT_I64, .offset = ROW(packets) };

/* The columns of the tap's link: only where there is room for everything else. */
#define LINK_EXTRA (OUT_EXTRA_LATE + 1)

/*
 * 80 columns with the features and with short names. Without them, a device's name comes before a command's: with
 * "qemu-system-x86" there is still room for "rx0 tx0" of "vm0", and with "qemu-sy+" for "scsi:5324af0e20".
 */
const struct out_col list_columns[] = {
	{ "tid", "PID", OUT_ID, ROW(tid), 7, .ascending = true },
	{ "command", "COMMAND", OUT_STRING, ROW(command_text), -8, .grow = 7 },
	{ "fd", "FD", OUT_STRING, ROW(cells[LIST_FD]), 3, .by = &by_fd },
	{ "kind", "KIND", OUT_STRING, ROW(kind), -5, .extra = OUT_EXTRA_LATE },
	{ "device", "DEVICE", OUT_STRING, ROW(cells[LIST_DEVICE]), -8, .grow = 25, .grow_first = true },
	{ "queues", "QUEUES", OUT_STRING, ROW(cells[LIST_QUEUE_NAMES]), -7, .grow = LIST_QUEUES - 7 },
	{ "features", "FEAT", OUT_STRING, ROW(cells[LIST_FEATURES]), -4, .extra = 1 },
	{ NULL, "WORKER", OUT_STRING, ROW(cells[LIST_WORKER]), 7, .by = &by_worker },
	{ "worker_ns", "CPUTIME", OUT_STRING, ROW(cells[LIST_CPU_TIME]), 7, .by = &by_time },
	{ "packets", "PKTS", OUT_STRING, ROW(cells[LIST_PACKETS]), 6, .by = &by_packets },
	{ "vm", "VM", OUT_STRING, ROW(vm), -6, .grow = 57 },
	{ NULL, "LINK", OUT_STRING, ROW(link), -10, .extra = LINK_EXTRA },
	{ NULL, "MASTER", OUT_STRING, ROW(master), -8, .grow = 7, .extra = LINK_EXTRA },
	{ NULL, "DROPS", OUT_I64, ROW(drops), 7, .extra = LINK_EXTRA },
	{ NULL, "TAPQ", OUT_I64, ROW(tap_fill), 5, .extra = LINK_EXTRA },
	{ "on_cpu", "ONCPU", OUT_INDEX, ROW(on_cpu), 5, .extra = LINK_EXTRA + 1, .ascending = true },
	{ "cpus", "CPUS", OUT_STRING, ROW(cells[LIST_CPUS]), -4, .grow = 20, .extra = LINK_EXTRA + 1 },
	{ NULL, "NETNS", OUT_STRING, ROW(cells[LIST_NETNS]), -5, .grow = 40 },
	{ 0 },
};

static const struct out_col json_values[] = {
	{ "source", NULL, OUT_STRING, ROW(source_name) },
	{ "pid", NULL, OUT_ID, ROW(pid) },
	{ "tid", NULL, OUT_ID, ROW(tid) },
	{ "command", NULL, OUT_STRING, ROW(command_text) },
	{ "fd", NULL, OUT_INDEX, ROW(fd) },
	{ "kind", NULL, OUT_STRING, ROW(kind) },
	{ "device", NULL, OUT_STRING, ROW(device) },
	{ "vm", NULL, OUT_STRING, ROW(vm) },
	{ "packets", NULL, OUT_I64, ROW(packets) },
	{ 0 },
};

/* Is the queue set up? Others are not shown. */
static bool in_use(const struct inspect_queue *q)
{
	return q->num && (q->desc || q->avail || q->used || q->flags & INSPECT_BACKEND);
}

static bool is_owner(const struct list_row *row)
{
	return row->source->owner.pid && row->source->owner.pid == row->pid;
}

/* The queues of a device that runs; else how far it has come. */
static void queues_text(const struct inspect_device *d, char buf[LIST_QUEUES + 1])
{
	const enum inspect_device_state state = inspect_state(d);
	char name[INSPECT_QUEUE_NAME];
	size_t used = 0, count = 0;

	if (state != DEVICE_RUNNING) {
		snprintf(buf, LIST_QUEUES + 1, "%s", inspect_state_name(state));
		return;
	}
	for (size_t i = 0; i < d->queue_count; i++) {
		if (!in_use(&d->queues[i]))
			continue;
		count++;
		if (used <= LIST_QUEUES)
			used += (size_t)snprintf(buf + used, LIST_QUEUES + 1 - used, "%s%s", used ? " " : "",
						 inspect_queue_name(d, &d->queues[i], name));
	}
	if (used > LIST_QUEUES)
		snprintf(buf, LIST_QUEUES + 1, "%zu", count);
}

static void feature_letters(const struct inspect_device *d, char *buf)
{
	/* The features that decide on the rings' layout or on notifications, or cost speed. */
	static const struct {
		unsigned int bit;
		char letter;
	} telling[] = { { 32, '1' }, { 29, 'E' }, { 15, 'M' }, { 33, 'P' }, { 26, 'L' } };
	uint64_t features[2];

	inspect_features(d, features);
	for (size_t i = 0; i < ARRAY_SIZE(telling); i++)
		if (feature_is_set(features, telling[i].bit))
			*buf++ = telling[i].letter;
	*buf = 0;
}

/* Both columns of the workers: the first one, how many more, and the CPU time of all. */
static void workers_text(struct list_row *row)
{
	uint64_t ns = 0;

	row->worker_ns = row->first_worker = row->on_cpu = -1;
	if (!row->worker_count)
		return;
	for (size_t i = 0; i < row->worker_count; i++)
		ns += row->workers[i].ns;
	row->worker_ns = (int64_t)ns;
	if (row->workers[0].tid)
		row->first_worker = (int32_t)row->workers[0].tid;
	if (row->workers[0].placement) {
		row->on_cpu = (int32_t)row->workers[0].placement->worker.cpu;
		placement_cpus(row->workers[0].placement, row->cpus, sizeof(row->cpus));
	}
	if (row->worker_count > 1)
		snprintf(row->worker, sizeof(row->worker), "%" PRIu32 "+%zu", row->workers[0].tid,
			 row->worker_count - 1);
	else if (row->workers[0].tid)
		snprintf(row->worker, sizeof(row->worker), "%" PRIu32, row->workers[0].tid);
	snprintf(row->time, sizeof(row->time), "%" PRIu64 ":%02" PRIu64, ns / NSEC_PER_SEC / 60,
		 ns / NSEC_PER_SEC % 60);
}

static void packets_text(int64_t packets, char *buf, size_t len)
{
	static const char suffixes[] = "\0kMGTPE";
	int i = 0;

	if (packets < 0)
		return;
	/* As many digits as fit, in powers of 1000. */
	for (; packets > (i ? 99999 : 999999); i++)
		packets /= 1000;
	snprintf(buf, len, "%" PRId64 "%.1s", packets, suffixes + i);
}

/* A guess is the first of the taps that it can be, and how many more: "vm0?+1". */
static const char *device_text(const struct list_row *row, char *buf, size_t len)
{
	const struct inspect_device *d = row->source;

	if (d && d->candidate_count)
		snprintf(buf, len, "%s?+%zu", d->candidates[0].name, d->candidate_count - 1);
	else if (row->tap_count > 1)
		snprintf(buf, len, "%zu taps", row->tap_count);
	else if (!row->shown_device && strcmp(row->kind, "net"))
		return row->kind;
	else
		return row->shown_device;
	return buf;
}

/* The name, or the number that lsns has. */
static const char *netns_text(const struct list_row *row, char *buf, size_t len)
{
	if (row->own_netns || !row->netns)
		return NULL;
	if (row->netns_name)
		return row->netns_name;
	snprintf(buf, len, "%" PRIu64, row->netns);
	return buf;
}

static void fd_text(const struct list_row *row, char *buf, size_t len)
{
	const size_t count = row->source ? inspect_descriptors(row->source) : 1;
	char more[24] = "";

	if (count > 1)
		snprintf(more, sizeof(more), "+%zu", count - 1);
	if (row->fd >= 0)
		snprintf(buf, len, "%" PRId32 "%s%s", row->fd, row->source && !is_owner(row) ? "*" : "", more);
}

/* What lies between the network and the ring. */
static void complete_link(struct list_row *row)
{
	const struct inspect_device *d = row->source;
	const struct inspect_link *l = d && d->link ? &d->link->link : NULL;
	const struct inspect_tap_queue *q = NULL;

	row->drops = row->tap_fill = -1;
	if (!l)
		return;
	row->link = link_condition_name(link_condition(l));
	row->master = *l->master ? l->master : NULL;
	row->drops = (int64_t)link_drops(l).to_driver;
	for (size_t i = 0; !q && i < d->queue_count; i++)
		q = inspect_tap_queue(d, &d->queues[i]);
	if (q)
		row->tap_fill = q->fill;
}

void list_complete(struct list_row *row)
{
	const char *const texts[] = {
		[LIST_FD] = row->fd_text, [LIST_QUEUE_NAMES] = row->queues, [LIST_FEATURES] = row->features,
		[LIST_WORKER] = row->worker, [LIST_CPU_TIME] = row->time, [LIST_PACKETS] = row->packets_text,
		[LIST_CPUS] = row->cpus,
	};

	row->source_name = row->source ? "bpf" : "proc";
	row->command_text = *row->command ? row->command : NULL;
	fd_text(row, row->fd_text, sizeof(row->fd_text));
	if (row->source) {
		row->vm = *row->source->vm ? row->source->vm : NULL;
		queues_text(row->source, row->queues);
		feature_letters(row->source, row->features);
	}
	complete_link(row);
	workers_text(row);
	packets_text(row->packets, row->packets_text, sizeof(row->packets_text));
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		row->cells[i] = texts[i] && *texts[i] ? texts[i] : NULL;
	row->cells[LIST_DEVICE] = device_text(row, row->device_text, sizeof(row->device_text));
	row->cells[LIST_NETNS] = netns_text(row, row->netns_text, sizeof(row->netns_text));
}

static struct json_object *queues_json(const struct inspect_device *d)
{
	struct json_object *all = json_object_new_array();
	char name[INSPECT_QUEUE_NAME];

	for (size_t i = 0; i < d->queue_count; i++) {
		const struct inspect_queue *q = &d->queues[i];
		struct json_object *one;

		if (!in_use(q))
			continue;
		one = json_object_new_object();
		json_object_object_add(one, "queue", json_object_new_string(inspect_queue_name(d, q, name)));
		json_object_object_add(one, "num", json_object_new_int64(q->num));
		json_object_object_add(one, "worker", worker_json(q->worker, q->worker_name));
		json_object_array_add(all, one);
	}
	return all;
}

static struct json_object *workers_json(const struct list_row *row)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < row->worker_count; i++) {
		const struct list_worker *w = &row->workers[i];
		struct json_object *one = json_object_new_object();

		json_object_object_add(one, "worker", worker_json(w->tid, w->name));
		json_object_object_add(one, "worker_ns", json_object_new_uint64(w->ns));
		placement_json_add(one, w->placement);
		json_object_array_add(all, one);
	}
	return all;
}

static struct json_object *taps_json(const struct list_row *row)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < row->tap_count; i++)
		json_object_array_add(all, json_object_new_string(row->taps[i]));
	return all;
}

void list_json(struct out *o, const struct list_row *row)
{
	struct json_object *obj = out_object("device", json_values, row);
	const struct inspect_device *d = row->source;

	json_object_object_add(obj, "workers", workers_json(row));
	if (d) {
		device_json_add(obj, d);
		json_object_object_add(obj, "queues", queues_json(d));
	} else {
		json_object_object_add(obj, "netns", NULL);
		json_object_object_add(obj, "netns_name", NULL);
		json_object_object_add(obj, "taps", taps_json(row));
	}
	out_json(o, obj);
}

void list_row_free(struct list_row *row)
{
	free(row->workers);
	free(row->taps);
}
