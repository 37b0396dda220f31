// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner of a vhost-net device, whose kick and call eventfds of tx0 are full and block, so that a write to them
 * waits for somebody to read them: nobody does.
 *
 *   fill-eventfd
 *
 * Prints "ready", then a line for each line of standard input: whether both counters are as full as before, and the
 * eventfds still block.
 */
#include <fcntl.h>
#include <unistd.h>

#include "../rig.h"

#define TX 1

static int full_eventfd(void)
{
	const uint64_t most = UINT64_MAX - 1;
	int fd = eventfd(0, EFD_CLOEXEC);

	must(fd < 0 || write(fd, &most, sizeof(most)) < 0 ? -errno : 0, "a full eventfd");
	return fd;
}

/* Is it writable no more, and is O_NONBLOCK, which all holders share, as it was? */
static bool as_before(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return !poll(&p, 1, 0) && !(fcntl(fd, F_GETFL) & O_NONBLOCK);
}

int main(void)
{
	int kick = full_eventfd(), call = full_eventfd();
	char line[16];
	struct rig r;

	rig_open(&r, 0);
	must(vhost_set_vring_kick(r.vhost, TX, kick), "VHOST_SET_VRING_KICK");
	must(vhost_set_vring_call(r.vhost, TX, call), "VHOST_SET_VRING_CALL");
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		puts(as_before(kick) && as_before(call) ? "as before" : "changed");
		fflush(stdout);
	}
	return 0;
}
