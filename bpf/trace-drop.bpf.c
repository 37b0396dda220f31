// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces packets that the kernel drops at the taps of vhost-net devices.
 *
 * Theory of operation. The tracepoint of dropped packets is called for each drop of the host, so a search by the
 * packet's network device and queue is all that is done for the others. A tap does not know who reads its queues. So
 * the taps are noted: those of devices that are there by an iterator over all open files, the others when a queue gets
 * its backend. What was noted may be out of date, and is compared with the device when it is used.
 *
 * A packet whose device is the tap either was on its way to the driver, or came from it. Only the place in the kernel
 * at which it was dropped tells: the former are dropped by the tap's own functions. If that is the one by which vhost
 * reads, vhost throws the packet away, which is an event of its own.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "backend.bpf.h"
#include "trace.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sk_buff {
	struct net_device *dev;		/* in a union */
	unsigned int len;
	__u16 queue_mapping;
};

#pragma clang attribute pop

/* Set before loading. */
const volatile char drop_reasons[DROP_REASONS][DROP_REASON_LEN];
const volatile struct drop_places drop_places;

/* Minor number of /dev/vhost-net, as counters-start.bpf.c has it. */
#define VHOST_NET_RDEV (10 << 20 | 238)

struct tap_key {
	__u64 netdev;
	__u64 pair;
};

struct tap_queues {
	__u64 dev;
	__u64 rx;
	__u64 tx;
};

/* If there are more, those that were used last. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, struct tap_key);
	__type(value, struct tap_queues);
} taps SEC(".maps");

static __always_inline void find_tap(struct tap_key *key, __u64 dev, __u64 rx)
{
	struct vhost_virtqueue *vq = (void *)rx;
	struct backend b = {};

	identify_backend(&b, BPF_CORE_READ(vq, private_data), (void *)dev);
	key->netdev = (__u64)b.netdev;
	key->pair = b.pair;
}

__noinline int note_tap(__u64 address)
{
	struct tap_queues t = { .dev = address };
	struct tap_key key = {};
	struct device_queues q;

	if (find_queues(&q, (void *)address) != 2)
		return 0;
	t.rx = nth_queue(&q, VHOST_NET_VQ_RX);
	t.tx = nth_queue(&q, VHOST_NET_VQ_TX);
	find_tap(&key, address, t.rx);
	if (key.netdev)
		bpf_map_update_elem(&taps, &key, &t, BPF_ANY);
	return 0;
}

SEC("iter")
int note_taps(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	void *device;

	if (!file || BPF_CORE_READ(file, f_inode, i_rdev) != VHOST_NET_RDEV || !bpf_core_type_exists(struct vhost_net))
		return 0;
	device = BPF_CORE_READ(file, private_data);
	if (device)
		note_tap((__u64)device + bpf_core_field_offset(struct vhost_net, dev));
	return 0;
}

/* Return: an enum drop_kind, or -1: it comes from the driver. */
static __always_inline int find_kind(__u64 location)
{
	for (int i = 0; i < DROP_PLACES && drop_places.begin[i]; i++)
		if (location >= drop_places.begin[i] && location < drop_places.end[i])
			return drop_places.kind[i];
	return -1;
}

/* The queue of a tap for a packet. skb_record_rx_queue() counts the queue that a packet came from, from 1 on. */
static __always_inline void find_pair(struct tap_key *key, __u16 mapping, bool towards_driver)
{
	key->pair = towards_driver || !mapping ? mapping : mapping - 1;
}

/* Is the device of the key a tap of ours, in whichever direction the packet went? Most packets are no such. */
static __always_inline bool is_ours(struct tap_key *key, __u16 mapping)
{
	find_pair(key, mapping, true);
	if (bpf_map_lookup_elem(&taps, key))
		return true;
	if (!mapping)
		return false;
	find_pair(key, mapping, false);
	return bpf_map_lookup_elem(&taps, key);
}

static __always_inline void submit_drop(struct drop_event *e, const struct sk_buff *skb, __u32 reason)
{
	e->length = BPF_CORE_READ(skb, len);
	e->number = reason;
	__builtin_memset(e->reason, 0, sizeof(e->reason));
	if (reason < DROP_REASONS)
		bpf_probe_read_kernel(e->reason, sizeof(e->reason), (const void *)&drop_reasons[reason]);
	submit(e);
}

static __always_inline int report_drop(const struct sk_buff *skb, __u64 location, __u32 reason)
{
	const __u16 mapping = BPF_CORE_READ(skb, queue_mapping);
	struct tap_key now = {}, key = { .netdev = (__u64)BPF_CORE_READ(skb, dev) };
	struct tap_queues *t;
	struct drop_event *e;
	int kind;

	if (!is_ours(&key, mapping))
		return 0;
	kind = find_kind(location);
	if (kind == DROP_DISCARDED)
		return 0;
	find_pair(&key, mapping, kind == DROP_TOWARDS_DRIVER);
	t = bpf_map_lookup_elem(&taps, &key);
	if (!t)
		return 0;
	find_tap(&now, t->dev, t->rx);
	if (now.netdev != key.netdev || now.pair != key.pair)
		return 0;
	e = begin_event(search_slot(t->dev, kind == DROP_TOWARDS_DRIVER ? t->rx : t->tx), EVENT_DROP, sizeof(*e));
	if (e)
		submit_drop(e, skb, reason);
	return 0;
}

/* Later kernels have more arguments. */
SEC("tp_btf")
int BPF_PROG(skb_dropped, struct sk_buff *skb, void *location, unsigned int reason)
{
	if (current_phase() != PHASE_ARMED)
		return 0;
	return report_drop(skb, (__u64)location, reason);
}
