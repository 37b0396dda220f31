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
 * @data: complete records, as the kernel returns them: struct inspect_record with what follows it, and struct
 *	  inspect_duplicate
 * @size: size of @data, bytes
 *
 * Return: 0 or -errno: -EPROTO if the records are not as expected. inspect_free() releases @host in any case.
 */
int inspect_host_add(struct inspect_host *host, const char *data, size_t size);

/* Sort the devices once all records are added, by the owner's thread and descriptor. */
void inspect_host_sort(struct inspect_host *host);

#endif
