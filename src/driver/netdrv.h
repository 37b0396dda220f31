/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NETDRV_H
#define NETDRV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/step.h"
#include "netq.h"
#include "vhost/device.h"
#include "vhost/guestmem.h"
#include "virtio/net-header.h"

/**
 * DOC: a virtio-net driver for a vhost-net device
 *
 * netdrv joins vring, guestmem and device: it lays out one RX and one TX queue in memory of their own and starts a
 * device with them on a queue of a tap. netdrv-tx and netdrv-rx are the two loops that a driver runs. With several
 * pairs of queues there is one of it for each.
 */

/* Length of the virtio-net header: VIRTIO_F_VERSION_1 is always acked, and nothing that makes it longer. */
#define NETDRV_HEADER NET_HEADER_V1

/* How the driver and the device ask each other not to notify. */
enum notify {
	NOTIFY_EVENT_IDX,	/* by indexes, VIRTIO_RING_F_EVENT_IDX */
	NOTIFY_FLAGS,		/* by the flags in the rings */
	NOTIFY_NONE,		/* the driver polls and asks for no calls; kicks by flag */
};

/**
 * struct call_after - how many buffers are to be used before the device calls
 * @count: so many, if not 0
 * @fraction: else this share of those outstanding, and one more, as Linux' virtqueue_enable_cb_delayed() has it
 */
struct call_after {
	unsigned int count;
	double fraction;
};

/**
 * struct netdrv_policy - how the loops treat a queue
 * @notify: how notifications are suppressed
 * @batch: packets published at a time
 * @in_flight: most packets under way at a time
 * @call_after: when to ask for a call
 * @stall_ns: with work pending and no progress for so long, the queue is stuck
 */
struct netdrv_policy {
	enum notify notify;
	unsigned int batch;
	unsigned int in_flight;
	struct call_after call_after;
	uint64_t stall_ns;
};

/**
 * struct netdrv_conf - what device to make
 * @vhost: a descriptor of /dev/vhost-net that nobody owns yet; netdrv_open() takes it over, even if it fails
 * @tap: a queue of a tap with a header of NETDRV_HEADER bytes; the caller's, who keeps it until netdrv_close()
 * @pair: the number of the pair, for the names of its queues
 * @num: ring size
 * @base: index at which the rings start
 * @frame_size: the largest frame, Ethernet header included
 * @event_idx: negotiate VIRTIO_RING_F_EVENT_IDX
 */
struct netdrv_conf {
	int vhost;
	int tap;
	unsigned int pair;
	unsigned int num;
	uint16_t base;
	size_t frame_size;
	bool event_idx;
};

/**
 * struct netdrv - a device with its driver
 * @device: the device, with the eventfds of both queues
 * @mem: the memory
 * @rx: queue VHOST_NET_VQ_RX
 * @tx: queue VHOST_NET_VQ_TX
 */
struct netdrv {
	struct device device;
	struct guestmem mem;
	struct netq rx, tx;
};

/**
 * netdrv_open() - make device and queues, and start them
 * @d: filled in
 * @c: what to make
 * @step: where to say what failed
 *
 * Return: 0, or -errno with nothing left behind.
 */
int netdrv_open(struct netdrv *d, const struct netdrv_conf *c, struct step *step);

/**
 * netdrv_stop() - take the backend away, and count the calls that nobody waited for
 *
 * A driver that looks at the used ring by itself may have seen all that it wants before vhost has decided whether to
 * call.
 *
 * Return: 0 or -errno.
 */
int netdrv_stop(struct netdrv *d);

/**
 * netdrv_close() - stop the device and release all of it
 * @d: the driver
 */
void netdrv_close(struct netdrv *d);

/**
 * struct netdrv_sides - both sides' view of a queue
 * @avail_idx: avail->idx, what the driver published
 * @avail_event: what the device wrote: kick when this index is passed
 * @used_flags: used->flags, the device's "do not kick"
 * @last_avail_idx: how far the device has taken buffers; -1: it did not say
 * @used_idx: used->idx, what the device gave back
 * @used_event: what the driver wrote: call when this index is passed
 * @avail_flags: avail->flags, the driver's "do not call"
 * @last_used_idx: how far the driver has taken buffers back
 */
struct netdrv_sides {
	uint16_t avail_idx, avail_event, used_flags;
	int last_avail_idx;
	uint16_t used_idx, used_event, avail_flags, last_used_idx;
};

/**
 * netdrv_sides() - look at both sides of a queue
 * @d: the driver
 * @q: one of its queues
 * @s: filled in
 */
void netdrv_sides(const struct netdrv *d, const struct netq *q, struct netdrv_sides *s);

struct flow;

/**
 * netdrv_tx() - send packets until the flow wants no more and the ring is empty
 * @d: the driver
 * @p: the policy
 * @flow: the packets
 *
 * Return: 0; -ETIME when the queue is stuck; -EPROTO when the device gave back nonsense; another -errno.
 */
int netdrv_tx(struct netdrv *d, const struct netdrv_policy *p, struct flow *flow);

/**
 * netdrv_rx() - receive packets until the flow is complete
 * @d: the driver
 * @p: the policy
 * @flow: the packets
 * @finished_fd: readable once the flow is finished, which nothing else would wake the driver for
 *
 * Return: as netdrv_tx().
 */
int netdrv_rx(struct netdrv *d, const struct netdrv_policy *p, struct flow *flow, int finished_fd);

/**
 * call_after() - how many buffers to be called after
 * @a: the policy
 * @outstanding: buffers under way
 *
 * Return: 1 to @outstanding.
 */
uint16_t call_after(const struct call_after *a, unsigned int outstanding);

#endif
