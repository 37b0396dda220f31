/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_NAMES_H
#define DEVICE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/queue.h"

/**
 * DOC: names of taps that are shown
 *
 * The name of a tap is unique in its network namespace only. In text it stands alone as long as no tap of another
 * namespace has the same name among all that were shown. From then on, taps of namespaces other than our own have the
 * namespace's name before theirs, or its inode number if it has none.
 */

/* Room for the name of a file. */
#define DEVICE_NETNS_LEN 256

/* "NETNS/tap0" */
#define DEVICE_TEXT_LEN (DEVICE_NETNS_LEN + NAME_LEN)

/* The most taps that are told apart; any more are shown by their names alone. */
#define DEVICE_NAMES_MAX 4096

/**
 * struct device_name - a tap
 * @device: its name
 * @netns: inode number of its network namespace
 * @netns_name: the namespace's name, or empty
 * @text: its name in text; may change when a tap is added
 */
struct device_name {
	char device[NAME_LEN];
	uint32_t netns;
	char netns_name[DEVICE_NETNS_LEN];
	char text[DEVICE_TEXT_LEN];
};

/**
 * struct device_names - taps; to begin with, all 0 but @own_netns
 * @own_netns: inode number of our own network namespace; 0: not known
 * @names: the taps, sorted; owned
 * @count: number of @names
 * @room: allocated elements of @names
 */
struct device_names {
	uint32_t own_netns;
	struct device_name **names;
	size_t count, room;
};

/**
 * device_names_add() - find or add a tap
 * @all: the taps
 * @device: its name
 * @netns: inode number of its network namespace; 0: not known
 * @netns_name: the namespace's name, or NULL
 *
 * Return: the tap, valid until device_names_free(); NULL if its namespace is not known, or without room or memory.
 */
const struct device_name *device_names_add(struct device_names *all, const char *device, uint32_t netns,
					   const char *netns_name);

/* Release all. */
void device_names_free(struct device_names *all);

#endif
