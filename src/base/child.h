/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>

#include "step.h"

/**
 * struct child_fd - a descriptor that a child inherits
 * @fd: the descriptor
 * @name: what it is called in LISTEN_FDNAMES; no colon
 */
struct child_fd {
	int fd;
	char name[16];
};

/**
 * struct child - a process that was started
 * @pid: its number
 * @pidfd: its descriptor
 */
struct child {
	pid_t pid;
	int pidfd;
};

/**
 * child_start() - start a command that inherits descriptors
 * @c: filled in
 * @argv: the command and its arguments, ended by NULL
 * @fds: the descriptors
 * @count: how many
 * @step: where to say what failed
 *
 * By the convention of sd_listen_fds(3): they are 3, 4 and so on in the child, which has their number in LISTEN_FDS,
 * their names in LISTEN_FDNAMES and its own pid in LISTEN_PID. It gets SIGTERM when we end before it does.
 *
 * Return: 0 or -errno, also when the command could not be executed.
 */
int child_start(struct child *c, char *const argv[], const struct child_fd *fds, int count, struct step *step);

/**
 * child_end() - ask a child to end (SIGTERM)
 * @c: the child; nothing is done without one
 *
 * Returns at once; child_wait() waits.
 */
void child_end(const struct child *c);

/**
 * child_wait() - wait for the end of a child and release its descriptor
 * @c: the child
 * @status: its exit status; 128 and the signal's number if one killed it
 *
 * Return: 0 or -errno.
 */
int child_wait(struct child *c, int *status);

#endif
