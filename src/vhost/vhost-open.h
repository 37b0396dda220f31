/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VHOST_OPEN_H
#define VHOST_OPEN_H

#include <stddef.h>

/* Room for the longest of vhost_open_why()'s answers. */
#define VHOST_OPEN_WHY_MAX 160

/**
 * vhost_open_all() - open /dev/vhost-net several times: each pair of queues needs its own device
 * @fds: the descriptors
 * @count: how many
 *
 * Return: 0, or -errno as vhost_open(), with nothing open.
 */
int vhost_open_all(int *fds, unsigned int count);

/**
 * vhost_close_all() - close the descriptors of vhost_open_all()
 * @fds: the descriptors
 * @count: how many
 */
void vhost_close_all(const int *fds, unsigned int count);

/**
 * vhost_open_why() - say why /dev/vhost-net could not be opened, and what to do
 * @err: the -errno from vhost_open()
 * @why: filled in with the answer
 *
 * Return: @why.
 */
const char *vhost_open_why(int err, char why[VHOST_OPEN_WHY_MAX]);

#endif
