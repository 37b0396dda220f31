// SPDX-License-Identifier: GPL-2.0-or-later
#include "link-macvlan.h"

#include <errno.h>
#include <stddef.h>

#include <linux/if_link.h>
#include <netlink/attr.h>

#include "link-request.h"

const char *const macvtap_mode_names[] = {
	[MACVTAP_BRIDGE] = "bridge", [MACVTAP_VEPA] = "vepa", [MACVTAP_PRIVATE] = "private",
	[MACVTAP_PASSTHRU] = "passthru", NULL,
};

static const unsigned int modes[] = {
	[MACVTAP_BRIDGE] = MACVLAN_MODE_BRIDGE, [MACVTAP_VEPA] = MACVLAN_MODE_VEPA,
	[MACVTAP_PRIVATE] = MACVLAN_MODE_PRIVATE, [MACVTAP_PASSTHRU] = MACVLAN_MODE_PASSTHRU,
};

const char *macvtap_mode_name(unsigned int mode)
{
	for (size_t i = 0; macvtap_mode_names[i]; i++)
		if (modes[i] == mode)
			return macvtap_mode_names[i];
	return mode == MACVLAN_MODE_SOURCE ? "source" : "unknown";
}

static int put_kind(struct nl_msg *msg, const char *kind, enum macvtap_mode mode)
{
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO), *data;

	if (!info || nla_put_string(msg, IFLA_INFO_KIND, kind))
		return -ENOMEM;
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	if (!data || nla_put_u32(msg, IFLA_MACVLAN_MODE, modes[mode]))
		return -ENOMEM;
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return 0;
}

int link_add_macvlan(const char *kind, const char *name, int lower, enum macvtap_mode mode)
{
	struct nl_msg *msg = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &(struct ifinfomsg){ 0 });

	if (!msg)
		return -ENOMEM;
	if (nla_put_string(msg, IFLA_IFNAME, name) || nla_put_u32(msg, IFLA_LINK, (uint32_t)lower) ||
	    put_kind(msg, kind, mode)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return link_request(msg, NULL, NULL);
}

int link_delete(int ifindex)
{
	struct nl_msg *msg = link_message(RTM_DELLINK, 0, &(struct ifinfomsg){ .ifi_index = ifindex });

	return msg ? link_request(msg, NULL, NULL) : -ENOMEM;
}
