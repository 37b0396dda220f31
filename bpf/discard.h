/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DISCARD_H
#define DISCARD_H

#include <linux/types.h>

/**
 * DOC: packets that vhost throws away
 *
 * vhost-net takes a packet from the tap, finds that it cannot deliver it, and goes on with the next one: no counter of
 * the kernel has it. Giving back buffers is no discard in itself: vhost does so for a packet that waits until the
 * driver gives more, and for one of the driver's that it sends later.
 */

/* Why a packet was thrown away; see discard_reason_name(). */
enum discard_reason {
	DISCARD_TOO_SHORT,	/* all buffers that it may use are; without VIRTIO_NET_F_MRG_RXBUF it may use one */
	DISCARD_HEADER,		/* the tap's header is not as long as vhost expects: none gets through */
	DISCARD_FAILED,		/* it could not be copied to the buffer, whose memory is gone, for example */
	DISCARD_REASONS,
};

/**
 * struct discard - a packet that was thrown away
 * @reason: enum discard_reason
 * @length: the packet's, without the header for the driver; 0: not known
 */
struct discard {
	__u32 reason;
	__u32 length;
};

/* What is dropped at a place in the kernel; at all others, packets that come from a driver. */
enum drop_kind {
	DROP_TOWARDS_DRIVER,	/* the tap has no room for it, for example */
	DROP_DISCARDED,		/* vhost reads it to throw it away: a discard */
};

/* Functions at which packets for a driver are dropped, each in one part or more. */
#define DROP_PLACES 16

/**
 * struct drop_places - where they are; fixed before the programs are loaded
 * @begin: kernel address of each; 0: there is none, nor any after it
 * @end: behind it
 * @kind: enum drop_kind
 */
struct drop_places {
	__u64 begin[DROP_PLACES];
	__u64 end[DROP_PLACES];
	__u32 kind[DROP_PLACES];
};

#endif
