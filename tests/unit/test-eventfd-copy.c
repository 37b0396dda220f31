// SPDX-License-Identifier: GPL-2.0-or-later
/* One notification on an eventfd of another process; here the process is our child. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inspect/eventfd-copy.h"
#include "probe/scan.h"
#include "tap-out.h"

/* The eventfd-id of one of our eventfds. */
static int32_t id_of(int fd)
{
	struct scan_eventfd *fds;
	int32_t id = -1;
	size_t count;

	if (scan_eventfds("/proc", getpid(), &fds, &count))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (fds[i].fd == fd)
			id = fds[i].id;
	free(fds);
	return id;
}

/* A child with all our descriptors; it runs until it is killed. */
static pid_t start(void)
{
	pid_t pid = fork();

	if (!pid)
		for (;;)
			pause();
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static uint64_t take(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t count;

	return poll(&p, 1, 0) == 1 && read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static unsigned int open_count(void)
{
	unsigned int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += dup2(fd, fd) == fd;
	return count;
}

static void test_send(void)
{
	int fd = eventfd(0, 0), other = eventfd(0, 0);
	const unsigned int before = open_count();
	struct eventfd_copy n;
	struct step step;
	pid_t pid = start();

	ok(!eventfd_copy_open(&n, pid, id_of(fd), &step), "an eventfd of a child is copied");
	ok(n.pid == pid && n.fd == fd && n.own != fd, "it says from where");
	ok(!eventfd_copy_signal(&n) && !eventfd_copy_signal(&n), "two notifications");
	ok(take(fd) == 2 && !take(other), "arrive there, and nowhere else");
	eventfd_copy_close(&n);
	eventfd_copy_close(&n);
	end(pid);
	ok(open_count() == before, "and nothing is left open");
	close(fd);
	close(other);
}

static void test_full(void)
{
	int fd = eventfd(0, EFD_NONBLOCK);
	const uint64_t most = UINT64_MAX - 1;
	struct eventfd_copy n;
	struct step step;
	pid_t pid = start();

	ok(write(fd, &most, sizeof(most)) == sizeof(most) && !eventfd_copy_open(&n, pid, id_of(fd), &step) &&
	   eventfd_copy_signal(&n) == -EAGAIN, "a counter that is full is not waited for");
	eventfd_copy_close(&n);
	ok(take(fd) == most, "and stays as it is");
	end(pid);
	close(fd);
}

static void test_refused(void)
{
	int fd = eventfd(0, 0);
	const int32_t id = id_of(fd);
	const unsigned int before = open_count();
	struct eventfd_copy n;
	struct step step;
	pid_t pid;

	close(fd);
	pid = start();
	ok(eventfd_copy_open(&n, pid, id, &step) == -EBADF && n.own < 0 && *step.why,
	   "one that the process does not have: %s", step.why);
	ok(eventfd_copy_open(&n, pid, -1, &step) == -EBADF, "none at all");
	end(pid);
	ok(eventfd_copy_open(&n, pid, id, &step) == -ESRCH && *step.why, "a process that is gone: %s", step.why);
	ok(open_count() == before - 1, "and nothing is left open");
}

int main(void)
{
	test_send();
	test_full();
	test_refused();
	return tap_done();
}
