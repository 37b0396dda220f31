/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INSPECT_HOST_H
#define INSPECT_HOST_H

#include <stddef.h>

#include "inspect.h"

/**
 * DOC: from the iterator's records to devices
 *
 * For inspect.c only. inspect-host.c also has the questions about devices that inspect.h declares.
 */

/**
 * inspect_host_add() - add records
 * @host: the devices so far; to begin with, all 0
 * @data: complete records, as the kernel returns them: struct inspect_record with what follows it, and the others of
 *	  inspect-record.h
 * @size: size of @data, bytes
 *
 * Return: 0 or -errno: -EPROTO if the records are not as expected. inspect_free() releases @host in any case.
 */
int inspect_host_add(struct inspect_host *host, const char *data, size_t size);

/**
 * inspect_host_add_releases() - add devices that have no descriptor any more
 * @host: the devices so far, with all that have one
 * @data: struct inspect_release, as the kernel returns them
 * @size: size of @data, bytes
 *
 * Return: 0 or -errno, as inspect_host_add().
 */
int inspect_host_add_releases(struct inspect_host *host, const char *data, size_t size);

/**
 * inspect_host_complete() - sort the devices by the owner's thread and descriptor, and find their taps
 * @host: the devices, with all records added
 *
 * Return: 0 or -errno.
 */
int inspect_host_complete(struct inspect_host *host);

#endif
