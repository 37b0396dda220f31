// SPDX-License-Identifier: GPL-2.0-or-later
#include "eventfd-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/stop.h"
#include "probe/scan.h"

#define PROC "/proc"

/* Since Linux 6.9, and newer than Debian 12's header. */
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

/* How often a write that waits looks at the time and at the stop flag. */
#define TICK_US 20000

static int explain(struct step *step, int err)
{
	if (err == -EPERM)
		return step_why(step, err, "no ptrace access; run it as root, or with CAP_SYS_PTRACE, where Yama or "
				"another security module does not forbid it");
	if (err == -EBADF)
		return step_why(step, err, "the process does not have it open");
	if (err == -ESRCH)
		return step_why(step, err, "the process is gone");
	if (err == -ENOSYS)
		return step_why(step, err, "the thread does not share it with its process, and this kernel copies "
				"descriptors of processes only; Linux 6.9 can do it");
	return err;
}

/* Returns a pidfd, of a thread if @tid is not @pid, or -errno. */
static int open_pidfd(pid_t pid, pid_t tid)
{
	int fd = pidfd_open(tid, tid == pid ? 0 : PIDFD_THREAD);

	if (fd >= 0)
		return fd;
	return errno == EINVAL && tid != pid ? -ENOSYS : -errno;
}

/* Returns our copy, or -errno. */
static int copy(pid_t pid, pid_t tid, int fd, int32_t id)
{
	int pidfd = open_pidfd(pid, tid), own;

	if (pidfd < 0)
		return pidfd;
	own = fd < 0 ? -EBADF : pidfd_getfd(pidfd, fd, 0);
	if (fd >= 0 && own < 0)
		own = -errno;
	close(pidfd);
	/*
	 * By now, @fd may be another file, or @tid another process. So look at our own descriptor, which nobody else
	 * can replace.
	 */
	if (own >= 0 && scan_eventfd_id(PROC, 0, own) != id) {
		close(own);
		own = -EBADF;
	}
	return own;
}

int eventfd_copy_open(struct eventfd_copy *n, pid_t pid, pid_t tid, int fd, int32_t id, struct step *step)
{
	char whose[EVENTFD_COPY_WHOSE];
	int own;

	*n = (struct eventfd_copy){ .pid = pid, .tid = tid, .own = -1 };
	step_at(step, NULL, "copy the eventfd of %s", eventfd_copy_whose(n, whose));
	own = copy(pid, tid, fd, id);
	if (own < 0)
		return explain(step, own);
	n->fd = fd;
	n->own = own;
	return 0;
}

const char *eventfd_copy_whose(const struct eventfd_copy *n, char buf[EVENTFD_COPY_WHOSE])
{
	snprintf(buf, EVENTFD_COPY_WHOSE, "%s %d", n->tid == n->pid ? "process" : "thread", n->tid);
	return buf;
}

/* Only for its effect: the system call that waits ends with EINTR. */
static void on_tick(int sig)
{
	(void)sig;
}

/* Interrupt what this thread waits for, again and again; @tick_us: 0: no more. */
static void set_ticks(suseconds_t tick_us)
{
	const struct itimerval each = { .it_interval.tv_usec = tick_us, .it_value.tv_usec = tick_us };

	setitimer(ITIMER_REAL, &each, NULL);
}

/* Write as soon as there is room, until the time is over or a stop request comes. */
static int write_until(int fd, uint64_t end)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	const uint64_t one = 1;

	while (write(fd, &one, sizeof(one)) < 0) {
		const int err = errno;

		if (err != EINTR && err != EAGAIN)
			return -err;
		if (stop_requested())
			return -EINTR;
		if (now_ns() >= end)
			return -EAGAIN;
		if (err == EAGAIN)
			poll(&p, 1, -1);
	}
	return 0;
}

/*
 * Whether the write waits for a full counter is up to the owner: the copy shares its O_NONBLOCK, and an eventfd takes
 * no RWF_NOWAIT. The result of poll() is old at once: others may fill the counter before the write. So a timer
 * interrupts the write.
 */
int eventfd_copy_signal(const struct eventfd_copy *n, uint64_t limit_ns)
{
	/* Without SA_RESTART. The timer repeats, so that a signal between two system calls is not the last. */
	const struct sigaction tick = { .sa_handler = on_tick };
	struct sigaction old_tick;
	sigset_t alarm, old_mask;
	int err;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigaction(SIGALRM, &tick, &old_tick);
	sigprocmask(SIG_UNBLOCK, &alarm, &old_mask);
	set_ticks(TICK_US);
	err = write_until(n->own, now_ns() + limit_ns);
	set_ticks(0);
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
	sigaction(SIGALRM, &old_tick, NULL);
	return err;
}

void eventfd_copy_close(struct eventfd_copy *n)
{
	if (n->own >= 0)
		close(n->own);
	n->own = -1;
}
