/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WATCHED_LOOKS_H
#define WATCHED_LOOKS_H

#include "inspect/eventfd-paths.h"
#include "inspect/inspect.h"
#include "inspect/tap-names.h"
#include "watched.h"

/**
 * DOC: what several looks at the same devices tell
 */

struct tracked_device;

/**
 * struct watched_looks - looks so far
 * @choice: which devices
 * @devices: those of the first look; owned
 * @count: number of @devices
 * @last: the last look
 * @looks: number of looks
 * @own_netns: inode number of our network namespace; 0: not known
 * @paths: cache: who listens to eventfds
 */
struct watched_looks {
	struct device_choice choice;
	struct tracked_device *devices;
	size_t count;
	struct inspect_host last;
	uint32_t looks, own_netns;
	struct eventfd_paths paths;
};

/* Begin with none. @choice: which devices */
void watched_looks_init(struct watched_looks *l, const struct device_choice *choice);

/**
 * watched_looks_add() - look once more
 * @l: the looks
 * @ins: the iterators, opened with INSPECT_LISTENERS and INSPECT_WORKERS
 *
 * Return: 0 or -errno.
 */
int watched_looks_add(struct watched_looks *l, struct inspect *ins);

/**
 * watched_looks_conclude() - fill in what the looks tell
 * @l: the looks; its last one is used as long as @w
 * @names: the names of taps, which get those that are shown
 * @w: @devices without counts and workers, and @unknown; both to be released by the caller
 *
 * Return: 0 or -ENOMEM.
 */
int watched_looks_conclude(struct watched_looks *l, struct tap_names *names, struct watched *w);

/**
 * watched_looks_worker() - where and how the worker of a queue runs
 * @l: the looks
 * @d: the device, of the last look
 * @number: the queue
 * @w: @node to @cgroup are filled in, of which @throttled is in nanoseconds; the others become 0
 *
 * Return: the worker; 0: none, or not visible.
 */
uint32_t watched_looks_worker(const struct watched_looks *l, const struct inspect_device *d, uint32_t number,
			      struct watched_thread *w);

/* Release all. */
void watched_looks_free(struct watched_looks *l);

#endif
