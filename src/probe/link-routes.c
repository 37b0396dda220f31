// SPDX-License-Identifier: GPL-2.0-or-later
#include "link-routes.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "netns-names.h"

#define OWN_NETNS "/proc/thread-self/ns/net"

/* Return: a descriptor of the namespace if it is the right one, or -errno. */
static int open_netns(const char *path, uint32_t netns)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && st.st_ino == netns)
		return fd;
	close(fd);
	return -ENOENT;
}

static int find_netns(uint32_t netns, pid_t pid)
{
	struct netns_names names = { 0 };
	char path[sizeof(NETNS_NAMES_DIR) + NETNS_NAME_LEN];
	const char *name;
	int fd = open_netns(OWN_NETNS, netns);

	if (fd < 0 && pid) {
		snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
		fd = open_netns(path, netns);
	}
	name = fd < 0 ? netns_name(&names, netns) : NULL;
	if (name) {
		snprintf(path, sizeof(path), NETNS_NAMES_DIR "/%s", name);
		fd = open_netns(path, netns);
	}
	netns_names_free(&names);
	return fd;
}

/* A socket belongs to the namespace in which it was made. Return: 0 or -errno. */
static int connect_there(struct nl_sock *s, uint32_t netns, pid_t pid)
{
	const int own = open(OWN_NETNS, O_RDONLY | O_CLOEXEC), there = own < 0 ? -errno : find_netns(netns, pid);
	int err = there < 0 ? there : 0;

	if (!err && setns(there, CLONE_NEWNET))
		err = -errno;
	if (!err) {
		err = nl_connect(s, NETLINK_ROUTE) ? -EIO : 0;
		if (setns(own, CLONE_NEWNET))
			err = -errno;
	}
	if (there >= 0)
		close(there);
	if (own >= 0)
		close(own);
	return err;
}

/* Is it a route of IPv6 that each link has by itself: link-local, or multicast? */
static bool is_own(struct nlmsghdr *h)
{
	const struct rtmsg *route = nlmsg_data(h);
	struct nlattr *dst = nlmsg_find_attr(h, sizeof(*route), RTA_DST);
	const uint8_t *byte = dst && nla_len(dst) == 16 ? nla_data(dst) : NULL;

	return route->rtm_family == AF_INET6 && byte &&
	       (byte[0] == 0xff || (byte[0] == 0xfe && (byte[1] & 0xc0) == 0x80));
}

struct answer {
	bool found;
	int err;			/* the kernel's, 0 or -errno */
};

static int see_route(struct nl_msg *msg, void *arg)
{
	struct answer *a = arg;
	struct nlmsghdr *h = nlmsg_hdr(msg);

	if (h->nlmsg_type == RTM_NEWROUTE && !is_own(h))
		a->found = true;
	return NL_OK;
}

/* The end of a dump has the error because of which the kernel has ended it. libnl does not look. */
static int see_end(struct nl_msg *msg, void *arg)
{
	struct answer *a = arg;
	struct nlmsghdr *h = nlmsg_hdr(msg);

	if (nlmsg_datalen(h) >= (int)sizeof(a->err))
		memcpy(&a->err, nlmsg_data(h), sizeof(a->err));
	return NL_OK;
}

/* Return: 0 or an error of libnl, negative. */
static int ask(struct nl_sock *s, unsigned char family, uint32_t ifindex)
{
	struct rtmsg route = { .rtm_family = family };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_DUMP);
	int err = msg ? nlmsg_append(msg, &route, sizeof(route), NLMSG_ALIGNTO) : -NLE_NOMEM;

	if (!err)
		err = nla_put_u32(msg, RTA_OIF, ifindex);
	if (!err)
		err = nl_send_auto(s, msg);
	nlmsg_free(msg);
	return err < 0 ? err : nl_recvmsgs_default(s);
}

int link_routes(uint32_t ifindex, uint32_t netns, pid_t pid)
{
	static const unsigned char families[] = { AF_INET, AF_INET6 };
	struct nl_sock *s = nl_socket_alloc();
	const int strict = 1;
	struct answer a = { 0 };
	int err = s ? connect_there(s, netns, pid) : -ENOMEM;

	/* The kernel sends this link's routes only if it is told to be strict. */
	if (!err && setsockopt(nl_socket_get_fd(s), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict)))
		err = -errno;
	if (!err) {
		nl_socket_modify_cb(s, NL_CB_VALID, NL_CB_CUSTOM, see_route, &a);
		nl_socket_modify_cb(s, NL_CB_FINISH, NL_CB_CUSTOM, see_end, &a);
	}
	for (size_t i = 0; !err && !a.found && i < sizeof(families); i++)
		err = ask(s, families[i], ifindex) < 0 ? -EIO : a.err;
	nl_socket_free(s);
	return err ? err : a.found;
}
