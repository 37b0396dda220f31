/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PIDS_BPF_H
#define PIDS_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "queue.h"
#include "types.bpf.h"

/* Processes and threads are numbered as in the reader's pid namespace, see src/probe/pid-namespace.h. */

/* Set before loading: the inode number of that namespace; 0: it is the initial one. */
extern const volatile __u32 pidns;

/* The number there of a struct pid, given by its address; 0 if it has none. */
__u32 pid_there(__u64 pid);

/* The number there of the current thread; TID_HIDDEN if it has none. */
static __always_inline __u32 current_tid(void)
{
	struct task_struct *task;
	__u32 tid;

	if (!pidns)
		return bpf_get_current_pid_tgid();
	task = (void *)bpf_get_current_task();
	tid = pid_there((__u64)BPF_CORE_READ(task, thread_pid));
	return tid ? tid : TID_HIDDEN;
}

#endif
