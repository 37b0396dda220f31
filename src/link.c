// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>

static void sock_free(struct nl_sock **sk)
{
	nl_socket_free(*sk);
}

static void rtlink_put(struct rtnl_link **rtlink)
{
	rtnl_link_put(*rtlink);
}

#define AUTO_SOCK __attribute__((cleanup(sock_free))) struct nl_sock *
#define AUTO_LINK __attribute__((cleanup(rtlink_put))) struct rtnl_link *

/* libnl has error numbers of its own, and turns the kernel's into them; this is the way back. */
static int nl_to_errno(int r)
{
	switch (r < 0 ? -r : 0) {
	case 0:
		return 0;
	case NLE_PERM:
		return -EPERM;
	case NLE_NOACCESS:
		return -EACCES;
	case NLE_NODEV:
	case NLE_OBJ_NOTFOUND:
		return -ENODEV;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_INVAL:
		return -EINVAL;
	case NLE_RANGE:
		return -ERANGE;
	case NLE_EXIST:
		return -EEXIST;
	case NLE_BUSY:
		return -EBUSY;
	case NLE_INTR:
		return -EINTR;
	case NLE_OPNOTSUPP:
		return -EOPNOTSUPP;
	case NLE_AF_NOSUPPORT:
		return -EAFNOSUPPORT;
	default:
		return -EIO;
	}
}

/* A socket belongs to the namespace that its thread is in when it is made, so each call makes its own. */
static int link_connect(struct nl_sock **sk)
{
	*sk = nl_socket_alloc();
	if (!*sk)
		return -ENOMEM;
	return nl_to_errno(nl_connect(*sk, NETLINK_ROUTE));
}

/* Return: 0 or -errno; what is there by then is the caller's to release in either case. */
static int find_link(const char *name, struct nl_sock **sk, struct rtnl_link **rtlink)
{
	int r = link_connect(sk);

	return r ? r : nl_to_errno(rtnl_link_get_kernel(*sk, 0, name, rtlink));
}

int link_isolate(void)
{
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

int link_get(const char *name, struct link_info *info)
{
	AUTO_SOCK sk = NULL;
	AUTO_LINK rtlink = NULL;
	struct nl_addr *mac;
	int r;

	r = find_link(name, &sk, &rtlink);
	if (r)
		return r;

	*info = (struct link_info){ .ifindex = rtnl_link_get_ifindex(rtlink) };
	mac = rtnl_link_get_addr(rtlink);
	if (mac && nl_addr_get_len(mac) == sizeof(info->mac))
		memcpy(info->mac, nl_addr_get_binary_addr(mac), sizeof(info->mac));
	return 0;
}

int link_up(const char *name, unsigned int mtu, unsigned int tx_queue_len)
{
	AUTO_SOCK sk = NULL;
	AUTO_LINK rtlink = NULL;
	AUTO_LINK change = NULL;
	int r;

	r = find_link(name, &sk, &rtlink);
	if (r)
		return r;
	change = rtnl_link_alloc();
	if (!change)
		return -ENOMEM;
	if (mtu)
		rtnl_link_set_mtu(change, mtu);
	if (tx_queue_len)
		rtnl_link_set_txqlen(change, tx_queue_len);
	rtnl_link_set_flags(change, IFF_UP);
	return nl_to_errno(rtnl_link_change(sk, rtlink, change, 0));
}

int link_disable_ipv6(const char *name)
{
	char path[sizeof("/proc/sys/net/ipv6/conf//disable_ipv6") + IFNAMSIZ];
	int fd, r = 0;

	if (strlen(name) >= IFNAMSIZ || strchr(name, '/'))
		return -EINVAL;
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);

	/* Below /proc/sys/net is what belongs to the namespace of the thread that looks, not of the process. */
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (write(fd, "1", 1) < 0)
		r = -errno;
	close(fd);
	return r;
}
