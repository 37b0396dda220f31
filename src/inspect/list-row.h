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

/* The longest text of a device's queues; more are counted. */
#define LIST_QUEUES 15

/* Room for the CPUs of a worker. */
#define LIST_CPUS_LEN 48

/* The texts in a line. */
enum list_cell {
	LIST_FD, LIST_DEVICE, LIST_QUEUE_NAMES, LIST_FEATURES, LIST_WORKER, LIST_CPU_TIME, LIST_PACKETS, LIST_CPUS,
	LIST_NETNS,
	LIST_CELLS,
};

/**
 * struct list_worker - a worker
 * @tid: its thread; 0: not visible
 * @name: its name, any bytes, ended by 0; empty if it is not known
 * @ns: CPU time that it has used, in nanoseconds
 * @placement: where it runs; NULL: not known
 */
struct list_worker {
	uint32_t tid;
	char name[SCAN_COMM_LEN];
	uint64_t ns;
	const struct placement *placement;
};

/**
 * struct list_row - a line
 * @pid: a process that has the device, preferably the owner; 0: none is visible
 * @tid: the thread that has the descriptor, if it does not share those of its process; else the same as @pid
 * @command: its name, any bytes, ended by 0
 * @fd: its descriptor; -1: none
 * @kind: "net", "vsock", "scsi"
 * @device: the tap's name; NULL without one
 * @shown_device: the tap in text; NULL without one
 * @netns: inode number of the tap's network namespace; 0: not known
 * @own_netns: that is our own namespace
 * @netns_name: its name under /run/netns, or NULL
 * @packets: packets that the tap received and sent; -1: not known
 * @workers: the device's workers; from /proc: all workers of the process; owned
 * @worker_count: number of @workers
 * @source: the device from the iterator; NULL if it comes from /proc
 * @taps: if the device comes from /proc: the taps that the process has open; owned
 * @tap_count: number of @taps
 * @worker_ns: CPU time of all workers, nanoseconds; -1: not known; by list_complete(), as what follows
 * @vm: name of the owner's VM, or NULL
 * @first_worker: thread of the first worker; -1: none is visible
 * @on_cpu: the CPU that the first worker ran on last; -1: not known
 * @link: condition of the tap's link, or NULL
 * @master: its bridge or the like, or NULL
 * @drops: packets for the driver that the tap has dropped; -1: not known
 * @tap_fill: packets for the driver that wait in its ring; -1: not known
 * @cells: texts of the columns, NULL without one; they point into the row
 */
struct list_row {
	uint32_t pid, tid;
	char command[SCAN_COMM_LEN];
	int32_t fd;
	const char *kind, *device, *shown_device;
	uint64_t netns;
	bool own_netns;
	const char *netns_name;
	int64_t packets;
	struct list_worker *workers;
	size_t worker_count;
	const struct inspect_device *source;
	char (*taps)[SCAN_NAME_LEN];
	size_t tap_count;
	int64_t worker_ns;
	const char *vm, *command_text, *source_name, *link, *master;
	int64_t drops, tap_fill;
	int32_t first_worker, on_cpu;
	char fd_text[48], device_text[48], queues[LIST_QUEUES + 1], features[8], worker[24], time[24], packets_text[24];
	char netns_text[24], cpus[LIST_CPUS_LEN];
	const char *cells[LIST_CELLS];
};

/* The columns of text; JSON has more. */
extern const struct out_col list_columns[];

/**
 * list_complete() - fill in what follows from the rest
 * @row: the row, which must not be moved any more
 */
void list_complete(struct list_row *row);

/**
 * list_json() - print a row as one JSON object
 * @o: the output
 * @row: the row, completed
 */
void list_json(struct out *o, const struct list_row *row);

/* Release what a row owns. */
void list_row_free(struct list_row *row);

#endif
