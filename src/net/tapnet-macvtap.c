// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapnet-macvtap.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "macvtap.h"
#include "tap.h"

/* Its packets bypass the host, so that settings of the host's side mean nothing. */
static int check_settings(const struct tapnet_conf *c, const char *name, struct step *step)
{
	if (c->bridge) {
		step_at(step, "bridge", "make %s a port of %s", name, c->bridge);
		return step_why(step, -EINVAL, "it is a macvtap, which is on a link already");
	}
	if (c->backpressure) {
		step_at(step, "backpressure", "stop %s in place of dropping", name);
		return step_why(step, -EINVAL, "it is a macvtap, which cannot; a tap can");
	}
	if (c->address_count) {
		step_at(step, "address", "give %s the address %s", name, c->addresses[0]);
		step->item = 0;
		return step_why(step, -EINVAL, "it is a macvtap: the host is not at its other end");
	}
	return 0;
}

int tapnet_check_conf(const struct tapnet_conf *c, struct step *step)
{
	if (c->macvtap)
		return check_settings(c, "it", step);
	if (c->macvtap_mode < 0)
		return 0;
	step_at(step, "macvtap-mode", "use this mode");
	return step_why(step, -EINVAL, "it is for a macvtap that is made, by --macvtap");
}

int tapnet_find_lower(const struct tapnet_conf *c, int *lower, struct step *step)
{
	struct link_info info;
	int r;

	if (!c->macvtap)
		return 0;
	step_at(step, "macvtap", "make a macvtap on %s", c->macvtap);
	r = link_get(c->macvtap, &info);
	if (r == -ENODEV)
		return step_why(step, r, "there is no such link");
	*lower = info.ifindex;
	return r;
}

int tapnet_check_macvtap(const struct link_info *link, const struct tapnet_conf *c, struct step *step)
{
	step_at(step, "tap", "use %s", link->name);
	if (macvtap_in_use(link) > 0)
		return step_why(step, -EBUSY, "another process has it open");
	return check_settings(c, link->name, step);
}

static int make_refused(int err, struct step *step)
{
	switch (-err) {
	case EPERM:
		step->key = NULL;
		return step_why(step, err, "%s; it needs CAP_NET_ADMIN", strerror(EPERM));
	case EOPNOTSUPP:
		step->key = NULL;
		return step_why(step, err, "this kernel has no macvtap; load it with: modprobe macvtap");
	case EEXIST:
		step->key = "tap";
		return step_why(step, err, "somebody else made a link of that name just now");
	case ESTALE:
		return step_why(step, err, TAPNET_RENAMED);
	case EBUSY:
		return step_why(step, err, "that is a port of a bridge, or something else has its packets");
	case EINVAL:
		return step_why(step, err, "that is no Ethernet link, or has a macvtap or macvlan already, one of "
				"which is passthru");
	case EAGAIN:
	case ENOMEM:
		return step_no_process(step, err);
	default:
		return err;
	}
}

int tapnet_make_macvtap(struct tapnet *t, const struct tapnet_conf *c, int lower, struct step *step)
{
	char alias[LINK_ALIAS_MAX];
	const struct macvtap_wish wish = {
		.kind = "macvtap", .name = c->tap, .lower = lower, .alias = alias,
		.mode = c->macvtap_mode < 0 ? MACVTAP_BRIDGE : (enum macvtap_mode)c->macvtap_mode,
	};
	int ifindex, r;

	step_at(step, "macvtap", "make the macvtap %s on %s", c->tap, c->macvtap);
	tapnet_alias(alias);
	r = macvtap_keeper_start(&t->keeper, &wish, &ifindex);
	if (r)
		return make_refused(r, step);
	r = link_get_index(ifindex, &t->link);
	if (r == -ENODEV)
		return make_refused(-ESTALE, step);
	memcpy(t->name, t->link.name, sizeof(t->name));
	return r;
}

/* The kernel does not tell the limit of a macvtap's queue. */
int tapnet_set_macvtap_sndbuf(struct tapnet *t, const struct tapnet_conf *c)
{
	int r = 0;

	t->sndbuf = c->sndbuf ? (int)c->sndbuf : INT_MAX;
	for (unsigned int i = 0; !r && i < t->queues; i++)
		r = tap_set_sndbuf(t->fds[i], t->sndbuf);
	return r;
}

int tapnet_macvtap_refused(int err, struct step *step)
{
	switch (-err) {
	case EPERM:
	case EACCES:
		step->key = NULL;
		return step_why(step, err, "%s; it needs access to /dev/tapN, or CAP_SYS_ADMIN and CAP_MKNOD",
				strerror(-err));
	case EBUSY:
		return step_why(step, err, "a macvtap has no more than %d", TAPNET_QUEUES_MAX);
	default:
		return err;
	}
}
