// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>

#include "base/array.h"
#include "base/parse.h"
#include "link-request.h"

#define NETNS_DIR "/run/netns/"

static void sock_free(struct nl_sock **sk)
{
	nl_socket_free(*sk);
}

static void addr_put(struct nl_addr **addr)
{
	nl_addr_put(*addr);
}

static void rtaddr_put(struct rtnl_addr **addr)
{
	rtnl_addr_put(*addr);
}

#define AUTO_SOCK __attribute__((cleanup(sock_free))) struct nl_sock *
#define AUTO_ADDR __attribute__((cleanup(addr_put))) struct nl_addr *
#define AUTO_RTADDR __attribute__((cleanup(rtaddr_put))) struct rtnl_addr *

/* libnl has its own error numbers: turn those that do not come from the kernel into -errno. */
static int nl_to_errno(int r)
{
	switch (r < 0 ? -r : 0) {
	case 0:
		return 0;
	case NLE_PERM:
		return -EPERM;
	case NLE_NOACCESS:
		return -EACCES;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_INVAL:
		return -EINVAL;
	case NLE_RANGE:
		return -ERANGE;
	case NLE_INTR:
		return -EINTR;
	case NLE_AGAIN:
	case NLE_DUMP_INTR:
		return -EAGAIN;
	case NLE_MSGSIZE:
		return -EMSGSIZE;
	default:
		return -EIO;
	}
}

/* Keep the kernel's errno: libnl has fewer error numbers. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	(void)from;
	*(int *)arg = e->error;
	return NL_STOP;
}

/* A socket belongs to the namespace that its thread is in when it is made, so each request makes its own. */
static int link_connect(struct nl_sock **sk)
{
	int r;

	*sk = nl_socket_alloc();
	if (!*sk)
		return -ENOMEM;
	errno = 0;
	r = nl_connect(*sk, NETLINK_ROUTE);
	return r && errno ? -errno : nl_to_errno(r);
}

int link_request(struct nl_msg *msg, nl_recvmsg_msg_cb_t on_link, void *arg)
{
	AUTO_SOCK sk = NULL;
	int kernel = 0, r = link_connect(&sk);

	if (r) {
		nlmsg_free(msg);
		return r;
	}
	nl_socket_modify_err_cb(sk, NL_CB_CUSTOM, on_error, &kernel);
	if (on_link)
		nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, on_link, arg);
	r = nl_send_sync(sk, msg);
	return kernel ? kernel : nl_to_errno(r);
}

struct nl_msg *link_message(int type, int flags, const struct ifinfomsg *ifi)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg && nlmsg_append(msg, (void *)ifi, sizeof(*ifi), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int link_set(int ifindex, int attr, const void *value, size_t size)
{
	struct nl_msg *msg = link_message(RTM_SETLINK, 0, &(struct ifinfomsg){ .ifi_index = ifindex });

	if (!msg)
		return -ENOMEM;
	if (nla_put(msg, attr, (int)size, value)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return link_request(msg, NULL, NULL);
}

int link_set_alias(int ifindex, const char *alias)
{
	return link_set(ifindex, IFLA_IFALIAS, alias, strlen(alias));
}

int link_set_mac(int ifindex, const uint8_t mac[6])
{
	return link_set(ifindex, IFLA_ADDRESS, mac, 6);
}

int link_set_mtu(int ifindex, unsigned int mtu)
{
	return link_set(ifindex, IFLA_MTU, &(uint32_t){ mtu }, sizeof(uint32_t));
}

int link_set_tx_queue_len(int ifindex, unsigned int packets)
{
	return link_set(ifindex, IFLA_TXQLEN, &(uint32_t){ packets }, sizeof(uint32_t));
}

int link_set_master(int ifindex, int master)
{
	return link_set(ifindex, IFLA_MASTER, &(uint32_t){ (uint32_t)master }, sizeof(uint32_t));
}

int link_set_up(int ifindex)
{
	struct ifinfomsg ifi = { .ifi_index = ifindex, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct nl_msg *msg = link_message(RTM_SETLINK, 0, &ifi);

	return msg ? link_request(msg, NULL, NULL) : -ENOMEM;
}

/* Copy a string from the kernel, which may lack its NUL; empty if there is none. */
static void copy_text(char *to, size_t size, const struct nlattr *attr)
{
	to[0] = 0;
	if (attr)
		nla_strlcpy(to, attr, size);
}

static unsigned int number(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static bool flag(const struct nlattr *attr)
{
	return attr && nla_get_u8(attr);
}

/* libnl does not support tun links. */
static void parse_tun(struct link_tun *tun, struct nlattr *data)
{
	static const struct nla_policy policy[IFLA_TUN_MAX + 1] = {
		[IFLA_TUN_TYPE] = { .type = NLA_U8 },
		[IFLA_TUN_VNET_HDR] = { .type = NLA_U8 },
		[IFLA_TUN_PERSIST] = { .type = NLA_U8 },
		[IFLA_TUN_MULTI_QUEUE] = { .type = NLA_U8 },
		[IFLA_TUN_NUM_QUEUES] = { .type = NLA_U32 },
		[IFLA_TUN_NUM_DISABLED_QUEUES] = { .type = NLA_U32 },
	};
	struct nlattr *tb[IFLA_TUN_MAX + 1];

	if (nla_parse_nested(tb, IFLA_TUN_MAX, data, policy))
		return;
	*tun = (struct link_tun){
		.tap = tb[IFLA_TUN_TYPE] && nla_get_u8(tb[IFLA_TUN_TYPE]) == IFF_TAP,
		.vnet_hdr = flag(tb[IFLA_TUN_VNET_HDR]),
		.multi_queue = flag(tb[IFLA_TUN_MULTI_QUEUE]),
		.persist = flag(tb[IFLA_TUN_PERSIST]),
		.queues = number(tb[IFLA_TUN_NUM_QUEUES]) + number(tb[IFLA_TUN_NUM_DISABLED_QUEUES]),
	};
}

/* The link below is in the same namespace, unless somebody moved one of the two. */
static void parse_macvtap(struct link_info *info, const struct nlattr *lower, struct nlattr *data)
{
	static const struct nla_policy policy[IFLA_MACVLAN_MAX + 1] = { [IFLA_MACVLAN_MODE] = { .type = NLA_U32 } };
	struct nlattr *tb[IFLA_MACVLAN_MAX + 1];

	if (!nla_parse_nested(tb, IFLA_MACVLAN_MAX, data, policy))
		info->macvtap.mode = number(tb[IFLA_MACVLAN_MODE]);
	if (!lower || !if_indextoname(number(lower), info->macvtap.lower))
		info->macvtap.lower[0] = 0;
}

static void parse_kind(struct link_info *info, const struct nlattr *lower, struct nlattr *linkinfo)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];

	if (nla_parse_nested(tb, IFLA_INFO_MAX, linkinfo, NULL))
		return;
	copy_text(info->kind, sizeof(info->kind), tb[IFLA_INFO_KIND]);
	if (tb[IFLA_INFO_DATA] && !strcmp(info->kind, "tun"))
		parse_tun(&info->tun, tb[IFLA_INFO_DATA]);
	else if (tb[IFLA_INFO_DATA] && !strcmp(info->kind, "macvtap"))
		parse_macvtap(info, lower, tb[IFLA_INFO_DATA]);
}

static int parse_link(struct link_info *info, struct nlmsghdr *hdr)
{
	static const struct nla_policy policy[IFLA_MAX + 1] = {
		[IFLA_IFNAME] = { .type = NLA_STRING },
		[IFLA_IFALIAS] = { .type = NLA_STRING },
		[IFLA_MTU] = { .type = NLA_U32 },
		[IFLA_MIN_MTU] = { .type = NLA_U32 },
		[IFLA_MAX_MTU] = { .type = NLA_U32 },
		[IFLA_TXQLEN] = { .type = NLA_U32 },
		[IFLA_CARRIER] = { .type = NLA_U8 },
		[IFLA_MASTER] = { .type = NLA_U32 },
		[IFLA_LINK] = { .type = NLA_U32 },
		[IFLA_LINKINFO] = { .type = NLA_NESTED },
	};
	const struct ifinfomsg *ifi = nlmsg_data(hdr);
	struct nlattr *tb[IFLA_MAX + 1], *mac;
	int r;

	r = nlmsg_parse(hdr, sizeof(*ifi), tb, IFLA_MAX, policy);
	if (r)
		return nl_to_errno(r);
	*info = (struct link_info){
		.ifindex = ifi->ifi_index,
		.mtu = number(tb[IFLA_MTU]),
		.mtu_min = number(tb[IFLA_MIN_MTU]),
		.mtu_max = number(tb[IFLA_MAX_MTU]),
		.tx_queue_len = number(tb[IFLA_TXQLEN]),
		.up = ifi->ifi_flags & IFF_UP,
		.carrier = flag(tb[IFLA_CARRIER]),
	};
	copy_text(info->name, sizeof(info->name), tb[IFLA_IFNAME]);
	copy_text(info->alias, sizeof(info->alias), tb[IFLA_IFALIAS]);
	mac = tb[IFLA_ADDRESS];
	if (mac && nla_len(mac) == sizeof(info->mac))
		memcpy(info->mac, nla_data(mac), sizeof(info->mac));
	/* ENXIO: the master is gone meanwhile, so there is none. */
	if (tb[IFLA_MASTER] && !if_indextoname(number(tb[IFLA_MASTER]), info->master) && errno != ENXIO)
		return -errno;
	if (tb[IFLA_LINKINFO])
		parse_kind(info, tb[IFLA_LINK_NETNSID] ? NULL : tb[IFLA_LINK], tb[IFLA_LINKINFO]);
	return 0;
}

/* The links that link_get() and link_list() have received. */
struct gathered {
	struct link_info *links;
	size_t count, room;
	int err;
};

static int on_link(struct nl_msg *msg, void *arg)
{
	struct gathered *g = arg;
	struct link_info *links;

	links = array_grow(g->links, &g->room, g->count + 1, sizeof(*links));
	if (!links) {
		g->err = -ENOMEM;
		return NL_STOP;
	}
	g->links = links;
	g->err = parse_link(&links[g->count], nlmsg_hdr(msg));
	if (g->err)
		return NL_STOP;
	g->count++;
	return NL_OK;
}

static int gather(struct gathered *g, struct nl_msg *msg)
{
	int r = link_request(msg, on_link, g);

	if (g->err)
		r = g->err;
	if (r) {
		free(g->links);
		*g = (struct gathered){ 0 };
	}
	return r;
}

/* Send a request for one link. */
static int get_one(struct nl_msg *msg, struct link_info *info)
{
	struct gathered g = { 0 };
	int r = gather(&g, msg);

	if (!r && !g.count)
		r = -ENODEV;
	if (!r)
		*info = g.links[0];
	free(g.links);
	return r;
}

int link_get(const char *name, struct link_info *info)
{
	struct nl_msg *msg = link_message(RTM_GETLINK, 0, &(struct ifinfomsg){ 0 });

	if (!msg)
		return -ENOMEM;
	if (nla_put_string(msg, IFLA_IFNAME, name)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return get_one(msg, info);
}

int link_get_index(int ifindex, struct link_info *info)
{
	struct nl_msg *msg = link_message(RTM_GETLINK, 0, &(struct ifinfomsg){ .ifi_index = ifindex });

	return msg ? get_one(msg, info) : -ENOMEM;
}

int link_list(struct link_info **links, size_t *count)
{
	struct gathered g = { 0 };
	struct nl_msg *msg;
	int r;

	/* -EAGAIN: links came or went while the kernel listed them (NLM_F_DUMP_INTR). */
	do {
		msg = link_message(RTM_GETLINK, NLM_F_DUMP, &(struct ifinfomsg){ 0 });
		r = msg ? gather(&g, msg) : -ENOMEM;
	} while (r == -EAGAIN);
	*links = g.links;
	*count = g.count;
	return r;
}

static bool prefix_ok(const char *text, unsigned int max)
{
	const size_t len = strlen(text);
	uint64_t prefix;

	return len <= 3 && !parse_decimal(text, len, max, &prefix);
}

/* nl_addr_parse() also accepts other kinds of addresses, words, and any number as a prefix length. */
static int parse_address(const char *text, struct nl_addr **addr)
{
	const char *len = strchr(text, '/');
	bool ipv6 = strchr(text, ':');

	if (!len || (!ipv6 && !strchr(text, '.')) || !prefix_ok(len + 1, ipv6 ? 128 : 32))
		return -EINVAL;
	return nl_to_errno(nl_addr_parse(text, ipv6 ? AF_INET6 : AF_INET, addr));
}

int link_address_family(const char *address)
{
	AUTO_ADDR addr = NULL;
	int r = parse_address(address, &addr);

	return r ? r : nl_addr_get_family(addr);
}

int link_add_address(int ifindex, const char *address)
{
	AUTO_RTADDR request = NULL;
	AUTO_ADDR addr = NULL;
	struct nl_msg *msg;
	int r;

	r = parse_address(address, &addr);
	if (r)
		return r;
	request = rtnl_addr_alloc();
	if (!request)
		return -ENOMEM;
	rtnl_addr_set_ifindex(request, ifindex);
	r = rtnl_addr_set_local(request, addr);
	if (!r)
		r = rtnl_addr_build_add_request(request, NLM_F_REPLACE, &msg);
	return r ? nl_to_errno(r) : link_request(msg, NULL, NULL);
}

int link_open_ipv6(const char *name)
{
	char path[sizeof("/proc/sys/net/ipv6/conf//disable_ipv6") + IFNAMSIZ];
	int fd;

	if (strlen(name) >= IFNAMSIZ || strchr(name, '/'))
		return -EINVAL;
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);

	/* /proc/sys/net shows the namespace of the calling thread, not of the process. */
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int link_disable_ipv6(int fd)
{
	return write(fd, "1", 1) < 0 ? -errno : 0;
}

int link_isolate(void)
{
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

static int open_netns(const char *netns)
{
	char path[PATH_MAX];
	int fd, n = snprintf(path, sizeof(path), "%s%s", strchr(netns, '/') ? "" : NETNS_DIR, netns);

	if (n >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int link_enter_netns(const char *netns, int *back)
{
	int fd, r = 0;

	*back = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*back < 0)
		return -errno;
	fd = open_netns(netns);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		r = fd < 0 ? fd : -errno;
	if (fd >= 0)
		close(fd);
	if (r)
		close(*back);
	return r;
}

uint64_t link_netns(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/net", &st) ? 0 : st.st_ino;
}

int link_leave_netns(int back)
{
	int r = setns(back, CLONE_NEWNET) ? -errno : 0;

	close(back);
	return r;
}
