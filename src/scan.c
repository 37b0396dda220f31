// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
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

static int cpu_ns(const char *dir, const char *tid, uint64_t *ns)
{
	char path[PATH_MAX];
	FILE *f;
	int n;

	snprintf(path, sizeof(path), "%s/%s/schedstat", dir, tid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	n = fscanf(f, "%" SCNu64, ns);
	fclose(f);
	return n == 1 ? 0 : -EPROTO;
}

/* The sum over all entries of @dir that are a thread called @comm. */
static int sum_comm(const char *dir, const char *comm, uint64_t *sum)
{
	struct dirent *e;
	int r = -ENOENT;
	DIR *d = opendir(dir);

	if (!d)
		return -errno;
	*sum = 0;
	while ((e = readdir(d))) {
		uint64_t ns;

		if (!isdigit((unsigned char)e->d_name[0]) || !has_comm(dir, e->d_name, comm))
			continue;
		r = cpu_ns(dir, e->d_name, &ns);
		if (r)
			break;
		*sum += ns;
	}
	closedir(d);
	return r;
}

int scan_workers_cpu_ns(const char *proc, pid_t owner, uint64_t *ns)
{
	char dir[PATH_MAX], comm[16];
	int r;

	snprintf(comm, sizeof(comm), "vhost-%d", owner);
	snprintf(dir, sizeof(dir), "%s/%d/task", proc, owner);
	r = sum_comm(dir, comm, ns);
	return r == -ENOENT ? sum_comm(proc, comm, ns) : r;
}
