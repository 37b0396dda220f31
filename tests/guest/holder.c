// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Somebody who has vhost devices open, and does nothing with them until it is killed:
 *
 *   holder [-n N] [-d N] [-t TAP]... [-o] [-u] [-c NAME] [-f | -x] DEVICE
 *
 *   -n N     opens it so many times
 *   -d N     duplicates each descriptor so many times: the first of all, then the second of all and so on
 *   -t TAP   opens a queue of this tap, or a file by its path, and duplicates that, too
 *   -o       turns the queues of taps off
 *   -u       does not become the owner
 *   -c NAME  is called this
 *   -f       has a child that holds them too, and dies with it
 *   -x       leaves them to a child, and ends
 *
 * Prints its process id, that of the child if there is one, and the first descriptor, as soon as all of it is so.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "net/tap.h"
#include "vhost/vhost.h"

#define TAPS_MAX 8

struct wish {
	int count, duplicates, tap_count;
	bool unowned, child, leave, off;
	const char *name, *device, *taps[TAPS_MAX];
};

static void __attribute__((noreturn)) die(const char *what, int err)
{
	fprintf(stderr, "holder: %s: %s\n", what, strerror(err));
	exit(1);
}

static struct wish read_wish(int argc, char **argv)
{
	struct wish w = { .count = 1 };
	int c;

	while ((c = getopt(argc, argv, "n:d:t:ouc:fx")) > 0) {
		if (c == 'n')
			w.count = atoi(optarg);
		else if (c == 'd')
			w.duplicates = atoi(optarg);
		else if (c == 'c')
			w.name = optarg;
		else if (c == 't' && w.tap_count < TAPS_MAX)
			w.taps[w.tap_count++] = optarg;
		w.off |= c == 'o';
		w.unowned |= c == 'u';
		w.child |= c == 'f' || c == 'x';
		w.leave |= c == 'x';
	}
	if (optind != argc - 1)
		die("usage", EINVAL);
	w.device = argv[optind];
	return w;
}

static int open_one(const struct wish *w)
{
	int fd = open(w->device, O_RDWR), err;

	if (fd < 0)
		die(w->device, errno);
	err = w->unowned ? 0 : vhost_set_owner(fd);
	if (err)
		die("VHOST_SET_OWNER", -err);
	return fd;
}

static int open_tap(const struct wish *w, const char *name)
{
	struct ifreq off = { .ifr_flags = IFF_DETACH_QUEUE };
	char actual[IFNAMSIZ];
	int fd = *name == '/' ? open(name, O_RDWR) : tap_open(name, IFF_VNET_HDR | IFF_MULTI_QUEUE, actual);

	if (fd < 0)
		die(name, *name == '/' ? errno : -fd);
	if (w->off && ioctl(fd, TUNSETQUEUE, &off))
		die("TUNSETQUEUE", errno);
	return fd;
}

static int open_all(const struct wish *w)
{
	const int count = w->count + w->tap_count;
	int *fds = calloc((size_t)count, sizeof(*fds)), first;

	if (!fds)
		die("memory", ENOMEM);
	for (int i = 0; i < w->count; i++)
		fds[i] = open_one(w);
	for (int i = 0; i < w->tap_count; i++)
		fds[w->count + i] = open_tap(w, w->taps[i]);
	for (int i = 0; i < w->duplicates * count; i++)
		if (dup(fds[i % count]) < 0)
			die("dup", errno);
	first = fds[0];
	free(fds);
	return first;
}

static void __attribute__((noreturn)) hold(void)
{
	for (;;)
		pause();
}

/*
 * The signal comes when the parent has ended and closed its descriptors, so that this process has another parent. If
 * that is so already, there is nothing to wait for.
 */
static void wait_for_end(pid_t parent)
{
	sigset_t set;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
	if (getppid() == parent)
		sigwait(&set, &got);
}

static pid_t make_child(const struct wish *w, int first)
{
	pid_t pid = getpid(), child = fork();

	if (child < 0)
		die("fork", errno);
	if (child)
		return child;
	if (!w->leave) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != pid)
			_exit(1);
		hold();
	}
	wait_for_end(pid);
	printf("%d %d %d\n", pid, getpid(), first);
	fflush(stdout);
	hold();
}

int main(int argc, char **argv)
{
	struct wish w = read_wish(argc, argv);
	pid_t child = 0;
	int first;

	if (w.name)
		prctl(PR_SET_NAME, w.name);
	first = open_all(&w);
	if (w.child)
		child = make_child(&w, first);
	if (w.leave)
		return 0;
	printf("%d %d %d\n", getpid(), child, first);
	fflush(stdout);
	hold();
}
