/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACVTAP_H
#define MACVTAP_H

#include "link.h"

/**
 * DOC: the character device of a macvtap
 *
 * Each macvtap has a character device of its own, and each opening of that is a queue. The kernel names it /dev/tapN in
 * devtmpfs, with the number of the link; but links of two network namespaces may have the same number, and then only
 * one of them has the node. So its device number is looked up in sysfs, and the node is opened only if it has that
 * number. Otherwise we make one, on a file system that nobody else sees and that goes with the descriptor.
 */

/**
 * macvtap_open() - open one queue of a macvtap
 * @link: the macvtap, in the network namespace of the calling thread
 * @flags: IFF_VNET_HDR, IFF_MULTI_QUEUE; IFF_TAP and IFF_NO_PI are added. They are the queue's own.
 *
 * The functions of tap.h act on the queue alone, except that offloads are the whole macvtap's; tap_set_persist(),
 * tap_set_owner(), tap_set_steering() and tap_check_netns() are for taps only.
 *
 * Return: the descriptor, close-on-exec and non-blocking, or -errno: -ESTALE if the link is gone or has another name,
 * -EPERM or -EACCES without access to the node, or without CAP_SYS_ADMIN and CAP_MKNOD where there is none, -EBUSY if
 * it has no queue left.
 */
int macvtap_open(const struct link_info *link, int flags);

/**
 * macvtap_in_use() - does a process have a queue of a macvtap open?
 * @link: the macvtap, in the network namespace of the calling thread
 *
 * It looks at the descriptors of all processes of the pid namespace.
 *
 * Return: 1, 0, or -errno: -EACCES if it may not look at all of them, -ESTALE as macvtap_open().
 */
int macvtap_in_use(const struct link_info *link);

#endif
