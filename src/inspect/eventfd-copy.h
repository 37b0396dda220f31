/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENTFD_COPY_H
#define EVENTFD_COPY_H

#include <stdint.h>
#include <sys/types.h>

#include "base/step.h"

/**
 * DOC: one notification on an eventfd of another process
 *
 * Theory of operation. A queue's eventfd has a number that is the same in all processes; /proc/PID/fdinfo tells which
 * descriptor of a process is the eventfd with that number, and pidfd_getfd() copies the descriptor. Between the two the
 * process may have closed it and opened another one in its place, so the number of the copy is looked at once more.
 *
 * The number belongs to that eventfd as long as anybody has it open. Who has the copy, and sees after that that the
 * queue still has an eventfd of that number, has the queue's.
 */

/**
 * struct eventfd_copy - a copy of another process's eventfd
 * @pid: the process
 * @fd: its descriptor
 * @own: ours
 */
struct eventfd_copy {
	pid_t pid;
	int fd;
	int own;
};

/**
 * eventfd_copy_open() - copy an eventfd of another process
 * @n: the result, for eventfd_copy_close()
 * @pid: the process
 * @id: number of the eventfd
 * @step: what failed
 *
 * Return: 0 or -errno, with nothing open: -EBADF if the process does not have it open, -ESRCH if there is no such
 * process, -EPERM without ptrace access to it (PTRACE_MODE_ATTACH_REALCREDS, see ptrace(2)).
 */
int eventfd_copy_open(struct eventfd_copy *n, pid_t pid, int32_t id, struct step *step);

/**
 * eventfd_copy_signal() - one notification
 *
 * Return: 0 or -errno: -EAGAIN, with nothing sent, if the counter is full, which would make us wait for its reader.
 */
int eventfd_copy_signal(const struct eventfd_copy *n);

/**
 * eventfd_copy_close() - release the copy
 * @n: the copy; nothing is done if none is open
 */
void eventfd_copy_close(struct eventfd_copy *n);

#endif
