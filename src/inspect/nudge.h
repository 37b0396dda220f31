/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NUDGE_H
#define NUDGE_H

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
 * The number belongs to that eventfd as long as anybody has it open. Who has the copy, and sees after that that the queue
 * still has an eventfd of that number, has the queue's.
 */

/**
 * struct nudge - a copy of another process's eventfd
 * @pid: the process
 * @fd: its descriptor
 * @own: ours
 */
struct nudge {
	pid_t pid;
	int fd;
	int own;
};

/**
 * nudge_open() - copy an eventfd of another process
 * @n: the result, for nudge_close()
 * @pid: the process
 * @id: number of the eventfd
 * @step: what failed
 *
 * Return: 0 or -errno, with nothing open: -EBADF if the process does not have it open, -ESRCH if there is no such process,
 * -EPERM without ptrace access to it (PTRACE_MODE_ATTACH_REALCREDS, see ptrace(2)).
 */
int nudge_open(struct nudge *n, pid_t pid, int32_t id, struct step *step);

/**
 * nudge_send() - one notification
 *
 * Return: 0 or -errno: -EAGAIN, with nothing sent, if the counter is full, which would make us wait for its reader.
 */
int nudge_send(const struct nudge *n);

/* Release the copy. */
void nudge_close(struct nudge *n);

#endif
