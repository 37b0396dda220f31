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
 * scan_worker() - find the worker of a vhost device by its owner
 * @proc: "/proc"
 * @owner: the thread that called VHOST_SET_OWNER
 *
 * The worker is called vhost-OWNER: a kernel thread up to Linux 6.3, a thread of the owner from 6.4 on. Of several
 * devices of one owner it finds any.
 *
 * Return: its tid, or -errno: -ENOENT.
 */
pid_t scan_worker(const char *proc, pid_t owner);

/**
 * scan_cpu_ns() - CPU time that a thread has used, from /proc/TID/schedstat
 * @proc: "/proc"
 * @tid: the thread
 * @ns: nanoseconds
 *
 * Return: 0 or -errno.
 */
int scan_cpu_ns(const char *proc, pid_t tid, uint64_t *ns);

#endif
