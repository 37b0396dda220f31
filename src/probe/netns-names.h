/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NETNS_NAMES_H
#define NETNS_NAMES_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: names of network namespaces
 *
 * ip-netns(8) and container runtimes keep a namespace under a name of their choice, as a file in /run/netns whose inode
 * number is that of the namespace. To look at these files needs no privilege.
 */

#define NETNS_NAMES_DIR "/run/netns"
#define NETNS_NAME_LEN 256	/* the longest name of a file */

/* The most names that are read. */
#define NETNS_NAMES_MAX 16384

/**
 * struct netns_named - a namespace that has a name
 * @inode: its inode number
 * @name: its name
 */
struct netns_named {
	uint32_t inode;
	char name[NETNS_NAME_LEN];
};

/**
 * struct netns_names - cache: the names; to begin with, all 0
 * @named: the namespaces, sorted by inode number; owned
 * @count: number of @named
 * @room: allocated elements of @named
 * @read: when they were read, nanoseconds of CLOCK_BOOTTIME; 0: not yet
 */
struct netns_names {
	struct netns_named *named;
	size_t count, room;
	uint64_t read;
};

/**
 * netns_names_read() - read all names
 * @n: the names
 * @proc: "/proc"
 * @dir: NETNS_NAMES_DIR; if it cannot be read, there are no names
 */
void netns_names_read(struct netns_names *n, const char *proc, const char *dir);

/**
 * netns_name() - find the name of a namespace
 * @n: the names; read again if that was more than a second ago, since inode numbers are used again at once
 * @inode: its inode number; 0: not known
 *
 * Return: the name, valid until the next call; NULL: it has none.
 */
const char *netns_name(struct netns_names *n, uint32_t inode);

/* Release the names. */
void netns_names_free(struct netns_names *n);

/**
 * netns_by_name() - find a namespace by the word of a user
 * @proc: "/proc"
 * @dir: NETNS_NAMES_DIR
 * @word: its name in @dir, or else its inode number in decimal digits
 * @inode: its inode number
 *
 * Return: 0 or -ENOENT.
 */
int netns_by_name(const char *proc, const char *dir, const char *word, uint32_t *inode);

#endif
