// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void process_path(char path[PATH_MAX], const char *proc, pid_t pid, const char *file)
{
	if (pid)
		snprintf(path, PATH_MAX, "%s/%d/%s", proc, pid, file);
	else
		snprintf(path, PATH_MAX, "%s/self/%s", proc, file);
}

int scan_netns(const char *proc, pid_t pid, uint64_t *inode)
{
	char path[PATH_MAX];
	struct stat st;

	process_path(path, proc, pid, "ns/net");
	if (stat(path, &st))
		return -errno;
	*inode = st.st_ino;
	return 0;
}

/* "  name: bytes packets errs drop fifo frame compressed multicast bytes packets ...": received first, then sent. */
static int parse_line(char *line, struct scan_netdev *dev)
{
	char *colon = strrchr(line, ':');
	uint64_t received, sent;

	if (!colon)
		return -EINVAL;
	*colon = 0;
	line += strspn(line, " ");
	if (strlen(line) >= sizeof(dev->name) ||
	    sscanf(colon + 1, "%*u %" SCNu64 " %*u %*u %*u %*u %*u %*u %*u %" SCNu64, &received, &sent) != 2)
		return -EINVAL;
	strcpy(dev->name, line);
	dev->packets = received + sent;
	return 0;
}

static int read_netdevs(FILE *f, struct scan_netdev **devs, size_t *count)
{
	struct scan_netdev one;
	size_t room = 0;
	char line[512];

	while (fgets(line, sizeof(line), f)) {
		if (parse_line(line, &one))
			continue;	/* the heads */
		if (*count == room) {
			void *more = realloc(*devs, (room = room ? room * 2 : 16) * sizeof(**devs));

			if (!more)
				return -ENOMEM;
			*devs = more;
		}
		(*devs)[(*count)++] = one;
	}
	return 0;
}

int scan_netdevs(const char *proc, pid_t pid, struct scan_netdev **devs, size_t *count)
{
	char path[PATH_MAX];
	FILE *f;
	int err;

	*devs = NULL;
	*count = 0;
	process_path(path, proc, pid, "net/dev");
	f = fopen(path, "re");
	if (!f)
		return -errno;
	err = read_netdevs(f, devs, count);
	fclose(f);
	if (err) {
		free(*devs);
		*devs = NULL;
		*count = 0;
	}
	return err;
}
