// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fdinfo.h"

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

/* The name in a tap's fdinfo; empty if the descriptor has no tap yet, or has been closed. */
static void read_iff(int fdinfo, const char *fd, char name[SCAN_NAME_LEN])
{
	char line[FDINFO_LINE];
	FILE *f = fdinfo_open(fdinfo, fd, line);

	name[0] = 0;
	if (!f)
		return;
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

/* Walk the descriptors in @fds, /proc/PID/fd, with @fdinfo beside it. */
static int find_taps(const struct misc_devices *misc, DIR *fds, DIR *fdinfo, char (**names)[SCAN_NAME_LEN],
		     size_t *count)
{
	char name[SCAN_NAME_LEN];
	struct dirent *e;
	int err = 0;

	while (!err && (e = readdir(fds))) {
		const char *device = misc_device_name(misc, dirfd(fds), e->d_name);

		if (!device || strcmp(device, "tun"))
			continue;
		read_iff(dirfd(fdinfo), e->d_name, name);
		if (name[0] && !is_among(*names, *count, name))
			err = append_name(names, count, name);
	}
	return err;
}

/*
 * The fdinfo of some files waits for locks that their process may hold for ever, and a descriptor can become another
 * file after its device was looked at. So only a process of our own user is trusted.
 */
static int check_owner(const char *proc, pid_t pid)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%d", proc, pid);
	if (stat(path, &st))
		return -errno;
	return st.st_uid == geteuid() ? 0 : -EPERM;
}

int scan_taps(const char *proc, pid_t pid, char (**names)[SCAN_NAME_LEN], size_t *count)
{
	struct misc_devices misc;
	DIR *fds, *fdinfo;
	int err;

	*names = NULL;
	*count = 0;
	err = check_owner(proc, pid);
	if (!err)
		err = misc_devices_read(&misc, proc);
	if (!err)
		err = fdinfo_open_dirs(proc, pid, &fds, &fdinfo);
	if (err)
		return err;
	err = find_taps(&misc, fds, fdinfo, names, count);
	closedir(fds);
	closedir(fdinfo);
	if (err) {
		free(*names);
		*names = NULL;
		*count = 0;
	}
	if (*count)
		qsort(*names, *count, sizeof(**names), compare_names);
	return err;
}
