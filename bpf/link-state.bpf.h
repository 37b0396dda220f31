/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LINK_STATE_BPF_H
#define LINK_STATE_BPF_H

#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "backend.bpf.h"
#include "inspect-record.h"
#include "types.bpf.h"

#include "net-types.bpf.h"

/**
 * struct tap_ref - a tap
 * @address: of struct tun_struct for LINK_TUN, else of struct tap_dev; 0: none
 * @type: enum link_type
 */
struct tap_ref {
	__u64 address;
	__u32 type;
};

/* All of these take the kernel's pointers as numbers: they are global functions, see inspect.bpf.c. */

/* Find the tap of the device at @dev: the backend of its RX queue, or else of its TX queue. */
int find_tap(struct tap_ref *tap, __u64 dev);

/* Fill in the link of a tap, but for @kind, @rx_dropped and @tx_dropped. */
int read_link(struct inspect_link *l, __u64 tap, __u32 type);

/**
 * struct tap_drops - packets that a tap has dropped since it exists
 * @rx: that the link was to receive
 * @tx: that it was to send
 */
struct tap_drops {
	__u64 rx;
	__u64 tx;
};

/* Fill in what a tap has dropped. Not a part of read_link(): the stacks of both would add up. */
int read_drops(struct tap_drops *d, __u64 tap, __u32 type);

/* Fill in a queue of a tun. @flags: of struct inspect_tap_queue, as far as the caller knows them. */
int read_tun_queue(struct inspect_tap_queue *q, __u64 tun, __u64 file, __u32 flags);

/* Fill in a queue of tap.c. */
int read_tap_queue(struct inspect_tap_queue *q, __u64 queue);

/* Fill in what is known of the device @n->id. */
int read_net(struct inspect_net *n);

/* The list of a tap's queues that are in no array: its @end, and the first entry. */
int read_queue_list(__u64 tap, __u32 type, __u64 *end, __u64 *first);

/* Return: the file of a tun's queue number @i. */
static __always_inline __u64 tun_queue_at(__u64 tun, __u32 i)
{
	__u64 files = tun + bpf_core_field_offset(struct tun_struct___link, tfiles), file = 0;

	bpf_probe_read_kernel(&file, sizeof(file), (void *)(files + i * sizeof(file)));
	return file;
}

/* Where the entry of a list is in a queue. */
static __always_inline __u32 queue_entry_offset(__u32 type)
{
	return type == LINK_TUN ? bpf_core_field_offset(struct tun_file___link, next) :
				  bpf_core_field_offset(struct tap_queue___link, next);
}

/* The tap of an open tun file. */
static __always_inline struct tap_ref tun_of(__u64 address)
{
	struct tun_file *file = (void *)address;
	struct tun_struct *tun = BPF_CORE_READ(file, tun);

	if (!tun)
		tun = BPF_CORE_READ(file, detached);
	return (struct tap_ref){ (__u64)tun, LINK_TUN };
}

/* Likewise, of tap.c. A macvtap's driver has the tap within a struct of its own. */
static __always_inline struct tap_ref tap_of(__u64 address)
{
	struct tap_queue *queue = (void *)address;
	struct tap_dev *tap = BPF_CORE_READ(queue, tap);
	struct net_device *dev = BPF_CORE_READ(tap, dev);
	struct tap_ref r = { (__u64)tap, LINK_OTHER_TAP };
	struct macvtap_dev *macvtap;
	struct ipvtap_dev *ipvtap;

	if (bpf_core_type_exists(struct macvtap_dev)) {
		macvtap = (void *)tap - bpf_core_field_offset(struct macvtap_dev, tap);
		if ((void *)BPF_CORE_READ(macvtap, vlan.dev) == dev)
			r.type = LINK_MACVTAP;
	}
	if (bpf_core_type_exists(struct ipvtap_dev)) {
		ipvtap = (void *)tap - bpf_core_field_offset(struct ipvtap_dev, tap);
		if ((void *)BPF_CORE_READ(ipvtap, vlan.dev) == dev)
			r.type = LINK_IPVTAP;
	}
	return r;
}

/* Return: the interface of a tap. */
static __always_inline struct net_device___link *netdev_of(__u64 tap, __u32 type)
{
	struct tun_struct___link *tun = (void *)tap;
	struct tap_dev___link *other = (void *)tap;

	if (type != LINK_TUN)
		return bpf_core_type_exists(struct tap_queue) ? BPF_CORE_READ(other, dev) : NULL;
	return bpf_core_type_exists(struct tun_file) ? BPF_CORE_READ(tun, dev) : NULL;
}

#endif
