/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EVENTFD_COPY_H
#define EVENTFD_COPY_H

#include <stdint.h>
#include <sys/types.h>

#include "base/step.h"

/**
 * DOC: one notification on an eventfd of another process
 *
 * Theory of operation. An eventfd has a number (eventfd-id) that is the same in all processes. inspect_eventfds() tells
 * which descriptor of a process has that number, and pidfd_getfd() copies the descriptor. In between, the process may
 * close it and open another file in its place, so the number of the copy is checked.
 *
 * The number stays with the eventfd as long as any process has it open. So if a queue has an eventfd with that number
 * after the copy was made, the copy is the queue's eventfd.
 */

/**
 * struct eventfd_copy - a copy of another process's eventfd
 * @pid: the process
 * @tid: its thread that has it open, if that does not share the descriptors of its process; else the same as @pid
 * @fd: the descriptor there
 * @own: our descriptor; -1 if none is open
 */
struct eventfd_copy {
	pid_t pid, tid;
	int fd;
	int own;
};

/**
 * eventfd_copy_open() - copy an eventfd of another process
 * @n: the result, for eventfd_copy_close()
 * @pid: the process
 * @tid: its thread whose descriptors are meant; @pid: those of the process
 * @fd: its descriptor there; -1: it has none
 * @id: number of the eventfd (eventfd-id in /proc/PID/fdinfo)
 * @step: where to say what failed
 *
 * Return: 0 or -errno, with nothing open: -EBADF if the process does not have it open, -ESRCH if there is no such
 * process, -EPERM without ptrace access to it (PTRACE_MODE_ATTACH_REALCREDS, see ptrace(2)), -ENOSYS if it is the
 * descriptor of a thread and the kernel copies only those of processes (before 6.9).
 */
int eventfd_copy_open(struct eventfd_copy *n, pid_t pid, pid_t tid, int fd, int32_t id, struct step *step);

/* Whose descriptor was copied, for messages: "process N" or "thread N". Return: @buf. */
#define EVENTFD_COPY_WHOSE 32
const char *eventfd_copy_whose(const struct eventfd_copy *n, char buf[EVENTFD_COPY_WHOSE]);

/**
 * eventfd_copy_signal() - send one notification
 * @n: the copy
 * @limit_ns: how long to wait for room if the counter is full, in nanoseconds
 *
 * The owner's file stays as it is: no flag of it is changed. For processes with one thread: SIGALRM and the process's
 * timer are used meanwhile.
 *
 * Return: 0 or -errno, with nothing sent: -EAGAIN if the counter was full all the time, -EINTR if a stop
 * request came meanwhile.
 */
int eventfd_copy_signal(const struct eventfd_copy *n, uint64_t limit_ns);

/**
 * eventfd_copy_close() - close the copy, if it is open
 * @n: the copy
 */
void eventfd_copy_close(struct eventfd_copy *n);

#endif
