// SPDX-License-Identifier: GPL-2.0-only
/*
 * State of threads: see threads.bpf.h.
 */
#include <linux/bpf.h>

#include "threads.bpf.h"

struct workers_map workers SEC(".maps");
struct threads_map threads SEC(".maps");
__u32 threads_stored;

static __always_inline __u64 task_started(void)
{
	return bpf_get_current_task_btf()->start_boottime;
}

__noinline __u32 find_place(void)
{
	__u64 task = bpf_get_current_task();
	__u32 number = first_place(task);

	for (int i = 0; i < WORKER_WAYS; i++, number++) {
		struct worker_place *p = place_at(number);

		if (p && p->task == task && p->started == task_started())
			return number;
	}
	return WORKER_PLACES;
}

/* The kernel lets the names of all workers begin with "vhost-". */
__noinline __u32 is_worker(void)
{
	static const char prefix[] = "vhost-";
	struct task_struct *task = bpf_get_current_task_btf();

	if (is_user_worker(task))
		return true;
	for (int i = 0; i < (int)sizeof(prefix) - 1; i++)
		if (task->comm[i] != prefix[i])
			return false;
	return true;
}

/* Return: whether a place was free. */
static __always_inline bool take_place(void)
{
	__u64 task = bpf_get_current_task();
	__u32 number = first_place(task);

	for (int i = 0; i < WORKER_WAYS; i++, number++) {
		struct worker_place *p = place_at(number);

		if (!p || p->task || __sync_val_compare_and_swap(&p->task, 0, task))
			continue;
		__builtin_memset(&p->thread, 0, sizeof(p->thread));
		p->started = task_started();
		return true;
	}
	return false;
}

static __always_inline bool store_thread(void)
{
	if (!bpf_task_storage_get(&threads, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE))
		return false;
	__sync_fetch_and_add(&threads_stored, 1);
	return true;
}

__noinline __u32 add_thread(void)
{
	return (is_worker() && take_place()) || store_thread();
}

__noinline __u32 thread_slot(struct thread *t, const struct queue_id *id)
{
	__u32 next;

	if (!t || !id)
		return QUEUE_SLOTS;
	for (int i = 0; i < THREAD_QUEUES; i++)
		if (t->vqs[i] == id->vq && slot_is(slot_at(t->slots[i]), id))
			return t->slots[i];
	next = t->next++ & (THREAD_QUEUES - 1);
	t->vqs[next] = id->vq;
	t->slots[next] = search_slot(id->dev, id->vq);
	t->dev = id->dev;
	return t->slots[next];
}

_Static_assert(!(THREAD_QUEUES & (THREAD_QUEUES - 1)), "as thread_slot() has it");

static int leave_place(__u32 number, __u64 *dev)
{
	struct worker_place *p = place_at(number);

	if (p && p->thread.dev == *dev) {
		p->thread.dev = 0;
		/* Pairs with take_place()'s cmpxchg: a new owner of the place sees all stores before this. */
		__sync_lock_test_and_set(&p->task, 0);
	}
	return 0;
}

__noinline int forget_workers(__u64 dev)
{
	bpf_loop(WORKER_PLACES, leave_place, &dev, 0);
	return 0;
}
