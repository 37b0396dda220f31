/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * DOC: /proc
 *
 * Every function takes the directory where proc is mounted, so that tests can hand in one of their own.
 */

/**
 * scan_workers_cpu_ns() - CPU time that the workers of an owner's vhost devices have used, all together
 * @proc: "/proc"
 * @owner: the thread that called VHOST_SET_OWNER
 * @ns: nanoseconds
 *
 * There is one a device, or more. Each is called vhost-OWNER: a kernel thread up to Linux 6.3, a thread of the owner from
 * 6.4 on.
 *
 * Return: 0 or -errno: -ENOENT if there is none.
 */
int scan_workers_cpu_ns(const char *proc, pid_t owner, uint64_t *ns);

/**
 * struct scan_eventfd - an eventfd that a process has open
 * @fd: its descriptor there
 * @id: the kernel's number for it, the same in every process
 */
struct scan_eventfd {
	int fd;
	int32_t id;
};

/**
 * scan_eventfds() - the eventfds that a process has open
 * @proc: "/proc"
 * @pid: the process
 * @fds: the result, in the order of the descriptors; for free()
 * @count: how many
 *
 * Return: 0 or -errno: -ENOENT if there is no such process, -EACCES without ptrace access to it.
 */
int scan_eventfds(const char *proc, pid_t pid, struct scan_eventfd **fds, size_t *count);

/* The descriptor of the eventfd with that number; -1 if it is not among them, or @id is negative. */
int scan_find_eventfd(const struct scan_eventfd *fds, size_t count, int32_t id);

#endif
