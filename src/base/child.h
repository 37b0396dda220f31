/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>

#include "step.h"

/**
 * struct child_fd - a descriptor that a child inherits
 * @fd: the descriptor
 * @name: its name in LISTEN_FDNAMES; no colon
 */
struct child_fd {
	int fd;
	char name[16];
};

/**
 * struct child - a process that was started
 * @pid: its process id
 * @pidfd: its pidfd; -1: there is no child
 */
struct child {
	pid_t pid;
	int pidfd;
};

/**
 * child_start() - start a command that inherits descriptors
 * @c: filled in
 * @argv: the command and its arguments, ended by NULL
 * @fds: the descriptors; they stay the caller's
 * @count: how many
 * @step: where to say what failed
 *
 * The child gets them as sd_listen_fds(3) describes: as descriptors 3, 4 and so on, their number in LISTEN_FDS, their
 * names in LISTEN_FDNAMES and its own pid in LISTEN_PID. It gets SIGTERM if we end before it does. It cannot type into
 * its terminal; see terminal_guard().
 *
 * Return: 0 or -errno, also when the command could not be executed.
 */
int child_start(struct child *c, char *const argv[], const struct child_fd *fds, int count, struct step *step);

/**
 * child_end() - ask a child to end (SIGTERM)
 * @c: the child; does nothing if there is none
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
