/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HOST_THREADS_H
#define HOST_THREADS_H

#include <linux/types.h>

/**
 * DOC: the threads of the host that have a part in virtual machines
 *
 * The iterator find_host_threads writes a struct host_thread for each thread that is within the ioctl KVM_RUN, or was
 * in an earlier pass, and for each that may be a worker of vhost.
 */

/* Flags of struct host_thread. */
#define HOST_THREAD_VCPU	(1 << 0)	/* it is, or was, within KVM_RUN */
#define HOST_THREAD_KERNEL	(1 << 1)	/* a kernel thread: no thread of the owner */

/**
 * struct host_thread - a thread at one moment
 * @start: when it started, nanoseconds of CLOCK_BOOTTIME
 * @time: when it was read, likewise
 * @cpu_ns: CPU time that it has used, nanoseconds
 * @wait_ns: how long it was runnable and waited for a CPU, likewise; valid if @waits
 * @pid: its process, in the reader's pid namespace
 * @tid: the thread, likewise
 * @cpu: the CPU that it ran on last, or runs on
 * @cpus: number of CPUs that it may run on
 * @flags: HOST_THREAD_VCPU and so on
 * @waits: 1: the kernel counts waiting (CONFIG_SCHED_INFO); else 0
 */
struct host_thread {
	__u64 start;
	__u64 time;
	__u64 cpu_ns;
	__u64 wait_ns;
	__u32 pid;
	__u32 tid;
	__u32 cpu;
	__u32 cpus;
	__u32 flags;
	__u32 waits;
};

_Static_assert(sizeof(struct host_thread) == 56, "no padding");

#endif
