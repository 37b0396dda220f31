/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAP_H
#define TAP_H

#include <stddef.h>

#include <net/if.h>

/**
 * tap_open() - make a tap or open one queue of an existing one
 * @name: wanted name, with %d for a number chosen by the kernel
 * @flags: IFF_VNET_HDR, IFF_MULTI_QUEUE and so on; IFF_TAP and IFF_NO_PI are added
 * @actual: the name that it got
 *
 * The tap goes with its last descriptor unless it is made persistent.
 *
 * Return: the descriptor of a queue, close-on-exec and non-blocking, or -errno: -ENOENT or -ENODEV without
 * /dev/net/tun, -EPERM without CAP_NET_ADMIN, -EINVAL for a name or flags that do not fit, -EBUSY.
 */
int tap_open(const char *name, int flags, char actual[IFNAMSIZ]);

/* Length in bytes of the virtio-net header in front of each frame: 10 or 12. */
int tap_set_vnet_hdr_size(int fd, int size);

/* Offloads, a mask of TUN_F_*; 0 for none. */
int tap_set_offload(int fd, unsigned int offload);

#endif
