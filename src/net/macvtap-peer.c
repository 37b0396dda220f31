// SPDX-License-Identifier: GPL-2.0-or-later
#include "macvtap-peer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tapnet.h"

static int make(struct macvtap_peer *p, const struct link_info *macvtap, struct step *step)
{
	char alias[LINK_ALIAS_MAX];
	struct macvtap_wish wish = {
		.kind = "macvlan", .name = "vhost%d", .mode = MACVTAP_BRIDGE, .alias = alias,
	};
	struct link_info lower;
	int ifindex, r;

	step_at(step, NULL, "make a macvlan on %s, the far end", macvtap->macvtap.lower);
	r = link_get(macvtap->macvtap.lower, &lower);
	if (r)
		return r;
	wish.lower = lower.ifindex;
	tapnet_alias(alias);
	r = macvtap_keeper_start(&p->keeper, &wish, &ifindex);
	return r ? r : link_get_index(ifindex, &p->link);
}

/*
 * Frames of its own would reach the macvtap, too. The kernel has this setting by name, not by index: open it, and look
 * only then whether the name is still that of the macvlan.
 */
static int disable_ipv6(const struct macvtap_peer *p, struct step *step)
{
	struct link_info now;
	int fd, r;

	step_at(step, NULL, "turn IPv6 off on %s", p->link.name);
	fd = link_open_ipv6(p->link.name);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	r = link_get_index(p->link.ifindex, &now);
	if (!r)
		r = strcmp(now.name, p->link.name) ? -ENOENT : link_disable_ipv6(fd);
	close(fd);
	return r == -ENOENT || r == -ENODEV ? step_why(step, -ESTALE, TAPNET_RENAMED) : r;
}

int macvtap_peer_open(struct macvtap_peer *p, const struct link_info *macvtap, struct step *step)
{
	int r;

	*p = (struct macvtap_peer){ .keeper.fd = -1 };
	r = make(p, macvtap, step);
	if (!r)
		r = disable_ipv6(p, step);
	if (!r) {
		step_at(step, NULL, "bring %s up", p->link.name);
		r = link_set_up(p->link.ifindex);
	}
	if (r)
		macvtap_peer_close(p);
	return r;
}

void macvtap_peer_close(struct macvtap_peer *p)
{
	macvtap_keeper_stop(&p->keeper);
}
