/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THREADS_BPF_H
#define THREADS_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "queues.bpf.h"
#include "types.bpf.h"

/*
 * State that the programs keep for a thread.
 *
 * Theory of operation. The programs look up a worker's state several times per decision, and a lookup in task storage
 * takes a hundred instructions. So a worker has a place in a set-associative table, where a lookup by the address of
 * its task takes some thirty. The first program that runs on the worker takes the place. The task's start time tells it
 * from a later task at the same address. The place becomes free when the worker's device is closed or loses its owner.
 * Two kinds of places never become free, since they have no device: that of a worker that served no queue, and a second
 * place that a worker takes if an interrupt comes while it takes the first.
 *
 * Other threads, and workers for which no place is free, have their state in task storage. On 6.1 the storage may be
 * busy for a moment, if this task has preempted the end of another one; the thread then counts as new.
 */
#define WORKER_SETS_BITS 8
#define WORKER_WAYS 4
#define WORKER_PLACES (WORKER_WAYS << WORKER_SETS_BITS)

/* The first four bytes of a worker's name, as a number. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define WORKER_PREFIX ('v' | 'h' << 8 | 'o' << 16 | 's' << 24)
#else
#define WORKER_PREFIX ('v' << 24 | 'h' << 16 | 'o' << 8 | 's')
#endif

/* Number of queues whose slots a thread remembers: a worker has two. */
#define THREAD_QUEUES 2

/* Size of struct thread's @cb, in words of 64 bits. */
#define THREAD_CB 20

/**
 * struct thread - state of a thread
 * @dev: the device that it works for; 0 as long as it is not known
 * @vqs: the queues that it used last
 * @slots: numbers of their slots
 * @next: index of the one to be replaced next
 * @cb: private state of the BPF object, as in a packet's control buffer (sk_buff.cb)
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
 * @task: kernel address of the worker's task; 0: the place is free
 * @started: the task's start time, nanoseconds of CLOCK_BOOTTIME
 * @thread: the state
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

/* Number of threads that got task storage; as long as it is 0, no lookup is needed. */
extern __u32 threads_stored;

/* The number of this thread's place in the table, or WORKER_PLACES. */
__u32 find_place(void);

/*
 * Begin to keep something of this thread, which this_thread() does not know. Return: whether there was memory for it.
 */
__u32 add_thread(void);

/* Is this thread a worker? */
__u32 is_worker(void);

/* The number of a queue's slot as search_slot() has it, which a worker asks for its first queues only. */
__u32 thread_slot(struct thread *t, const struct queue_id *id);

/* Forget the workers of a device that is closed. */
int forget_workers(__u64 dev);

static __always_inline struct worker_place *place_at(__u32 number)
{
	return bpf_map_lookup_elem(&workers, &number);
}

/* The first of the places that a task may have. */
static __always_inline __u32 first_place(__u64 task)
{
	/* Fibonacci hashing: the lowest bits of an address are those of its alignment. */
	return ((task >> 6) * 0x9e3779b97f4a7c15) >> (64 - WORKER_SETS_BITS) << 2;
}

_Static_assert(WORKER_WAYS == 1 << 2, "as first_place() has it");

/* Return: the state of this thread, or NULL. */
static __always_inline struct thread *this_thread(void)
{
	struct worker_place *p = place_at(find_place());

	if (p)
		return &p->thread;
	return threads_stored ? bpf_task_storage_get(&threads, bpf_get_current_task_btf(), NULL, 0) : NULL;
}

/*
 * The same, faster, for those who do not mind what a task that is gone has left: a later task at the same address may
 * get its state.
 */
static __always_inline struct thread *likely_thread(void)
{
	__u64 task = bpf_get_current_task();
	struct worker_place *p = place_at(first_place(task));

	return p && p->task == task ? &p->thread : this_thread();
}

/* From 6.4 on workers are threads of their owner, which may give them other names. io_uring has such threads, too. */
static __always_inline bool is_user_worker(const struct task_struct *task)
{
	return bpf_core_type_exists(struct vhost_task) &&
	       (task->flags & (PF_USER_WORKER | PF_IO_WORKER)) == PF_USER_WORKER;
}

/* May this thread be one of those that have state? All others find out fast; they are far more. */
static __always_inline bool may_be_known(void)
{
	const struct task_struct *task = bpf_get_current_task_btf();

	return *(const __u32 *)task->comm == WORKER_PREFIX || is_user_worker(task) || threads_stored;
}

/* As this_thread(), but adds the thread if it is new. Return: NULL without memory. */
static __always_inline struct thread *known_thread(void)
{
	struct thread *t = this_thread();

	return t || !add_thread() ? t : this_thread();
}

#endif
