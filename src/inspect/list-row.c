// SPDX-License-Identifier: GPL-2.0-or-later
#include "list-row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/format.h"
#include "device-json.h"
#include "event/start-json.h"
#include "virtio/feature-names.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

/* Widths of columns: longer names are cut. */
#define COMMAND_WIDTH 8
#define DEVICE_WIDTH 8
#define VM_WIDTH 6
#define NETNS_WIDTH 5
#define QUEUES_WIDTH 9

/* A row in the types that struct out_col needs. */
struct cells {
	int32_t pid, tid, fd;
	const char *source, *kind, *device, *command, *vm;
	char short_command[COMMAND_WIDTH + 1], short_device[DEVICE_WIDTH + 1];
	char short_vm[VM_WIDTH + 1], netns[NETNS_WIDTH + 1];
	char fd_text[48], queues[QUEUES_WIDTH + 1], features[8], worker[24], time[24], packets[24];
	const char *cells[10];
};

enum { COMMAND, FD, DEVICE, QUEUES, FEATURES, WORKER, TIME, PACKETS, VM, NETNS };

#define LINE(member) offsetof(struct cells, member)

/* 80 columns, for numbers of usual lengths. */
static const struct out_col line_cols[] = {
	{ "source", NULL, OUT_STRING, LINE(source) },
	{ "pid", NULL, OUT_INDEX, LINE(pid) },
	{ "tid", "PID", OUT_INDEX, LINE(tid), 7 },
	{ "command", NULL, OUT_STRING, LINE(command) },
	{ NULL, "COMMAND", OUT_STRING, LINE(cells[COMMAND]), -COMMAND_WIDTH },
	{ "fd", NULL, OUT_INDEX, LINE(fd) },
	{ NULL, "FD", OUT_STRING, LINE(cells[FD]), 3 },
	{ "kind", "KIND", OUT_STRING, LINE(kind), -4 },
	{ "device", NULL, OUT_STRING, LINE(device) },
	{ NULL, "DEVICE", OUT_STRING, LINE(cells[DEVICE]), -DEVICE_WIDTH },
	{ NULL, "QUEUES", OUT_STRING, LINE(cells[QUEUES]), -QUEUES_WIDTH },
	{ NULL, "FEAT", OUT_STRING, LINE(cells[FEATURES]), -4 },
	{ NULL, "WORKER", OUT_STRING, LINE(cells[WORKER]), 7 },
	{ NULL, "TIME", OUT_STRING, LINE(cells[TIME]), 5 },
	{ NULL, "PKTS", OUT_STRING, LINE(cells[PACKETS]), 5 },
	{ "vm", NULL, OUT_STRING, LINE(vm) },
	{ NULL, "VM", OUT_STRING, LINE(cells[VM]), -VM_WIDTH },
	{ NULL, "NETNS", OUT_STRING, LINE(cells[NETNS]) },
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

/* Copy a name; cut one that is too long, and mark it with "+". */
static void cut(const char *name, char *buf, int width)
{
	const bool fits = !name || strlen(name) <= (size_t)width;

	snprintf(buf, (size_t)width + 1, "%.*s%s", fits ? width : width - 1, name ? name : "", fits ? "" : "+");
}

/* The queues of a device that runs; else how far it has come. */
static void queues_text(const struct inspect_device *d, char *buf, size_t len)
{
	const enum inspect_device_state state = inspect_state(d);
	char name[INSPECT_QUEUE_NAME];
	size_t used = 0, count = 0;

	if (state != DEVICE_RUNNING) {
		cut(inspect_state_name(state), buf, (int)len - 1);
		return;
	}

	for (size_t i = 0; i < d->queue_count; i++) {
		if (!in_use(&d->queues[i]))
			continue;
		count++;
		if (used < len)
			used += (size_t)snprintf(buf + used, len - used, "%s%s", used ? " " : "",
						 inspect_queue_name(d, &d->queues[i], name));
	}
	if (used >= len)
		snprintf(buf, len, "%zu", count);
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
static void workers_text(const struct list_row *row, struct cells *l)
{
	uint64_t ns = 0;

	if (!row->worker_count)
		return;
	for (size_t i = 0; i < row->worker_count; i++)
		ns += row->workers[i].ns;
	if (row->worker_count > 1)
		snprintf(l->worker, sizeof(l->worker), "%" PRIu32 "+%zu", row->workers[0].tid,
			 row->worker_count - 1);
	else if (row->workers[0].tid)
		snprintf(l->worker, sizeof(l->worker), "%" PRIu32, row->workers[0].tid);
	snprintf(l->time, sizeof(l->time), "%" PRIu64 ":%02" PRIu64, ns / NSEC_PER_SEC / 60, ns / NSEC_PER_SEC % 60);
}

static void packets_text(uint64_t packets, char *buf, size_t len)
{
	static const char suffixes[] = "\0kMGTPE";
	int i = 0;

	if (packets == LIST_UNKNOWN)
		return;
	/* As many digits as fit, in powers of 1000. */
	for (; packets > (i ? 9999 : 99999); i++)
		packets /= 1000;
	snprintf(buf, len, "%" PRIu64 "%.1s", packets, suffixes + i);
}

/* A guess is the first of the taps that it can be, and how many more: "vm0?+1". */
static void device_text(const struct list_row *row, char *buf)
{
	const struct inspect_device *d = row->source;
	char mark[24] = "";

	if (d && d->candidate_count)
		snprintf(mark, sizeof(mark), "?+%zu", d->candidate_count - 1);
	cut(*mark ? d->candidates[0].name : row->shown_device, buf, DEVICE_WIDTH - (int)strlen(mark));
	strcat(buf, mark);
}

static void netns_text(const struct list_row *row, char *buf)
{
	if (!row->own_netns && row->netns)
		cut(row->netns_name ? row->netns_name : "?", buf, NETNS_WIDTH);
}

static void fd_text(const struct list_row *row, char *buf, size_t len)
{
	const size_t count = row->source ? inspect_descriptors(row->source) : 1;
	char more[24] = "";

	if (count > 1)
		snprintf(more, sizeof(more), "+%zu", count - 1);
	if (row->fd >= 0)
		snprintf(buf, len, "%d%s%s", row->fd, row->source && !is_owner(row) ? "*" : "", more);
}

static void make_cells(const struct list_row *row, struct cells *l)
{
	char *const texts[] = { l->short_command, l->fd_text, l->short_device, l->queues, l->features, l->worker,
				l->time, l->packets, l->short_vm, l->netns };

	cut(row->command, l->short_command, COMMAND_WIDTH);
	device_text(row, l->short_device);
	fd_text(row, l->fd_text, sizeof(l->fd_text));
	if (row->source) {
		queues_text(row->source, l->queues, sizeof(l->queues));
		feature_letters(row->source, l->features);
	}
	workers_text(row, l);
	packets_text(row->packets, l->packets, sizeof(l->packets));
	cut(l->vm, l->short_vm, VM_WIDTH);
	netns_text(row, l->netns);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		l->cells[i] = *texts[i] ? texts[i] : NULL;
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

static void print_json(struct out *o, const struct list_row *row, const struct cells *l)
{
	struct json_object *obj = out_object("device", line_cols, l);
	const struct inspect_device *d = row->source;

	json_object_object_add(obj, "packets", device_json_number(row->packets, row->packets != LIST_UNKNOWN));
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

void list_header(struct out *o)
{
	out_header(o, line_cols);
}

void list_print(struct out *o, const struct list_row *row)
{
	struct cells l = {
		.pid = row->pid ? (int32_t)row->pid : -1,
		.tid = row->tid ? (int32_t)row->tid : -1,
		.fd = row->fd,
		.source = row->source ? "bpf" : "proc",
		.kind = row->kind,
		.device = row->device,
		.command = row->command,
		.vm = row->source && *row->source->vm ? row->source->vm : NULL,
	};

	if (o->json) {
		print_json(o, row, &l);
		return;
	}
	make_cells(row, &l);
	out_row(o, line_cols, &l);
}
