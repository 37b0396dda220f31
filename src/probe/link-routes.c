// SPDX-License-Identifier: GPL-2.0-or-later
#include "link-routes.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "netns-names.h"

#define OWN_NETNS "/proc/thread-self/ns/net"
#define ANSWER_SIZE 32768

struct request {
	struct nlmsghdr header;
	struct rtmsg route;
	struct rtattr attribute;
	uint32_t ifindex;
};

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

/* A socket belongs to the namespace in which it was made. */
static int open_socket(uint32_t netns, pid_t pid)
{
	const int strict = 1;
	int own = open(OWN_NETNS, O_RDONLY | O_CLOEXEC), there = own < 0 ? -errno : find_netns(netns, pid);
	int s = there, err = 0;

	if (there >= 0)
		s = setns(there, CLONE_NEWNET) ? -errno : socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (there >= 0 && s == -1)
		s = -errno;
	if (there >= 0)
		err = setns(own, CLONE_NEWNET) ? -errno : 0;
	if (s >= 0 && !err && setsockopt(s, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict)))
		err = -errno;
	if (s >= 0 && err) {
		close(s);
		s = err;
	}
	if (there >= 0)
		close(there);
	if (own >= 0)
		close(own);
	return s;
}

static bool is_own(const struct nlmsghdr *h)
{
	const struct rtmsg *route = NLMSG_DATA(h);
	int left = (int)RTM_PAYLOAD(h);

	if (route->rtm_family != AF_INET6)
		return false;
	for (const struct rtattr *a = RTM_RTA(route); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		const uint8_t *dst = RTA_DATA(a);

		if (a->rta_type == RTA_DST && RTA_PAYLOAD(a) == 16)
			return dst[0] == 0xff || (dst[0] == 0xfe && (dst[1] & 0xc0) == 0x80);
	}
	return false;
}

/* Return: 1 if the answer has a route, 0 if it has ended without, -EAGAIN if more follows, or -errno. */
static int read_answer(const void *answer, int left)
{
	for (const struct nlmsghdr *h = answer; NLMSG_OK(h, (unsigned int)left); h = NLMSG_NEXT(h, left)) {
		/* It has the error of a dump, or 0. */
		if (h->nlmsg_type == NLMSG_DONE)
			return h->nlmsg_len >= NLMSG_LENGTH(sizeof(int)) ? *(const int *)NLMSG_DATA(h) : 0;
		if (h->nlmsg_type == NLMSG_ERROR)
			return ((const struct nlmsgerr *)NLMSG_DATA(h))->error;
		if (h->nlmsg_type == RTM_NEWROUTE && !is_own(h))
			return 1;
	}
	return -EAGAIN;
}

static int ask(int s, unsigned char family, uint32_t ifindex)
{
	const struct request r = {
		.header = { .nlmsg_len = sizeof(r), .nlmsg_type = RTM_GETROUTE,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.route.rtm_family = family,
		.attribute = { .rta_len = RTA_LENGTH(sizeof(r.ifindex)), .rta_type = RTA_OIF },
		.ifindex = ifindex,
	};
	char *answer = malloc(ANSWER_SIZE);
	int result = answer ? -EAGAIN : -ENOMEM;

	if (answer && send(s, &r, sizeof(r), 0) != sizeof(r))
		result = -EIO;
	while (result == -EAGAIN) {
		ssize_t n = recv(s, answer, ANSWER_SIZE, 0);

		result = n < 0 ? -errno : read_answer(answer, (int)n);
	}
	free(answer);
	return result;
}

int link_routes(uint32_t ifindex, uint32_t netns, pid_t pid)
{
	static const unsigned char families[] = { AF_INET, AF_INET6 };
	int result = 0;

	/* A socket for each: the first may still have answers to come. */
	for (size_t i = 0; !result && i < sizeof(families); i++) {
		int s = open_socket(netns, pid);

		if (s < 0)
			return s;
		result = ask(s, families[i], ifindex);
		close(s);
	}
	return result;
}
