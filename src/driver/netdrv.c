// SPDX-License-Identifier: GPL-2.0-or-later
#include "netdrv.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/virtio_config.h>
#include <linux/virtio_net.h>

#include "vhost/vhost.h"
#include "virtio/barrier.h"
#include "virtio/net-queue.h"

/* Not 0, so that a mix-up of guest-physical and other addresses is noticed. */
#define GUEST_BASE UINT64_C(0x100000000)

#define FEATURE(bit) (UINT64_C(1) << (bit))

/* Allocate the ring and the buffers of one queue. */
static int lay_out_queue(struct netdrv *d, struct netq *q, const struct netdrv_conf *c)
{
	void *ring = guestmem_alloc(&d->mem, vring_size(c->num, VIRTQ_ALIGN), VIRTQ_ALIGN);

	q->buffer_size = NETDRV_HEADER + c->frame_size;
	q->buffers = guestmem_alloc(&d->mem, c->num * q->buffer_size, VIRTQ_ALIGN);
	if (!ring || !q->buffers)
		return -ENOMEM;
	q->buffers_gpa = guestmem_gpa(&d->mem, q->buffers);
	return virtq_init(&q->vq, c->num, ring, (c->event_idx ? VIRTQ_EVENT_IDX : 0) |
			  (c->in_order ? VIRTQ_IN_ORDER : 0), c->base);
}

static int open_memory(struct netdrv *d, const struct netdrv_conf *c, struct step *step)
{
	size_t queue = vring_size(c->num, VIRTQ_ALIGN) + c->num * (NETDRV_HEADER + c->frame_size) + 2 * VIRTQ_ALIGN;
	const struct guestmem_conf conf = { .size = 2 * queue, .gpa = GUEST_BASE, .regions = 1 };
	int r;

	step_at(step, NULL, "take the memory for rings and buffers (a smaller --num or --size needs less)");
	r = guestmem_open(&d->mem, &conf);
	if (!r)
		r = lay_out_queue(d, &d->rx, c);
	if (!r)
		r = lay_out_queue(d, &d->tx, c);
	return r;
}

static void set_ring(struct device_ring_conf *ring, const struct netdrv *d, const struct netq *q,
		     const struct netdrv_conf *c)
{
	const struct vring *v = &q->vq.vring;

	*ring = (struct device_ring_conf){
		.place = {
			.num = c->num,
			.placed = true,
			.item = -1,
			.desc = guestmem_gpa(&d->mem, v->desc),
			.avail = guestmem_gpa(&d->mem, v->avail),
			.used = guestmem_gpa(&d->mem, v->used),
		},
		.base = c->base,
		.kick = DEVICE_FD_MAKE,
		.call = DEVICE_FD_MAKE,
		.err = DEVICE_FD_NONE,
	};
	memcpy(ring->place.name, q->name, sizeof(ring->place.name));
}

static int open_device(struct netdrv *d, const struct netdrv_conf *c, struct step *step)
{
	struct device_conf conf = {
		.features = {
			FEATURE(VIRTIO_F_VERSION_1) | (c->event_idx ? FEATURE(VIRTIO_RING_F_EVENT_IDX) : 0) |
			(c->in_order ? FEATURE(VIRTIO_F_IN_ORDER) : 0),
		},
		.fork_from_owner = DEVICE_LEAVE,
		.endian = DEVICE_LEAVE,
		.mem = &d->mem,
	};
	int r;

	set_ring(&conf.rings[VHOST_NET_VQ_RX], d, &d->rx, c);
	set_ring(&conf.rings[VHOST_NET_VQ_TX], d, &d->tx, c);
	r = device_open(&d->device, c->vhost, &conf, step);
	d->rx.kick = d->device.rings[VHOST_NET_VQ_RX].kick;
	d->rx.call = d->device.rings[VHOST_NET_VQ_RX].call;
	d->tx.kick = d->device.rings[VHOST_NET_VQ_TX].kick;
	d->tx.call = d->device.rings[VHOST_NET_VQ_TX].call;
	return r ? r : device_start(&d->device, c->tap, step);
}

static void init_queue(struct netq *q, unsigned int index, const struct netdrv_conf *c)
{
	*q = (struct netq){ .index = index, .kick = -1, .call = -1 };
	net_queue_name(index, c->pair, q->name, sizeof(q->name));
}

int netdrv_open(struct netdrv *d, const struct netdrv_conf *c, struct step *step)
{
	int r;

	*d = (struct netdrv){ .device = { .vhost = -1 } };
	init_queue(&d->rx, VHOST_NET_VQ_RX, c);
	init_queue(&d->tx, VHOST_NET_VQ_TX, c);

	r = open_memory(d, c, step);
	if (r)
		close(c->vhost);
	else
		r = open_device(d, c, step);
	if (r)
		netdrv_close(d);
	/* The device's configuration is ours, so no option is to blame, except that features may be the caller's. */
	if (step->key && strcmp(step->key, "features"))
		step->key = NULL;
	return r;
}

int netdrv_stop(struct netdrv *d)
{
	struct netq *const queues[] = { &d->rx, &d->tx };

	for (int i = 0; i < 2; i++) {
		int r = vhost_net_set_backend(d->device.vhost, queues[i]->index, -1);

		/* The queue has stopped: vhost has decided about a call for every used buffer. */
		if (!r)
			r = netq_collect_calls(queues[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

void netdrv_close(struct netdrv *d)
{
	/* Closing the device stops its queues and ends its worker before the memory goes. */
	device_close(&d->device);
	virtq_fini(&d->rx.vq);
	virtq_fini(&d->tx.vq);
	guestmem_close(&d->mem);
}

void netdrv_sides(const struct netdrv *d, const struct netq *q, struct netdrv_sides *s)
{
	const struct vring *v = &q->vq.vring;
	unsigned int base;
	int r = vhost_get_vring_base(d->device.vhost, q->index, &base);

	*s = (struct netdrv_sides){
		.avail_idx = le16toh(ring_load(&v->avail->idx)),
		.avail_event = le16toh(ring_load((uint16_t *)&v->used->ring[v->num])),
		.used_flags = le16toh(ring_load(&v->used->flags)),
		.last_avail_idx = r ? -1 : (int)base,
		.used_idx = le16toh(ring_load(&v->used->idx)),
		.used_event = virtq_used_event(&q->vq),
		.avail_flags = le16toh(ring_load(&v->avail->flags)),
		.last_used_idx = q->vq.used_idx,
	};
}

uint16_t call_after(const struct call_after *a, unsigned int outstanding)
{
	unsigned int after = a->count ? a->count : (unsigned int)(a->fraction * outstanding) + 1;

	if (after > outstanding)
		after = outstanding;
	return (uint16_t)(after ? after : 1);
}
