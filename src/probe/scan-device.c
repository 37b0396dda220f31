// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fdinfo.h"

#define PREFIX "vhost-"

static int append(struct scan_devices *all, struct scan_device one)
{
	struct scan_device *more = realloc(all->devices, (all->count + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	all->devices = more;
	more[all->count++] = one;
	return 0;
}

static int scan_process(const char *proc, pid_t pid, const struct misc_devices *misc, struct scan_devices *all)
{
	struct scan_device one = { .pid = pid };
	char dir[PATH_MAX];
	struct dirent *e;
	int err = 0;
	DIR *d;

	snprintf(dir, sizeof(dir), "%s/%d/fd", proc, pid);
	d = opendir(dir);
	if (!d) {
		/* With any other error the process has ended. */
		all->hidden += errno == EACCES || errno == EPERM;
		return 0;
	}
	while (!err && (e = readdir(d))) {
		const char *name;

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		name = misc_device_name(misc, dirfd(d), e->d_name);
		if (!name || strncmp(name, PREFIX, strlen(PREFIX)))
			continue;
		one.fd = atoi(e->d_name);
		snprintf(one.kind, sizeof(one.kind), "%s", name + strlen(PREFIX));
		if (!one.comm[0])
			scan_comm(proc, pid, one.comm);
		err = append(all, one);
	}
	closedir(d);
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct scan_device *x = a, *y = b;

	return x->pid != y->pid ? (x->pid > y->pid) - (x->pid < y->pid) : (x->fd > y->fd) - (x->fd < y->fd);
}

static int scan_processes(const char *proc, const struct misc_devices *misc, struct scan_devices *all)
{
	struct dirent *e;
	int err = 0;
	DIR *d = opendir(proc);

	if (!d)
		return -errno;
	while (!err && (e = readdir(d)))
		if (isdigit((unsigned char)e->d_name[0]))
			err = scan_process(proc, atoi(e->d_name), misc, all);
	closedir(d);
	if (all->count)
		qsort(all->devices, all->count, sizeof(*all->devices), compare);
	return err;
}

int scan_devices(const char *proc, struct scan_devices *all)
{
	struct misc_devices misc;
	int err = misc_devices_read(&misc, proc);

	*all = (struct scan_devices){ 0 };
	if (!err && misc.count)
		err = scan_processes(proc, &misc, all);
	if (err) {
		free(all->devices);
		*all = (struct scan_devices){ 0 };
	}
	return err;
}
