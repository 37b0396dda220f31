/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINK_H
#define LINK_H

#include <stdint.h>

/**
 * DOC: network links, through rtnetlink
 *
 * All of it acts on the network namespace that the calling thread is in.
 */

/**
 * link_isolate() - move the calling thread, and all threads that it starts from now on, into a new network namespace
 *
 * Return: 0 or -errno: -EPERM without CAP_SYS_ADMIN, -ENOSPC at the limit of namespaces.
 */
int link_isolate(void);

/**
 * struct link_info - what is known of a link
 * @ifindex: its number
 * @mac: its Ethernet address; zeros if it has none
 */
struct link_info {
	int ifindex;
	uint8_t mac[6];
};

/* Return: 0 or -errno, -ENODEV if there is none of that name. */
int link_get(const char *name, struct link_info *info);

/**
 * link_up() - set the MTU and bring a link up
 * @name: the link
 * @mtu: in bytes, without the Ethernet header; 0 leaves it
 * @tx_queue_len: packets that may wait in it; 0 leaves it. A tap sizes its queues by it.
 *
 * Return: 0 or -errno; -EINVAL or -ERANGE for an MTU that the link cannot have.
 */
int link_up(const char *name, unsigned int mtu, unsigned int tx_queue_len);

/**
 * link_disable_ipv6() - no IPv6 on a link, so that no autoconfiguration frames cross it
 *
 * To be called before it is up. A kernel without IPv6 is fine, and so is a link that has no settings for it.
 *
 * Return: 0 or -errno: -EACCES or -EROFS where /proc/sys cannot be written.
 */
int link_disable_ipv6(const char *name);

#endif
