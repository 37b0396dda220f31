/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIAGNOSIS_LINK_H
#define DIAGNOSIS_LINK_H

#include "diagnosis-looks.h"
#include "link-state.h"

/**
 * DOC: find packets that are lost, or wait for ever, between the tap and the ring
 *
 * Theory of operation. A packet for the driver goes through the ring of a queue of the tap, out of which vhost-net
 * takes up to 64 at a time, into a buffer of the driver. It is lost at a tap that is down, or whose ring is full; it
 * waits for ever in a ring out of which nobody takes, or at a device that has too few buffers for it; and vhost-net
 * throws it away without a count if it does not fit into a buffer, or comes with a header of another length than was
 * agreed on. A packet from the driver goes to whatever the tap is a part of, which may be nothing.
 *
 * What waits is judged only if it waited in both looks, and nothing was taken meanwhile. Buffers and headers that do
 * not fit are seen before a packet is lost. Then that is a note, or a suspicion, and after a loss more than that.
 */

/**
 * struct diagnosis_rx - what lies between the tap and a receive queue of vhost-net
 * @waiting: packets that waited in both looks, in the tap's ring and at the device
 * @size: size of the tap's ring
 * @next: bytes that the next packet needs, with its header; 0: not known
 * @lost: packets that the device took from the tap between the looks without using a buffer
 * @dropped: packets that the tap dropped between the looks
 * @beside: a queue of the tap that the driver serves; empty: none
 * @buffers: buffers that wait, if they were measured; else 0
 * @shortest: bytes of the shortest of them
 * @frame: bytes of a frame of the tap's MTU, with its header
 * @tap_header: bytes of the header that the tap gives; 0: none
 * @header: bytes of the header that the device expects from the tap
 * @own_header: bytes of the header that the device itself gives
 */
struct diagnosis_rx {
	uint32_t waiting, size;
	uint32_t next;
	uint32_t lost;
	uint64_t dropped;
	char beside[INSPECT_QUEUE_NAME];
	uint32_t buffers, shortest, frame;
	uint32_t tap_header, header, own_header;
};

/**
 * diagnosis_of_rx() - judge a receive queue that did not move, for diagnose_queue()
 * @l: the queue
 * @rx: what lies before it
 * @f: filled in if it is stuck
 */
enum diagnosis_result diagnosis_of_rx(const struct looks *l, const struct diagnosis_rx *rx, struct diagnosis *f);

/**
 * diagnose_lengths() - do headers and buffers of a queue fit what the tap gives?
 * @rx: what lies before it
 * @f: filled in if they do not
 */
enum diagnosis_result diagnose_lengths(const struct diagnosis_rx *rx, struct diagnosis *f);

/**
 * struct link_looks - two looks at a tap
 * @first: the first
 * @second: the second
 * @before: all devices, in the first look
 * @after: likewise, in the second
 * @seconds: time between them
 * @ip: begin of an ip(8) command for the tap's network namespace: "ip" or "ip -n NAME"
 * @name: the tap's name as a shell takes it
 */
struct link_looks {
	const struct tap_link *first, *second;
	const struct inspect_host *before, *after;
	double seconds;
	const char *ip, *name;
};

/**
 * diagnose_link() - judge a tap as a whole
 * @l: the tap
 * @starved: a queue of it was found to take no packets, so that those that are dropped are no finding of their own
 * @routed: addresses or routes use it; asked only if that matters: @arg is the tap
 * @arg: argument for @routed
 * @f: filled in with the worst finding, if any
 */
enum diagnosis_result diagnose_link(const struct link_looks *l, bool starved, bool (*routed)(void *), void *arg,
				    struct diagnosis *f);

/**
 * diagnose_tap_queue() - judge a queue of a tap
 * @l: the tap
 * @index: position of the queue in the second look
 * @f: filled in if packets wait in it for nobody
 */
enum diagnosis_result diagnose_tap_queue(const struct link_looks *l, size_t index, struct diagnosis *f);

/**
 * diagnosis_held() - say of a queue that waits for room where the room went
 * @f: a finding, of DIAGNOSIS_NO_ROOM
 * @link: the tap
 * @q: the tap's queue
 */
void diagnosis_held(struct diagnosis *f, const struct inspect_link *link, const struct inspect_tap_queue *q);

/**
 * link_of_device() - is the tap the backend of a queue of the device?
 * @link: the tap
 * @d: the device
 */
bool link_of_device(const struct inspect_link *link, const struct inspect_device *d);

#endif
