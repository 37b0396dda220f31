// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "link-more.bpf.h"
#include "net-types.bpf.h"
#include "packet-length.bpf.h"

/* As in net-types.bpf.h. Sources: drivers/vhost/net.c, include/linux/netdevice.h. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct vhost_net_buf___more {
	void **queue;
	int tail;
	int head;
};

struct vhost_net_virtqueue___more {
	struct ptr_ring *rx_ring;
	struct vhost_net_buf___more rxq;
};

struct bpf_xdp_entity {
	void *prog;
};

struct net_device___more {
	struct list_head ptype_all;	/* of packet sockets, for all frames of this interface */
	struct list_head ptype_specific;	/* and for those of one protocol */
	void *rx_handler;		/* of bridges and the like */
	void *miniq_ingress;		/* up to 6.5 */
	void *tcx_ingress;		/* from 6.6 on */
	void *nf_hooks_ingress;
	struct bpf_xdp_entity xdp_state[3];
	struct {
		struct list_head upper;
	} adj_list;
	unsigned int promiscuity;
};

#pragma clang attribute pop

struct rx_position rx_position;

__noinline int read_rx_position(__u64 vq)
{
	struct vhost_net_virtqueue___more *nvq = (void *)vq - bpf_core_field_offset(struct vhost_net_virtqueue, vq);
	struct ptr_ring *ring = BPF_CORE_READ(nvq, rx_ring);
	int head = BPF_CORE_READ(nvq, rxq.head), tail = BPF_CORE_READ(nvq, rxq.tail);
	void **queue = BPF_CORE_READ(nvq, rxq.queue), *packet = NULL;
	__u32 batched = tail > head ? tail - head : 0, size = ring ? BPF_CORE_READ(ring, size) : 0;

	rx_position.ring_size = size;
	rx_position.next = 0;
	rx_position.taken = size ? (BPF_CORE_READ(ring, consumer_head) + size - batched % size) % size : 0;
	if (!batched)
		return 0;
	bpf_probe_read_kernel(&packet, sizeof(packet), &queue[head]);
	if (packet)
		rx_position.next = packet_length((__u64)packet);
	return 0;
}

static __always_inline bool is_empty(struct list_head *list)
{
	return BPF_CORE_READ(list, next) == list;
}

/* Unknown fields do not exist in kernels that have no such takers. */
__noinline int is_taken(__u64 address)
{
	struct net_device___more *dev = (void *)address;

	if (BPF_CORE_READ(dev, rx_handler) || BPF_CORE_READ(dev, promiscuity) ||
	    !is_empty(__builtin_preserve_access_index(&dev->ptype_all)) ||
	    !is_empty(__builtin_preserve_access_index(&dev->ptype_specific)) ||
	    !is_empty(__builtin_preserve_access_index(&dev->adj_list.upper)))
		return 1;
	if (BPF_CORE_READ(dev, xdp_state[0].prog) || BPF_CORE_READ(dev, xdp_state[1].prog) ||
	    BPF_CORE_READ(dev, xdp_state[2].prog))
		return 1;
	if (bpf_core_field_exists(dev->miniq_ingress) && BPF_CORE_READ(dev, miniq_ingress))
		return 1;
	if (bpf_core_field_exists(dev->tcx_ingress) && BPF_CORE_READ(dev, tcx_ingress))
		return 1;
	return bpf_core_field_exists(dev->nf_hooks_ingress) && BPF_CORE_READ(dev, nf_hooks_ingress);
}
