// SPDX-License-Identifier: GPL-2.0-or-later
/* One notification on an eventfd of another process; here the process is our child. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/stop.h"
#include "inspect/eventfd-copy.h"
#include "probe/scan.h"
#include "tap-out.h"

/* The largest count of an eventfd. */
#define FULL (UINT64_MAX - 1)

/* A limit that no test reaches, in nanoseconds. */
#define LONG_ENOUGH (600 * NSEC_PER_SEC)

static int32_t id_of(int fd)
{
	return scan_eventfd_id("/proc", getpid(), fd);
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

	ok(!eventfd_copy_open(&n, pid, pid, fd, id_of(fd), &step), "an eventfd of a child is copied");
	ok(n.pid == pid && n.fd == fd && n.own != fd, "it says from where");
	ok(!eventfd_copy_signal(&n, LONG_ENOUGH) && !eventfd_copy_signal(&n, LONG_ENOUGH), "two notifications");
	ok(take(fd) == 2 && !take(other), "arrive there, and nowhere else");
	eventfd_copy_close(&n);
	eventfd_copy_close(&n);
	end(pid);
	ok(open_count() == before, "and nothing is left open");
	close(fd);
	close(other);
}

/* @flags: of the eventfd: whether a write waits */
static void test_full(int flags, const char *kind)
{
	int fd = eventfd(0, flags);
	const uint64_t most = FULL;
	struct eventfd_copy n;
	struct step step;
	pid_t pid = start();

	ok(write(fd, &most, sizeof(most)) == sizeof(most) && !eventfd_copy_open(&n, pid, pid, fd, id_of(fd), &step) &&
	   eventfd_copy_signal(&n, 1) == -EAGAIN, "%s: a counter that is full is not waited for for ever", kind);
	ok(fcntl(fd, F_GETFL) == (O_RDWR | (flags & EFD_NONBLOCK ? O_NONBLOCK : 0)), "%s: its flags stay", kind);
	ok(take(fd) == FULL, "%s: and so does the counter", kind);
	ok(!eventfd_copy_signal(&n, LONG_ENOUGH) && take(fd) == 1, "%s: once it was read, it is written to", kind);
	eventfd_copy_close(&n);
	end(pid);
	close(fd);
}

/* Somebody reads the counter while the write waits for that. */
static void test_read_later(void)
{
	int fd = eventfd(0, 0);
	const uint64_t most = FULL;
	struct eventfd_copy n = { .own = fd };
	uint64_t count;
	pid_t pid;

	if (write(fd, &most, sizeof(most)) < 0)
		perror("write");
	pid = fork();
	if (!pid)
		_exit(read(fd, &count, sizeof(count)) != sizeof(count));
	ok(!eventfd_copy_signal(&n, LONG_ENOUGH) && take(fd) == 1, "a counter that is read in time is written to once");
	waitpid(pid, NULL, 0);
	close(fd);
}

/* The last test: the stop flag is never cleared. */
static void test_stop(void)
{
	int fd = eventfd(0, 0);
	const uint64_t most = FULL;
	struct eventfd_copy n = { .own = fd };

	stop_request();
	ok(write(fd, &most, sizeof(most)) == sizeof(most) && eventfd_copy_signal(&n, LONG_ENOUGH) == -EINTR,
	   "a stop request ends the wait");
	ok(take(fd) == FULL, "and nothing is sent");
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
	ok(eventfd_copy_open(&n, pid, pid, fd, id, &step) == -EBADF && n.own < 0 && *step.why,
	   "one that the process does not have: %s", step.why);
	ok(eventfd_copy_open(&n, pid, pid, -1, id, &step) == -EBADF, "none at all");
	end(pid);
	ok(eventfd_copy_open(&n, pid, pid, fd, id, &step) == -ESRCH && *step.why, "a process that is gone: %s",
	   step.why);
	ok(open_count() == before - 1, "and nothing is left open");
}

int main(void)
{
	test_send();
	test_full(0, "blocking");
	test_full(EFD_NONBLOCK, "not blocking");
	test_read_later();
	test_refused();
	test_stop();
	return tap_done();
}
