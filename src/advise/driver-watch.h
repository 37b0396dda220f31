/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DRIVER_WATCH_H
#define DRIVER_WATCH_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/device-pattern.h"
#include "watched.h"

/**
 * DOC: watch the virtio drivers of this kernel for a while
 *
 * What the programs of "stat --driver" count from beginning to end, as numbers for the rules. No other rule than those
 * about a driver's side has anything to go by.
 */

struct driver_watch;

/**
 * driver_watch_open() - load everything, and begin to count
 * @w: the result, for driver_watch_close()
 * @choice: which devices, see virtio_labels_choose()
 * @why: on failure: the step that failed and what to do
 * @len: size of @why; PROBE_WHY_MAX is enough
 *
 * Return: 0 or -errno: -ENOENT if this kernel has no virtio drivers, or does not let them be seen.
 */
int driver_watch_open(struct driver_watch **w, const struct device_choice *choice, char *why, size_t len);

/**
 * driver_watch_run() - watch
 * @w: the watch
 * @ns: for how long; less if the stop flag is set meanwhile
 * @lost: kicks and interrupts that were not counted
 *
 * Return: 0 or -errno.
 */
int driver_watch_run(struct driver_watch *w, uint64_t ns, uint64_t *lost);

/* What was seen: devices that did something, with all their queues; valid until driver_watch_close(). */
const struct watched *driver_watch_result(const struct driver_watch *w);

/* Release all; NULL is fine. */
void driver_watch_close(struct driver_watch *w);

#endif
