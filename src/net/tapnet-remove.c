// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapnet.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "link-macvlan.h"
#include "macvtap.h"
#include "tap-link.h"
#include "tap.h"

static int moved(struct step *step)
{
	return step_why(step, -ESTALE, "it is gone, or has another name, since it was listed");
}

/* The tap could not be opened. A tap that has the name meanwhile is none of our business, nor is its error. */
static int open_refused(const struct link_info *listed, int err, struct step *step)
{
	struct link_info now;
	int r = link_get(listed->name, &now);

	if (r == -ENODEV || (!r && now.ifindex != listed->ifindex))
		return moved(step);
	if (err == -EPERM || err == -EACCES)
		return step_why(step, err, "%s; it needs %s", strerror(-err),
				err == -EPERM ? "CAP_NET_ADMIN" : "access to /dev/net/tun");
	return err;
}

/* Is the tap that we opened the listed one, still with our label, and does nobody else have it open? */
static int check_mine(int fd, const struct link_info *listed, struct step *step)
{
	struct link_info now;
	int r = tap_link(fd, &now);

	if (r == -ESTALE || (!r && now.ifindex != listed->ifindex))
		return moved(step);
	if (r)
		return r;
	if (strcmp(now.alias, listed->alias))
		return step_why(step, -ESTALE, "its alias was changed since it was listed");
	return now.tun.queues > 1 ? -EBUSY : 0;
}

/*
 * Delete neither by name nor by index: a process that opens the tap meanwhile would lose it, and a name may be another
 * tap's by now. Open the tap instead, which fails if a process has its only queue open, and look which one it is that
 * was opened; not persistent any more, it goes away with our descriptor.
 *
 * What the kernel has no means against: the label may be changed, or another queue of a multi-queue tap opened, after
 * check_mine() and before the tap loses its persistence; who opened a queue keeps the tap until it closes that. And
 * whoever has the listed name is opened before we can see who it is: its flags become those of the listed tap, as with
 * each opening of a first queue, until it is opened next.
 */
static int remove_tap(const struct link_info *link, struct step *step)
{
	int flags = (link->tun.multi_queue ? IFF_MULTI_QUEUE : 0) | (link->tun.vnet_hdr ? IFF_VNET_HDR : 0);
	char name[IFNAMSIZ];
	int fd, r;

	step_at(step, NULL, "remove %s", link->name);
	fd = tap_open(link->name, flags, name);
	if (fd < 0)
		return open_refused(link, fd, step);
	r = check_mine(fd, link, step);
	if (!r)
		r = tap_set_persist(fd, false);
	close(fd);
	return r;
}

/*
 * A macvtap has no such means: it is deleted by its number, whoever opens it meanwhile. If the number is another link's
 * by now, that is seen.
 */
static int remove_macvtap(const struct link_info *link, struct step *step)
{
	struct link_info now;
	int r;

	step_at(step, NULL, "remove %s", link->name);
	r = link_get_index(link->ifindex, &now);
	if (r == -ENODEV || (!r && (strcmp(now.name, link->name) || strcmp(now.kind, link->kind))))
		return moved(step);
	if (r)
		return r;
	if (strcmp(now.alias, link->alias))
		return step_why(step, -ESTALE, "its alias was changed since it was listed");
	if (macvtap_in_use(&now))
		return -EBUSY;
	r = link_delete(now.ifindex);
	return r == -EPERM ? step_why(step, r, "%s; it needs CAP_NET_ADMIN", strerror(EPERM)) : r;
}

int tapnet_remove(const struct link_info *link, struct step *step)
{
	if (!strcmp(link->kind, "macvtap"))
		return remove_macvtap(link, step);
	return remove_tap(link, step);
}
