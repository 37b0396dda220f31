/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HELD_EVENTFDS_H
#define HELD_EVENTFDS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "inspect.h"

/**
 * struct held_eventfds - cached eventfds of one process, which may have thousands
 * @tid: the process, or a thread with descriptors of its own; 0: none yet
 * @err: result of inspect_eventfds(): 0 or -errno
 * @fds: the eventfds
 * @count: how many
 */
struct held_eventfds {
	pid_t tid;
	int err;
	struct inspect_fd *fds;
	size_t count;
};

/* List the eventfds of @tid, unless @h has them already. Return: @h->err. */
int held_eventfds(struct held_eventfds *h, struct inspect *ins, pid_t tid);

/* Return: the descriptor of the eventfd with number @id; -1 if there is none, or @id is negative. */
int held_eventfds_find(const struct held_eventfds *h, int32_t id);

/* Release the cache; the next held_eventfds() lists again. */
void held_eventfds_free(struct held_eventfds *h);

#endif
