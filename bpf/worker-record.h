/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WORKER_RECORD_H
#define WORKER_RECORD_H

#include <stddef.h>

#include <linux/types.h>

/* What a look tells of workers: see inspect-record.h, whose stream has it. */

/* CPUs beyond these are not told apart. */
#define INSPECT_CPUS_MAX 1024

/* Room for the names of a cgroup and those above it; what is further up is left out. */
#define INSPECT_CGROUP_MAX 512

/* The workers of any more queues are left out. */
#define INSPECT_WORKERS_MAX 12

/* Flags of struct inspect_worker. */
#define INSPECT_WORKER_KTHREAD	(1 << 0)	/* a kernel thread; else a thread of the owner */
#define INSPECT_WORKER_LIMITS	(1 << 1)	/* the kernel can limit the CPU time of cgroups */
#define INSPECT_WORKER_DELAY	(1 << 2)	/* @run_delay is valid */
#define INSPECT_WORKER_CGROUP	(1 << 3)	/* the names reach up to the root */

/**
 * struct inspect_worker - where and how a worker runs; @cgroup_len bytes of names follow
 * @id: the device, as in struct inspect_record
 * @tid: the thread, in the reader's pid namespace; 0: not visible
 * @kind: INSPECT_WORKER
 * @start: when the thread started, nanoseconds of CLOCK_BOOTTIME
 * @run_delay: how long it has been ready to run without a CPU, nanoseconds
 * @flags: INSPECT_WORKER_KTHREAD and so on
 * @cpu: the CPU that it ran on last
 * @policy: its scheduling policy, SCHED_OTHER and so on
 * @nice: its nice value, which holds with SCHED_OTHER and SCHED_BATCH
 * @rt_priority: its priority, with SCHED_FIFO and SCHED_RR
 * @memory_node: NUMA node of the page in which the first ring's descriptor table begins; -1: not known
 * @limit_level: how far the cgroup with the CPU limit is from the root, in the hierarchy of version 2; -1: it is not
 *		 there
 * @cgroup_len: length of the names, a multiple of 8
 * @quota: CPU time that the limit grants in @period, nanoseconds; 0: there is no limit
 * @period: nanoseconds
 * @throttled_ns: how long the limit has been in force, nanoseconds, as cpu.stat(cgroup v2) has it
 * @nr_periods: periods in which there was something to run
 * @nr_throttled: those in which the quota was used up
 * @cpus: the CPUs that it may run on, the lowest in the lowest bit of the first word; beyond those that can be
 *	  there, bits may be set
 *
 * The names are those of the thread's cgroup and of the ones above it, in the hierarchy of version 2, without the root.
 * Each is ended by 0, and may have any other byte.
 *
 * Of several limits, of the thread's cgroup and those above it, it is the one that was in force for the longest time;
 * if that is the same, the lowest one.
 */
struct inspect_worker {
	__u64 id;
	__u32 tid;
	__u32 kind;
	__u64 start;
	__u64 run_delay;
	__u32 flags;
	__u32 cpu;
	__u32 policy;
	__s32 nice;
	__u32 rt_priority;
	__s32 memory_node;
	__s32 limit_level;
	__u32 cgroup_len;
	__u64 quota;
	__u64 period;
	__u64 throttled_ns;
	__u32 nr_periods;
	__u32 nr_throttled;
	__u64 cpus[INSPECT_CPUS_MAX / 64];
};

_Static_assert(offsetof(struct inspect_worker, cpus) == 96, "no padding");
_Static_assert(sizeof(struct inspect_worker) == 224, "no padding");

#endif
