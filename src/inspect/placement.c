// SPDX-License-Identifier: GPL-2.0-or-later
#include "placement.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cpu-list.h"
#include "inspect.h"
#include "probe/numa.h"

/* The names of cgroups, the lowest first, each ended by 0. Return: how many; where each begins. */
static size_t split_names(const struct inspect_worker *w, const char *names, const char *starts[INSPECT_CGROUP_MAX])
{
	size_t count = 0;

	for (size_t at = 0; at < w->cgroup_len && names[at]; at += strlen(names + at) + 1)
		starts[count++] = names + at;
	return count;
}

/* The path of the last @count of the names, for free(). @whole: they reach up to the root. */
static char *make_path(const char *const *names, size_t count, bool whole)
{
	char *path = malloc(INSPECT_CGROUP_MAX + sizeof("/.../")), *at = path;

	if (!path)
		return NULL;
	strcpy(path, whole ? "/" : "...");
	at += whole ? 0 : strlen(path);
	while (count--) {
		*at = '/';
		at = stpcpy(at + 1, names[count]);
	}
	return path;
}

/* Make the paths of @p's cgroups. */
static int make_paths(struct placement *p, const char *names)
{
	const struct inspect_worker *w = &p->worker;
	const char *starts[INSPECT_CGROUP_MAX];
	const size_t count = split_names(w, names, starts);
	const bool whole = w->flags & INSPECT_WORKER_CGROUP;

	if (!whole && !count)
		return 0;
	p->cgroup = make_path(starts, count, whole);
	if (!p->cgroup)
		return -ENOMEM;
	if (!whole || !w->quota || w->limit_level < 0 || (size_t)w->limit_level > count)
		return 0;
	p->limit_cgroup = make_path(starts + count - w->limit_level, (size_t)w->limit_level, true);
	return p->limit_cgroup ? 0 : -ENOMEM;
}

static void free_paths(struct placement *p)
{
	free(p->cgroup);
	free(p->limit_cgroup);
}

int placement_add(struct inspect_device *d, const struct inspect_worker *w, const char *names)
{
	struct placement p = { .worker = *w, .node = -1 }, *more;
	int err;

	for (size_t i = 0; i < d->placement_count; i++)
		if (d->placements[i].worker.tid == w->tid && d->placements[i].worker.start == w->start)
			return 0;
	more = array_grow(d->placements, &d->placement_room, d->placement_count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	d->placements = more;
	err = make_paths(&p, names);
	if (err)
		free_paths(&p);
	else
		more[d->placement_count++] = p;
	return err;
}

/* The kernel, too, shows only CPUs that there can be. */
void placement_complete(struct inspect_device *d, const struct numa *numa)
{
	for (size_t i = 0; i < d->placement_count; i++) {
		struct placement *p = &d->placements[i];

		p->node = numa_node_of(numa, p->worker.cpu);
		for (size_t k = 0; k < ARRAY_SIZE(p->worker.cpus); k++)
			p->worker.cpus[k] &= numa->possible[k];
	}
}

_Static_assert(NUMA_CPUS_MAX == INSPECT_CPUS_MAX, "the same sets");

void placement_free(struct inspect_device *d)
{
	for (size_t i = 0; i < d->placement_count; i++)
		free_paths(&d->placements[i]);
	free(d->placements);
}

const struct placement *placement_of(const struct inspect_device *d, uint32_t tid)
{
	for (size_t i = 0; i < d->placement_count; i++)
		if (d->placements[i].worker.tid == tid)
			return &d->placements[i];
	return NULL;
}

const char *placement_cpus(const struct placement *p, char *buf, size_t len)
{
	return cpu_list_text((const uint64_t *)p->worker.cpus, ARRAY_SIZE(p->worker.cpus), buf, len);
}

/* The kernel's policies, of include/uapi/linux/sched.h. */
const char *placement_policy(const struct placement *p)
{
	static const char *const names[] = {
		"SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", NULL, "SCHED_IDLE", "SCHED_DEADLINE",
		"SCHED_EXT",
	};
	const uint32_t policy = p->worker.policy;

	return policy < ARRAY_SIZE(names) && names[policy] ? names[policy] : "unknown";
}
