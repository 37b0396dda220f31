/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_CHECK_H
#define PROBE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/**
 * probe_check() - can anything be traced here?
 * @vhost: events of vhost are wanted, not only those of drivers
 * @why: on failure: what is missing and what to do
 * @len: size of @why
 *
 * Return: 0 or -errno: -ENOSYS without bpf(2), -EPERM without a capability or under lockdown, -ENOENT without BTF or
 * without the module vhost.
 */
int probe_check(bool vhost, char *why, size_t len);

#endif
