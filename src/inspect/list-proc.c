// SPDX-License-Identifier: GPL-2.0-or-later
#include "list-proc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/device-choice.h"

#define PROC "/proc"

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

static bool is_wanted(const struct inspect_target *target, const struct scan_device *d, const struct known *k)
{
	if (target->pid && (uint32_t)d->pid != target->pid)
		return false;
	/* /proc does not tell in which namespaces they are. */
	for (size_t i = 0; i < k->tap_count; i++)
		if (device_choice_matches(&target->taps, 0, k->taps[i]))
			return true;
	return device_choice_matches(&target->taps, 0, NULL);
}

/* A worker that /proc shows was found by its name. */
static struct list_worker list_worker(const struct scan_worker *from)
{
	struct list_worker w = { .tid = (uint32_t)from->tid, .ns = from->ns };

	snprintf(w.name, sizeof(w.name), "vhost-%d", from->owner);
	return w;
}

static int fill_workers(struct list_row *row, pid_t pid, const struct scan_worker *workers, size_t count)
{
	row->workers = calloc(count ? count : 1, sizeof(*row->workers));
	if (!row->workers)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (workers[i].pid == pid)
			row->workers[row->worker_count++] = list_worker(&workers[i]);
	return 0;
}

static int fill_taps(struct list_row *row, const struct known *k)
{
	row->taps = calloc(k->tap_count ? k->tap_count : 1, sizeof(*row->taps));
	if (!row->taps)
		return -ENOMEM;
	row->tap_count = k->tap_count;
	if (k->tap_count)
		memcpy(row->taps, k->taps, k->tap_count * sizeof(*row->taps));
	if (k->tap_count == 1)
		row->device = row->shown_device = row->taps[0];
	return 0;
}

/* Scan's kinds are names in a device's own struct: the same words live for ever. */
static const char *lasting_kind(const char *kind)
{
	for (int i = 0; i < INSPECT_KINDS; i++)
		if (!strcmp(inspect_kind_name((enum inspect_kind)i), kind))
			return inspect_kind_name((enum inspect_kind)i);
	return "?";
}

static int add_descriptor(const struct scan_device *d, const struct known *k, const struct scan_worker *workers,
			  size_t count, list_row_fn *fn, void *arg)
{
	struct list_row row = {
		.pid = (uint32_t)d->pid, .tid = (uint32_t)d->pid, .fd = d->fd, .kind = lasting_kind(d->kind),
		.packets = -1,
	};
	int err = fill_workers(&row, d->pid, workers, count);

	memcpy(row.command, d->comm, sizeof(row.command));
	if (!err)
		err = fill_taps(&row, k);
	if (!err)
		return fn(arg, &row);
	list_row_free(&row);
	return err;
}

int list_proc(const struct inspect_target *target, list_row_fn *fn, void *arg, size_t *hidden)
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
		if (is_wanted(target, &all.devices[i], &known))
			err = add_descriptor(&all.devices[i], &known, workers, count, fn, arg);
	}
	*hidden = all.hidden;
	free(known.taps);
	free(workers);
	free(all.devices);
	return err;
}
