/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRIVER_COUNT_H
#define DRIVER_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/driver-queue.h"

/**
 * DOC: counts of what virtio drivers of this kernel do
 */

struct driver_count;

/**
 * struct driver_counted - a queue with its counts
 * @key: address of the queue, with @queue.born unique; not to be shown
 * @queue: its names and counts since counting began
 * @since: the counts since the last driver_count_read()
 */
struct driver_counted {
	uint64_t key;
	struct driver_queue queue;
	struct driver_counts since;
};

/**
 * driver_count_open() - begin to count
 * @d: the result, for driver_count_close()
 * @verbose: show libbpf's messages
 * @why: on failure: the reason
 * @len: size of @why; PROBE_WHY_MAX is enough
 *
 * Return: 0 or -errno: -ENOENT if this kernel has no virtio drivers, or does not let them be seen.
 */
int driver_count_open(struct driver_count **d, bool verbose, char *why, size_t len);

/**
 * driver_count_read() - read the counts of all queues
 * @d: the session
 * @queues: the result, by device and queue; valid until the next call
 * @count: how many
 *
 * Return: 0 or -errno.
 */
int driver_count_read(struct driver_count *d, const struct driver_counted **queues, size_t *count);

/**
 * driver_count_lost() - events that were not counted: of more queues than there is room for, or of a program that
 *			 could not run, since it was running on that CPU already
 * @d: the session
 * @lost: the result
 *
 * Return: 0 or -errno.
 */
int driver_count_lost(const struct driver_count *d, uint64_t *lost);

/* Stop counting: what is read afterwards stays the same. Return: 0 or -errno. */
int driver_count_stop(struct driver_count *d);

/* Release the session, or do nothing if @d is NULL. */
void driver_count_close(struct driver_count *d);

#endif
