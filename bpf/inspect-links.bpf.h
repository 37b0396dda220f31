/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INSPECT_LINKS_BPF_H
#define INSPECT_LINKS_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "backend.bpf.h"
#include "inspect-record.h"
#include "inspect-taps.bpf.h"
#include "link-more.bpf.h"
#include "link-state.bpf.h"

/*
 * The links of taps, see link-record.h. Only what writes is here: the kernel's struct seq_file cannot be an argument
 * of a global function.
 */

/*
 * Room for the link that is being read: the stack has none. User space cannot write to it: the number of queues is in
 * it. Only one thread reads an iterator of ours at a time.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(map_flags, BPF_F_RDONLY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct inspect_link);
} link_room SEC(".maps");

/**
 * struct link_walk - context of the walk along the queues of a tap
 * @seq: where to write
 * @tap: the tap
 * @at: the queue's entry in the list of those that are not in the array
 * @end: the end of that list
 * @in_array: number of queues in the array, which come first
 * @failed: a record did not fit
 */
struct link_walk {
	struct seq_file *seq;
	struct tap_ref tap;
	__u64 at;
	__u64 end;
	__u32 in_array;
	bool failed;
};

/* Callback of bpf_loop(). As many records follow as were announced: a queue that is gone has no socket. */
static long write_tap_queue(__u32 i, struct link_walk *w)
{
	struct inspect_tap_queue q = {};
	__u64 file = 0;

	if (i < w->in_array) {
		file = tun_queue_at(w->tap.address, i);
	} else if (w->at && w->at != w->end) {
		file = w->at - queue_entry_offset(w->tap.type);
		bpf_probe_read_kernel(&w->at, sizeof(w->at), (void *)w->at);
	}
	if (file && w->tap.type == LINK_TUN)
		read_tun_queue(&q, w->tap.address, file, i < w->in_array ? 0 : TAP_QUEUE_DISABLED);
	else if (file)
		read_tap_queue(&q, file);
	w->failed = bpf_seq_write(w->seq, &q, sizeof(q));
	return w->failed;
}

/* Return: the tap that the file is; its address is 0 if it is none. */
static __always_inline struct tap_ref tap_of_file(struct file *file)
{
	const __u32 rdev = BPF_CORE_READ(file, f_inode, i_rdev);
	void *private_data = BPF_CORE_READ(file, private_data);

	if (!private_data)
		return (struct tap_ref){};
	if (is_tun(rdev))
		return tun_of((__u64)private_data);
	return is_tap(rdev) ? tap_of((__u64)private_data) : (struct tap_ref){};
}

/* Write the link. Return: 0, or not 0 if it did not fit. */
static __noinline int write_link(struct seq_file *seq, const struct tap_ref *tap)
{
	struct link_walk w = { .seq = seq, .tap = *tap };
	const __u32 zero = 0;
	struct inspect_link *l = bpf_map_lookup_elem(&link_room, &zero);
	struct tap_drops drops = {};

	if (!l)
		return 1;
	__builtin_memset(l, 0, sizeof(*l));
	l->kind = INSPECT_LINK;
	read_link(l, tap->address, tap->type);
	read_drops(&drops, tap->address, tap->type);
	l->rx_dropped = drops.rx;
	l->tx_dropped = drops.tx;
	if (is_taken(l->id))
		l->flags |= LINK_TAKEN;
	if (bpf_seq_write(seq, l, sizeof(*l)))
		return 1;
	if (tap->type == LINK_TUN)
		w.in_array = l->queues;
	read_queue_list(tap->address, tap->type, &w.end, &w.at);
	bpf_loop(l->listed, write_tap_queue, &w, 0);
	return w.failed;
}

/* Write what only vhost-net knows of the device. Return: as write_link(). */
static __noinline int write_net(struct seq_file *seq, struct vhost_dev *dev)
{
	struct inspect_net n = { .id = (__u64)dev, .kind = INSPECT_NET_STATE };

	read_net(&n);
	n.rx = rx_position;
	return bpf_seq_write(seq, &n, sizeof(n));
}

#endif
