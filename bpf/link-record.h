/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LINK_RECORD_H
#define LINK_RECORD_H

#include <stddef.h>

#include <linux/types.h>

/*
 * What a look tells of taps: what lies between the network and the ring. For the first file or vhost device of each tap
 * that the iterator meets, the stream has one struct inspect_link, and then @listed times struct inspect_tap_queue; for
 * each record of a vhost-net device it has a struct inspect_net. The word @kind is where struct inspect_record has it.
 */

#define LINK_NAME_LEN 16		/* IFNAMSIZ; what is read of the names of kinds and qdiscs, too */

/* The most queues of a tap: MAX_TAP_QUEUES. */
#define LINK_QUEUES_MAX 256

/* What the link is. */
enum link_type {
	LINK_TUN,		/* a tun or tap of tun.c */
	LINK_MACVTAP,
	LINK_IPVTAP,
	LINK_OTHER_TAP,		/* of tap.c, of a driver that is not known */
};

/* Flags of struct inspect_link. */
#define LINK_UP			(1 << 0)	/* it was set up: IFF_UP */
#define LINK_CARRIER		(1 << 1)	/* it has a carrier */
#define LINK_RUNNING		(1 << 2)	/* the driver has started it; an interface that is down has not */
#define LINK_TAKEN		(1 << 3)	/* somebody takes what leaves it; addresses and routes do not count */

/*
 * Flags of TUNSETIFF, which the kernel keeps for a tun and for a queue of tap.c: linux/if_tun.h, of which some are
 * newer than the header of Debian 12.
 */
#define TAP_IFF_TUN		0x0001
#define TAP_IFF_TAP		0x0002
#define TAP_IFF_BACKPRESSURE	0x0080
#define TAP_IFF_MULTI_QUEUE	0x0100
#define TAP_IFF_PERSIST		0x0800
#define TAP_IFF_NO_PI		0x1000
#define TAP_IFF_VNET_HDR	0x4000

/* Offloads that the owner can take: what it has asked for by TUNSETOFFLOAD. tun.c keeps no UFO. */
#define LINK_CSUM		(1 << 0)
#define LINK_TSO4		(1 << 1)
#define LINK_TSO6		(1 << 2)
#define LINK_TSO_ECN		(1 << 3)
#define LINK_USO		(1 << 4)
#define LINK_UDP_TUNNEL		(1 << 5)
#define LINK_OFFLOADS		6

/**
 * struct inspect_link - the link of a tap or macvtap
 * @id: unique for the link as long as it exists; a kernel address, so never shown
 * @ifindex: its interface number
 * @kind: INSPECT_LINK
 * @netns: inode number of its network namespace
 * @listed: number of struct inspect_tap_queue that follow
 * @rx_dropped: packets that the link was to receive and dropped, as ip -s link counts them
 * @tx_dropped: likewise, packets that it was to send
 * @rx_frame_errors: packets of a tun whose virtio-net header was wrong
 * @ticks: jiffies when it was read
 * @time: the same moment, nanoseconds of CLOCK_MONOTONIC
 * @type: enum link_type
 * @flags: LINK_UP and so on
 * @operstate: RFC 2863, as IFLA_OPERSTATE has it
 * @mtu: largest payload of a frame, bytes
 * @txqueuelen: size of the rings of queues that are created or resized
 * @tap_flags: TAP_IFF_TAP and so on; of tap.c those of the first queue
 * @header: length of the virtio-net header in front of each packet, bytes; valid with TAP_IFF_VNET_HDR; of tap.c that
 *	    of the first queue
 * @sndbuf: bytes that may be on their way from each queue; of tap.c for the first queue
 * @offloads: LINK_CSUM and so on
 * @queues: queues that packets are steered to
 * @disabled: queues that were turned off by TUNSETQUEUE
 * @master_ifindex: of the bridge, bond or the like that it is a port of; 0: none
 * @parent_ifindex: of the interface that a macvtap lies upon; 0: none
 * @reserved: 0
 * @name: its name; all names are ended by 0
 * @master: name of the master; empty: none
 * @master_kind: what the master is, "bridge" for example; empty: none, or not known
 * @parent: name of the interface that a macvtap lies upon; empty: none
 * @qdisc: its queueing discipline
 */
struct inspect_link {
	__u64 id;
	__u32 ifindex;
	__u32 kind;
	__u32 netns;
	__u32 listed;
	__u64 rx_dropped;
	__u64 tx_dropped;
	__u64 rx_frame_errors;
	__u64 ticks;
	__u64 time;
	__u32 type;
	__u32 flags;
	__u32 operstate;
	__u32 mtu;
	__u32 txqueuelen;
	__u32 tap_flags;
	__u32 header;
	__s32 sndbuf;
	__u32 offloads;
	__u32 queues;
	__u32 disabled;
	__u32 master_ifindex;
	__u32 parent_ifindex;
	__u32 reserved;
	char name[LINK_NAME_LEN];
	char master[LINK_NAME_LEN];
	char master_kind[LINK_NAME_LEN];
	char parent[LINK_NAME_LEN];
	char qdisc[LINK_NAME_LEN];
};

/* Flags of struct inspect_tap_queue. */
#define TAP_QUEUE_DISABLED	(1 << 0)	/* turned off by TUNSETQUEUE */
#define TAP_QUEUE_STOPPED	(1 << 1)	/* a tun stopped it (back pressure): packets wait in the qdisc */
#define TAP_QUEUE_SERVED	(1 << 2)	/* it is the backend of a vhost queue; user space sets this */

/**
 * struct inspect_tap_queue - a queue of a tap
 * @socket: its socket, as in struct inspect_queue; 0: it was removed while the tap was read
 * @sent_ticks: jiffies when the network last put a packet in; 0: not known
 * @number: its number; what a queue that is turned off keeps here means nothing
 * @flags: TAP_QUEUE_DISABLED and so on
 * @fill: packets for the driver that wait in its ring
 * @size: size of the ring
 * @header: as in struct inspect_link
 * @sndbuf: likewise
 * @unsent: bytes of packets from the driver that somebody further on still holds; they count against @sndbuf
 * @tap_flags: as in struct inspect_link
 * @taken: packets that were taken out of the ring, modulo @size
 * @reserved: 0
 */
struct inspect_tap_queue {
	__u64 socket;
	__u64 sent_ticks;
	__u32 number;
	__u32 flags;
	__u32 fill;
	__u32 size;
	__u32 header;
	__s32 sndbuf;
	__u32 unsent;
	__u32 tap_flags;
	__u32 taken;
	__u32 reserved;
};

/**
 * struct rx_position - where a receive queue of vhost-net is in the packets of its tap
 * @taken: packets that it has taken from the tap's ring, modulo @ring_size, but for those that it holds for the ring
 * @ring_size: size of the tap's ring; 0: the backend has none
 * @next: bytes of the first packet that it holds, without its header; 0: none
 * @reserved: 0
 */
struct rx_position {
	__u32 taken;
	__u32 ring_size;
	__u32 next;
	__u32 reserved;
};

/**
 * struct inspect_net - what only vhost-net knows of a device
 * @id: of the device, as in struct inspect_record
 * @batched: packets for the driver that vhost-net has taken out of the tap's ring already, 64 at most
 * @kind: INSPECT_NET_STATE
 * @vhost_header: length of the header that vhost itself adds and takes away, bytes, by queue number
 * @socket_header: length of the header that it leaves to the backend, likewise
 * @rx: where its receive queue is, read at the same moment as the queue, unless that has INSPECT_MOVED
 */
struct inspect_net {
	__u64 id;
	__u32 batched;
	__u32 kind;
	__u16 vhost_header[2];
	__u16 socket_header[2];
	struct rx_position rx;
};

_Static_assert(sizeof(struct inspect_net) == 40, "no padding");
_Static_assert(sizeof(struct inspect_tap_queue) == 56, "no padding");
_Static_assert(offsetof(struct inspect_link, type) == 64, "no padding");
_Static_assert(offsetof(struct inspect_link, name) == 120, "no padding");
_Static_assert(sizeof(struct inspect_link) == 200, "no padding");

#endif
