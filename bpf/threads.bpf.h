/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THREADS_BPF_H
#define THREADS_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "queues.bpf.h"
#include "types.bpf.h"

/*
 * What the programs keep of a thread.
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
#define WORKER_PLACES (WORKER_WAYS << WORKER_SETS_BITS)

/* Queues whose slots a thread remembers: a worker has two. */
#define THREAD_QUEUES 2

/* Words of an object's own. */
#define THREAD_CB 20

/**
 * struct thread - what is kept of a thread
 * @dev: the device that it works for; 0 until that is known
 * @vqs: queues that it met last
 * @slots: their slots' numbers
 * @next: which of them is to be forgotten first
 * @cb: what the object that uses it keeps, as a network layer does in a packet's control buffer
 */
struct thread {
	__u64 dev;
	__u64 vqs[THREAD_QUEUES];
	__u32 slots[THREAD_QUEUES];
	__u64 next;
	__u64 cb[THREAD_CB];
};

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

struct workers_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, WORKER_PLACES);
	__type(key, __u32);
	__type(value, struct worker_place);
};

struct threads_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
};

extern struct workers_map workers SEC(".maps");
extern struct threads_map threads SEC(".maps");

/* How many threads were given storage: until one is, nobody has to look. */
extern __u32 threads_stored;

/* The number of this thread's place in the table, or WORKER_PLACES. */
__u32 find_place(void);

/*
 * Begin to keep something of this thread, which this_thread() does not know. Return: whether there was memory for it.
 */
__u32 add_thread(void);

/* Is this thread a worker, by its name? */
__u32 is_worker(void);

/* The number of a queue's slot as search_slot() has it, which a worker asks for its first queues only. */
__u32 thread_slot(struct thread *t, const struct queue_id *id);

/* Forget the workers of a device that is closed. */
int forget_workers(__u64 dev);

static __always_inline struct worker_place *place_at(__u32 number)
{
	return bpf_map_lookup_elem(&workers, &number);
}

/* Return: what is kept of this thread, or NULL. */
static __always_inline struct thread *this_thread(void)
{
	struct worker_place *p = place_at(find_place());

	if (p)
		return &p->thread;
	return threads_stored ? bpf_task_storage_get(&threads, bpf_get_current_task_btf(), NULL, 0) : NULL;
}

/* What is kept of this thread, from now on if nothing was. Return: NULL without memory. */
static __always_inline struct thread *known_thread(void)
{
	struct thread *t = this_thread();

	return t || !add_thread() ? t : this_thread();
}

#endif
