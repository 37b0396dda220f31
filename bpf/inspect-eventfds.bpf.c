// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a record of every eventfd that a thread has open.
 *
 * /proc would tell the same, but the fdinfo of some files waits for a lock that a thread of the owner may hold for ever
 * (that of epoll is one), and a descriptor may become another file between its link and its fdinfo.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "inspect-record.h"
#include "types.bpf.h"

/* A descriptor of the reader that is an eventfd; user space sets it before it loads. */
const volatile __u32 own_eventfd;

/* The kernel's operations of an eventfd. The first reading of learn_eventfds fills it in, and nobody else. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_RDONLY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} eventfd_ops SEC(".maps");

/* For the reader's own files. */
SEC("iter")
int learn_eventfds(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	__u32 zero = 0;
	__u64 *ops;

	if (!ctx->task || !file || ctx->fd != own_eventfd)
		return 0;
	ops = bpf_map_lookup_elem(&eventfd_ops, &zero);
	if (ops)
		*ops = (__u64)BPF_CORE_READ(file, f_op);
	return 0;
}

SEC("iter")
int find_eventfds(struct bpf_iter__task_file *ctx)
{
	struct inspect_fd r = { .fd = ctx->fd };
	struct file *file = ctx->file;
	struct eventfd_ctx *eventfd;
	__u32 zero = 0;
	__u64 *ops;

	if (!ctx->task || !file)
		return 0;
	ops = bpf_map_lookup_elem(&eventfd_ops, &zero);
	if (!ops || (__u64)BPF_CORE_READ(file, f_op) != *ops)
		return 0;
	eventfd = BPF_CORE_READ(file, private_data);
	r.id = BPF_CORE_READ(eventfd, id);
	bpf_seq_write(ctx->meta->seq, &r, sizeof(r));
	return 0;
}
