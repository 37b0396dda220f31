// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of processes and threads: see pids.bpf.h.
 */
#include <linux/bpf.h>

#include "pids.bpf.h"

/* MAX_PID_NS_LEVEL: how deep pid namespaces can be nested. */
#define PIDNS_DEPTH 32

const volatile __u32 pidns;

__noinline __u32 pid_there(__u64 address)
{
	struct pid *pid = (void *)address;
	unsigned int level = BPF_CORE_READ(pid, level);
	__u64 numbers = address + bpf_core_field_offset(struct pid, numbers);
	__u32 size = bpf_core_type_size(struct upid);

	/* The initial namespace is at level 0. */
	for (unsigned int i = 0; i <= PIDNS_DEPTH && i <= level; i++) {
		struct upid *upid = (void *)(numbers + i * size);

		if (!pidns || BPF_CORE_READ(upid, ns, ns.inum) == pidns)
			return BPF_CORE_READ(upid, nr);
	}
	return 0;
}
