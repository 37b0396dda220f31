/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOCTL_NAMES_H
#define IOCTL_NAMES_H

#include <stdint.h>

/**
 * vhost_ioctl_name() - the name of an ioctl that configures a device or a queue
 * @ioctl: its number
 *
 * Return: "VHOST_SET_OWNER" and so on, or NULL for any other.
 */
const char *vhost_ioctl_name(uint32_t ioctl);

#endif
