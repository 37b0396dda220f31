/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SCAN_H
#define SCAN_H

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

#endif
