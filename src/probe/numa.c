// SPDX-License-Identifier: GPL-2.0-or-later
#include "numa.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cpu-list.h"

/* Room for a list of 1,024 CPUs, every other one. */
#define LIST_LEN 4096

#define PATH_LEN 128

static int read_cpus(uint64_t *cpus, const char *path)
{
	char list[LIST_LEN] = "";
	FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	if (!fgets(list, sizeof(list), f))
		*list = 0;
	fclose(f);
	return cpu_list_parse(list, cpus, NUMA_CPUS_MAX / 64);
}

static void read_possible(struct numa *n, const char *dir)
{
	char path[PATH_LEN];

	snprintf(path, sizeof(path), "%s/cpu/possible", dir);
	/* That of a machine with more CPUs has all those that fit. */
	if (read_cpus(n->possible, path))
		memset(n->possible, 0xff, sizeof(n->possible));
}

int numa_read(struct numa *n, const char *dir)
{
	char path[PATH_LEN];
	struct dirent *e;
	size_t room = 0;
	int err = 0;
	DIR *d;

	*n = (struct numa){ 0 };
	read_possible(n, dir);
	snprintf(path, sizeof(path), "%s/node", dir);
	d = opendir(path);
	if (!d)
		return -errno;
	while (!err && (e = readdir(d))) {
		struct numa_node node, *more;

		if (sscanf(e->d_name, "node%d", &node.number) != 1)
			continue;
		snprintf(path, sizeof(path), "%s/node/node%d/cpulist", dir, node.number);
		err = read_cpus(node.cpus, path);
		more = err ? NULL : array_grow(n->nodes, &room, n->count + 1, sizeof(*more));
		if (!err && !more)
			err = -ENOMEM;
		if (!err) {
			n->nodes = more;
			n->nodes[n->count++] = node;
		}
	}
	closedir(d);
	return err;
}

int numa_node_of(const struct numa *n, unsigned int cpu)
{
	for (size_t i = 0; cpu < NUMA_CPUS_MAX && i < n->count; i++)
		if (n->nodes[i].cpus[cpu / 64] >> cpu % 64 & 1)
			return n->nodes[i].number;
	return -1;
}

void numa_free(struct numa *n)
{
	free(n->nodes);
	*n = (struct numa){ 0 };
}
