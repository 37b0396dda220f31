/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_PLACE_H
#define DEVICE_PLACE_H

#include <stdint.h>

#include "inspect.h"

/**
 * struct device_place - which device a row of findings is about: values of its columns
 * @name: of the device in text; points elsewhere or to @name_buf
 * @where_text: "PID:FD"
 * @command_text: the process's name, any bytes
 * @kind: "net" and so on
 * @tap: the bare name; NULL: none
 * @netns_name: name of the tap's network namespace; NULL: none
 * @vm: name of the VM that the owner runs; NULL: not known
 * @pid: the process; -1: not visible
 * @tid: the thread whose descriptor it is; likewise
 * @fd: its descriptor; -1: none
 * @netns: inode number of the tap's network namespace; 0: not known
 * @command: behind @command_text
 * @where: behind @where_text
 * @name_buf: room for @name
 *
 * It points into itself, and so must not move.
 */
struct device_place {
	const char *name, *where_text, *command_text, *kind, *tap, *netns_name, *vm;
	int32_t pid, tid, fd;
	uint32_t netns;
	char command[INSPECT_NAME_LEN + 1], where[32], name_buf[INSPECT_DEVICE_NAME];
};

/**
 * device_place_set() - fill in all values
 * @p: the values
 * @d: the device, which must outlive them
 */
void device_place_set(struct device_place *p, const struct inspect_device *d);

#endif
