/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WATCH_H
#define WATCH_H

#include <stddef.h>
#include <stdint.h>

#include "probe/queue-options.h"
#include "watched.h"

/**
 * DOC: watch all devices for a while
 *
 * Theory of operation. Notifications are counted from beginning to end, by the programs of stat. Several looks
 * meanwhile, by the iterators of list, tell what counts do not: how many buffers are under way, who listens, where
 * threads run.
 * A device is judged only if all looks found it and its queues unchanged.
 */

struct watch;

/**
 * watch_open() - load everything, and begin to count
 * @watch: the result, for watch_close()
 * @options: which devices
 * @why: on failure: the step that failed and what to do
 * @len: size of @why
 *
 * No capability is needed afterwards: the caller should give up all of them.
 *
 * Return: 0 or -errno.
 */
int watch_open(struct watch **watch, const struct queue_options *options, char *why, size_t len);

/* Return: why something cannot be seen on this kernel; NULL: all can. */
const char *watch_unseen(const struct watch *w);

/**
 * watch_run() - watch
 * @w: the watch
 * @ns: for how long; less if the stop flag is set meanwhile
 *
 * Return: 0 or -errno.
 */
int watch_run(struct watch *w, uint64_t ns);

/* What was seen; valid until watch_close(). */
const struct watched *watch_result(const struct watch *w);

/* Release all; NULL is fine. */
void watch_close(struct watch *w);

#endif
