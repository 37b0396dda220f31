/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INSPECT_WALK_BPF_H
#define INSPECT_WALK_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "types.bpf.h"

/* Context of the loops over a device's queues, regions and workers. */
struct walk {
	struct seq_file *seq;
	struct task_struct *task;
	struct vhost_dev *dev;
	struct vhost_iotlb *umem;
	union {				/* the regions come first, then the workers */
		struct {
			struct list_head *at, *end;
		};
		__u64 worker;
	};
	__u64 session;
	__u32 fd;
	__u32 kind;
	__u32 queues;
	__u32 regions;
	bool failed;
};

/*
 * Devices and taps' files to remember. Of more than these, some get a record for each descriptor, which the reader
 * understands, too.
 */
#define SEEN_MAX 4096

/**
 * struct seen - the last record of a device, or of a tap's file
 * @session: the look: one pass of the iterator
 * @task: the task whose descriptor it was
 * @start: when the task started: once it is gone, another may have its address
 */
struct seen {
	__u64 session;
	__u64 task;
	__u64 start;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SEEN_MAX);
	__type(key, __u64);
	__type(value, struct seen);
} seen SEC(".maps");

static __always_inline struct seen now_seen(const struct walk *w)
{
	struct task_struct *task = w->task;

	return (struct seen){
		.session = w->session, .task = (__u64)task, .start = BPF_CORE_READ(task, start_boottime),
	};
}

/* These are not inline: the stack of look() and that of the queues would add up. */

/* Has the task had a record of the device, or of the tap's file, in this look, for a lower descriptor? */
static __noinline bool is_duplicate(const struct walk *w, __u64 id)
{
	const struct seen now = now_seen(w), *last;

	last = bpf_map_lookup_elem(&seen, &id);
	return last && last->session == now.session && last->task == now.task && last->start == now.start;
}

/* A record that did not fit into the rest of the kernel's buffer is written again later, if it is still there then. */
static __noinline void remember(const struct walk *w, __u64 id)
{
	const struct seen now = now_seen(w);

	bpf_map_update_elem(&seen, &id, &now, BPF_ANY);
}

#endif
