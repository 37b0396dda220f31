/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NET_TYPES_BPF_H
#define NET_TYPES_BPF_H

#include <linux/types.h>

/*
 * Kernel types of links and taps, as types.bpf.h has those of vhost: only the fields that are read. Sources:
 * include/linux/netdevice.h, include/linux/ptr_ring.h, drivers/net/tun.c, include/linux/if_tap.h,
 * include/linux/if_macvlan.h, drivers/net/macvtap.c, drivers/net/ipvlan/ipvlan.h, drivers/net/ipvlan/ipvtap.c. Types
 * that types.bpf.h has with other fields have a flavor here.
 */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	long counter;
} atomic_long_t;

typedef struct {
	atomic_t refs;
} refcount_t;

struct net_device_core_stats {
	unsigned long rx_dropped;
	unsigned long tx_dropped;
};

struct net_device_stats {
	unsigned long rx_dropped;	/* in unions, later */
	unsigned long tx_dropped;
};

struct Qdisc_ops {
	char id[16];
};

struct Qdisc {
	struct Qdisc_ops *ops;
};

struct netdev_queue {
	unsigned long trans_start;
	unsigned long state;
};

struct rtnl_link_ops {
	const char *kind;
};

struct net_device___link {
	char name[16];
	int ifindex;
	possible_net_t nd_net;
	unsigned long state;
	unsigned int flags;
	unsigned int operstate;		/* a byte, up to 6.7 */
	unsigned int mtu;
	unsigned int tx_queue_len;
	struct {
		struct list_head upper;	/* of struct netdev_adjacent, a master first */
	} adj_list;
	struct net_device_stats stats;
	struct net_device_core_stats *core_stats;	/* of each CPU */
	struct Qdisc *qdisc;
	struct netdev_queue *_tx;
	struct rtnl_link_ops *rtnl_link_ops;
};

struct netdev_adjacent {
	struct net_device___link *dev;
	bool master;
	struct list_head list;
};

struct ptr_ring {
	int producer;
	int consumer_head;
	int size;
	void **queue;
};

struct sock___link {
	int sk_sndbuf;
	refcount_t sk_wmem_alloc;
};

struct tun_struct___link {
	struct tun_file *tfiles[256];
	unsigned int numqueues;
	unsigned int flags;
	struct net_device___link *dev;
	__u64 set_features;
	int vnet_hdr_sz;
	int sndbuf;
	unsigned int numdisabled;
	struct list_head disabled;	/* of tun_file.next */
	atomic_long_t rx_frame_errors;
};

struct tun_file___link {
	struct socket socket;
	__u16 queue_index;
	struct list_head next;
	struct ptr_ring tx_ring;
};

struct tap_queue___link {
	struct socket sock;
	int vnet_hdr_sz;
	unsigned int flags;
	__u16 queue_index;
	bool enabled;
	struct list_head next;
	struct ptr_ring ring;
};

struct tap_dev___link {
	struct net_device___link *dev;
	struct list_head queue_list;	/* of tap_queue.next */
	int numvtaps;			/* all queues */
	int numqueues;			/* those that are turned on */
	__u64 tap_features;
};

struct vlan_pcpu_stats {
	__u32 rx_errors;
	__u32 tx_dropped;
};

struct macvlan_dev {
	struct net_device___link *dev;
	struct net_device___link *lowerdev;
	struct vlan_pcpu_stats *pcpu_stats;
};

struct macvtap_dev {
	struct macvlan_dev vlan;
	struct tap_dev___link tap;
};

struct ipvl_pcpu_stats {
	__u32 rx_errs;
	__u32 tx_drps;
};

struct ipvl_dev {
	struct net_device___link *dev;
	struct net_device___link *phy_dev;
	struct ipvl_pcpu_stats *pcpu_stats;
};

struct ipvtap_dev {
	struct ipvl_dev vlan;
	struct tap_dev___link tap;
};

struct vhost_net_buf {
	int tail;			/* behind the last packet */
	int head;			/* the next packet */
};

struct vhost_net_virtqueue___link {
	__u64 vhost_hlen;		/* of size_t */
	__u64 sock_hlen;
	struct vhost_net_buf rxq;
};

struct vhost_net___link {
	struct vhost_net_virtqueue___link vqs[2];
};

/* Of a map of the type BPF_MAP_TYPE_PERCPU_ARRAY. */
struct bpf_array {
	void *pptrs[1];			/* of each CPU, by element; as many as there are */
};

#pragma clang attribute pop

/* Bits of net_device.flags, .state and netdev_queue.state. */
#define NETDEV_IFF_UP (1 << 0)
#define NETDEV_STATE_START (1UL << 0)
#define NETDEV_STATE_NOCARRIER (1UL << 2)
#define NETDEV_QUEUE_XOFF (1UL << 0)		/* __QUEUE_STATE_DRV_XOFF */

/* IF_OPER_DOWN, which the kernel tells of each interface that does not run. */
#define NETDEV_OPER_DOWN 2

/* Numbers of the bits of netdev_features_t, include/linux/netdev_features.h. */
#define NETDEV_F_HW_CSUM 3
#define NETDEV_F_TSO 16
#define NETDEV_F_TSO_ECN 18
#define NETDEV_F_TSO6 20
#define NETDEV_F_UDP_TUNNEL 26
#define NETDEV_F_GSO_UDP_L4 33

#endif
