/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PACKET_LENGTH_BPF_H
#define PACKET_LENGTH_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "types.bpf.h"

/* As in net-types.bpf.h. Sources: include/net/xdp.h, include/linux/skbuff.h. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sk_buff___packet {
	unsigned int len;
	__u32 vlan_all;			/* in a union, from 6.2 on */
	__u8 vlan_present:1;		/* before */
};

struct xdp_frame {
	__u32 len;			/* 16 bits up to 6.17 */
};

#pragma clang attribute pop

#define VLAN_LENGTH 4

/* Set in the address of a frame that is no struct sk_buff; see tun_is_xdp_frame(). */
#define XDP_FRAME 1UL

static __always_inline __u32 skb_length(const struct sk_buff___packet *skb)
{
	const __u32 len = BPF_CORE_READ(skb, len);
	bool tagged = false;

	if (bpf_core_field_exists(skb->vlan_all))
		tagged = BPF_CORE_READ(skb, vlan_all);
	else if (bpf_core_field_exists(skb->vlan_present))
		tagged = BPF_CORE_READ_BITFIELD_PROBED(skb, vlan_present);
	return len + (tagged ? VLAN_LENGTH : 0);
}

/*
 * The length of a packet as vhost-net takes it out of a tap's ring, with the tag of a VLAN that the kernel keeps beside
 * it: see peek_head_len(). @packet: what the ring holds.
 */
static __always_inline __u32 packet_length(__u64 packet)
{
	const struct xdp_frame *frame = (void *)(packet & ~XDP_FRAME);

	if (!(packet & XDP_FRAME))
		return skb_length((void *)packet);
	return BPF_CORE_READ_BITFIELD_PROBED(frame, len);
}

#endif
