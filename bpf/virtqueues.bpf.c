// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a record of every virtqueue of a device that has its driver in this kernel.
 *
 * Theory of operation. The reader opens the directory of the device in sysfs. The inode of that file leads to the
 * directory's kernfs_node, this to the kobject, and that is a part of the virtio_device, which has a list of its
 * queues. So neither a table of the kernel's symbols nor a list of all devices is needed.
 *
 * The list is read without its lock, and the driver goes on meanwhile. A device that is removed takes its directory out
 * of sysfs before it is freed: if that still is in place at the end, the records are its own. All reads are such that
 * an address that is not valid any more does no harm.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "types.bpf.h"
#include "virtio-types.bpf.h"
#include "virtqueue.h"

char LICENSE[] SEC("license") = "GPL";

/* Set by the reader before each run. */
struct virtqueue_request request;

/* Bits of enum vq_layout: packed, and in order. */
#define LAYOUT_PACKED 1
#define LAYOUT_IN_ORDER 2

/* Bit 15 of a position in a packed ring. */
#define WRAP_BIT 15

static __always_inline __u32 read_layout(struct vring_virtqueue *vvq)
{
	struct vring_virtqueue___layout *later = (void *)vvq;
	__u32 layout;

	if (!bpf_core_field_exists(later->layout))
		return BPF_CORE_READ(vvq, packed_ring) ? VIRTQUEUE_PACKED : 0;
	layout = BPF_CORE_READ(later, layout);
	return (layout & LAYOUT_PACKED ? VIRTQUEUE_PACKED : 0) | (layout & LAYOUT_IN_ORDER ? VIRTQUEUE_IN_ORDER : 0);
}

/* Little-endian is assumed: legacy rings have the host's byte order, which on x86 is the same. */
static __always_inline void read_ring_word(struct virtqueue_record *r, int i, const void *at)
{
	if (bpf_probe_read_kernel(&r->words[i], sizeof(r->words[i]), at))
		r->flags |= VIRTQUEUE_UNREAD;
}

static __always_inline void read_split(struct virtqueue_record *r, struct vring_virtqueue *vvq)
{
	struct vring_avail *avail = BPF_CORE_READ(vvq, split.vring.avail);
	struct vring_used *used = BPF_CORE_READ(vvq, split.vring.used);

	r->num = BPF_CORE_READ(vvq, split.vring.num);
	r->ring = BPF_CORE_READ(vvq, split.queue_dma_addr);
	r->avail = BPF_CORE_READ(vvq, split.avail_idx_shadow);
	r->wants = BPF_CORE_READ(vvq, split.avail_flags_shadow);
	read_ring_word(r, SPLIT_AVAIL_FLAGS, &avail->flags);
	read_ring_word(r, SPLIT_AVAIL_IDX, &avail->idx);
	read_ring_word(r, SPLIT_USED_EVENT, &avail->ring[r->num]);
	read_ring_word(r, SPLIT_USED_FLAGS, &used->flags);
	read_ring_word(r, SPLIT_USED_IDX, &used->idx);
	read_ring_word(r, SPLIT_AVAIL_EVENT, &used->ring[r->num]);
	if (BPF_CORE_READ(vvq, split.avail_idx_shadow) != r->avail)
		r->flags |= VIRTQUEUE_MOVED;
}

static __always_inline void read_packed(struct virtqueue_record *r, struct vring_virtqueue *vvq)
{
	struct vring_packed_desc *desc = BPF_CORE_READ(vvq, packed.vring.desc);
	struct vring_packed_desc_event *driver = BPF_CORE_READ(vvq, packed.vring.driver);
	struct vring_packed_desc_event *device = BPF_CORE_READ(vvq, packed.vring.device);

	r->num = BPF_CORE_READ(vvq, packed.vring.num);
	r->ring = BPF_CORE_READ(vvq, packed.ring_dma_addr);
	r->avail = BPF_CORE_READ(vvq, packed.next_avail_idx);
	r->wants = BPF_CORE_READ(vvq, packed.event_flags_shadow);
	if (BPF_CORE_READ(vvq, packed.avail_wrap_counter))
		r->flags |= VIRTQUEUE_AVAIL_WRAP;
	read_ring_word(r, PACKED_DRIVER_FLAGS, &driver->flags);
	read_ring_word(r, PACKED_DRIVER_EVENT, &driver->off_wrap);
	read_ring_word(r, PACKED_DEVICE_FLAGS, &device->flags);
	read_ring_word(r, PACKED_DEVICE_EVENT, &device->off_wrap);
	read_ring_word(r, PACKED_NEXT_FLAGS, &desc[r->last_used & ((1 << WRAP_BIT) - 1)].flags);
	if (BPF_CORE_READ(vvq, packed.next_avail_idx) != r->avail)
		r->flags |= VIRTQUEUE_MOVED;
}

/* A global function: the verifier follows it once, not once for each queue. */
__noinline int read_virtqueue(struct virtqueue_record *r, __u64 address)
{
	struct vring_virtqueue *vvq = (void *)address;
	struct virtqueue *vq = (void *)address;

	if (!r)
		return 0;
	r->address = address;
	r->index = BPF_CORE_READ(vq, index);
	r->features = BPF_CORE_READ(vq, vdev, features);
	bpf_probe_read_kernel_str(r->name, sizeof(r->name), BPF_CORE_READ(vq, name));
	r->flags = read_layout(vvq);
	r->last_used = BPF_CORE_READ(vvq, last_used_idx);
	r->num_added = BPF_CORE_READ(vvq, num_added);
	if (BPF_CORE_READ(vvq, event))
		r->flags |= VIRTQUEUE_EVENT_IDX;
	if (BPF_CORE_READ(vvq, indirect))
		r->flags |= VIRTQUEUE_INDIRECT;
	if (BPF_CORE_READ(vvq, broken))
		r->flags |= VIRTQUEUE_BROKEN;
	if (BPF_CORE_READ(vq, callback))
		r->flags |= VIRTQUEUE_CALLBACK;
	if (r->flags & VIRTQUEUE_PACKED)
		read_packed(r, vvq);
	else
		read_split(r, vvq);
	r->num_free = BPF_CORE_READ(vq, num_free);
	if (BPF_CORE_READ(vvq, last_used_idx) != r->last_used)
		r->flags |= VIRTQUEUE_MOVED;
	return 0;
}

/**
 * struct queue_walk - the walk through the list
 * @seq: where the records go
 * @vdev: the device
 * @head: of the list
 * @at: the element that comes next
 */
struct queue_walk {
	struct seq_file *seq;
	struct virtio_device *vdev;
	__u64 head;
	__u64 at;
};

/* Return: 1 at the end of the list, which is where an element of another device is, too. */
static long walk_queue(__u32 i, struct queue_walk *w)
{
	struct virtqueue *vq = (void *)(w->at - bpf_core_field_offset(struct virtqueue, list));
	struct virtqueue_record r = {};

	if (w->at == w->head || BPF_CORE_READ(vq, vdev) != w->vdev)
		return 1;
	w->at = (__u64)BPF_CORE_READ(vq, list.next);
	if (i < request.first)
		return 0;
	read_virtqueue(&r, (__u64)vq);
	bpf_seq_write(w->seq, &r, sizeof(r));
	request.written++;
	return 0;
}

SEC("iter")
int read_virtqueues(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct virtio_device *vdev;
	struct kernfs_node *node;
	struct kobject *kobj;
	struct queue_walk w;

	if (!ctx->task || !file || ctx->fd != request.fd)
		return 0;
	node = BPF_CORE_READ(file, f_inode, i_private);
	kobj = BPF_CORE_READ(node, priv);
	vdev = (void *)kobj - bpf_core_field_offset(struct virtio_device, dev) -
	       bpf_core_field_offset(struct device, kobj);
	w.seq = ctx->meta->seq;
	w.vdev = vdev;
	w.head = (__u64)vdev + bpf_core_field_offset(struct virtio_device, vqs);
	w.at = (__u64)BPF_CORE_READ(vdev, vqs.next);
	request.written = 0;
	bpf_loop(request.first + VIRTQUEUE_BATCH, walk_queue, &w, 0);
	request.alive = BPF_CORE_READ(node, active.counter) >= 0;
	return 0;
}
