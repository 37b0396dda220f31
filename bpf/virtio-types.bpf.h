/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTIO_TYPES_BPF_H
#define VIRTIO_TYPES_BPF_H

#include "types.bpf.h"

/*
 * Kernel types of virtio's drivers, as types.bpf.h has those of vhost: only the fields that are read. Sources:
 * include/linux/virtio.h, drivers/virtio/virtio_ring.c.
 */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kobject {
	const char *name;
};

struct device {
	struct kobject kobj;
};

struct virtio_device {
	struct device dev;
	struct list_head vqs;		/* of struct virtqueue */
	__u64 features;
};

struct virtqueue {
	struct list_head list;
	void *callback;
	const char *name;
	struct virtio_device *vdev;
	unsigned int index;
	unsigned int num_free;
};

struct vring {
	unsigned int num;
	struct vring_avail *avail;
	struct vring_used *used;
};

struct vring_virtqueue_split {
	struct vring vring;
	__u16 avail_flags_shadow;
	__u16 avail_idx_shadow;
	__u64 queue_dma_addr;
};

struct vring_virtqueue_packed {
	struct {
		unsigned int num;
		struct vring_packed_desc *desc;
		struct vring_packed_desc_event *driver;
		struct vring_packed_desc_event *device;
	} vring;
	bool avail_wrap_counter;
	__u16 next_avail_idx;
	__u16 event_flags_shadow;
	__u64 ring_dma_addr;
};

struct vring_virtqueue {
	struct virtqueue vq;		/* the first member */
	bool packed_ring;		/* up to 6.18 */
	bool broken;
	bool indirect;
	bool event;
	unsigned int num_added;
	__u16 last_used_idx;		/* of a packed ring with the wrap counter as its highest bit */
	struct vring_virtqueue_split split;	/* in a union with the next */
	struct vring_virtqueue_packed packed;
};

/* Layouts of a ring: split, packed, split in order, packed in order; bit 0 says packed. */
enum vq_layout { VQ_LAYOUT_SPLIT, VQ_LAYOUT_PACKED };

struct vring_virtqueue___layout {	/* after 6.18 */
	enum vq_layout layout;
};

/* Of an interrupt line, include/linux/irqdesc.h. */
struct irq_desc {
	unsigned int core_internal_state__do_not_mess_with_it;
	struct kobject kobj;
};

#pragma clang attribute pop

#endif
