// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells packets that vhost-net throws away from buffers that it merely gives back.
 *
 * Theory of operation. handle_rx() looks at the next packet, takes buffers for it, takes the packet, and copies it. It
 * gives the buffers back by vhost_discard_vq_desc() in these cases:
 *
 * 1. before it takes the packet:
 *    - the ring is empty, maybe after some buffers: the packet waits for more;
 *    - the next buffer is invalid: the packet waits, and trace has an error;
 *    - it may not use more buffers (one, or UIO_MAXIOV with VIRTIO_NET_F_MRG_RXBUF), and these are too short: the
 *      packet is thrown away. Only then are they so many;
 * 2. after that, since the tap has not copied as much as was expected: the packet is lost.
 *
 * It takes packets from a batch that it keeps. The packet at the batch's head is still to be taken in case 1; in case 2
 * it is the one before the head. Where the head alone does not tell, the buffers do: for a packet that was taken their
 * lengths in vq->heads, which is what the driver is told, add up to its own, so the last one is cut.
 */
#include <linux/bpf.h>

#include <stddef.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "backend.h"
#include "discard.bpf.h"
#include "packet-length.bpf.h"
#include "types.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct iovec {
	void *iov_base;
	unsigned long iov_len;
};

struct vhost_virtqueue___rx {
	struct iovec iov[1024];
	void *heads;			/* of struct vring_used_elem */
};

struct vhost_net_buf {
	void **queue;
	int tail;
	int head;
};

struct vhost_net_virtqueue___rx {
	unsigned long vhost_hlen;
	unsigned long sock_hlen;
	int done_idx;
	void *rx_ring;
	struct vhost_net_buf rxq;
};

struct tun_struct___rx {
	unsigned int flags;
	int vnet_hdr_sz;
};

struct tun_file___rx {
	struct tun_struct___rx *tun;
};

struct tap_queue___rx {
	int vnet_hdr_sz;
	unsigned int flags;
};

#pragma clang attribute pop

/* Of the user-space API, as those of types.bpf.h. */
struct vring_used_elem {
	__u32 id;
	__u32 len;
};

#define VIRTIO_NET_F_MRG_RXBUF 15
#define UIO_MAXIOV 1024

/* Flags of taps, as IFF_ in linux/if_tun.h. */
#define TAP_NO_PI 0x1000
#define TAP_VNET_HDR 0x4000

#define PI_LENGTH 4

/* Descriptors of a buffer that are looked at. */
#define CHAIN_MAX 64

/* Buffers of a packet whose lengths are added up. */
#define HEADS_MAX 64

/* What is read of the queue, a struct vhost_net_virtqueue that begins with its struct vhost_virtqueue. */
struct rx_queue {
	__u64 at;			/* its kernel address */
	int head, tail;
	__u32 headers;			/* length of those that come before the packet */
	bool mergeable, in_order, swap;
};

static __always_inline struct vhost_net_virtqueue___rx *net_queue(const struct rx_queue *q)
{
	return (void *)q->at;
}

static __always_inline struct vhost_virtqueue___rx *vhost_queue(const struct rx_queue *q)
{
	return (void *)q->at;
}

/* The length of the packet at the head of the batch. */
static __always_inline __u32 next_length(const struct rx_queue *q)
{
	const struct vhost_net_virtqueue___rx *nvq = net_queue(q);
	void **queue = BPF_CORE_READ(nvq, rxq.queue);
	__u64 packet = 0;

	if (bpf_probe_read_kernel(&packet, sizeof(packet), queue + (__u32)q->head) || !packet)
		return 0;
	return packet_length(packet);
}

static __always_inline __u64 iov_of(const struct rx_queue *q)
{
	return q->at + bpf_core_field_offset(struct vhost_virtqueue___rx, iov);
}

static __always_inline __u64 iov_length(__u64 iov, __u32 i)
{
	unsigned long len = 0;

	bpf_probe_read_kernel(&len, sizeof(len), (void *)(iov + i * bpf_core_type_size(struct iovec) +
							  bpf_core_field_offset(struct iovec, iov_len)));
	return len;
}

/**
 * struct length_sum - a sum of lengths
 * @q: the queue
 * @need: enough
 * @sum: so far
 */
struct length_sum {
	const struct rx_queue *q;
	__u64 need;
	__u64 sum;
};

static long add_room(__u32 i, struct length_sum *s)
{
	s->sum += iov_length(iov_of(s->q), i);
	return s->sum >= s->need;
}

/* Do the descriptors that were taken last have room for so much? Those behind a chain are of an earlier one. */
static __always_inline bool has_room(const struct rx_queue *q, __u64 need)
{
	struct length_sum s = { .q = q, .need = need };

	bpf_loop(CHAIN_MAX, add_room, &s, 0);
	return s.sum >= need;
}

/* The length of a buffer as the driver would be told. @i: counted from the packet's first buffer */
static __always_inline __u32 head_length(const struct rx_queue *q, __u32 i)
{
	const struct vhost_net_virtqueue___rx *nvq = net_queue(q);
	const struct vhost_virtqueue___rx *vq = vhost_queue(q);
	const __u64 heads = (__u64)BPF_CORE_READ(vq, heads);
	__u32 len = 0;

	i += BPF_CORE_READ(nvq, done_idx);
	bpf_probe_read_kernel(&len, sizeof(len), (void *)(heads + i * sizeof(struct vring_used_elem) +
							  offsetof(struct vring_used_elem, len)));
	return q->swap ? __builtin_bswap32(len) : len;
}

/* Was the last of a packet's buffers cut? */
static __always_inline bool is_cut(const struct rx_queue *q, __u32 count)
{
	return head_length(q, count - 1) < iov_length(iov_of(q), count - 1);
}

static long add_head(__u32 i, struct length_sum *s)
{
	s->sum += head_length(s->q, i);
	return 0;
}

/* The length of a packet that was taken; 0: not known */
static __always_inline __u32 taken_length(const struct rx_queue *q, __u32 count)
{
	struct length_sum s = { .q = q };

	/* Then vhost keeps only the last of the packet's buffers. */
	if (count > HEADS_MAX || (q->in_order && count > 1))
		return 0;
	bpf_loop(count, add_head, &s, 0);
	return s.sum > q->headers ? s.sum - q->headers : 0;
}

/* Buffers are given back for a packet. Was it taken? */
static __always_inline bool is_taken(const struct rx_queue *q, __u32 count)
{
	const struct vhost_net_virtqueue___rx *nvq = net_queue(q);

	/* Without a batch it cannot be known. */
	if (!BPF_CORE_READ(nvq, rx_ring) || !q->head)
		return false;
	if (q->head >= q->tail)
		return true;
	if (!q->mergeable)
		return has_room(q, next_length(q) + q->headers);
	return !q->in_order && count < UIO_MAXIOV && is_cut(q, count);
}

static __always_inline __u32 header_of(__u32 flags, int vnet_hdr_sz)
{
	return (flags & TAP_VNET_HDR ? (__u32)vnet_hdr_sz : 0) + (flags & TAP_NO_PI ? 0 : PI_LENGTH);
}

/* Does the tap give a header of another length than vhost expects? */
static __always_inline bool header_differs(const struct rx_queue *q, void *socket, __u32 backend)
{
	const struct vhost_net_virtqueue___rx *nvq = net_queue(q);
	const __u32 expected = BPF_CORE_READ(nvq, sock_hlen);
	const struct tap_queue___rx *queue;
	const struct tun_struct___rx *tun;

	if (backend == BACKEND_TUN && bpf_core_type_exists(struct tun_file)) {
		tun = BPF_CORE_READ((struct tun_file___rx *)
				    (socket - bpf_core_field_offset(struct tun_file, socket)), tun);
		return tun && header_of(BPF_CORE_READ(tun, flags), BPF_CORE_READ(tun, vnet_hdr_sz)) != expected;
	}
	if (backend == BACKEND_TAP && bpf_core_type_exists(struct tap_queue)) {
		queue = socket - bpf_core_field_offset(struct tap_queue, sock);
		return header_of(BPF_CORE_READ(queue, flags) | TAP_NO_PI, BPF_CORE_READ(queue, vnet_hdr_sz)) !=
		       expected;
	}
	return false;
}

__noinline int find_discard(struct discard *d, __u64 address, __u32 count, __u32 backend)
{
	struct vhost_net_virtqueue___rx *nvq = (void *)address;
	struct vhost_virtqueue *vq = (void *)address;
	struct rx_queue q = { .at = address };
	__u64 features;

	if (!d || !count)
		return 0;
	features = BPF_CORE_READ(vq, acked_features);
	q.head = BPF_CORE_READ(nvq, rxq.head);
	q.tail = BPF_CORE_READ(nvq, rxq.tail);
	q.headers = BPF_CORE_READ(nvq, vhost_hlen) + BPF_CORE_READ(nvq, sock_hlen);
	q.mergeable = features & 1ULL << VIRTIO_NET_F_MRG_RXBUF;
	q.in_order = features & 1ULL << VIRTIO_F_IN_ORDER;
	q.swap = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && BPF_CORE_READ(vq, is_le);
	d->length = 0;
	if (is_taken(&q, count)) {
		d->reason = header_differs(&q, BPF_CORE_READ(vq, private_data), backend) ? DISCARD_HEADER :
											    DISCARD_FAILED;
		d->length = taken_length(&q, count);
		return 1;
	}
	if (count != (q.mergeable ? UIO_MAXIOV : 1))
		return 0;
	d->reason = DISCARD_TOO_SHORT;
	if (BPF_CORE_READ(nvq, rx_ring))
		d->length = next_length(&q);
	return 1;
}
