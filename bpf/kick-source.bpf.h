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

/**
 * struct task_call - the system call that a thread is in
 * @number: its number
 * @argument: its second argument
 * @x86: the number is one of x86-64's
 */
struct task_call {
	__u64 number;
	__u64 argument;
	bool x86;
};

/* @address: the registers of bpf_task_pt_regs(). Return: false on a machine whose registers are not known here. */
static __always_inline bool read_task_call(struct task_call *c, __u64 address)
{
	struct pt_regs___arm64 *arm64 = (void *)address;
	struct pt_regs___x86 *x86 = (void *)address;

	c->x86 = bpf_core_field_exists(x86->orig_ax);
	if (c->x86) {
		c->number = BPF_CORE_READ(x86, orig_ax);
		c->argument = BPF_CORE_READ(x86, si);
	} else if (bpf_core_field_exists(arm64->syscallno)) {
		c->number = BPF_CORE_READ(arm64, syscallno);
		c->argument = BPF_CORE_READ(arm64, regs[1]);
	} else {
		return false;
	}
	return true;
}

/* Is it a virtual CPU that runs, or waits in the kernel for an interrupt? */
static __always_inline bool is_kvm_run(const struct task_call *c)
{
	return c->number == (c->x86 ? X86_IOCTL : GENERIC_IOCTL) && (__u32)c->argument == KVM_RUN;
}

/* Return: enum kick_source of the current thread. */
static __always_inline __u32 kick_source(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 regs = (__u64)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct task_call c;
	__u32 flags = BPF_CORE_READ(task, flags);

	if (flags & PF_IO_WORKER)
		return KICK_SOURCE_OTHER;
	if (flags & (PF_KTHREAD | PF_USER_WORKER))
		return KICK_SOURCE_KERNEL;
	if (!read_task_call(&c, regs))
		return KICK_SOURCE_UNKNOWN;
	if (is_write(c.number, c.x86))
		return KICK_SOURCE_WRITE;
	return is_kvm_run(&c) ? KICK_SOURCE_IOEVENTFD : KICK_SOURCE_OTHER;
}

#endif
