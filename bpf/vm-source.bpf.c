// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what a process tells of the VM that it runs: see vm-source.h.
 *
 * It never waits for the process, see user-memory.bpf.h, and may be run without capabilities: all addresses come from
 * the kernel's structures. The page of an argument may be one of which each access is to fault, as NUMA balancing makes
 * it. The process may have forbidden access to it by PROT_NONE, too; it is read then all the same.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "kernfs.bpf.h"
#include "types.bpf.h"
#include "user-memory.bpf.h"
#include "vm-source.h"

#define PAGE_SIZE 4096

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct vm_source);
} vm_source SEC(".maps");

/* On a host with the hierarchies of version 1, all processes are in the root of that of version 2. */
static __always_inline void read_groups(struct vm_source *s, struct task_struct *task)
{
	struct kernfs_node *kn, *parent;

	s->group_count = 0;
	if (!bpf_core_field_exists(task->cgroups))
		return;
	kn = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
	for (int i = 0; i < VM_GROUPS && kn; i++, kn = parent) {
		parent = parent_of(kn);
		if (!parent)
			break;
		if (bpf_probe_read_kernel_str(s->groups[i], VM_GROUP_LEN, BPF_CORE_READ(kn, name)) < 0)
			s->groups[i][0] = 0;
		s->group_count = i + 1;
	}
}

/*
 * Read the arguments up to the first page that is not resident. Return: how many bytes. It is global, so that the
 * verifier checks it once, and not for each depth of the cgroup.
 */
__noinline __u32 read_args(__u64 mm, __u64 start, __u64 end)
{
	__u64 len = end - start, at = 0, size, page;
	__u32 zero = 0;
	struct vm_source *s = bpf_map_lookup_elem(&vm_source, &zero);

	if (!s)
		return 0;
	if (len > VM_ARGS_MAX)
		len = VM_ARGS_MAX;
	for (int i = 0; i < VM_ARGS_ROOM / PAGE_SIZE && at < len; i++, at += size) {
		size = PAGE_SIZE - (start + at) % PAGE_SIZE;
		if (size > len - at)
			size = len - at;
		barrier_var(size);	/* else the compiler leaves out the comparison that the verifier needs */
		barrier_var(at);
		page = find_page(mm, start + at, 1);
		if (page < PAGE_RESULTS || at > VM_ARGS_MAX || !size || size > PAGE_SIZE)
			break;
		if (bpf_probe_read_kernel(s->args + at, size, (void *)page) ||
		    find_page(mm, start + at, 1) != page)
			break;
	}
	return at;
}

SEC("iter")
int read_vm(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct vm_source *s;
	struct mm_struct *mm;
	__u32 zero = 0, len;

	s = bpf_map_lookup_elem(&vm_source, &zero);
	if (!task || !s)
		return 0;
	mm = BPF_CORE_READ(task, mm);
	s->mm = (__u64)mm;
	s->start = BPF_CORE_READ(task, start_boottime);
	bpf_probe_read_kernel_str(s->comm, sizeof(s->comm), __builtin_preserve_access_index(&task->comm));
	read_groups(s, task);
	len = mm ? read_args((__u64)mm, BPF_CORE_READ(mm, arg_start), BPF_CORE_READ(mm, arg_end)) : 0;
	/* The task gives up its memory before that is freed: so the page tables were those of the process. */
	if (BPF_CORE_READ(task, mm) != mm)
		len = 0;
	if (len > VM_ARGS_MAX)
		len = VM_ARGS_MAX;
	s->args_len = len;
	bpf_seq_write(ctx->meta->seq, s, offsetof(struct vm_source, args) + len);
	return 0;
}
