// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapnet.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "tap.h"

/* Since the list was read, another process may have opened the tap, or replaced it by another one of that name. */
static int check_mine(const struct link_info *listed)
{
	struct link_info now;
	int r = link_get(listed->name, &now);

	if (r)
		return r;
	if (now.ifindex != listed->ifindex)
		return -ENODEV;
	return now.tun.queues > 1 ? -EBUSY : 0;
}

/*
 * Do not delete the link: a process that opens the tap meanwhile would lose it. Open the tap instead, which fails if a
 * process has it open; not persistent any more, it then goes away with our descriptor.
 */
int tapnet_remove(const struct link_info *link, struct step *step)
{
	int flags = (link->tun.multi_queue ? IFF_MULTI_QUEUE : 0) | (link->tun.vnet_hdr ? IFF_VNET_HDR : 0);
	char name[IFNAMSIZ];
	int fd, r;

	step_at(step, NULL, "remove %s", link->name);
	fd = tap_open(link->name, flags, name);
	if (fd == -EPERM || fd == -EACCES)
		return step_why(step, fd, "%s; it needs %s", strerror(-fd),
				fd == -EPERM ? "CAP_NET_ADMIN" : "access to /dev/net/tun");
	if (fd < 0)
		return fd;
	r = check_mine(link);
	if (!r)
		r = tap_set_persist(fd, false);
	close(fd);
	return r;
}
