// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/netns-names.h"
#include "tap-out.h"

static char root[] = "/tmp/netns-names-XXXXXX", dir[64];

static void must(bool done)
{
	if (!done)
		abort();
}

/* Make an empty file. Return: its inode number. */
static uint32_t put(const char *name)
{
	char path[128];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	must(fd >= 0 && !fstat(fd, &st) && !close(fd));
	return (uint32_t)st.st_ino;
}

static void make_directory(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	must(!mkdir(path, 0755));
}

static void remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	must(!remove(path));
}

static bool has(struct netns_names *n, uint32_t inode, const char *wanted)
{
	const char *name = netns_name(n, inode);

	return wanted ? name && !strcmp(name, wanted) : !name;
}

static void test_names(uint32_t blue, uint32_t red)
{
	struct netns_names n = { 0 };

	netns_names_read(&n, root, dir);
	ok(has(&n, blue, "blue") && has(&n, red, "red"), "both names");
	ok(has(&n, 0, NULL) && has(&n, UINT32_MAX, NULL), "no name for no namespace, nor for another");
	netns_names_read(&n, "/proc", dir);
	ok(has(&n, blue, NULL), "not a file of the same inode number on another device");
	netns_names_read(&n, root, "/nonexistent");
	ok(has(&n, blue, NULL), "no directory: no names");
	/* An inode number is used again as soon as it is free. */
	netns_names_read(&n, root, dir);
	n.read = 1;
	ok(has(&n, blue, NULL) && n.read > 1, "names that are old are read again, from the real directory");
	netns_names_free(&n);
}

static void test_words(uint32_t blue)
{
	char number[16];
	uint32_t inode = 0;

	snprintf(number, sizeof(number), "%u", blue);
	ok(!netns_by_name(root, dir, "blue", &inode) && inode == blue, "a name");
	inode = 0;
	ok(!netns_by_name(root, dir, number, &inode) && inode == blue, "an inode number");
	ok(!netns_by_name(root, dir, "4026531840", &inode) && inode == 4026531840, "any inode number");
	ok(!netns_by_name(root, dir, "123", &inode) && inode != 123, "a name of digits is a name");
	ok(netns_by_name("/proc", dir, "blue", &inode) == -ENOENT, "a file that is no namespace");
	ok(netns_by_name(root, dir, "green", &inode) == -ENOENT, "another name");
	ok(netns_by_name(root, dir, "0", &inode) == -ENOENT, "no namespace is number 0");
	ok(netns_by_name(root, dir, "4294967296", &inode) == -ENOENT, "nor one that large");
	ok(netns_by_name(root, dir, "..", &inode) == -ENOENT && netns_by_name(root, dir, "", &inode) == -ENOENT &&
	   netns_by_name(root, dir, "../netns/blue", &inode) == -ENOENT, "no way out of the directory");
}

int main(void)
{
	uint32_t blue, red;

	must(mkdtemp(root));
	make_directory("self");
	make_directory("self/ns");
	make_directory("netns");
	snprintf(dir, sizeof(dir), "%s/netns", root);
	put("self/ns/net");
	blue = put("netns/blue");
	red = put("netns/red");
	put("netns/123");
	test_names(blue, red);
	test_words(blue);
	remove_file("netns/123");
	remove_file("netns/red");
	remove_file("netns/blue");
	remove_file("self/ns/net");
	remove_file("netns");
	remove_file("self/ns");
	remove_file("self");
	must(!rmdir(root));
	return tap_done();
}
