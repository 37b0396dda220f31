// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Return: the eventfd's number; -1 if the descriptor is no eventfd, or has been closed. */
static int32_t eventfd_id(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[128];
	int32_t id = -1;

	if (!f) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (id < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "eventfd-id: %" SCNd32, &id) != 1)
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
	char dir[PATH_MAX];
	struct dirent *e;
	int err = 0;
	DIR *d;

	*fds = NULL;
	*count = 0;
	snprintf(dir, sizeof(dir), "%s/%d/fdinfo", proc, pid);
	d = opendir(dir);
	if (!d)
		return -errno;
	while (!err && (e = readdir(d))) {
		int32_t id = isdigit((unsigned char)e->d_name[0]) ? eventfd_id(dirfd(d), e->d_name) : -1;

		if (id >= 0)
			err = append(fds, count, (struct scan_eventfd){ .fd = atoi(e->d_name), .id = id });
	}
	closedir(d);
	if (err) {
		free(*fds);
		*fds = NULL;
		*count = 0;
	} else if (*count) {
		qsort(*fds, *count, sizeof(**fds), compare);
	}
	return err;
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
