/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stddef.h>

#include <net/if.h>
#include <sys/types.h>

/**
 * DOC: the tap's ioctls, one function each
 *
 * Each of them but tap_open() acts on the whole tap, whichever of its queues it is handed.
 */

/**
 * tap_open() - make a tap or open one queue of an existing one
 * @name: wanted name, with %d for a number chosen by the kernel
 * @flags: IFF_VNET_HDR, IFF_MULTI_QUEUE and so on; IFF_TAP and IFF_NO_PI are added. With IFF_TUN_EXCL it is made or
 *         the call fails. The first queue of an existing tap makes these flags the tap's own.
 * @actual: the name that it got
 *
 * The tap goes with its last descriptor unless it is made persistent. It is, or is made, in the network namespace that
 * the calling thread is in.
 *
 * Return: the descriptor of a queue, close-on-exec and non-blocking, or -errno: -ENOENT or -ENODEV without
 * /dev/net/tun, -EPERM without CAP_NET_ADMIN, -EINVAL for a name or flags that do not fit, -EBUSY if it is there
 * already or has no queue left, -E2BIG for more queues than a tap can have.
 */
int tap_open(const char *name, int flags, char actual[IFNAMSIZ]);

/**
 * tap_set_persist() - choose whether the tap stays when its last descriptor is closed
 * @fd: a queue of it
 * @persist: it stays
 *
 * Return: 0 or -errno.
 */
int tap_set_persist(int fd, bool persist);

/**
 * tap_set_owner() - who may open its queues besides those with CAP_NET_ADMIN
 *
 * A tap without owner and group is open to all who may open /dev/net/tun, which is everyone on most systems.
 *
 * Return: 0 or -errno.
 */
int tap_set_owner(int fd, uid_t uid);

/**
 * tap_set_vnet_hdr_size() - set the length of the virtio-net header in front of each frame
 * @fd: a queue of the tap
 * @size: bytes, 10 or more
 *
 * Return: 0 or -errno.
 */
int tap_set_vnet_hdr_size(int fd, int size);

/**
 * tap_get_vnet_hdr_size() - read the length of the virtio-net header back
 * @fd: a queue of the tap
 * @size: bytes
 *
 * Return: 0 or -errno.
 */
int tap_get_vnet_hdr_size(int fd, int *size);

/**
 * tap_set_sndbuf() - limit what is under way from a queue to the host
 * @fd: a queue of the tap; set for all that are open by now
 * @bytes: 1 or more
 *
 * Return: 0 or -errno.
 */
int tap_set_sndbuf(int fd, int bytes);

/**
 * tap_get_sndbuf() - read the limit of one queue back
 * @fd: the queue
 * @bytes: the limit
 *
 * Return: 0 or -errno.
 */
int tap_get_sndbuf(int fd, int *bytes);

/**
 * tap_set_offload() - choose the offloads that the tap's reader takes
 * @fd: a queue of the tap
 * @offload: a mask of TUN_F_*; 0 for none
 *
 * Return: 0 or -errno, -EINVAL for one that the kernel lacks, or without another that it needs.
 */
int tap_set_offload(int fd, unsigned int offload);

/**
 * tap_set_steering() - have a BPF program choose the queue that a packet for the tap's reader comes out of
 * @prog: of the type BPF_PROG_TYPE_SOCKET_FILTER; it returns the number of the queue, counted in the order in which
 *        they were opened. The tap keeps it until it goes.
 *
 * Return: 0 or -errno: -EINVAL for another kind of program or descriptor.
 */
int tap_set_steering(int fd, int prog);

#endif
