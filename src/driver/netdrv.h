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
 * netdrv joins vring, guestmem and device: it lays out one RX and one TX queue in its own memory, and starts a device
 * with them on a queue of a tap. netdrv-tx and netdrv-rx are the two loops that a driver runs. Each pair of queues has
 * its own netdrv.
 */

/* Length of the virtio-net header: VIRTIO_F_VERSION_1 is always acked, and no feature that makes it longer. */
#define NETDRV_HEADER NET_HEADER_V1

/* How driver and device suppress each other's notifications. */
enum notify {
	NOTIFY_EVENT_IDX,	/* by indexes, VIRTIO_RING_F_EVENT_IDX */
	NOTIFY_FLAGS,		/* by the flags in the rings */
	NOTIFY_NONE,		/* the driver polls and asks for no calls; kicks by flag */
};

/**
 * struct call_after - the number of used buffers after which the device shall call
 * @count: this number, if not 0
 * @fraction: else this share of the outstanding buffers, plus one, as in Linux' virtqueue_enable_cb_delayed()
 */
struct call_after {
	unsigned int count;
	double fraction;
};

/**
 * struct netdrv_policy - settings of the two loops
 * @notify: how notifications are suppressed
 * @batch: packets published at a time
 * @in_flight: most packets in flight at a time
 * @call_after: when to ask for a call
 * @stall_ns: nanoseconds with work pending and without progress after which the queue counts as stuck
 */
struct netdrv_policy {
	enum notify notify;
	unsigned int batch;
	unsigned int in_flight;
	struct call_after call_after;
	uint64_t stall_ns;
};

/**
 * struct netdrv_conf - configuration of a driver and its device
 * @vhost: a descriptor of /dev/vhost-net without an owner; netdrv_open() takes it over, even if it fails
 * @tap: a queue of a tap with a header of NETDRV_HEADER bytes; the caller keeps it open until netdrv_close()
 * @pair: the number of the pair, for the names of its queues
 * @num: ring size
 * @base: index at which avail and used ring start
 * @frame_size: the largest frame, Ethernet header included
 * @event_idx: negotiate VIRTIO_RING_F_EVENT_IDX
 * @in_order: negotiate VIRTIO_F_IN_ORDER, from Linux 6.18 on
 */
struct netdrv_conf {
	int vhost;
	int tap;
	unsigned int pair;
	unsigned int num;
	uint16_t base;
	size_t frame_size;
	bool event_idx;
	bool in_order;
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
 * @c: the configuration
 * @step: where to say what failed
 *
 * Return: 0, or -errno with nothing left behind: -EOPNOTSUPP with @step's key "features" if the kernel lacks a feature.
 */
int netdrv_open(struct netdrv *d, const struct netdrv_conf *c, struct step *step);

/**
 * netdrv_stop() - stop both queues, and count the calls that the loops did not wait for
 * @d: the driver
 *
 * A polling driver may see the last used buffers before vhost has decided whether to call.
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
 * @avail_idx: avail->idx: up to where the driver has published
 * @avail_event: written by the device: kick when this avail index is passed
 * @used_flags: used->flags: the device's "do not kick"
 * @last_avail_idx: avail index up to which the device has taken buffers; -1: it could not be read
 * @used_idx: used->idx: up to where the device has given buffers back
 * @used_event: written by the driver: call when this used index is passed
 * @avail_flags: avail->flags: the driver's "do not call"
 * @last_used_idx: used index up to which the driver has taken buffers back
 */
struct netdrv_sides {
	uint16_t avail_idx, avail_event, used_flags;
	int last_avail_idx;
	uint16_t used_idx, used_event, avail_flags, last_used_idx;
};

/**
 * netdrv_sides() - read both sides' view of a queue
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
 * Return: 0; -ETIME if the queue is stuck; -EPROTO if virtq_take_used() found a broken used ring; another -errno.
 */
int netdrv_tx(struct netdrv *d, const struct netdrv_policy *p, struct flow *flow);

/**
 * netdrv_rx() - receive packets until the flow is complete
 * @d: the driver
 * @p: the policy
 * @flow: the packets
 * @finished_fd: readable once the flow is finished, since no call wakes the driver then
 *
 * Return: as netdrv_tx().
 */
int netdrv_rx(struct netdrv *d, const struct netdrv_policy *p, struct flow *flow, int finished_fd);

/**
 * call_after() - after how many used buffers to ask for a call
 * @a: the policy
 * @outstanding: buffers that the device has
 *
 * Return: 1 to @outstanding; 1 if that is 0.
 */
uint16_t call_after(const struct call_after *a, unsigned int outstanding);

#endif
