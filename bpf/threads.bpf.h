/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THREADS_BPF_H
#define THREADS_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "types.bpf.h"

/*
 * What the programs keep of a thread: struct thread, which whoever includes this has defined, with the device that it
 * works for as @dev, 0 until it is known.
 *
 * Theory of operation. A worker is asked for it several times a decision, and to look into its task storage takes a
 * hundred instructions each time. So a worker has a place in a table, where it is found by its task's address within
 * some thirty: in one of the few places that the address allows. It takes the place itself when it is met first; that
 * the task is the same one, and not another where it had been, its start time says. The place is given back when its
 * device is closed or loses its owner. What does not get back, since no device was noted, is the place of a worker that
 * served no queue, and a second one that the same worker takes when an interrupt comes while it takes the first.
 * Threads that are no workers, and workers for which no place is free, have theirs in task storage. On 6.1 that may be
 * busy for a moment, with the end of a task that this one has preempted, and then a thread passes as not known.
 */
#define WORKER_SETS_BITS 8
#define WORKER_WAYS 4

/**
 * struct worker_place - a place in the table
 * @task: the worker's; 0: free
 * @started: when it was
 * @thread: what is kept
 */
struct worker_place {
	__u64 task;
	__u64 started;
	struct thread thread;
};

static struct worker_place workers[WORKER_WAYS << WORKER_SETS_BITS];

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
} threads SEC(".maps");

/* How many threads were given storage: until one is, nobody has to look. */
__u32 threads_stored;

/* The first of the places that are for a task. */
static __always_inline struct worker_place *places_of(__u64 task)
{
	/* Fibonacci hashing: the lowest bits of an address are those of its alignment. */
	return &workers[((task >> 6) * 0x9e3779b97f4a7c15) >> (64 - WORKER_SETS_BITS) << 2];
}

_Static_assert(WORKER_WAYS == 1 << 2, "as places_of() has it");

static __always_inline __u64 task_started(void)
{
	return bpf_get_current_task_btf()->start_boottime;
}

/* Return: what is kept of this thread, or NULL. */
static __always_inline struct thread *this_thread(void)
{
	__u64 task = bpf_get_current_task();
	struct worker_place *p = places_of(task);

	for (int i = 0; i < WORKER_WAYS; i++)
		if (p[i].task == task && p[i].started == task_started())
			return &p[i].thread;
	return threads_stored ? bpf_task_storage_get(&threads, bpf_get_current_task_btf(), NULL, 0) : NULL;
}

static __always_inline struct thread *store_thread(void)
{
	struct thread *t = bpf_task_storage_get(&threads, bpf_get_current_task_btf(), NULL,
						BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (t)
		__sync_fetch_and_add(&threads_stored, 1);
	return t;
}

/* All workers are called so. */
static __always_inline bool is_worker(void)
{
	static const char prefix[] = "vhost-";
	struct task_struct *task = bpf_get_current_task_btf();

	for (int i = 0; i < (int)sizeof(prefix) - 1; i++)
		if (task->comm[i] != prefix[i])
			return false;
	return true;
}

/* Return: NULL if none is free. */
static __always_inline struct thread *take_place(void)
{
	__u64 task = bpf_get_current_task();
	struct worker_place *p = places_of(task);

	for (int i = 0; i < WORKER_WAYS; i++) {
		if (p[i].task || __sync_val_compare_and_swap(&p[i].task, 0, task))
			continue;
		__builtin_memset(&p[i].thread, 0, sizeof(p[i].thread));
		p[i].started = task_started();
		return &p[i].thread;
	}
	return NULL;
}

/* For a thread that this_thread() does not know. Return: NULL without memory. */
static __noinline struct thread *new_thread(void)
{
	struct thread *t = is_worker() ? take_place() : NULL;

	return t ? t : store_thread();
}

/* What is kept of this thread, from now on if nothing was. Return: NULL without memory. */
static __always_inline struct thread *known_thread(void)
{
	struct thread *t = this_thread();

	return t ? t : new_thread();
}

static int leave_place(__u32 i, __u64 *dev)
{
	if (i < WORKER_WAYS << WORKER_SETS_BITS && workers[i].thread.dev == *dev) {
		workers[i].thread.dev = 0;
		/* Whoever takes the place with take_place()'s cmpxchg comes after that. */
		__sync_lock_test_and_set(&workers[i].task, 0);
	}
	return 0;
}

/* Forget the workers of a device that is closed. */
static __noinline int forget_workers(struct vhost_dev *dev)
{
	__u64 key = (__u64)dev;

	bpf_loop(WORKER_WAYS << WORKER_SETS_BITS, leave_place, &key, 0);
	return 0;
}

#endif
