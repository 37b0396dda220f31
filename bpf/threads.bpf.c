// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept of threads: see threads.bpf.h.
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
	__u32 number = set_of(task);
	struct worker_set *set = bpf_map_lookup_elem(&workers, &number);

	if (!set)
		return WORKER_WAYS;
	for (int i = 0; i < WORKER_WAYS; i++)
		if (set->places[i].task == task && set->places[i].started == task_started())
			return i;
	return WORKER_WAYS;
}

/* All workers are called so. */
__noinline __u32 is_worker(void)
{
	static const char prefix[] = "vhost-";
	struct task_struct *task = bpf_get_current_task_btf();

	for (int i = 0; i < (int)sizeof(prefix) - 1; i++)
		if (task->comm[i] != prefix[i])
			return false;
	return true;
}

/* Return: whether one was free. */
static __always_inline bool take_place(void)
{
	__u64 task = bpf_get_current_task();
	__u32 number = set_of(task);
	struct worker_set *set = bpf_map_lookup_elem(&workers, &number);

	if (!set)
		return false;
	for (int i = 0; i < WORKER_WAYS; i++) {
		struct worker_place *p = &set->places[i];

		if (p->task || __sync_val_compare_and_swap(&p->task, 0, task))
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
	__u32 number, next;

	if (!t || !id)
		return QUEUE_SLOTS;
	if (t->vqs[0] == id->vq && slot_is(slot_at(t->slots[0]), id))
		return t->slots[0];
	if (t->vqs[1] == id->vq && slot_is(slot_at(t->slots[1]), id))
		return t->slots[1];
	number = search_slot(id->dev, id->vq);
	next = t->next & (THREAD_QUEUES - 1);
	t->vqs[next] = id->vq;
	t->slots[next] = number;
	t->next = next + 1;
	t->dev = id->dev;
	return number;
}

_Static_assert(THREAD_QUEUES == 2, "as thread_slot() has it");

static int leave_places(__u32 number, __u64 *dev)
{
	struct worker_set *set = bpf_map_lookup_elem(&workers, &number);

	for (int i = 0; set && i < WORKER_WAYS; i++) {
		struct worker_place *p = &set->places[i];

		if (p->thread.dev != *dev)
			continue;
		p->thread.dev = 0;
		/* Pairs with take_place()'s cmpxchg: the place is free as it is left. */
		__sync_lock_test_and_set(&p->task, 0);
	}
	return 0;
}

__noinline int forget_workers(__u64 dev)
{
	bpf_loop(WORKER_SETS, leave_places, &dev, 0);
	return 0;
}
