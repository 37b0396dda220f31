// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/command.h"
#include "base/error-text.h"
#include "base/fail.h"
#include "base/notice.h"
#include "list-row.h"
#include "probe/queue-options.h"
#include "probe/session.h"
#include "tap-names.h"

#define PROC "/proc"

struct list_opts {
	struct queue_options queue;
};

static const struct list_opts list_defaults;

static const struct opt list_opts[] = {
	{ "pid", 'p', OPT_UINT, offsetof(struct list_opts, queue.pid), "PID",
	  "only devices that this process owns or holds", .min = 1, .max = INT32_MAX },
	DEV_OPTION,
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
 * @printed: lines printed
 * @partial: the devices come from /proc, which may not show all
 */
struct list {
	struct out out;
	struct inspect_target target;
	struct tap_names names;
	struct netns **netns;
	size_t netns_count, netns_room;
	size_t printed;
	bool partial;
};

static void print_row(struct list *l, const struct list_row *row)
{
	if (!l->printed++)
		list_header(&l->out);
	list_print(&l->out, row);
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

static uint64_t tap_packets(const struct netns *ns, const char *tap)
{
	for (size_t i = 0; i < ns->count; i++)
		if (!strcmp(ns->devs[i].name, tap))
			return ns->devs[i].packets;
	return LIST_UNKNOWN;
}

/* Fill in the columns of the tap. */
static void join_tap(struct list *l, struct list_row *row, const struct inspect_device *d)
{
	const struct inspect_netdev *tap = inspect_tap(d);
	struct netns *ns;

	if (!tap)
		return;
	row->device = tap->name;
	row->shown_device = d->shown ? d->shown->text : tap->name;
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
static void add_worker(struct list_row *row, const struct inspect_queue *q)
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
	*w = (struct list_worker){ .tid = q->worker, .ns = q->worker_ns };
	memcpy(w->name, q->worker_name, sizeof(q->worker_name));
}

static void add_release_worker(struct list_row *row, const struct inspect_release *r)
{
	struct list_worker *w = &row->workers[row->worker_count++];

	*w = (struct list_worker){ .tid = r->worker, .ns = r->worker_ns };
	memcpy(w->name, r->worker_name, sizeof(r->worker_name));
}

/* Print a device that the iterator found. */
static int print_device(struct list *l, const struct inspect_device *d)
{
	struct list_row row = { .fd = -1, .kind = inspect_kind_name(d->kind), .packets = LIST_UNKNOWN, .source = d };
	const struct inspect_holder who = inspect_who(d);

	row.fd = who.fd;
	row.pid = who.process.pid;
	row.tid = who.tid;
	row.command = who.process.name;
	row.workers = calloc(d->queue_count ? d->queue_count : 1, sizeof(*row.workers));
	if (!row.workers)
		return -ENOMEM;
	for (size_t i = 0; i < d->queue_count; i++)
		add_worker(&row, &d->queues[i]);
	if (d->release.worker)
		add_release_worker(&row, &d->release);
	join_tap(l, &row, d);
	print_row(l, &row);
	free(row.workers);
	return 0;
}

static int list_bpf(struct list *l, struct inspect *ins)
{
	struct inspect_host host;
	int err = inspect_look(ins, &host);

	if (err)
		return err;
	tap_names_set(&l->names, &host, &l->target);
	for (size_t i = 0; !err && i < host.count; i++)
		if (inspect_target_matches(&l->target, &host.devices[i]))
			err = print_device(l, &host.devices[i]);
	inspect_free(&host);
	return err;
}

/**
 * struct known - cache: the taps of the last process, which may have several devices
 */
struct known {
	pid_t pid;
	char (*taps)[SCAN_NAME_LEN];
	size_t tap_count;
};

static void know(struct known *k, pid_t pid)
{
	if (k->pid == pid)
		return;
	free(k->taps);
	k->pid = pid;
	/* Where they cannot be read, there are none. */
	scan_taps(PROC, pid, &k->taps, &k->tap_count);
}

static bool is_wanted(const struct list *l, const struct scan_device *d, const struct known *k)
{
	if (l->target.pid && (uint32_t)d->pid != l->target.pid)
		return false;
	/* /proc does not tell in which namespaces they are. */
	for (size_t i = 0; i < k->tap_count; i++)
		if (device_choice_matches(&l->target.taps, 0, k->taps[i]))
			return true;
	return device_choice_matches(&l->target.taps, 0, NULL);
}

/* A worker that /proc shows was found by its name. */
static struct list_worker list_worker(const struct scan_worker *from)
{
	struct list_worker w = { .tid = (uint32_t)from->tid, .ns = from->ns };

	snprintf(w.name, sizeof(w.name), "vhost-%d", from->owner);
	return w;
}

static int print_descriptor(struct list *l, const struct scan_device *d, struct known *k,
			    const struct scan_worker *workers, size_t count)
{
	const uint32_t pid = (uint32_t)d->pid;
	struct list_row row = { .pid = pid, .tid = pid, .command = d->comm, .fd = d->fd, .kind = d->kind,
				.packets = LIST_UNKNOWN, .taps = k->taps, .tap_count = k->tap_count };
	char several[24];

	row.workers = calloc(count ? count : 1, sizeof(*row.workers));
	if (!row.workers)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (workers[i].pid == d->pid)
			row.workers[row.worker_count++] = list_worker(&workers[i]);
	snprintf(several, sizeof(several), "%zu taps", k->tap_count);
	if (k->tap_count == 1)
		row.device = row.shown_device = k->taps[0];
	else if (k->tap_count > 1)
		row.shown_device = several;
	print_row(l, &row);
	free(row.workers);
	return 0;
}

/* Without BPF: list the devices that /proc shows. */
static int list_proc(struct list *l, size_t *hidden)
{
	struct scan_worker *workers = NULL;
	struct known known = { 0 };
	struct scan_devices all;
	size_t count = 0;
	int err = scan_devices(PROC, &all);

	if (err)
		return err;
	if (all.count)
		err = scan_workers(PROC, &all, &workers, &count);
	for (size_t i = 0; !err && i < all.count; i++) {
		know(&known, all.devices[i].pid);
		if (is_wanted(l, &all.devices[i], &known))
			err = print_descriptor(l, &all.devices[i], &known, workers, count);
	}
	*hidden = all.hidden;
	free(known.taps);
	free(workers);
	free(all.devices);
	return err;
}

static int list_what_there_is(struct list *l)
{
	char why[INSPECT_WHY_MAX];
	struct notice notice;
	struct inspect *ins;
	size_t hidden;
	int err;

	notice_begin(&notice, STDERR_FILENO, NOTICE_AFTER_MS, "list", SESSION_DOING);
	err = inspect_open(&ins, INSPECT_RELEASES, why, sizeof(why));
	notice_end(&notice);
	if (!err) {
		err = list_bpf(l, ins);
		inspect_close(ins);
		return err;
	}
	l->partial = true;
	err = list_proc(l, &hidden);
	if (err)
		return err;
	if (hidden)
		fail("list", "this is only what /proc tells, and the descriptors of %zu processes cannot be read: %s",
		     hidden, why);
	else
		fail("list", "this is only what /proc tells: %s", why);
	return 0;
}

static int run_list(const struct cli *cli, const void *opts)
{
	const struct list_opts *o = opts;
	struct list l = { .target = { .pid = (uint32_t)o->queue.pid, .fd = -1, .taps = o->queue.filter.taps } };
	int err;

	out_init(&l.out, stdout, cli->json, cli->pretty, cli->color);
	tap_names_init(&l.names);
	err = list_what_there_is(&l);
	release_netns(&l);
	if (err) {
		fail("list", "looking for devices: %s", error_text(err));
		return STATUS_REFUSED;
	}
	if (!l.printed && !cli->json)
		fprintf(l.out.file, "no %svhost device is %s\n", l.target.pid || l.target.taps.count ? "such " : "",
			l.partial ? "visible" : "open");
	return fail_output("list", &l.out, NULL, out_flush(&l.out));
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
