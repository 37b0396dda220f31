// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does a route lead to a link? In a network namespace of our own, which has nothing but a loopback interface.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <net/if.h>

#include "probe/link-routes.h"
#include "tap-out.h"

static uint32_t own_netns(void)
{
	struct stat st = { 0 };

	return stat("/proc/self/ns/net", &st) ? 0 : (uint32_t)st.st_ino;
}

static int set_up(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_UP };
	int s = socket(AF_INET, SOCK_DGRAM, 0), err;

	strcpy(ifr.ifr_name, name);
	err = ioctl(s, SIOCSIFFLAGS, &ifr) ? -errno : 0;
	close(s);
	return err;
}

int main(void)
{
	const uint32_t before = own_netns();
	uint32_t netns;

	ok(link_routes(1, 1, 0) == -ENOENT, "a namespace that is not there");
	ok(link_routes(1, 1, getpid()) == -ENOENT, "a process that is not in it");
	ok(own_netns() == before, "our own is the same");
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		ok(true, "a namespace of our own # SKIP none can be made here");
		return tap_done();
	}
	netns = own_netns();
	ok(link_routes(1, netns, 0) == 0, "down: no route");
	ok(!set_up("lo") && link_routes(1, netns, 0) == 1, "up: its address is a route");
	ok(link_routes(2, netns, 0) < 0, "an interface that is not there");
	ok(link_routes(1, before, 0) == -ENOENT, "the namespace from before has no name, and we are not in it");
	ok(own_netns() == netns, "our own is the same again");
	return tap_done();
}
