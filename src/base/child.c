// SPDX-License-Identifier: GPL-2.0-or-later
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal-guard.h"

/* SD_LISTEN_FDS_START of sd_listen_fds(3). */
#define FDS_START 3

/* The names with colons between them, for the caller to free; NULL without memory. */
static char *join_names(const struct child_fd *fds, int count)
{
	char *names = malloc((size_t)count * sizeof(fds->name) + 1), *p = names;

	if (!p)
		return NULL;
	*p = 0;
	for (int i = 0; i < count; i++)
		p += sprintf(p, "%s%s", i ? ":" : "", fds[i].name);
	return names;
}

static int set_environment(const char *names, int count)
{
	char number[16], pid[16];

	snprintf(number, sizeof(number), "%d", count);
	snprintf(pid, sizeof(pid), "%d", getpid());
	return setenv("LISTEN_FDS", number, 1) || setenv("LISTEN_PID", pid, 1) || setenv("LISTEN_FDNAMES", names, 1);
}

/* Returns a copy of @fd that is not below @first, closed on exec, or -1 with errno. */
static int copy_from(int fd, int first)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, first);

	/* The kernel's word for a @first that is beyond the limit. */
	if (copy < 0 && errno == EINVAL)
		errno = EMFILE;
	return copy;
}

/* Put every descriptor where the child looks for it. Returns 0 or -1 with errno. */
static int place_fds(const struct child_fd *fds, int count, int *report)
{
	int copies[count + 1], moved;

	/* Move all of them out of the way first: one's new number may be another's old number. */
	for (int i = 0; i < count; i++) {
		copies[i] = copy_from(fds[i].fd, FDS_START + count);
		if (copies[i] < 0)
			return -1;
	}
	moved = copy_from(*report, FDS_START + count);
	if (moved < 0)
		return -1;
	*report = moved;
	/* dup2() makes descriptors without FD_CLOEXEC: they survive the exec. */
	for (int i = 0; i < count; i++)
		if (dup2(copies[i], FDS_START + i) < 0)
			return -1;
	return 0;
}

/**
 * struct failure - why a child could not become the command; fits the pipe, so that it is written and read as a whole
 * @err: -errno
 * @step: the step that failed
 */
struct failure {
	int err;
	struct step step;
};

_Static_assert(sizeof(struct failure) <= PIPE_BUF, "a failure fits the pipe");

/* The child's side; never returns. */
static void become(char *const argv[], const struct child_fd *fds, int count, const char *names, pid_t parent,
		   int report, const struct step *step)
{
	const struct sigaction def = { .sa_handler = SIG_DFL };
	struct failure f = { .step = *step };
	int failed;

	/* An ignored signal would stay ignored in the command. */
	sigaction(SIGPIPE, &def, NULL);
	failed = prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* Checked after prctl(): no signal comes if the parent has ended before it. */
	if (getppid() != parent)
		_exit(127);
	if (failed || place_fds(fds, count, &report) || set_environment(names, count))
		f.err = -errno;
	else
		f.err = terminal_guard(&f.step);
	if (!f.err) {
		execvp(argv[0], argv);
		f = (struct failure){ .err = -errno, .step = *step };
	}
	/* The parent is reading: it waits for this or for the exec. */
	(void)!write(report, &f, sizeof(f));
	_exit(127);
}

/* Returns 0 when the exec has closed the other end, or the child's -errno. */
static int read_report(int fd, struct step *step)
{
	struct failure f;
	ssize_t n;

	do {
		n = read(fd, &f, sizeof(f));
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : 0;
	*step = f.step;
	return f.err;
}

static int fork_child(struct child *c, char *const argv[], const struct child_fd *fds, int count, const char *names,
		      struct step *step)
{
	const pid_t parent = getpid();
	int report[2], r;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	c->pid = fork();
	if (!c->pid)
		become(argv, fds, count, names, parent, report[1], step);
	r = c->pid < 0 ? step_no_process(step, -errno) : 0;
	close(report[1]);
	if (!r) {
		r = read_report(report[0], step);
		if (r)
			waitpid(c->pid, NULL, 0);
	}
	close(report[0]);
	return r;
}

int child_start(struct child *c, char *const argv[], const struct child_fd *fds, int count, struct step *step)
{
	char *names = join_names(fds, count);
	int r;

	*c = (struct child){ .pid = -1, .pidfd = -1 };
	step_at(step, NULL, "run '%s'", argv[0]);
	r = names ? fork_child(c, argv, fds, count, names, step) : -ENOMEM;
	free(names);
	if (r)
		return r;
	c->pidfd = pidfd_open(c->pid, 0);
	if (c->pidfd >= 0)
		return 0;
	r = -errno;
	kill(c->pid, SIGTERM);
	waitpid(c->pid, NULL, 0);
	return r;
}

void child_end(const struct child *c)
{
	if (c->pidfd >= 0)
		pidfd_send_signal(c->pidfd, SIGTERM, NULL, 0);
}

int child_wait(struct child *c, int *status)
{
	int ended;

	while (waitpid(c->pid, &ended, 0) < 0)
		if (errno != EINTR)
			return -errno;
	close(c->pidfd);
	c->pidfd = -1;
	*status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
	return 0;
}
