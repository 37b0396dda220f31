// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns-names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/parse.h"

/* How long names count as current. */
#define CURRENT_NS NSEC_PER_SEC

/* All namespaces are on one device; a file elsewhere may have the same inode number. Return: 0 or -errno. */
static int namespaces_device(const char *proc, dev_t *dev)
{
	char path[PATH_MAX];
	struct stat own;

	snprintf(path, sizeof(path), "%s/self/ns/net", proc);
	if (stat(path, &own))
		return -errno;
	*dev = own.st_dev;
	return 0;
}

static int by_inode(const void *a, const void *b)
{
	const struct netns_named *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

static void add(struct netns_names *n, uint32_t inode, const char *name)
{
	struct netns_named *more = array_grow(n->named, &n->room, n->count + 1, sizeof(*more));

	if (!more)
		return;
	n->named = more;
	more[n->count].inode = inode;
	snprintf(more[n->count++].name, NETNS_NAME_LEN, "%s", name);
}

void netns_names_read(struct netns_names *n, const char *proc, const char *dir)
{
	struct dirent *e;
	dev_t dev = 0;
	DIR *d;

	n->count = 0;
	n->read = now_ns();
	if (namespaces_device(proc, &dev))
		return;
	d = opendir(dir);
	if (!d)
		return;
	while (n->count < NETNS_NAMES_MAX && (e = readdir(d))) {
		struct stat st;

		if (e->d_name[0] != '.' && !fstatat(dirfd(d), e->d_name, &st, 0) && st.st_dev == dev)
			add(n, (uint32_t)st.st_ino, e->d_name);
	}
	closedir(d);
	if (n->count)
		qsort(n->named, n->count, sizeof(*n->named), by_inode);
}

const char *netns_name(struct netns_names *n, uint32_t inode)
{
	const struct netns_named wanted = { .inode = inode }, *found;

	if (!inode)
		return NULL;
	if (!n->read || now_ns() - n->read > CURRENT_NS)
		netns_names_read(n, "/proc", NETNS_NAMES_DIR);
	found = n->count ? bsearch(&wanted, n->named, n->count, sizeof(*n->named), by_inode) : NULL;
	return found ? found->name : NULL;
}

void netns_names_free(struct netns_names *n)
{
	free(n->named);
	*n = (struct netns_names){ 0 };
}

int netns_by_name(const char *proc, const char *dir, const char *word, uint32_t *inode)
{
	char path[PATH_MAX];
	uint64_t number;
	struct stat st;
	dev_t dev = 0;

	if (!*word || !strcmp(word, ".") || !strcmp(word, "..") || strchr(word, '/'))
		return -ENOENT;
	if (snprintf(path, sizeof(path), "%s/%s", dir, word) < (int)sizeof(path) && !stat(path, &st)) {
		if (namespaces_device(proc, &dev) || st.st_dev != dev)
			return -ENOENT;
		*inode = (uint32_t)st.st_ino;
		return 0;
	}
	if (parse_decimal(word, strlen(word), UINT32_MAX, &number) || !number)
		return -ENOENT;
	*inode = (uint32_t)number;
	return 0;
}
