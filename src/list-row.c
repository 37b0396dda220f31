// SPDX-License-Identifier: GPL-2.0-or-later
#include "list-row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "feature-names.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

/* The columns are made for names of up to these lengths; a command is cut off there. */
#define COMMAND_WIDTH 12
#define QUEUES_WIDTH 7

/* A row in the types of the columns. */
struct line {
	int32_t pid, fd;
	const char *source, *kind, *device, *netns_name, *command;
	char short_command[COMMAND_WIDTH + 1];
	char fd_text[16], queues[QUEUES_WIDTH + 1], features[8], worker[24], time[24], packets[24];
	char netns[SCAN_NETNS_LEN];
	const char *cells[8];
};

enum { COMMAND, FD, QUEUES, FEATURES, WORKER, TIME, PACKETS, NETNS };

#define LINE(member) offsetof(struct line, member)

/* 80 columns for names of namespaces of up to 5 letters, which are rare and therefore last. */
static const struct out_col line_cols[] = {
	{ "source", NULL, OUT_STRING, LINE(source) },
	{ "pid", "PID", OUT_INDEX, LINE(pid), 7 },
	{ "command", NULL, OUT_STRING, LINE(command) },
	{ NULL, "COMMAND", OUT_STRING, LINE(cells[COMMAND]), -COMMAND_WIDTH },
	{ "fd", NULL, OUT_INDEX, LINE(fd) },
	{ NULL, "FD", OUT_STRING, LINE(cells[FD]), 3 },
	{ "kind", "KIND", OUT_STRING, LINE(kind), -5 },
	{ "device", "DEVICE", OUT_STRING, LINE(device), -8 },
	{ "netns_name", NULL, OUT_STRING, LINE(netns_name) },
	{ NULL, "QUEUES", OUT_STRING, LINE(cells[QUEUES]), -QUEUES_WIDTH },
	{ NULL, "FEAT", OUT_STRING, LINE(cells[FEATURES]), -4 },
	{ NULL, "WORKER", OUT_STRING, LINE(cells[WORKER]), 7 },
	{ NULL, "TIME", OUT_STRING, LINE(cells[TIME]), 6 },
	{ NULL, "PKTS", OUT_STRING, LINE(cells[PACKETS]), 6 },
	{ NULL, "NETNS", OUT_STRING, LINE(cells[NETNS]) },
	{ 0 },
};

/* Is the queue set up, so that it is worth a word? */
static bool in_use(const struct inspect_queue *q)
{
	return q->num && (q->desc || q->avail || q->used || q->flags & INSPECT_BACKEND);
}

/* Acked for the whole device, though the kernel keeps a copy a queue. */
static uint64_t features_of(const struct inspect_device *d)
{
	return d->queue_count ? d->queues[0].features : 0;
}

static bool is_owner(const struct list_row *row)
{
	return row->source->owner.pid && row->source->owner.pid == row->pid;
}

static void queues_text(const struct inspect_device *d, char *buf, size_t len)
{
	char name[INSPECT_QUEUE_NAME];
	size_t used = 0, count = 0;

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

static void features_text(uint64_t features, char *buf)
{
	/* What decides on the rings' layout, on notifications, or costs speed. */
	static const struct {
		unsigned int bit;
		char letter;
	} telling[] = { { 32, '1' }, { 29, 'E' }, { 15, 'M' }, { 33, 'P' }, { 26, 'L' } };

	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		if (features >> telling[i].bit & 1)
			*buf++ = telling[i].letter;
	*buf = 0;
}

/* Both columns of the workers: the first one, how many more, and the CPU time of all. */
static void workers_text(const struct list_row *row, struct line *l)
{
	uint64_t ns = 0;

	if (row->source && !(row->source->flags & INSPECT_HAS_OWNER)) {
		strcpy(l->worker, "unowned");
		return;
	}
	if (!row->worker_count)
		return;
	for (size_t i = 0; i < row->worker_count; i++)
		ns += row->workers[i].ns;
	if (row->worker_count > 1)
		snprintf(l->worker, sizeof(l->worker), "%" PRIu32 "+%zu", row->workers[0].tid, row->worker_count - 1);
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
	for (; packets > (i ? 99999 : 999999); i++)
		packets /= 1000;
	snprintf(buf, len, "%" PRIu64 "%.1s", packets, suffixes + i);
}

static void netns_text(const struct list_row *row, char *buf, size_t len)
{
	if (row->own_netns || !row->netns)
		return;
	if (row->netns_name)
		snprintf(buf, len, "%s", row->netns_name);
	else
		snprintf(buf, len, "?");
}

static void fd_text(const struct list_row *row, char *buf, size_t len)
{
	if (row->fd >= 0)
		snprintf(buf, len, "%d%s", row->fd, row->source && !is_owner(row) ? "*" : "");
}

static void command_text(const char *command, char *buf)
{
	if (command)
		snprintf(buf, COMMAND_WIDTH + 1, strlen(command) > COMMAND_WIDTH ? "%.*s+" : "%.*s",
			 strlen(command) > COMMAND_WIDTH ? COMMAND_WIDTH - 1 : COMMAND_WIDTH, command);
}

static void make_cells(const struct list_row *row, struct line *l)
{
	char *const texts[] = { l->short_command, l->fd_text, l->queues, l->features, l->worker, l->time, l->packets,
				l->netns };

	command_text(row->command, l->short_command);
	fd_text(row, l->fd_text, sizeof(l->fd_text));
	if (row->source) {
		queues_text(row->source, l->queues, sizeof(l->queues));
		features_text(features_of(row->source), l->features);
	}
	workers_text(row, l);
	packets_text(row->packets, l->packets, sizeof(l->packets));
	netns_text(row, l->netns, sizeof(l->netns));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		l->cells[i] = *texts[i] ? texts[i] : NULL;
}

static struct json_object *number(uint64_t value, bool known)
{
	return known ? json_object_new_uint64(value) : NULL;
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
		json_object_object_add(one, "worker", number(q->worker, q->worker));
		json_object_array_add(all, one);
	}
	return all;
}

/* The names of the features, as --ack would take them: a bit without one is a number. */
static struct json_object *features_json(const struct inspect_device *d)
{
	struct json_object *all = json_object_new_array();
	uint64_t features = features_of(d);

	for (unsigned int bit = 0; bit < 64; bit++) {
		const struct feature *f = feature_find(net_features, bit);
		char text[8];

		if (!(features >> bit & 1))
			continue;
		/* The first 24 mean something else for each kind of device. */
		if (bit < 24 && d->kind != INSPECT_NET)
			f = NULL;
		snprintf(text, sizeof(text), "%u", bit);
		json_object_array_add(all, json_object_new_string(f ? f->name : text));
	}
	return all;
}

static struct json_object *holders_json(const struct inspect_device *d)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < d->holder_count; i++) {
		const struct inspect_holder *h = &d->holders[i];
		struct json_object *one = json_object_new_object();

		json_object_object_add(one, "pid", number(h->process.pid, h->process.pid));
		json_object_object_add(one, "command", out_json_string(h->process.name));
		json_object_object_add(one, "fd", json_object_new_int(h->fd));
		json_object_array_add(all, one);
	}
	return all;
}

static struct json_object *workers_json(const struct list_row *row)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < row->worker_count; i++) {
		struct json_object *one = json_object_new_object();

		json_object_object_add(one, "tid", number(row->workers[i].tid, row->workers[i].tid));
		json_object_object_add(one, "cpu_ns", json_object_new_uint64(row->workers[i].ns));
		json_object_array_add(all, one);
	}
	return all;
}

static struct json_object *taps_json(const struct list_row *row)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < row->tap_count; i++)
		json_object_array_add(all, out_json_string(row->taps[i]));
	return all;
}

static void print_json(struct out *o, const struct list_row *row, const struct line *l)
{
	struct json_object *obj = out_object("device", line_cols, l);
	const struct inspect_device *d = row->source;

	json_object_object_add(obj, "netns", number(row->netns, row->netns));
	json_object_object_add(obj, "packets", number(row->packets, row->packets != LIST_UNKNOWN));
	json_object_object_add(obj, "workers", workers_json(row));
	if (d) {
		json_object_object_add(obj, "owned", json_object_new_boolean(d->flags & INSPECT_HAS_OWNER));
		json_object_object_add(obj, "owner", number(d->owner.pid, d->owner.pid));
		json_object_object_add(obj, "queues", queues_json(d));
		json_object_object_add(obj, "features", features_json(d));
		json_object_object_add(obj, "holders", holders_json(d));
	} else {
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
	struct line l = {
		.pid = row->pid ? (int32_t)row->pid : -1,
		.fd = row->fd,
		.source = row->source ? "bpf" : "proc",
		.kind = row->kind,
		.device = row->device,
		.netns_name = row->netns_name,
		.command = row->command,
	};

	if (o->json) {
		print_json(o, row, &l);
		return;
	}
	make_cells(row, &l);
	out_row(o, line_cols, &l);
}
