/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PID_NAMESPACE_H
#define PID_NAMESPACE_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: the numbers of processes
 *
 * A process has a number in each pid namespace that it is visible in. What is printed and what -p takes are the numbers
 * in this process's own namespace. Those of /proc are the same only if /proc was mounted in that namespace; otherwise
 * the pages of an unrelated process would be read there.
 */

/**
 * pid_namespace() - find this process's pid namespace, and check that /proc belongs to it
 * @pidns: on success: its inode number; 0 for the initial one
 * @why: on failure: what is wrong and what to do
 * @len: size of @why
 *
 * Return: 0 or -errno: -EXDEV if /proc belongs to another one.
 */
int pid_namespace(uint32_t *pidns, char *why, size_t len);

/**
 * pid_numbers() - the number of pid namespaces from that of a /proc down to a process's own
 * @status: /proc/PID/status of that process
 *
 * Return: the number, 1 if both are the same, or -errno.
 */
int pid_numbers(const char *status);

#endif
