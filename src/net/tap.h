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
 * All functions but tap_open() and tap_get_sndbuf() act on the whole tap, whichever of its queues they are given.
 */

/**
 * tap_open() - make a tap or open one queue of an existing one
 * @name: wanted name, with %d for a number chosen by the kernel
 * @flags: IFF_VNET_HDR, IFF_MULTI_QUEUE and so on; IFF_TAP and IFF_NO_PI are added. With IFF_TUN_EXCL the call fails if
 *         the tap exists. Opening the first queue of an existing tap sets the tap's flags to these.
 * @actual: filled in with the tap's name
 *
 * The tap goes away with its last descriptor unless it is persistent. It is looked up, or made, in the network
 * namespace of the calling thread.
 *
 * Return: the descriptor of a queue, close-on-exec and non-blocking, or -errno: -ENOENT or -ENODEV without
 * /dev/net/tun, -EPERM without CAP_NET_ADMIN, -EINVAL for a name or flags that do not fit, -EBUSY if it is there
 * already or has no queue left, -E2BIG for more queues than a tap can have.
 */
int tap_open(const char *name, int flags, char actual[IFNAMSIZ]);

/* Linux 7.3: with it, tap_open() makes a tap that stops in place of dropping, while a qdisc is attached to it. */
#define TAP_BACKPRESSURE 0x0080

/**
 * tap_can_stop() - does this kernel know TAP_BACKPRESSURE?
 *
 * Return: 1, 0, or -errno: -ENOENT or -ENODEV without /dev/net/tun.
 */
int tap_can_stop(void);

/**
 * tap_name() - the name that the tap of a queue has now
 * @fd: the queue
 * @name: filled in
 *
 * Return: 0 or -errno, -EBADFD if the tap was deleted.
 */
int tap_name(int fd, char name[IFNAMSIZ]);

/**
 * tap_check_netns() - is the tap still in the network namespace in which it was opened?
 * @fd: a queue of the tap
 *
 * The kernel does not tell a caller without CAP_NET_ADMIN, for whom this succeeds: such a caller can open the tap as
 * its owner, but cannot change any link.
 *
 * Return: 0 or -errno, -ESTALE if it is in another one.
 */
int tap_check_netns(int fd);

/**
 * tap_set_persist() - choose whether the tap stays when its last descriptor is closed
 * @fd: a queue of it
 * @persist: it stays
 *
 * Return: 0 or -errno.
 */
int tap_set_persist(int fd, bool persist);

/**
 * tap_set_owner() - set the user who may open the tap's queues without CAP_NET_ADMIN
 * @fd: a queue of the tap
 * @uid: the user
 *
 * Without an owner and a group, everybody who may open /dev/net/tun may open the tap: on most systems, every user.
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
 * tap_set_sndbuf() - limit the bytes in flight from each queue to the host
 * @fd: a queue of the tap; the limit is set for all queues that are open now
 * @bytes: 1 or more
 *
 * Return: 0 or -errno.
 */
int tap_set_sndbuf(int fd, int bytes);

/**
 * tap_get_sndbuf() - read the limit of one queue back
 * @fd: the queue
 * @bytes: the limit, in bytes
 *
 * Return: 0 or -errno.
 */
int tap_get_sndbuf(int fd, int *bytes);

/**
 * tap_set_offload() - choose the offloads that the tap's reader accepts
 * @fd: a queue of the tap
 * @offload: a mask of TUN_F_*; 0 for none
 *
 * Return: 0 or -errno, -EINVAL for an offload that the kernel lacks, or without another one that it needs.
 */
int tap_set_offload(int fd, unsigned int offload);

/**
 * tap_set_steering() - let a BPF program choose the queue for a packet to the tap's reader
 * @fd: a queue of the tap
 * @prog: a program of type BPF_PROG_TYPE_SOCKET_FILTER; it returns the number of the queue, in the order in which the
 *        queues were opened. The tap holds a reference; the caller may close @prog.
 *
 * Return: 0 or -errno: -EINVAL for another kind of program or descriptor.
 */
int tap_set_steering(int fd, int prog);

#endif
