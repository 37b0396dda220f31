// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where workers run: the paths of cgroups from the kernel's names, the CPUs and NUMA nodes of a machine that a
 * directory describes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "inspect/inspect.h"
#include "probe/numa.h"
#include "tap-out.h"

static void is(const char *got, const char *wanted, const char *what)
{
	if (!ok(wanted ? got && !strcmp(got, wanted) : !got, "%s: %s", what, wanted ? wanted : "none"))
		diag("got '%s'", got ? got : "(null)");
}

/* @len: of the names, which the record fills up with 0 */
static void test_path(const char *what, const char *names, size_t len, bool whole, int level, const char *path,
		      const char *limit)
{
	struct inspect_worker w = {
		.tid = 7, .flags = whole ? INSPECT_WORKER_CGROUP : 0, .cgroup_len = (uint32_t)((len + 7) & ~7U),
		.limit_level = level, .quota = level >= 0,
	};
	struct inspect_device d = { 0 };
	char room[INSPECT_CGROUP_MAX] = "";
	const struct placement *p;

	memcpy(room, names, len);
	ok(!placement_add(&d, &w, room) && !placement_add(&d, &w, room) && d.placement_count == 1,
	   "%s: added once", what);
	p = placement_of(&d, 7);
	is(p ? p->cgroup : NULL, path, what);
	is(p ? p->limit_cgroup : NULL, limit, what);
	ok(!placement_of(&d, 8), "%s: no other worker", what);
	placement_free(&d);
}

#define NAMES(text) text, sizeof(text)

static void test_paths(void)
{
	test_path("the root", "", 0, true, -1, "/", NULL);
	test_path("the root's limit", "", 0, true, 0, "/", "/");
	test_path("one below", NAMES("vm.scope"), true, 1, "/vm.scope", "/vm.scope");
	test_path("three below", NAMES("c\0b\0a"), true, 2, "/a/b/c", "/a/b");
	test_path("a limit further down than the names", NAMES("b\0a"), true, 3, "/a/b", NULL);
	test_path("no limit", NAMES("b\0a"), true, -1, "/a/b", NULL);
	test_path("too deep", NAMES("d\0c"), false, 1, ".../c/d", NULL);
	test_path("nothing could be read", "", 0, false, -1, NULL, NULL);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

static void make_dir(const char *dir, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	mkdir(path, 0700);
}

static void test_machine(void)
{
	struct inspect_worker w = { .tid = 1, .cpu = 5, .cpus = { 0xff } };
	struct inspect_device d = { 0 };
	char dir[] = "/tmp/test-placement.XXXXXX", cpus[PLACEMENT_CPUS], command[64];
	struct numa n;

	if (!ok(mkdtemp(dir), "a directory"))
		return;
	ok(numa_read(&n, dir) == -ENOENT && numa_node_of(&n, 0) == -1, "no NUMA: no node");
	ok(n.possible[0] == UINT64_MAX, "no list of CPUs: all are possible");
	numa_free(&n);
	make_dir(dir, "cpu");
	make_dir(dir, "node");
	make_dir(dir, "node/node0");
	make_dir(dir, "node/node3");
	write_file(dir, "cpu/possible", "0-5\n");
	write_file(dir, "node/node0/cpulist", "0-1,4\n");
	write_file(dir, "node/node3/cpulist", "2-3,5\n");
	write_file(dir, "node/possible", "0-3\n");
	ok(!numa_read(&n, dir) && n.count == 2, "two nodes");
	ok(!numa_node_of(&n, 4) && numa_node_of(&n, 3) == 3 && numa_node_of(&n, 6) == -1 &&
	   numa_node_of(&n, NUMA_CPUS_MAX) == -1, "nodes of CPUs");
	ok(!placement_add(&d, &w, ""), "a worker");
	placement_complete(&d, &n);
	ok(d.placements[0].node == 3, "its node");
	is(placement_cpus(&d.placements[0], cpus, sizeof(cpus)), "0-5", "CPUs that there cannot be are left out");
	placement_free(&d);
	numa_free(&n);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ok(!system(command), "removed");
}

int main(void)
{
	test_paths();
	test_machine();
	return tap_done();
}
