// SPDX-License-Identifier: GPL-2.0-or-later
#include "eventfd-copy.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "probe/scan.h"

#define PROC "/proc"

/* Returns the descriptor at which @pid has the eventfd, or -errno. */
static int find(pid_t pid, int32_t id)
{
	struct scan_eventfd *fds;
	size_t count;
	int err = scan_eventfds(PROC, pid, &fds, &count), fd;

	if (err)
		return err == -ENOENT ? -ESRCH : err == -EACCES ? -EPERM : err;
	fd = scan_find_eventfd(fds, count, id);
	free(fds);
	return fd < 0 ? -EBADF : fd;
}

static int explain(struct step *step, int err)
{
	if (err == -EPERM)
		return step_why(step, err, "no ptrace access; run it as root, or with CAP_SYS_PTRACE, where Yama or "
				"another security module does not forbid it");
	if (err == -EBADF)
		return step_why(step, err, "the process does not have it open");
	if (err == -ESRCH)
		return step_why(step, err, "the process is gone");
	return err;
}

static int copy(struct eventfd_copy *n, int pidfd, pid_t pid, int32_t id)
{
	int fd = find(pid, id), own;

	if (fd < 0)
		return fd;
	own = pidfd_getfd(pidfd, fd, 0);
	if (own < 0)
		return -errno;
	/* By now, @fd may be another file. Nobody else can replace our own descriptor. */
	if (scan_eventfd_id(PROC, getpid(), own) != id) {
		close(own);
		return -EBADF;
	}
	*n = (struct eventfd_copy){ .pid = pid, .fd = fd, .own = own };
	return 0;
}

int eventfd_copy_open(struct eventfd_copy *n, pid_t pid, int32_t id, struct step *step)
{
	int pidfd, err;

	*n = (struct eventfd_copy){ .own = -1 };
	step_at(step, NULL, "copy the eventfd of process %d", pid);
	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0)
		return explain(step, -errno);
	err = copy(n, pidfd, pid, id);
	close(pidfd);
	return err ? explain(step, err) : 0;
}

int eventfd_copy_signal(const struct eventfd_copy *n)
{
	struct pollfd p = { .fd = n->own, .events = POLLOUT };
	const uint64_t one = 1;

	if (poll(&p, 1, 0) < 0)
		return -errno;
	if (!(p.revents & POLLOUT))
		return -EAGAIN;
	return write(n->own, &one, sizeof(one)) < 0 ? -errno : 0;
}

void eventfd_copy_close(struct eventfd_copy *n)
{
	if (n->own >= 0)
		close(n->own);
	n->own = -1;
}
