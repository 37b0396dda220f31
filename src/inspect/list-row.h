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
 * DOC: a line of vhostctl list, for a device from the iterator or from /proc
 */

/* The number of packets is not known. */
#define LIST_UNKNOWN UINT64_MAX

/**
 * struct list_worker - a worker
 * @tid: its thread; 0: not visible
 * @name: its name, any bytes, ended by 0; empty if it is not known
 * @ns: CPU time that it has used, in nanoseconds
 */
struct list_worker {
	uint32_t tid;
	char name[SCAN_COMM_LEN];
	uint64_t ns;
};

/**
 * struct list_row - the contents of a line
 * @pid: a process that has the device, preferably the owner; 0: none is visible
 * @tid: the thread that has the descriptor, if it does not share those of its process; else the same as @pid
 * @command: its name, any bytes
 * @fd: its descriptor; -1: none
 * @kind: "net", "vsock", "scsi"
 * @device: the tap's name; NULL without one
 * @shown_device: the tap in text; NULL without one
 * @netns: inode number of the tap's network namespace; 0: not known
 * @own_netns: that is our own namespace
 * @netns_name: its name under /run/netns, or NULL
 * @packets: packets that the tap received and sent, or LIST_UNKNOWN
 * @workers: the device's workers; from /proc: all workers of the process; the caller frees them
 * @worker_count: number of @workers
 * @source: the device from the iterator; NULL if it comes from /proc
 * @taps: if the device comes from /proc: the taps that the process has open
 * @tap_count: number of @taps
 */
struct list_row {
	uint32_t pid, tid;
	const char *command;
	int fd;
	const char *kind, *device, *shown_device;
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
 * list_header() - print the column heads; in JSON nothing
 * @o: the output
 */
void list_header(struct out *o);

/**
 * list_print() - print a line, or one JSON object
 * @o: the output
 * @row: its contents
 */
void list_print(struct out *o, const struct list_row *row);

#endif
