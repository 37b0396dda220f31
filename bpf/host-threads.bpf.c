// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the threads that have a part in virtual machines: see host-threads.h.
 *
 * A virtual CPU is a thread that is within the ioctl KVM_RUN, also while it waits for an interrupt there. It is not
 * while the owner does something for it, which is short: several passes find all. One that was found is remembered.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "host-threads.h"
#include "kick-source.bpf.h"
#include "pids.bpf.h"
#include "types.bpf.h"

/* Virtual CPUs of more are forgotten, and found again. */
#define VCPUS_MAX 16384

/* When the virtual CPUs that were found were started, by their task. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, VCPUS_MAX);
	__type(key, __u64);
	__type(value, __u64);
} vcpus SEC(".maps");

/* The kernel lets the names of all workers begin with "vhost-"; from 6.4 on they are threads of their owner. */
static __always_inline bool may_be_worker(struct task_struct *task)
{
	static const char prefix[] = "vhost-";
	__u32 flags = BPF_CORE_READ(task, flags);
	char name[16] = {};

	if ((flags & (PF_USER_WORKER | PF_IO_WORKER)) == PF_USER_WORKER)
		return true;
	if (!(flags & PF_KTHREAD))
		return false;
	bpf_probe_read_kernel_str(name, sizeof(name), __builtin_preserve_access_index(&task->comm));
	for (int i = 0; i < (int)sizeof(prefix) - 1; i++)
		if (name[i] != prefix[i])
			return false;
	return true;
}

static __always_inline bool is_vcpu(struct task_struct *task)
{
	__u64 started = BPF_CORE_READ(task, start_boottime), key = (__u64)task, *known;
	struct task_call c;

	if (BPF_CORE_READ(task, flags) & (PF_KTHREAD | PF_USER_WORKER | PF_IO_WORKER))
		return false;
	known = bpf_map_lookup_elem(&vcpus, &key);
	if (known && *known == started)
		return true;
	if (!read_task_call(&c, (__u64)bpf_task_pt_regs(task)) || !is_kvm_run(&c))
		return false;
	bpf_map_update_elem(&vcpus, &key, &started, BPF_ANY);
	return true;
}

SEC("iter")
int find_host_threads(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct host_thread t = {};

	if (!task)
		return 0;
	if (is_vcpu(task))
		t.flags |= HOST_THREAD_VCPU;
	else if (!may_be_worker(task))
		return 0;
	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		t.flags |= HOST_THREAD_KERNEL;
	t.start = BPF_CORE_READ(task, start_boottime);
	t.time = bpf_ktime_get_boot_ns();
	t.cpu_ns = BPF_CORE_READ(task, se.sum_exec_runtime);
	t.waits = bpf_core_field_exists(task->sched_info);
	if (t.waits)
		t.wait_ns = BPF_CORE_READ(task, sched_info.run_delay);
	t.pid = pid_there((__u64)BPF_CORE_READ(task, group_leader, thread_pid));
	t.tid = pid_there((__u64)BPF_CORE_READ(task, thread_pid));
	t.cpu = BPF_CORE_READ(task, thread_info.cpu);
	t.cpus = BPF_CORE_READ(task, nr_cpus_allowed);
	bpf_seq_write(ctx->meta->seq, &t, sizeof(t));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
