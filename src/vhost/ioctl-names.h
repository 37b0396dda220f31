/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOCTL_NAMES_H
#define IOCTL_NAMES_H

#include <stdint.h>

/* "VHOST_SET_VRING_CALL"... for the ioctls that are about one queue, by their number; NULL for others. */
const char *vring_ioctl_name(uint32_t ioctl);

#endif
