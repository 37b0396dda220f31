/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WATCHED_THREADS_H
#define WATCHED_THREADS_H

#include <stdbool.h>

#include "bpf/host-threads.h"
#include "watched.h"

/**
 * DOC: workers and virtual CPUs over an interval, by several looks at all threads of the host
 */

struct watched_threads;

/**
 * watched_threads_open() - load the iterator
 * @t: the result, for watched_threads_close()
 * @why: on failure: the step that failed and what to do
 * @len: size of @why
 *
 * Looks need no capability.
 *
 * Return: 0 or -errno.
 */
int watched_threads_open(struct watched_threads **t, char *why, size_t len);

/* Look at all threads. Return: 0 or -errno. */
int watched_threads_look(struct watched_threads *t);

/**
 * watched_threads_worker() - a worker, by its thread
 * @t: the threads
 * @tid: the worker
 * @owner: process whose virtual CPUs it may share a CPU with; 0: not known
 * @w: filled in, but for what watched_looks_worker() fills in
 *
 * Return: whether it was there for at least half of the time.
 */
bool watched_threads_worker(const struct watched_threads *t, uint32_t tid, uint32_t owner, struct watched_thread *w);

/**
 * watched_threads_vcpu() - the next virtual CPU of a process
 * @t: the threads
 * @pid: the process
 * @at: 0 to begin; changed
 * @w: filled in
 *
 * Return: whether there is one.
 */
bool watched_threads_vcpu(const struct watched_threads *t, uint32_t pid, size_t *at, struct watched_thread *w);

/* Release all; NULL is fine. */
void watched_threads_close(struct watched_threads *t);

#endif
