/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIST_ROW_H
#define LIST_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"
#include "inspect.h"
#include "probe/scan.h"

/**
 * DOC: a line of vhostctl list, whether the kernel has told of the device or /proc
 */

/* CPU time, or packets, that are not known. */
#define LIST_UNKNOWN UINT64_MAX

/**
 * struct list_worker - a worker
 * @worker: its thread; 0: not visible
 * @ns: CPU time that it has used
 */
struct list_worker {
	uint32_t worker;
	uint64_t ns;
};

/**
 * struct list_row - what a line says
 * @pid: a process that has the device, preferably the owner; 0: none is visible
 * @command: its name, any bytes
 * @fd: its descriptor; -1: none
 * @kind: "net", "vsock", "scsi"
 * @device: the tap's name; NULL without one
 * @netns: inode number of the tap's network namespace; 0: not known
 * @own_netns: it is ours
 * @netns_name: its name under /run/netns, or NULL
 * @packets: received and sent by the tap; LIST_UNKNOWN
 * @workers: for whoever filled it in to release
 * @worker_count: how many
 * @source: the device as the kernel has it, or NULL
 * @taps: of a device that only /proc tells of: those that the process has open
 * @tap_count: how many
 */
struct list_row {
	uint32_t pid;
	const char *command;
	int fd;
	const char *kind, *device;
	uint64_t netns;
	bool own_netns;
	const char *netns_name;
	uint64_t packets;
	struct list_worker *workers;
	size_t worker_count;
	const struct inspect_device *source;
	char (*taps)[SCAN_NAME_LEN];
	size_t tap_count;
};

/**
 * list_header() - print the heads of the columns; nothing in JSON
 * @o: the output
 */
void list_header(struct out *o);

/**
 * list_print() - print a line
 * @o: the output
 * @row: what is in it
 */
void list_print(struct out *o, const struct list_row *row);

#endif
