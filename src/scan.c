// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_comm(const char *dir, const char *tid, const char *comm)
{
	char path[PATH_MAX], line[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/comm", dir, tid);
	f = fopen(path, "re");
	if (!f)
		return false;	/* gone meanwhile */
	if (!fgets(line, sizeof(line), f))
		line[0] = 0;
	fclose(f);
	line[strcspn(line, "\n")] = 0;
	return !strcmp(line, comm);
}

/* The number of the first entry of @dir that is a thread called @comm. */
static pid_t find_comm(const char *dir, const char *comm)
{
	pid_t found = -ENOENT;
	struct dirent *e;
	DIR *d = opendir(dir);

	if (!d)
		return -errno;
	while (found < 0 && (e = readdir(d)))
		if (isdigit((unsigned char)e->d_name[0]) && has_comm(dir, e->d_name, comm))
			found = (pid_t)atoi(e->d_name);
	closedir(d);
	return found;
}

pid_t scan_worker(const char *proc, pid_t owner)
{
	char dir[PATH_MAX], comm[16];
	pid_t tid;

	snprintf(comm, sizeof(comm), "vhost-%d", owner);
	snprintf(dir, sizeof(dir), "%s/%d/task", proc, owner);
	tid = find_comm(dir, comm);
	return tid > 0 ? tid : find_comm(proc, comm);
}

int scan_cpu_ns(const char *proc, pid_t tid, uint64_t *ns)
{
	char path[PATH_MAX];
	FILE *f;
	int n;

	snprintf(path, sizeof(path), "%s/%d/schedstat", proc, tid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	n = fscanf(f, "%" SCNu64, ns);
	fclose(f);
	return n == 1 ? 0 : -EPROTO;
}
