// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define PREFIX "vhost-"

/* There are fewer kinds of vhost devices. */
#define KINDS_MAX 8

/**
 * struct kinds - the character devices that are vhost's
 * @major: of misc devices; 0: the kernel has none
 * @minors: one for each kind
 * @names: net, vsock and so on
 * @count: how many
 */
struct kinds {
	unsigned int major;
	unsigned int minors[KINDS_MAX];
	char names[KINDS_MAX][SCAN_KIND_LEN];
	size_t count;
};

/* Call @fn for each line of a number and a name, as in /proc/devices and /proc/misc. */
static int read_numbers(const char *proc, const char *file, void (*fn)(struct kinds *, unsigned int, const char *),
			struct kinds *kinds)
{
	char path[PATH_MAX], line[128], name[64];
	unsigned int number;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", proc, file);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %63s", &number, name) == 2)
			fn(kinds, number, name);
	fclose(f);
	return 0;
}

static void on_major(struct kinds *kinds, unsigned int number, const char *name)
{
	/* The block devices at the end of the file do not matter: none is called misc. */
	if (!strcmp(name, "misc"))
		kinds->major = number;
}

static void on_minor(struct kinds *kinds, unsigned int number, const char *name)
{
	if (strncmp(name, PREFIX, strlen(PREFIX)) || kinds->count == KINDS_MAX)
		return;
	kinds->minors[kinds->count] = number;
	snprintf(kinds->names[kinds->count], SCAN_KIND_LEN, "%.*s", SCAN_KIND_LEN - 1, name + strlen(PREFIX));
	kinds->count++;
}

static const char *kind_of(const struct kinds *kinds, const struct stat *st)
{
	if (!S_ISCHR(st->st_mode) || major(st->st_rdev) != kinds->major)
		return NULL;
	for (size_t i = 0; i < kinds->count; i++)
		if (minor(st->st_rdev) == kinds->minors[i])
			return kinds->names[i];
	return NULL;
}

static int append(struct scan_devices *all, struct scan_device one)
{
	struct scan_device *more = realloc(all->devices, (all->count + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	all->devices = more;
	more[all->count++] = one;
	return 0;
}

static int scan_process(const char *proc, pid_t pid, const struct kinds *kinds, struct scan_devices *all)
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
		const char *kind;
		struct stat st;

		if (!isdigit((unsigned char)e->d_name[0]) || fstatat(dirfd(d), e->d_name, &st, 0))
			continue;
		kind = kind_of(kinds, &st);
		if (!kind)
			continue;
		one.fd = atoi(e->d_name);
		strcpy(one.kind, kind);
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

static int scan_processes(const char *proc, const struct kinds *kinds, struct scan_devices *all)
{
	struct dirent *e;
	int err = 0;
	DIR *d = opendir(proc);

	if (!d)
		return -errno;
	while (!err && (e = readdir(d)))
		if (isdigit((unsigned char)e->d_name[0]))
			err = scan_process(proc, atoi(e->d_name), kinds, all);
	closedir(d);
	if (all->count)
		qsort(all->devices, all->count, sizeof(*all->devices), compare);
	return err;
}

int scan_devices(const char *proc, struct scan_devices *all)
{
	struct kinds kinds = { 0 };
	int err;

	*all = (struct scan_devices){ 0 };
	err = read_numbers(proc, "devices", on_major, &kinds);
	if (!err)
		err = read_numbers(proc, "misc", on_minor, &kinds);
	if (!err && kinds.major && kinds.count)
		err = scan_processes(proc, &kinds, all);
	if (err) {
		free(all->devices);
		*all = (struct scan_devices){ 0 };
	}
	return err;
}

static bool is_among(char (*names)[SCAN_NAME_LEN], size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The name in a descriptor's fdinfo; empty if it is no tap, or has been closed. */
static void read_iff(const char *proc, pid_t pid, int fd, char name[SCAN_NAME_LEN])
{
	char path[PATH_MAX], line[128];
	FILE *f;

	name[0] = 0;
	snprintf(path, sizeof(path), "%s/%d/fdinfo/%d", proc, pid, fd);
	f = fopen(path, "re");
	if (!f)
		return;
	while (!name[0] && fgets(line, sizeof(line), f))
		if (sscanf(line, "iff: %15s", name) != 1)
			name[0] = 0;
	fclose(f);
}

static int append_name(char (**names)[SCAN_NAME_LEN], size_t *count, const char *name)
{
	void *more = realloc(*names, (*count + 1) * sizeof(**names));

	if (!more)
		return -ENOMEM;
	*names = more;
	strcpy((*names)[(*count)++], name);
	return 0;
}

int scan_taps(const char *proc, pid_t pid, char (**names)[SCAN_NAME_LEN], size_t *count)
{
	char dir[PATH_MAX], name[SCAN_NAME_LEN];
	struct dirent *e;
	int err = 0;
	DIR *d;

	*names = NULL;
	*count = 0;
	snprintf(dir, sizeof(dir), "%s/%d/fdinfo", proc, pid);
	d = opendir(dir);
	if (!d)
		return -errno;
	while (!err && (e = readdir(d))) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		read_iff(proc, pid, atoi(e->d_name), name);
		if (name[0] && !is_among(*names, *count, name))
			err = append_name(names, count, name);
	}
	closedir(d);
	if (err) {
		free(*names);
		*names = NULL;
		*count = 0;
	}
	if (*count)
		qsort(*names, *count, sizeof(**names), compare_names);
	return err;
}
