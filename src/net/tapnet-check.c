// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapnet-check.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "base/format.h"
#include "tap.h"
#include "tapnet-macvtap.h"

/* RFC 8200, section 5: with less, the kernel turns IPv6 off on a link. */
#define IPV6_MTU_MIN 1280

/* Hardware and the loopback have no kind. */
static const char *kind_of(const struct link_info *info)
{
	return info->kind[0] ? info->kind : "link of another kind";
}

/* Before anything is made: is there such a bridge? */
static int check_bridge(const struct tapnet_conf *c, int *bridge, struct step *step)
{
	struct link_info info;
	int r;

	if (!c->bridge)
		return 0;
	step_at(step, "bridge", "use the bridge %s", c->bridge);
	r = link_get(c->bridge, &info);
	if (r == -ENODEV)
		return step_why(step, r, "there is none; make it with: ip link add %s type bridge", c->bridge);
	if (r)
		return r;
	if (strcmp(info.kind, "bridge"))
		return step_why(step, -EINVAL, "it is a %s, not a bridge", kind_of(&info));
	*bridge = info.ifindex;
	return 0;
}

int tapnet_check_mtu(const struct link_info *info, const struct tapnet_conf *c, struct step *step)
{
	if (!c->mtu || !info->mtu_max || (c->mtu >= info->mtu_min && c->mtu <= info->mtu_max))
		return 0;
	step_at(step, "mtu", "set the MTU of %s to %" PRIu64, info->name, c->mtu);
	return step_why(step, -EINVAL, "it can be %u to %u", info->mtu_min, info->mtu_max);
}

static int check_addresses(const struct tapnet_conf *c, struct step *step)
{
	for (int i = 0; i < c->address_count; i++) {
		int family = link_address_family(c->addresses[i]);

		step_at(step, "address", "use the address %s", c->addresses[i]);
		step->item = i;
		if (family < 0)
			return step_why(step, family, "it is no IPv4 or IPv6 address with the length of its prefix");
		if (family == AF_INET6 && c->mtu && c->mtu < IPV6_MTU_MIN)
			return step_why(step, -EINVAL, "IPv6 needs an MTU of %d or more", IPV6_MTU_MIN);
	}
	return 0;
}

/*
 * A tap without a vnet header will do: opening its first queue sets all its flags but IFF_MULTI_QUEUE anew, which the
 * kernel only compares.
 */
static int check_tap(const struct link_info *info, const struct tapnet_conf *c, struct step *step)
{
	step_at(step, "tap", "use %s", c->tap);
	if (strcmp(info->kind, "tun"))
		return step_why(step, -EEXIST, "it is a %s, not a tap", kind_of(info));
	if (!info->tun.tap)
		return step_why(step, -EEXIST, "it is a tun, not a tap");
	if (info->tun.queues)
		return step_why(step, -EBUSY, "another process has it open");
	step_at(step, "queues", "open %" PRIu64 " queue%s of %s", c->queues, plural(c->queues), c->tap);
	if (c->queues > 1 && !info->tun.multi_queue)
		return step_why(step, -EINVAL, "it has one queue only; make it with: "
				"ip tuntap add dev %s mode tap multi_queue", c->tap);
	if (c->queues == 1 && info->tun.multi_queue)
		return step_why(step, -EINVAL, "it is multi-queue, which takes 2 or more; make it with: "
				"ip tuntap add dev %s mode tap", c->tap);
	return tapnet_check_mtu(info, c, step);
}

static int check_existing(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	int r;

	t->existed = true;
	if (c->macvtap) {
		step_at(step, "tap", "make a macvtap of the name %s", c->tap);
		return step_why(step, -EEXIST, "it is there already; to use it, leave out --macvtap");
	}
	t->macvtap = !strcmp(t->link.kind, "macvtap");
	if (!t->macvtap)
		return check_tap(&t->link, c, step);
	r = tapnet_check_macvtap(&t->link, c, step);
	return r ? r : tapnet_check_mtu(&t->link, c, step);
}

static int check_backpressure(const struct tapnet_conf *c, struct step *step)
{
	int r;

	if (!c->backpressure)
		return 0;
	step_at(step, "backpressure", "make a tap that stops in place of dropping");
	r = tap_can_stop();
	/* Without /dev/net/tun it is the tap that fails, which says what to do. */
	return r ? 0 : step_why(step, -EOPNOTSUPP, "this kernel has no such taps; Linux 7.3 and later have");
}

int tapnet_check_open(struct tapnet *t, const struct tapnet_conf *c, struct tapnet_others *others, struct step *step)
{
	int r;

	r = check_addresses(c, step);
	if (!r)
		r = check_bridge(c, &others->bridge, step);
	if (!r)
		r = check_backpressure(c, step);
	if (!r)
		r = tapnet_find_lower(c, &others->lower, step);
	if (r)
		return r;
	t->macvtap = c->macvtap;
	if (strchr(c->tap, '%'))
		return 0;
	step_at(step, "tap", "look for %s", c->tap);
	r = link_get(c->tap, &t->link);
	if (r == -ENODEV)
		return 0;
	return r ? r : check_existing(t, c, step);
}
