// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapnet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "tap.h"

/* Our word alone, or with more behind a blank: "vhostctl2" is somebody else's. */
static bool is_ours(const struct link_info *link)
{
	const size_t len = strlen(TAPNET_ALIAS);

	return !strcmp(link->kind, "tun") && link->tun.tap && !strncmp(link->alias, TAPNET_ALIAS, len) &&
	       (!link->alias[len] || link->alias[len] == ' ');
}

int tapnet_list(struct link_info **links, size_t *count, struct step *step)
{
	size_t all;
	int r;

	step_at(step, NULL, "list the links");
	*count = 0;
	r = link_list(links, &all);
	if (r)
		return r;
	for (size_t i = 0; i < all; i++)
		if (is_ours(&(*links)[i]))
			(*links)[(*count)++] = (*links)[i];
	return 0;
}

/* Of a tap that is not multi-queue the number of queues is not told, but the first one that is opened is its carrier. */
bool tapnet_in_use(const struct link_info *link)
{
	return link->tun.queues || (!link->tun.multi_queue && link->carrier) || !link->tun.persist;
}

/* Somebody else may have opened it, or removed it and made another one of that name, since it was listed. */
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
 * Not by deleting the link, which would take it from under whoever opens it meanwhile: we open it ourselves, which fails
 * if somebody has it, and let it go with our descriptor.
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
