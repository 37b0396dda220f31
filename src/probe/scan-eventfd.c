// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fdinfo.h"

/* The link of an eventfd. That of a file with a path begins with a slash, so that no file can be called this. */
#define LINK "anon_inode:[eventfd]"

/* Return: the eventfd's number; -1 if the descriptor is no eventfd, or has been closed. */
static int32_t eventfd_id(int fds, int fdinfo, const char *fd)
{
	char link[sizeof(LINK)], line[FDINFO_LINE];
	int32_t id = -1;
	FILE *f;

	if (readlinkat(fds, fd, link, sizeof(link)) != sizeof(LINK) - 1 || memcmp(link, LINK, sizeof(LINK) - 1))
		return -1;
	f = fdinfo_open(fdinfo, fd, line);
	if (!f)
		return -1;
	if (!strncmp(line, "eventfd-count:", 14) && fgets(line, sizeof(line), f) &&
	    sscanf(line, "eventfd-id: %" SCNd32, &id) != 1)
		id = -1;
	fclose(f);
	return id;
}

int32_t scan_eventfd_id(const char *proc, pid_t pid, int fd)
{
	char name[16];
	DIR *fds, *fdinfo;
	int32_t id;

	if (fdinfo_open_dirs(proc, pid, &fds, &fdinfo))
		return -1;
	snprintf(name, sizeof(name), "%d", fd);
	id = eventfd_id(dirfd(fds), dirfd(fdinfo), name);
	closedir(fds);
	closedir(fdinfo);
	return id;
}
