// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the packets that taps drop.
 *
 * Theory of operation. Nothing runs at a drop, since the kernel counts them already: whenever user space reads, it has
 * an iterator add what is new of each tap to the queues of its device. What a tap had dropped before is noted when
 * counting begins, or when a device gets it as its backend; when it is taken away, or the device is closed, it is read
 * for the last time.
 *
 * A tap counts for all its queues together. So each of its devices has its counts, and user space shows them once.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counters-links.bpf.h"
#include "counters.bpf.h"
#include "link-state.bpf.h"

/**
 * struct counted_tap - the tap of a vhost-net device
 * @vqs: the device's queues: the one that receives from the tap, and the one that sends
 * @dropped: what the tap has dropped of their packets, as it was read last
 * @tap: see struct tap_ref
 */
struct counted_tap {
	__u64 vqs[2];
	__u64 dropped[2];
	struct tap_ref tap;
};

/* By the device's address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u64);
	__type(value, struct counted_tap);
} counted_taps SEC(".maps");

/* A tun sends what is for the driver; a macvtap receives it. */
static __always_inline void read_dropped(__u64 dropped[2], const struct tap_ref *tap)
{
	struct tap_drops d = {};

	read_drops(&d, tap->address, tap->type);
	dropped[0] = tap->type == LINK_TUN ? d.tx : d.rx;
	dropped[1] = tap->type == LINK_TUN ? d.rx : d.tx;
}

__noinline int note_tap(__u64 dev_address)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct counted_tap t = {};
	struct device_queues q;

	find_tap(&t.tap, dev_address);
	if (!t.tap.address || find_queues(&q, dev) < 2)
		return 0;
	t.vqs[0] = nth_queue(&q, VHOST_NET_VQ_RX);
	t.vqs[1] = nth_queue(&q, VHOST_NET_VQ_TX);
	read_dropped(t.dropped, &t.tap);
	bpf_map_update_elem(&counted_taps, &dev_address, &t, BPF_NOEXIST);
	return 0;
}

/* A queue that has done nothing has no slot: it gets one if it @may. */
__noinline int add_drops(__u64 dev, __u64 vq, __u64 drops, __u32 may)
{
	__u32 *known = bpf_map_lookup_elem(&numbers, &vq);
	struct queue_state *st;

	if (!drops || !(known || may))
		return 0;
	st = state_at(known ? *known : search_slot(dev, vq));
	if (st)
		__sync_fetch_and_add(&st->counts.drops, drops);
	return 0;
}

/* Two threads may do this at once: together they add up to what is new. */
__noinline int read_counted(struct counted_tap *t, __u64 dev, __u32 may)
{
	__u64 now[2];

	if (!t)
		return 0;
	read_dropped(now, &t->tap);
	for (int i = 0; i < 2; i++)
		add_drops(dev, t->vqs[i], now[i] - __sync_lock_test_and_set(&t->dropped[i], now[i]), may);
	return 0;
}

__noinline int forget_tap(__u64 dev)
{
	struct counted_tap *t = bpf_map_lookup_elem(&counted_taps, &dev);

	if (!t)
		return 0;
	read_counted(t, dev, false);
	bpf_map_delete_elem(&counted_taps, &dev);
	return 0;
}

/* One that is being taken away is read by forget_tap(). */
static __always_inline bool has_backend(const struct counted_tap *t)
{
	struct vhost_virtqueue *receives = (void *)t->vqs[0], *sends = (void *)t->vqs[1];

	return BPF_CORE_READ(receives, private_data) || BPF_CORE_READ(sends, private_data);
}

static long read_nth(void *map, __u64 *dev, struct counted_tap *t, void *unused)
{
	if (has_backend(t))
		read_counted(t, *dev, true);
	return 0;
}

/* User space reads it, and with it nothing, before it reads the counts. Once: at the end of the tasks. */
SEC("iter")
int read_links(struct bpf_iter__task *ctx)
{
	if (!ctx->task)
		bpf_for_each_map_elem(&counted_taps, read_nth, NULL, 0);
	return 0;
}
