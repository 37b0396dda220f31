// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts what the virtio drivers of this kernel do, whatever the devices are (drivers/virtio/virtio_ring.c).
 *
 * Theory of operation. virtqueue_kick_prepare() decides about the buffers since its last call, num_added, of which it
 * then makes 0: so the buffers are counted at its entry, and the decision at its return. vring_interrupt() is called
 * for each queue that an interrupt may be for, and returns IRQ_NONE where it finds nothing.
 *
 * No function that takes a buffer back is followed, since there is one call for each buffer. At both places
 * last_used_idx says how many the driver has taken back since the last time: not more than the ring has, since a driver
 * that takes buffers back makes others available.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "driver-queue.h"
#include "types.bpf.h"
#include "virtio-types.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* By address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DRIVER_QUEUES);
	__type(key, __u64);
	__type(value, struct driver_queue);
} driver_queues SEC(".maps");

/* Set by user space once all programs are attached. */
__u32 counting;

/* Events of a queue for which there was no room. */
__u64 no_room;

static __always_inline bool is_packed(struct vring_virtqueue *vvq)
{
	struct vring_virtqueue___layout *later = (void *)vvq;

	if (bpf_core_field_exists(later->layout))
		return BPF_CORE_READ(later, layout) & VQ_LAYOUT_PACKED;
	return BPF_CORE_READ(vvq, packed_ring);
}

static __always_inline struct driver_queue *add_queue(struct virtqueue *vq, __u64 address)
{
	struct vring_virtqueue *vvq = (void *)vq;
	struct driver_queue q = {
		.born = bpf_ktime_get_boot_ns(), .vdev = (__u64)BPF_CORE_READ(vq, vdev),
		.number = BPF_CORE_READ(vq, index),
	};

	if (!is_packed(vvq)) {
		q.num = BPF_CORE_READ(vvq, split.vring.num);
		q.last_used = BPF_CORE_READ(vvq, last_used_idx);
	}
	bpf_probe_read_kernel_str(q.device, sizeof(q.device), BPF_CORE_READ(vq, vdev, dev.kobj.name));
	bpf_probe_read_kernel_str(q.queue, sizeof(q.queue), BPF_CORE_READ(vq, name));
	bpf_map_update_elem(&driver_queues, &address, &q, BPF_ANY);
	return bpf_map_lookup_elem(&driver_queues, &address);
}

static __always_inline struct driver_queue *find_queue(__u64 address)
{
	struct virtqueue *vq = (void *)address;
	struct driver_queue *q;

	if (!*(volatile __u32 *)&counting)
		return NULL;
	q = bpf_map_lookup_elem(&driver_queues, &address);
	if (!q || q->vdev != (__u64)BPF_CORE_READ(vq, vdev))
		q = add_queue(vq, address);
	if (!q)
		__sync_fetch_and_add(&no_room, 1);
	return q;
}

/*
 * Two CPUs may be here at once: the one that comes with an older index leaves it to the other. A queue that was reset
 * begins at 0 again.
 */
static __always_inline void count_collected(struct driver_queue *q, __u64 address)
{
	struct vring_virtqueue *vvq = (void *)address;
	__u16 now = BPF_CORE_READ(vvq, last_used_idx), collected;
	__u32 before = q->last_used;

	collected = now - before;
	if (!q->num || !collected || (collected > q->num && now))
		return;
	if (__sync_val_compare_and_swap(&q->last_used, before, (__u32)now) == before && collected <= q->num)
		__sync_fetch_and_add(&q->counts.collected, collected);
}

SEC("fentry")
int BPF_PROG(count_buffers)
{
	struct vring_virtqueue *vvq = (void *)argument(ctx, 0);
	struct driver_queue *q = find_queue((__u64)vvq);

	if (!q)
		return 0;
	__sync_fetch_and_add(&q->counts.buffers, BPF_CORE_READ(vvq, num_added));
	count_collected(q, (__u64)vvq);
	return 0;
}

/* @kicked is a bool in the kernel: only the lowest byte of the register is defined. */
SEC("fexit")
int BPF_PROG(count_decision, struct virtqueue *vq, __u8 kicked)
{
	struct driver_queue *q = find_queue(argument(ctx, 0));

	if (q && kicked)
		__sync_fetch_and_add(&q->counts.kicks, 1);
	else if (q)
		__sync_fetch_and_add(&q->counts.suppressed, 1);
	return 0;
}

SEC("fexit")
int BPF_PROG(count_interrupt, int irq, void *vq, int handled)
{
	struct driver_queue *q = find_queue(argument(ctx, 1));

	if (!q)
		return 0;
	count_collected(q, argument(ctx, 1));
	__sync_fetch_and_add(&q->counts.interrupts, 1);
	if (!handled)
		__sync_fetch_and_add(&q->counts.spurious, 1);
	return 0;
}
