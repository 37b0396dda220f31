/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TASK_ITERATOR_H
#define TASK_ITERATOR_H

#include <sys/types.h>

struct bpf_program;

/**
 * task_iterator_begin() - run an iterator over tasks, or over their files, for one thread only
 * @prog: its program, loaded
 * @tid: the thread, in our pid namespace
 *
 * It needs no capability.
 *
 * Return: a descriptor to read from, which the caller closes, or -errno.
 */
int task_iterator_begin(const struct bpf_program *prog, pid_t tid);

/**
 * task_iterator_run() - run an iterator that says nothing, but remembers
 * @prog: its program, loaded
 * @tid: only for this thread; 0: for all
 *
 * Return: 0 or -errno.
 */
int task_iterator_run(const struct bpf_program *prog, pid_t tid);

#endif
