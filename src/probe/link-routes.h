/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINK_ROUTES_H
#define LINK_ROUTES_H

#include <stdint.h>
#include <sys/types.h>

/**
 * link_routes() - does a route lead to a link?
 * @ifindex: the link's interface number
 * @netns: inode number of its network namespace
 * @pid: a process that may be in that namespace; 0: none
 *
 * An address makes routes, too. Those of IPv6 that each link has by itself, link-local ones and those of multicast, do
 * not count. The namespace is entered and left again: call it in a process of one thread.
 *
 * Return: 1 if there is one, 0 if there is none, -errno if that cannot be seen: -ENOENT if the namespace is neither our
 * own nor that of @pid, and has no name.
 */
int link_routes(uint32_t ifindex, uint32_t netns, pid_t pid);

#endif
