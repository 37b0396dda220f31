/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KICK_SOURCE_BPF_H
#define KICK_SOURCE_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "events.h"
#include "types.bpf.h"

/*
 * How a kick comes, by the system call of the thread that signals the eventfd. An ioeventfd is signalled within the
 * ioctl KVM_RUN of a virtual CPU. After an exit to userspace it is write(2), whoever calls it.
 */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs___x86 {
	unsigned long orig_ax;		/* the system call's number */
	unsigned long si;		/* its second argument */
};

struct pt_regs___arm64 {
	int syscallno;
	__u64 regs[31];
};

#pragma clang attribute pop

#define KVM_RUN 0xae80

/* Numbers of system calls: those of x86-64, and those of newer machines, arm64 among them. */
enum { X86_WRITE = 1, X86_IOCTL = 16, X86_WRITEV = 20, GENERIC_IOCTL = 29, GENERIC_WRITE = 64, GENERIC_WRITEV = 66 };

static __always_inline bool is_write(__u64 number, bool x86)
{
	return x86 ? number == X86_WRITE || number == X86_WRITEV : number == GENERIC_WRITE || number == GENERIC_WRITEV;
}

/* Return: enum kick_source of the current thread. */
static __always_inline __u32 kick_source(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	void *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct pt_regs___arm64 *arm64 = regs;
	struct pt_regs___x86 *x86 = regs;
	bool is_x86 = bpf_core_field_exists(x86->orig_ax);
	__u64 number, argument;
	__u32 flags = BPF_CORE_READ(task, flags);

	if (flags & PF_IO_WORKER)
		return KICK_SOURCE_OTHER;
	if (flags & (PF_KTHREAD | PF_USER_WORKER))
		return KICK_SOURCE_KERNEL;
	if (is_x86) {
		number = BPF_CORE_READ(x86, orig_ax);
		argument = BPF_CORE_READ(x86, si);
	} else if (bpf_core_field_exists(arm64->syscallno)) {
		number = BPF_CORE_READ(arm64, syscallno);
		argument = BPF_CORE_READ(arm64, regs[1]);
	} else {
		return KICK_SOURCE_UNKNOWN;
	}
	if (is_write(number, is_x86))
		return KICK_SOURCE_WRITE;
	return number == (is_x86 ? X86_IOCTL : GENERIC_IOCTL) && (__u32)argument == KVM_RUN ? KICK_SOURCE_IOEVENTFD :
	       KICK_SOURCE_OTHER;
}

#endif
