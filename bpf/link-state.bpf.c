// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the state of a tap's link: see link-record.h.
 *
 * Theory of operation. All of it is in the kernel's own structures, net_device and those of tun.c and tap.c. So it does
 * not matter in which network namespace the tap lies, and none of it needs a socket or a capability once the programs
 * are loaded.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "inspect-record.h"
#include "link-state.bpf.h"
#include "types.bpf.h"

/* Read another interface that the link belongs to. */
static __always_inline void read_other_link(struct net_device___link *other, __u32 *ifindex, char name[LINK_NAME_LEN])
{
	*ifindex = BPF_CORE_READ(other, ifindex);
	bpf_probe_read_kernel_str(name, LINK_NAME_LEN, __builtin_preserve_access_index(&other->name));
}

/* A master is the first in the list of those above; others, such as VLANs, may be there without one. */
static __always_inline void read_master(struct inspect_link *l, struct net_device___link *dev)
{
	struct list_head *list = __builtin_preserve_access_index(&dev->adj_list.upper);
	struct list_head *first = BPF_CORE_READ(dev, adj_list.upper.next);
	struct netdev_adjacent *upper = (void *)first - bpf_core_field_offset(struct netdev_adjacent, list);
	struct net_device___link *master;
	const char *kind;

	if (first == list || !BPF_CORE_READ(upper, master))
		return;
	master = BPF_CORE_READ(upper, dev);
	read_other_link(master, &l->master_ifindex, l->master);
	kind = BPF_CORE_READ(master, rtnl_link_ops, kind);
	if (kind)
		bpf_probe_read_kernel_str(l->master_kind, sizeof(l->master_kind), kind);
}

static __always_inline void read_parent(struct inspect_link *l, __u64 tap, __u32 type)
{
	struct net_device___link *parent = NULL;
	struct macvtap_dev *macvtap;
	struct ipvtap_dev *ipvtap;

	if (type == LINK_MACVTAP && bpf_core_type_exists(struct macvtap_dev)) {
		macvtap = (void *)tap - bpf_core_field_offset(struct macvtap_dev, tap);
		parent = BPF_CORE_READ(macvtap, vlan.lowerdev);
	} else if (type == LINK_IPVTAP && bpf_core_type_exists(struct ipvtap_dev)) {
		ipvtap = (void *)tap - bpf_core_field_offset(struct ipvtap_dev, tap);
		parent = BPF_CORE_READ(ipvtap, vlan.phy_dev);
	}
	if (parent)
		read_other_link(parent, &l->parent_ifindex, l->parent);
}

__noinline int read_netdev(struct inspect_link *l, __u64 tap, __u32 type)
{
	struct net_device___link *dev = netdev_of(tap, type);
	unsigned long state;
	struct Qdisc *qdisc;

	if (!l || !dev)
		return 0;
	state = BPF_CORE_READ(dev, state);
	l->id = (__u64)dev;
	l->ifindex = BPF_CORE_READ(dev, ifindex);
	l->netns = BPF_CORE_READ(dev, nd_net.net, ns.inum);
	l->flags = BPF_CORE_READ(dev, flags) & NETDEV_IFF_UP ? LINK_UP : 0;
	if (!(state & NETDEV_STATE_NOCARRIER))
		l->flags |= LINK_CARRIER;
	if (state & NETDEV_STATE_START)
		l->flags |= LINK_RUNNING;
	l->operstate = state & NETDEV_STATE_START ? BPF_CORE_READ_BITFIELD_PROBED(dev, operstate) : NETDEV_OPER_DOWN;
	l->mtu = BPF_CORE_READ(dev, mtu);
	l->txqueuelen = BPF_CORE_READ(dev, tx_queue_len);
	bpf_probe_read_kernel_str(l->name, sizeof(l->name), __builtin_preserve_access_index(&dev->name));
	qdisc = BPF_CORE_READ(dev, qdisc);
	if (qdisc)
		bpf_probe_read_kernel_str(l->qdisc, sizeof(l->qdisc), BPF_CORE_READ(qdisc, ops, id));
	read_master(l, dev);
	read_parent(l, tap, type);
	return 0;
}

static __always_inline __u32 offload_if(__u64 features, int bit, __u32 offload)
{
	return features >> bit & 1 ? offload : 0;
}

static __always_inline __u32 offloads_of(__u64 features)
{
	return offload_if(features, NETDEV_F_HW_CSUM, LINK_CSUM) | offload_if(features, NETDEV_F_TSO, LINK_TSO4) |
	       offload_if(features, NETDEV_F_TSO6, LINK_TSO6) | offload_if(features, NETDEV_F_TSO_ECN, LINK_TSO_ECN) |
	       offload_if(features, NETDEV_F_GSO_UDP_L4, LINK_USO) |
	       offload_if(features, NETDEV_F_UDP_TUNNEL, LINK_UDP_TUNNEL);
}

static __always_inline void read_tun(struct inspect_link *l, __u64 address)
{
	struct tun_struct___link *tun = (void *)address;

	l->tap_flags = BPF_CORE_READ(tun, flags);
	l->header = BPF_CORE_READ(tun, vnet_hdr_sz);
	l->sndbuf = BPF_CORE_READ(tun, sndbuf);
	l->offloads = offloads_of(BPF_CORE_READ(tun, set_features));
	l->queues = BPF_CORE_READ(tun, numqueues);
	l->disabled = BPF_CORE_READ(tun, numdisabled);
	l->rx_frame_errors = BPF_CORE_READ(tun, rx_frame_errors.counter);
}

static __always_inline void read_tap(struct inspect_link *l, __u64 address)
{
	struct tap_dev___link *tap = (void *)address;
	struct list_head *list = __builtin_preserve_access_index(&tap->queue_list);
	struct list_head *first = BPF_CORE_READ(tap, queue_list.next);
	__u64 queue = (__u64)first - bpf_core_field_offset(struct tap_queue___link, next);
	struct inspect_tap_queue q = {};

	l->offloads = offloads_of(BPF_CORE_READ(tap, tap_features));
	l->queues = BPF_CORE_READ(tap, numqueues);
	l->disabled = BPF_CORE_READ(tap, numvtaps) - l->queues;
	if (first == list)
		return;
	read_tap_queue(&q, queue);
	l->tap_flags = q.tap_flags;
	l->header = q.header;
	l->sndbuf = q.sndbuf;
}

__noinline int read_link(struct inspect_link *l, __u64 tap, __u32 type)
{
	if (!l)
		return 0;
	l->type = type;
	l->ticks = bpf_jiffies64();
	l->time = bpf_ktime_get_ns();
	read_netdev(l, tap, type);
	if (type == LINK_TUN && bpf_core_type_exists(struct tun_file))
		read_tun(l, tap);
	else if (type != LINK_TUN && bpf_core_type_exists(struct tap_queue))
		read_tap(l, tap);
	/* The numbers may be of two moments. */
	if (l->queues > LINK_QUEUES_MAX)
		l->queues = LINK_QUEUES_MAX;
	l->listed = l->queues + l->disabled;
	if (l->listed > LINK_QUEUES_MAX)
		l->listed = LINK_QUEUES_MAX;
	return 0;
}

/*
 * The kernel clears the slots of packets that were taken only now and then, so a slot that is not empty may be behind
 * the head. The ring is full if producer and head are the same and the slot is not empty.
 */
static __always_inline void read_ring(struct inspect_tap_queue *q, struct ptr_ring *ring)
{
	int producer = BPF_CORE_READ(ring, producer), head = BPF_CORE_READ(ring, consumer_head);
	int size = BPF_CORE_READ(ring, size);
	void **slots = BPF_CORE_READ(ring, queue), *slot = NULL;

	q->size = size;
	q->taken = head;
	if (producer == head) {
		bpf_probe_read_kernel(&slot, sizeof(slot), &slots[head]);
		q->fill = slot ? size : 0;
	} else {
		q->fill = producer > head ? producer - head : producer - head + size;
	}
}

static __always_inline void read_socket(struct inspect_tap_queue *q, struct socket *socket)
{
	struct sock___link *sk = (void *)BPF_CORE_READ(socket, sk);
	int held = BPF_CORE_READ(sk, sk_wmem_alloc.refs.counter);

	q->socket = (__u64)socket;
	q->sndbuf = BPF_CORE_READ(sk, sk_sndbuf);
	/* The socket itself counts as one byte. */
	q->unsent = held > 0 ? held - 1 : 0;
}

__noinline int read_tun_queue(struct inspect_tap_queue *q, __u64 tun_address, __u64 file_address, __u32 flags)
{
	struct tun_struct___link *tun = (void *)tun_address;
	struct tun_file___link *file = (void *)file_address;
	struct netdev_queue *txq;

	if (!q || !bpf_core_type_exists(struct tun_file))
		return 0;
	q->number = BPF_CORE_READ(file, queue_index);
	q->flags = flags;
	q->header = BPF_CORE_READ(tun, vnet_hdr_sz);
	q->tap_flags = BPF_CORE_READ(tun, flags);
	read_socket(q, __builtin_preserve_access_index(&file->socket));
	read_ring(q, __builtin_preserve_access_index(&file->tx_ring));
	if (flags & TAP_QUEUE_DISABLED)
		return 0;
	txq = BPF_CORE_READ(tun, dev, _tx);
	txq = (void *)txq + q->number * bpf_core_type_size(struct netdev_queue);
	q->sent_ticks = BPF_CORE_READ(txq, trans_start);
	/* An interface that is down has stopped all queues. */
	if (BPF_CORE_READ(txq, state) & NETDEV_QUEUE_XOFF && BPF_CORE_READ(tun, dev, state) & NETDEV_STATE_START)
		q->flags |= TAP_QUEUE_STOPPED;
	return 0;
}

__noinline int read_tap_queue(struct inspect_tap_queue *q, __u64 address)
{
	struct tap_queue___link *queue = (void *)address;

	if (!q || !bpf_core_type_exists(struct tap_queue))
		return 0;
	q->number = BPF_CORE_READ(queue, queue_index);
	q->flags = BPF_CORE_READ(queue, enabled) ? 0 : TAP_QUEUE_DISABLED;
	q->header = BPF_CORE_READ(queue, vnet_hdr_sz);
	q->tap_flags = BPF_CORE_READ(queue, flags);
	read_socket(q, __builtin_preserve_access_index(&queue->sock));
	read_ring(q, __builtin_preserve_access_index(&queue->ring));
	return 0;
}

__noinline int read_queue_list(__u64 address, __u32 type, __u64 *end, __u64 *first)
{
	struct tun_struct___link *tun = (void *)address;
	struct tap_dev___link *tap = (void *)address;

	if (!end || !first)
		return 0;
	if (type == LINK_TUN && bpf_core_type_exists(struct tun_file))
		*end = (__u64)__builtin_preserve_access_index(&tun->disabled);
	else if (type != LINK_TUN && bpf_core_type_exists(struct tap_queue))
		*end = (__u64)__builtin_preserve_access_index(&tap->queue_list);
	else
		return 0;
	bpf_probe_read_kernel(first, sizeof(*first), (void *)*end);
	return 0;
}

__noinline int read_net(struct inspect_net *n)
{
	struct vhost_net___link *net;
	int tail, head;

	if (!n || !bpf_core_type_exists(struct vhost_net))
		return 0;
	net = (void *)n->id - bpf_core_field_offset(struct vhost_net, dev);
	n->vhost_header[0] = BPF_CORE_READ(net, vqs[VHOST_NET_VQ_RX].vhost_hlen);
	n->vhost_header[1] = BPF_CORE_READ(net, vqs[VHOST_NET_VQ_TX].vhost_hlen);
	n->socket_header[0] = BPF_CORE_READ(net, vqs[VHOST_NET_VQ_RX].sock_hlen);
	n->socket_header[1] = BPF_CORE_READ(net, vqs[VHOST_NET_VQ_TX].sock_hlen);
	head = BPF_CORE_READ(net, vqs[VHOST_NET_VQ_RX].rxq.head);
	tail = BPF_CORE_READ(net, vqs[VHOST_NET_VQ_RX].rxq.tail);
	n->batched = tail > head ? tail - head : 0;
	return 0;
}
