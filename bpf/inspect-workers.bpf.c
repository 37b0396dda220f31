// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where and how a worker runs: see struct inspect_worker.
 *
 * All of it comes from the kernel's structures: /proc would need the worker to be visible, the files of cgroups their
 * mount. The limit of CPU time is that of the task group, whose counts are what cpu.stat shows. It may be the worker's
 * own cgroup, or one above it, whose limit holds for all below.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "inspect.bpf.h"
#include "kernfs.bpf.h"
#include "pids.bpf.h"
#include "types.bpf.h"
#include "user-memory.bpf.h"

/* Cgroups above one another that are looked at. */
#define CGROUPS_MAX 64

/* RUNTIME_INF of kernel/sched/sched.h */
#define NO_LIMIT (~0ULL)

/* NICE_TO_PRIO(0) */
#define PRIO_OF_NICE_0 120

struct worker_room_map worker_room SEC(".maps");

static __always_inline struct worker_room *room(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&worker_room, &zero);
}

/**
 * struct name_walk - a walk from a cgroup to the root
 * @kn: the directory
 * @at: length of the names so far
 * @complete: the root was reached
 */
struct name_walk {
	struct kernfs_node *kn;
	__u32 at;
	__u32 complete;
};

static long add_name(__u32 i, struct name_walk *n)
{
	struct kernfs_node *kn = n->kn, *parent = parent_of(kn);
	struct worker_room *r = room();
	__u32 at = n->at;
	long len;

	n->complete = !parent;
	if (!parent || !r || at > INSPECT_CGROUP_MAX)
		return 1;
	len = bpf_probe_read_kernel_str(r->names + at, INSPECT_CGROUP_NAME, BPF_CORE_READ(kn, name));
	if (len <= 0 || at + len > INSPECT_CGROUP_MAX - 8)
		return 1;
	n->at = at + len;
	n->kn = parent;
	return 0;
}

/* Return: the length of the names, filled up with 0 to a multiple of 8. */
static __always_inline __u32 read_cgroup(struct inspect_worker *w, struct task_struct *task)
{
	struct worker_room *r = room();
	struct name_walk n = {};
	__u32 at;

	if (!r || !bpf_core_field_exists(task->cgroups))
		return 0;
	n.kn = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
	bpf_loop(CGROUPS_MAX, add_name, &n, 0);
	if (n.complete)
		w->flags |= INSPECT_WORKER_CGROUP;
	at = n.at;
	if (at > INSPECT_CGROUP_MAX - 8)
		return 0;
	__builtin_memset(r->names + at, 0, 8);
	return (at + 7) & ~7U;
}

/**
 * struct limit_walk - a walk from a task group to the root
 * @tg: the task group
 * @limit: the one with the limit that counts; NULL: none so far
 * @throttled: how long that was in force, nanoseconds
 */
struct limit_walk {
	struct task_group *tg;
	struct task_group *limit;
	__u64 throttled;
};

static long see_limit(__u32 i, struct limit_walk *l)
{
	struct task_group *tg = l->tg;
	__u64 throttled;

	if (!tg)
		return 1;
	throttled = BPF_CORE_READ(tg, cfs_bandwidth.throttled_time);
	if (BPF_CORE_READ(tg, cfs_bandwidth.quota) != NO_LIMIT && (!l->limit || throttled > l->throttled)) {
		l->limit = tg;
		l->throttled = throttled;
	}
	l->tg = BPF_CORE_READ(tg, parent);
	return 0;
}

static __always_inline void read_limit(struct inspect_worker *w, struct task_struct *task)
{
	struct limit_walk l = {};
	struct task_group *tg = NULL;
	struct cgroup *cgroup;

	w->limit_level = -1;
	if (!bpf_core_field_exists(task->sched_task_group) || !bpf_core_field_exists(tg->cfs_bandwidth))
		return;
	w->flags |= INSPECT_WORKER_LIMITS;
	l.tg = BPF_CORE_READ(task, sched_task_group);
	bpf_loop(CGROUPS_MAX, see_limit, &l, 0);
	tg = l.limit;
	if (!tg)
		return;
	w->quota = BPF_CORE_READ(tg, cfs_bandwidth.quota);
	w->period = BPF_CORE_READ(tg, cfs_bandwidth.period);
	w->throttled_ns = l.throttled;
	w->nr_periods = BPF_CORE_READ(tg, cfs_bandwidth.nr_periods);
	w->nr_throttled = BPF_CORE_READ(tg, cfs_bandwidth.nr_throttled);
	cgroup = BPF_CORE_READ(tg, css.cgroup);
	if (cgroup && BPF_CORE_READ(cgroup, root) == BPF_CORE_READ(task, cgroups, dfl_cgrp, root))
		w->limit_level = BPF_CORE_READ(cgroup, level);
}

static __always_inline void read_scheduling(struct inspect_worker *w, struct task_struct *task)
{
	__u32 size = bpf_core_field_size(task->cpus_mask);

	w->cpu = BPF_CORE_READ(task, thread_info.cpu);
	w->policy = BPF_CORE_READ(task, policy);
	w->nice = BPF_CORE_READ(task, static_prio) - PRIO_OF_NICE_0;
	w->rt_priority = BPF_CORE_READ(task, rt_priority);
	__builtin_memset(w->cpus, 0, sizeof(w->cpus));
	if (size > sizeof(w->cpus))
		size = sizeof(w->cpus);
	bpf_probe_read_kernel(w->cpus, size, __builtin_preserve_access_index(&task->cpus_mask));
	if (bpf_core_field_exists(task->sched_info.run_delay)) {
		w->flags |= INSPECT_WORKER_DELAY;
		w->run_delay = BPF_CORE_READ(task, sched_info.run_delay);
	}
}

/* It is the page that counts, not what is in it: so also one of which each access is to fault. */
static __always_inline int memory_node(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u64 mm = (__u64)BPF_CORE_READ(dev, mm), desc = (__u64)BPF_CORE_READ(vq, desc);

	if (!mm || !desc)
		return -1;
	desc = translate((__u64)vq, desc);
	return desc ? page_node(find_page(mm, desc, 1)) : -1;
}

__noinline __u32 read_placement(__u64 dev, __u64 vq, __u64 address)
{
	struct task_struct *task = (void *)address;
	struct worker_room *r = room();
	struct inspect_worker *w;
	__u32 len;

	if (!r)
		return 0;
	w = &r->worker;
	__builtin_memset(w, 0, sizeof(*w));
	w->id = dev;
	w->kind = INSPECT_WORKER;
	w->tid = pid_there((__u64)BPF_CORE_READ(task, thread_pid));
	w->start = BPF_CORE_READ(task, start_boottime);
	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		w->flags |= INSPECT_WORKER_KTHREAD;
	read_scheduling(w, task);
	read_limit(w, task);
	w->memory_node = memory_node((void *)dev, (void *)vq);
	len = read_cgroup(w, task);
	w->cgroup_len = len;
	return len;
}
