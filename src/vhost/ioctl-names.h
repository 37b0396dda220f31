/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOCTL_NAMES_H
#define IOCTL_NAMES_H

#include <stdint.h>

/**
 * vring_ioctl_name() - the name of an ioctl that acts on one queue
 * @ioctl: its number
 *
 * Return: "VHOST_SET_VRING_CALL" and so on, or NULL for any other.
 */
const char *vring_ioctl_name(uint32_t ioctl);

#endif
