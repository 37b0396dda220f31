// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts misses of the IOTLB, and the time until they are answered.
 *
 * Theory of operation. A device behind a virtual IOMMU that finds no translation of an address puts a message for its
 * owner into a list and waits. The owner reads the message, which moves it to another list, and writes the translation,
 * which removes it from there. Programs that follow both cost a device without an IOTLB nothing; one at the lookup
 * would run for each descriptor of all devices.
 *
 * The time begins when the queue stopped for the miss, that is, at the end of that run of the worker. If the owner has
 * read the message before, or the queue is not vhost-net's, it begins when the message is read.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counters.bpf.h"

/* Misses without an answer, and stopped queues, to remember. */
#define PENDING_MAX 1024

/**
 * struct pending_miss - a miss that was not answered yet
 * @iotlb: kernel address of the device's IOTLB
 * @iova: the address
 * @since: when the queue stopped for it, nanoseconds of CLOCK_BOOTTIME
 * @vq: the queue
 * @slot: number of its slot
 * @reserved: 0
 */
struct pending_miss {
	__u64 iotlb;
	__u64 iova;
	__u64 since;
	__u64 vq;
	__u32 slot;
	__u32 reserved;
};

/* By the kernel address of the message. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, PENDING_MAX);
	__type(key, __u64);
	__type(value, struct pending_miss);
} pending_misses SEC(".maps");

/* When a queue stopped, by its address. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, PENDING_MAX);
	__type(key, __u64);
	__type(value, __u64);
} stopped_at SEC(".maps");

/* The worker waits neither for a kick nor for the socket, so it stopped at a miss, or at an error. */
__noinline int note_stop(const struct queue_id *id, __u64 socket_wqh)
{
	__u64 now = bpf_ktime_get_boot_ns(), vq_address;
	struct vhost_virtqueue *vq;

	if (!id)
		return 0;
	vq_address = id->vq;
	vq = (void *)vq_address;
	if (BPF_CORE_READ(vq, used_flags) & USED_F_NO_NOTIFY && !socket_wqh)
		bpf_map_update_elem(&stopped_at, &vq_address, &now, BPF_ANY);
	else
		bpf_map_delete_elem(&stopped_at, &vq_address);
	return 0;
}

static __always_inline __u64 since_when(__u64 vq)
{
	__u64 *stopped = bpf_map_lookup_elem(&stopped_at, &vq);

	return stopped ? *stopped : bpf_ktime_get_boot_ns();
}

/* The message that was read last is the last one of those without an answer. */
__noinline int count_miss(__u64 dev_address)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct list_head *last = BPF_CORE_READ(dev, pending_list.prev);
	struct vhost_msg_node *node = (void *)last - bpf_core_field_offset(struct vhost_msg_node, node);
	__u64 vq = (__u64)BPF_CORE_READ(node, vq), key = (__u64)node;
	struct pending_miss miss = { .iotlb = (__u64)BPF_CORE_READ(dev, iotlb), .vq = vq };
	struct queue_state *st;
	struct queue_slot *s;

	if (last == __builtin_preserve_access_index(&dev->pending_list) || !vq)
		return 0;
	miss.slot = search_slot(dev_address, vq);
	s = slot_at(miss.slot);
	st = state_at(miss.slot);
	if (!s || !st || !s->wanted)
		return 0;
	miss.iova = BPF_CORE_READ(node, msg.iotlb.iova);
	miss.since = since_when(vq);
	__sync_fetch_and_add(&st->counts.iotlb_misses, 1);
	bpf_map_update_elem(&pending_misses, &key, &miss, BPF_ANY);
	return 0;
}

/* The owner has read something: only misses are left for it to read. */
SEC("fexit")
int BPF_PROG(message_read, struct vhost_dev *dev, void *to, int noblock, long ret)
{
	if (is_counting() && ret > 0)
		count_miss(argument(ctx, 0));
	return 0;
}

/**
 * struct translation - what the owner adds to an IOTLB
 * @iotlb: kernel address of the IOTLB
 * @first: first address
 * @last: last address
 * @now: nanoseconds of CLOCK_BOOTTIME
 */
struct translation {
	__u64 iotlb;
	__u64 first;
	__u64 last;
	__u64 now;
};

/* Callback of bpf_for_each_map_elem(). */
static long answer(void *map, __u64 *key, struct pending_miss *m, struct translation *t)
{
	struct queue_state *st;
	__u64 ns;

	if (m->iotlb != t->iotlb || m->iova < t->first || m->iova > t->last)
		return 0;
	st = state_at(m->slot);
	ns = t->now > m->since ? t->now - m->since : 0;
	if (st) {
		__sync_fetch_and_add(&st->counts.iotlb_answers, 1);
		__sync_fetch_and_add(&st->counts.iotlb_ns, ns);
		add_value(m->slot, HIST_MISS_TO_ANSWER, ns);
	}
	bpf_map_delete_elem(&stopped_at, &m->vq);
	m->iotlb = 0;
	bpf_map_delete_elem(&pending_misses, key);
	return 0;
}

/* The owner holds the mutexes of all queues of the device. Tables of memory regions are filled by it, too. */
SEC("fentry")
int BPF_PROG(translation_added, struct vhost_iotlb *iotlb, __u64 first, __u64 last)
{
	struct translation t = { .iotlb = argument(ctx, 0), .first = first, .last = last };

	if (!is_counting())
		return 0;
	t.now = bpf_ktime_get_boot_ns();
	bpf_for_each_map_elem(&pending_misses, answer, &t, 0);
	return 0;
}
