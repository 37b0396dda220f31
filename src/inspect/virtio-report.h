/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIRTIO_REPORT_H
#define VIRTIO_REPORT_H

#include <stdint.h>

#include "base/columns.h"
#include "base/command.h"
#include "base/out.h"
#include "bpf/device-pattern.h"
#include "virtio-devices.h"
#include "virtio-look.h"

/**
 * DOC: list, show and check with --driver: the virtio devices that have their driver in this kernel
 */

/* The option, for a struct @type with a bool called driver. */
#define DRIVER_OPTION(type)									\
	{ "driver", 0, OPT_FLAG, offsetof(struct type, driver),					\
	  .help = "virtio devices that this kernel drives" }

/* What DEV is, for the help of show and check. */
#define VIRTIO_REPORT_DEV									\
	"DEV is a tap's name, NETNS/NAME, a pattern, PID, PID:FD or TID:FD; with\n"		\
	"--driver, virtio0, the name of its interface or disk, or its PCI address."

/**
 * list_driver() - print a line a device
 * @cli: the command line
 * @names: only devices of these names or labels
 * @opts: columns and order
 *
 * Return: the exit status, with the message printed.
 */
int list_driver(const struct cli *cli, const struct device_choice *names, const struct column_options *opts);

/**
 * show_driver() - print all of a device
 * @cli: the command line
 * @word: its name, label or address
 * @interval: print it again after so many nanoseconds; 0: print it once
 *
 * Return: likewise.
 */
int show_driver(const struct cli *cli, const char *word, uint64_t interval);

/**
 * check_driver() - find stuck queues
 * @cli: the command line
 * @word: as for show_driver(); NULL: all devices
 * @wait_ns: nanoseconds between the looks
 * @opts: columns and order
 *
 * Return: likewise.
 */
int check_driver(const struct cli *cli, const char *word, uint64_t wait_ns, const struct column_options *opts);

/**
 * virtio_report_open() - load the program, with a notice on the terminal, or say why it cannot be
 * @l: the result
 * @command: the command's name
 *
 * Return: STATUS_OK, or STATUS_REFUSED with the message printed.
 */
int virtio_report_open(struct virtio_look **l, const char *command);

/**
 * virtio_text() - print a device as text, for a terminal of 80 columns
 * @o: the output
 * @d: the device
 */
void virtio_text(struct out *o, const struct virtio_device_info *d);

/**
 * virtio_json() - print a device as one JSON object
 * @o: the output
 * @d: the device
 */
void virtio_json(struct out *o, const struct virtio_device_info *d);

#endif
