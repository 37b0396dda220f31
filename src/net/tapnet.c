// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapnet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#include "base/format.h"
#include "macvtap.h"
#include "tap-link.h"
#include "tap.h"
#include "tapnet-check.h"
#include "tapnet-macvtap.h"

/* If @err is -EPERM, name the capability that is missing. */
static int needs(struct step *step, int err, const char *capability)
{
	if (err != -EPERM)
		return err;
	step->key = NULL;
	return step_why(step, err, "%s; it needs %s", strerror(EPERM), capability);
}

int tapnet_enter_netns(const char *netns, int *back, struct step *step)
{
	int r;

	*back = -1;
	if (!netns)
		return 0;
	step_at(step, "netns", "enter the network namespace %s", netns);
	r = link_enter_netns(netns, back);
	if (r == -ENOENT && !strchr(netns, '/'))
		return step_why(step, r, "there is none of that name; make it with: ip netns add %s", netns);
	if (r == -EINVAL)
		return step_why(step, r, "it is no network namespace");
	return needs(step, r, "CAP_SYS_ADMIN");
}

int tapnet_leave_netns(int back, struct step *step)
{
	int r = back < 0 ? 0 : link_leave_netns(back);

	if (r)
		step_at(step, "netns", "go back to the network namespace of before");
	return r;
}

static int tun_absent(int err, struct step *step)
{
	step->key = NULL;
	/* There whenever the module is loaded or built in, even if the node is missing. */
	if (!access("/sys/class/misc/tun", F_OK))
		return step_why(step, err, "there is no /dev/net/tun, although the module tun is loaded; "
				"in a container, pass the device in");
	return step_why(step, err, "there is no /dev/net/tun; load it with: modprobe tun");
}

static int open_refused(const struct tapnet *t, int err, struct step *step)
{
	switch (-err) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return tun_absent(err, step);
	case EACCES:
		step->key = NULL;
		return step_why(step, err, "%s; it needs access to /dev/net/tun", strerror(EACCES));
	case EEXIST:
	case EBUSY:
		return step_why(step, err, t->existed ? "another process has it open" :
						      "somebody else made a link of that name just now");
	case E2BIG:
		return step_why(step, err, "a tap has no more than %d", TAPNET_QUEUES_MAX);
	default:
		return needs(step, err, "CAP_NET_ADMIN");
	}
}

/*
 * See that the tap of @fd, one of our queues, is the one whose link we know, by the name we know. A new tap's first
 * queue has no link yet: take what is found.
 *
 * The kernel opens a tap by its name only, so we may have opened somebody else's. All that we did to that one is the
 * opening: closing gives the queue back, but if it was the first one, the tap's flags stay ours; see tap_open().
 */
static int look_at(struct tapnet *t, int fd, struct step *step)
{
	const int known = t->link.ifindex;
	struct link_info now;
	int r = tap_link(fd, &now);

	if (r == -ESTALE || (!r && ((known && now.ifindex != known) || strcmp(now.name, t->name))))
		return step_why(step, -ESTALE, TAPNET_RENAMED);
	if (!r)
		t->link = now;
	return r;
}

static int open_macvtap_queue(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	const int flags = IFF_VNET_HDR | (c->queues > 1 ? IFF_MULTI_QUEUE : 0), fd = macvtap_open(&t->link, flags);

	if (fd == -ESTALE)
		return step_why(step, fd, TAPNET_RENAMED);
	if (fd < 0)
		return tapnet_macvtap_refused(fd, step);
	t->fds[t->queues++] = fd;
	return look_at(t, fd, step);
}

static int open_queue(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	const bool first = !t->queues;
	int flags = IFF_VNET_HDR | (c->queues > 1 ? IFF_MULTI_QUEUE : 0) | (c->backpressure ? TAP_BACKPRESSURE : 0), fd;
	char name[IFNAMSIZ];

	if (t->macvtap)
		return open_macvtap_queue(t, c, step);
	/* A tap that was made since we looked is not ours. */
	if (first && !t->existed)
		flags |= IFF_TUN_EXCL;
	fd = tap_open(first ? c->tap : t->name, flags, name);
	if (fd < 0)
		return open_refused(t, fd, step);
	t->fds[t->queues++] = fd;
	if (first)
		memcpy(t->name, name, sizeof(t->name));
	return look_at(t, fd, step);
}

/* Set the owner, else anybody could open a queue of the tap; and the alias, by which cleanup finds it. */
static int mark(const struct tapnet *t, struct step *step)
{
	char alias[LINK_ALIAS_MAX];
	int r;

	step_at(step, NULL, "set the owner of %s", t->name);
	r = tap_set_owner(t->fds[0], geteuid());
	if (r)
		return r;
	step_at(step, NULL, "set the alias of %s", t->name);
	tapnet_alias(alias);
	return link_set_alias(t->link.ifindex, alias);
}

/* The first queue makes the tap. */
static int open_tap(struct tapnet *t, const struct tapnet_conf *c, int lower, struct step *step)
{
	int r;

	if (t->macvtap && !t->existed) {
		r = tapnet_make_macvtap(t, c, lower, step);
		return r ? r : tapnet_check_mtu(&t->link, c, step);
	}
	memcpy(t->name, t->link.name, sizeof(t->name));
	step_at(step, "tap", t->existed ? "open %s" : "make the tap %s", c->tap);
	r = open_queue(t, c, step);
	if (r || t->existed)
		return r;
	r = mark(t, step);
	return r ? r : tapnet_check_mtu(&t->link, c, step);
}

static int open_queues(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	while (t->queues < c->queues) {
		int r;

		step_at(step, "queues", "open queue %u of %s", t->queues, t->name);
		r = open_queue(t, c, step);
		if (r)
			return r;
	}
	return 0;
}

static int set_offload(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	int r;

	step_at(step, "offload", "set the offloads of %s", t->name);
	r = tap_set_offload(t->fds[0], c->offload);
	return r == -EINVAL ? step_why(step, r, "this kernel does not offer all of them") : r;
}

/* The limit of a tap is copied to the queues that are open. */
static int set_sndbuf(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	int r = 0;

	step_at(step, "sndbuf", "set the sndbuf of %s", t->name);
	if (t->macvtap)
		return tapnet_set_macvtap_sndbuf(t, c);
	if (c->sndbuf)
		r = tap_set_sndbuf(t->fds[0], (int)c->sndbuf);
	return r ? r : tap_get_sndbuf(t->fds[0], &t->sndbuf);
}

/* Each of these settings is one for the whole tap, but each queue of a macvtap has its own header and limit. */
static int set_up_tap(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	const int header = c->vnet_hdr_size ? (int)c->vnet_hdr_size : (int)sizeof(struct virtio_net_hdr_mrg_rxbuf);
	int r = 0;

	step_at(step, "vnet-hdr-size", "set the vnet header size of %s to %d", t->name, header);
	for (unsigned int i = 0; !r && i < (t->macvtap ? t->queues : 1); i++)
		r = tap_set_vnet_hdr_size(t->fds[i], header);
	if (!r)
		r = tap_get_vnet_hdr_size(t->fds[0], &t->vnet_hdr_size);
	if (!r)
		r = set_sndbuf(t, c, step);
	return r ? r : set_offload(t, c, step);
}

static int set_sizes(const struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	int r;

	if (c->mtu) {
		step_at(step, "mtu", "set the MTU of %s to %" PRIu64, t->name, c->mtu);
		r = link_set_mtu(t->link.ifindex, (unsigned int)c->mtu);
		if (r == -EINVAL && t->macvtap)
			return step_why(step, r, "it cannot be more than that of %s", t->link.macvtap.lower);
		if (r)
			return r;
	}
	if (!c->tx_queue_len)
		return 0;
	step_at(step, NULL, "set the queue length of %s to %u", t->name, c->tx_queue_len);
	return link_set_tx_queue_len(t->link.ifindex, c->tx_queue_len);
}

static int add_addresses(const struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	for (int i = 0; i < c->address_count; i++) {
		int r;

		step_at(step, "address", "give %s the address %s", t->name, c->addresses[i]);
		step->item = i;
		r = link_add_address(t->link.ifindex, c->addresses[i]);
		if (r == -EACCES)
			return step_why(step, r, "IPv6 is off: net.ipv6.conf.%s.disable_ipv6", t->name);
		if (r)
			return r;
	}
	return 0;
}

/* The kernel has this setting by name, not by index: open it, and look only then whether the name is the tap's. */
static int disable_ipv6(struct tapnet *t, struct step *step)
{
	int fd, r;

	step_at(step, NULL, "turn IPv6 off on %s", t->name);
	fd = link_open_ipv6(t->name);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	r = look_at(t, t->fds[0], step);
	if (!r)
		r = link_disable_ipv6(fd);
	close(fd);
	return r == -ENOENT ? step_why(step, r, TAPNET_RENAMED) : r;
}

/* Bring the link up last: nothing may be sent before all is set. */
static int set_up_link(struct tapnet *t, const struct tapnet_conf *c, int bridge, struct step *step)
{
	int r = 0;

	if (c->mac_given) {
		step_at(step, "mac", "set the address of %s", t->name);
		r = link_set_mac(t->link.ifindex, c->mac);
	}
	if (!r)
		r = set_sizes(t, c, step);
	if (!r && c->no_ipv6)
		r = disable_ipv6(t, step);
	if (!r && c->bridge) {
		step_at(step, "bridge", "make %s a port of %s", t->name, c->bridge);
		r = link_set_master(t->link.ifindex, bridge);
	}
	if (!r)
		r = add_addresses(t, c, step);
	/* A link that is up is left alone: the caller may lack the right to bring it up. */
	if (!r && !c->down && !t->link.up) {
		step_at(step, NULL, "bring %s up", t->name);
		r = link_set_up(t->link.ifindex);
	}
	return r;
}

static int open_here(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	struct tapnet_others others = { 0 };
	int r;

	t->netns = link_netns();
	r = tapnet_check_open(t, c, &others, step);
	if (!r)
		r = open_tap(t, c, others.lower, step);
	if (!r)
		r = open_queues(t, c, step);
	if (!r)
		r = set_up_tap(t, c, step);
	if (!r)
		r = needs(step, set_up_link(t, c, others.bridge, step), "CAP_NET_ADMIN");
	if (r)
		return r;
	step_at(step, NULL, "read %s back", t->name);
	return look_at(t, t->fds[0], step);
}

int tapnet_open(struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	struct step leaving;
	int back, r, left;

	*t = (struct tapnet){ .keeper.fd = -1 };
	r = tapnet_enter_netns(c->netns, &back, step);
	if (r)
		return r;
	r = open_here(t, c, step);
	left = tapnet_leave_netns(back, &leaving);
	if (!r && left) {
		*step = leaving;
		r = left;
	}
	if (r)
		tapnet_close(t);
	return r;
}

int tapnet_check(struct tapnet *t, struct step *step)
{
	step_at(step, NULL, "use %s", t->name);
	return look_at(t, t->fds[0], step);
}

int tapnet_persist(const struct tapnet *t, const struct tapnet_conf *c, struct step *step)
{
	if (!c->persist)
		return 0;
	step_at(step, "persist", "make %s persistent", t->name);
	if (t->macvtap)
		return t->existed ? 0 : macvtap_keeper_persist(&t->keeper, true);
	return tap_set_persist(t->fds[0], true);
}

int tapnet_inherit(const struct tapnet *t)
{
	return t->macvtap && !t->existed ? macvtap_keeper_inherit(&t->keeper) : 0;
}

void tapnet_close(struct tapnet *t)
{
	for (unsigned int i = 0; i < t->queues; i++)
		close(t->fds[i]);
	t->queues = 0;
	if (t->macvtap && !t->existed)
		macvtap_keeper_stop(&t->keeper);
}

void tapnet_discard(struct tapnet *t)
{
	if (t->queues && !t->existed && t->macvtap)
		macvtap_keeper_persist(&t->keeper, false);
	else if (t->queues && !t->existed)
		tap_set_persist(t->fds[0], false);
	tapnet_close(t);
}
