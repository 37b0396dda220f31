// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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

static int append(struct scan_eventfd **fds, size_t *count, struct scan_eventfd one)
{
	struct scan_eventfd *more = realloc(*fds, (*count + 1) * sizeof(**fds));

	if (!more)
		return -ENOMEM;
	*fds = more;
	more[(*count)++] = one;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct scan_eventfd *x = a, *y = b;

	return (x->fd > y->fd) - (x->fd < y->fd);
}

int scan_eventfds(const char *proc, pid_t pid, struct scan_eventfd **fds, size_t *count)
{
	DIR *open_fds, *fdinfo;
	struct dirent *e;
	int err;

	*fds = NULL;
	*count = 0;
	err = fdinfo_open_dirs(proc, pid, &open_fds, &fdinfo);
	if (err)
		return err;
	while (!err && (e = readdir(open_fds))) {
		int32_t id = eventfd_id(dirfd(open_fds), dirfd(fdinfo), e->d_name);

		if (id >= 0)
			err = append(fds, count, (struct scan_eventfd){ .fd = atoi(e->d_name), .id = id });
	}
	closedir(open_fds);
	closedir(fdinfo);
	if (err) {
		free(*fds);
		*fds = NULL;
		*count = 0;
	} else if (*count) {
		qsort(*fds, *count, sizeof(**fds), compare);
	}
	return err;
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

int scan_held(struct scan_held *h, const char *proc, pid_t pid)
{
	if (h->pid != pid) {
		scan_held_free(h);
		h->pid = pid;
		h->err = scan_eventfds(proc, pid, &h->fds, &h->count);
	}
	return h->err;
}

void scan_held_free(struct scan_held *h)
{
	free(h->fds);
	*h = (struct scan_held){ 0 };
}

int scan_find_eventfd(const struct scan_eventfd *fds, size_t count, int32_t id)
{
	for (size_t i = 0; i < count; i++)
		if (id >= 0 && fds[i].id == id)
			return fds[i].fd;
	return -1;
}
