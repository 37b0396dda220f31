/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENTFD_PATHS_H
#define EVENTFD_PATHS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/events.h"
#include "inspect.h"

/**
 * DOC: how notifications come to a device and go on from it
 *
 * A signal of a call eventfd is an interrupt only if KVM listens to the eventfd (an irqfd). If the owner listens, it
 * has to wake up and to inject the interrupt; if nobody does, there will be none. A kick costs an exit to the owner
 * unless KVM signals the kick eventfd itself (an ioeventfd).
 */

/**
 * struct eventfd_paths - cached paths of the devices of one process, which may have hundreds
 * @holder: the process whose devices @calls are about, or a thread with descriptors of its own; 0: none
 * @owner: that whose VMs @ioeventfds are about; 0: none
 * @calls: result of inspect_calls(); NULL: not known
 * @call_count: number of @calls
 * @ioeventfd_err: result of inspect_ioeventfds(): 0 or -errno
 * @ioeventfds: its result
 * @ioeventfd_count: number of @ioeventfds
 */
struct eventfd_paths {
	pid_t holder, owner;
	struct inspect_call *calls;
	size_t call_count;
	int ioeventfd_err;
	int32_t *ioeventfds;
	size_t ioeventfd_count;
};

/**
 * eventfd_paths() - find the paths of a device, unless those of its process are there already
 * @p: the cache, for eventfd_paths_free()
 * @ins: the iterators, opened with INSPECT_LISTENERS
 * @d: the device
 */
void eventfd_paths(struct eventfd_paths *p, struct inspect *ins, const struct inspect_device *d);

/**
 * eventfd_paths_call() - who hears the calls of a queue
 * @p: the paths of the queue's device
 * @d: the device
 * @q: the queue
 *
 * Return: NULL if that is not known, or if the queue has no call eventfd, or just had another one.
 */
const struct inspect_call *eventfd_paths_call(const struct eventfd_paths *p, const struct inspect_device *d,
					      const struct inspect_queue *q);

/*
 * Return: how kicks come to the queue: KICK_SOURCE_IOEVENTFD, KICK_SOURCE_WRITE, or KICK_SOURCE_UNKNOWN, also without a
 * kick eventfd. @p: the paths of its device
 */
enum kick_source eventfd_paths_kick(const struct eventfd_paths *p, const struct inspect_queue *q);

/* Return: "irqfd", "poll", "epoll", "io_uring", "read", "vhost" or "unknown". @kind: enum listener_kind */
const char *listener_kind_name(unsigned int kind);

/* Release the cache; the next eventfd_paths() searches again. */
void eventfd_paths_free(struct eventfd_paths *p);

#endif
