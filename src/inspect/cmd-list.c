// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/columns.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/notice.h"
#include "base/table.h"
#include "list-proc.h"
#include "list-row.h"
#include "probe/queue-options.h"
#include "probe/session.h"
#include "tap-names.h"
#include "virtio-report.h"

#define PROC "/proc"

struct list_opts {
	struct queue_options queue;
	struct column_options columns;
	bool driver;
};

static const struct list_opts list_defaults;

static const struct opt list_opts[] = {
	{ "pid", 'p', OPT_UINT, offsetof(struct list_opts, queue.pid), "PID",
	  "only devices that this process owns or holds", .min = 1, .max = INT32_MAX },
	DEV_OPTION,
	DRIVER_OPTION(list_opts),
	COLUMN_OPTIONS(list_opts, columns),
	{ 0 },
};

/**
 * struct netns - a network namespace with a tap in it
 * @inode: its inode number
 * @devs: its network devices; NULL if no process in it was found; owned
 * @count: number of @devs
 */
struct netns {
	uint64_t inode;
	struct scan_netdev *devs;
	size_t count;
};

/**
 * struct list - one run of the command
 * @out: the output
 * @target: the devices to list
 * @names: the taps that are listed
 * @netns: cache: the namespaces seen so far, since reading the counters takes long where there are many devices; owned
 * @netns_count: number of @netns
 * @netns_room: allocated elements of @netns
 * @rows: the rows; owned, with what they own
 * @count: how many
 * @room: allocated elements of @rows
 * @partial: the devices come from /proc, which may not show all
 */
struct list {
	struct out out;
	struct inspect_target target;
	struct tap_names names;
	struct netns **netns;
	size_t netns_count, netns_room;
	struct list_row *rows;
	size_t count, room;
	bool partial;
};

static int add_row(void *arg, const struct list_row *row)
{
	struct list *l = arg;
	struct list_row *rows = array_grow(l->rows, &l->room, l->count + 1, sizeof(*rows)), lost = *row;

	if (!rows) {
		list_row_free(&lost);
		return -ENOMEM;
	}
	l->rows = rows;
	l->rows[l->count++] = *row;
	return 0;
}

/* Read the namespace's devices through a process in it. Check before and after: it may move to another namespace. */
static bool read_netdevs(struct netns *ns, pid_t pid)
{
	uint64_t inode;

	if (scan_netns(PROC, pid, &inode) || inode != ns->inode || scan_netdevs(PROC, pid, &ns->devs, &ns->count))
		return false;
	if (!scan_netns(PROC, pid, &inode) && inode == ns->inode)
		return true;
	free(ns->devs);
	ns->devs = NULL;
	ns->count = 0;
	return false;
}

static struct netns *find_netns(struct list *l, uint64_t inode)
{
	struct netns *ns, **more;

	for (size_t i = 0; i < l->netns_count; i++)
		if (l->netns[i]->inode == inode)
			return l->netns[i];
	ns = calloc(1, sizeof(*ns));
	more = array_grow(l->netns, &l->netns_room, l->netns_count + 1, sizeof(*more));
	if (more)
		l->netns = more;
	if (!ns || !more) {
		free(ns);
		return NULL;
	}
	ns->inode = inode;
	return l->netns[l->netns_count++] = ns;
}

static void release_netns(struct list *l)
{
	for (size_t i = 0; i < l->netns_count; i++) {
		free(l->netns[i]->devs);
		free(l->netns[i]);
	}
	free(l->netns);
	tap_names_free(&l->names);
}

/* Read the counters through a process in the tap's namespace: ourselves, or one that has the device. */
static bool have_netdevs(struct list *l, struct netns *ns, const struct inspect_device *d)
{
	bool have = ns->devs;

	if (!have && ns->inode == l->names.taps.own_netns)
		have = read_netdevs(ns, 0);
	if (!have && d->owner.pid)
		have = read_netdevs(ns, (pid_t)d->owner.pid);
	for (size_t i = 0; !have && i < d->holder_count; i++)
		have = d->holders[i].process.pid && read_netdevs(ns, (pid_t)d->holders[i].process.pid);
	return have;
}

static int64_t tap_packets(const struct netns *ns, const char *tap)
{
	for (size_t i = 0; i < ns->count; i++)
		if (!strcmp(ns->devs[i].name, tap))
			return (int64_t)ns->devs[i].packets;
	return -1;
}

/* Fill in the name, and the columns of the tap. */
static void join_tap(struct list *l, struct list_row *row, const struct inspect_device *d)
{
	const struct inspect_netdev *tap = inspect_tap(d);
	struct netns *ns;

	row->device = inspect_name(d);
	row->shown_device = d->shown ? d->shown->text : row->device;
	if (!tap)
		return;
	row->netns = tap->netns;
	row->own_netns = tap->netns == l->names.taps.own_netns;
	row->netns_name = d->shown && *d->shown->netns_name ? d->shown->netns_name : NULL;
	ns = tap->netns ? find_netns(l, tap->netns) : NULL;
	if (!ns)
		return;
	if (have_netdevs(l, ns, d))
		row->packets = tap_packets(ns, tap->name);
}

/* Add the queue's worker, which several queues may share. A worker without a visible pid still has CPU time. */
static void add_worker(struct list_row *row, const struct inspect_device *d, const struct inspect_queue *q)
{
	struct list_worker *w;

	if (!q->worker && !q->worker_ns)
		return;
	for (size_t i = 0; i < row->worker_count; i++)
		if (row->workers[i].tid == q->worker) {
			if (row->workers[i].ns < q->worker_ns)
				row->workers[i].ns = q->worker_ns;
			return;
		}
	w = &row->workers[row->worker_count++];
	*w = (struct list_worker){ .tid = q->worker, .ns = q->worker_ns, .placement = placement_of(d, q->worker) };
	memcpy(w->name, q->worker_name, sizeof(q->worker_name));
}

static void add_release_worker(struct list_row *row, const struct inspect_release *r)
{
	struct list_worker *w = &row->workers[row->worker_count++];

	*w = (struct list_worker){ .tid = r->worker, .ns = r->worker_ns };
	memcpy(w->name, r->worker_name, sizeof(r->worker_name));
}

static int add_device(struct list *l, const struct inspect_device *d)
{
	struct list_row row = { .kind = inspect_kind_name(d->kind), .packets = -1, .source = d };
	const struct inspect_holder who = inspect_who(d);

	row.fd = who.fd;
	row.pid = who.process.pid;
	row.tid = who.tid;
	memcpy(row.command, who.process.name, sizeof(who.process.name));
	row.workers = calloc(d->queue_count ? d->queue_count : 1, sizeof(*row.workers));
	if (!row.workers)
		return -ENOMEM;
	for (size_t i = 0; i < d->queue_count; i++)
		add_worker(&row, d, &d->queues[i]);
	if (d->release.worker)
		add_release_worker(&row, &d->release);
	join_tap(l, &row, d);
	return add_row(l, &row);
}

static void print_json(struct out *o, const void *row)
{
	list_json(o, row);
}

static int print_rows(struct list *l, const struct column_options *opts)
{
	static const struct table table = { .view = list_columns, .all = list_columns, .print_json = print_json };

	for (size_t i = 0; i < l->count; i++)
		list_complete(&l->rows[i]);
	return table_print(&table, &l->out, l->rows, sizeof(*l->rows), l->count, opts);
}

static int list_bpf(struct list *l, struct inspect *ins, const struct column_options *opts)
{
	struct inspect_host host;
	int err = inspect_look(ins, &host);

	if (err)
		return err;
	tap_names_set(&l->names, &host, &l->target);
	for (size_t i = 0; !err && i < host.count; i++)
		if (inspect_target_matches(&l->target, &host.devices[i]))
			err = add_device(l, &host.devices[i]);
	if (!err)
		err = print_rows(l, opts);
	inspect_free(&host);
	return err;
}

static int list_what_there_is(struct list *l, const struct column_options *opts)
{
	char why[INSPECT_WHY_MAX];
	struct notice notice;
	struct inspect *ins;
	size_t hidden;
	int err;

	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, "list", SESSION_DOING);
	err = inspect_open(&ins, INSPECT_RELEASES | INSPECT_WORKERS, why, sizeof(why));
	notice_end(&notice);
	if (!err) {
		err = list_bpf(l, ins, opts);
		inspect_close(ins);
		return err;
	}
	l->partial = true;
	err = list_proc(&l->target, add_row, l, &hidden);
	if (!err)
		err = print_rows(l, opts);
	if (err)
		return err;
	if (hidden)
		fail("list", "this is only what /proc tells, and the descriptors of %zu processes cannot be read: %s",
		     hidden, why);
	else
		fail("list", "this is only what /proc tells: %s", why);
	return 0;
}

static void release(struct list *l)
{
	for (size_t i = 0; i < l->count; i++)
		list_row_free(&l->rows[i]);
	free(l->rows);
	release_netns(l);
	tap_names_free(&l->names);
}

static int run_list(const struct cli *cli, const void *opts)
{
	const struct list_opts *o = opts;
	struct list l = { .target = { .pid = (uint32_t)o->queue.pid, .fd = -1, .taps = o->queue.filter.taps } };
	int err, status;

	if (o->driver && o->queue.pid) {
		fail("list", "--pid is the owner of a vhost device, and has no meaning with --driver");
		return STATUS_USAGE;
	}
	if (o->driver)
		return list_driver(cli, &o->queue.filter.taps, &o->columns);
	out_init(&l.out, stdout, cli->json, cli->pretty, cli->color);
	status = fail_column_options("list", &l.out, list_columns, &o->columns);
	if (status)
		return status;
	if (columns_wants_help(&o->columns)) {
		columns_help(stdout, list_columns);
		return STATUS_OK;
	}
	tap_names_init(&l.names);
	err = list_what_there_is(&l, &o->columns);
	if (err) {
		fail("list", "looking for devices: %s", error_text(err));
		status = STATUS_REFUSED;
	} else if (!l.count && !cli->json && !o->columns.no_header) {
		fprintf(l.out.file, "no %svhost device is %s\n", l.target.pid || l.target.taps.count ? "such " : "",
			l.partial ? "visible" : "open");
	}
	release(&l);
	return status ? status : fail_output("list", &l.out, NULL, out_flush(&l.out));
}

static const struct opt_group groups[] = { { "Options", list_opts }, { 0 } };

const struct command cmd_list = {
	.name = "list",
	.summary = "list the vhost devices of this host, whoever owns them",
	.opts = groups,
	.opts_size = sizeof(struct list_opts),
	.defaults = &list_defaults,
	.run = run_list,
};
