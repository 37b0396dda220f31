// SPDX-License-Identifier: GPL-2.0-or-later
#include "netdrv.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/virtio_config.h>
#include <linux/virtio_net.h>

#include "barrier.h"
#include "vhost.h"

static_assert(sizeof(struct virtio_net_hdr_mrg_rxbuf) == NETDRV_HEADER, "the header that VERSION_1 has");

/* Anything but 0, so that an address of the one kind does not work as the other. */
#define GUEST_BASE UINT64_C(0x100000000)

#define FEATURE(bit) (UINT64_C(1) << (bit))

/* Rings and buffers of one queue, from the front of the memory that is left. */
static int lay_out_queue(struct netdrv *d, struct netq *q, const struct netdrv_conf *c)
{
	void *ring = guestmem_alloc(&d->mem, vring_size(c->num, VIRTQ_ALIGN), VIRTQ_ALIGN);

	q->buffer_size = NETDRV_HEADER + c->frame_size;
	q->buffers = guestmem_alloc(&d->mem, c->num * q->buffer_size, VIRTQ_ALIGN);
	if (!ring || !q->buffers)
		return -ENOMEM;
	q->buffers_gpa = guestmem_gpa(&d->mem, q->buffers);
	return virtq_init(&q->vq, c->num, ring, c->event_idx, c->base);
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

static int open_device(struct netdrv *d, const struct netdrv_conf *c, struct step *step)
{
	uint64_t wanted = FEATURE(VIRTIO_F_VERSION_1) | (c->event_idx ? FEATURE(VIRTIO_RING_F_EVENT_IDX) : 0);
	uint64_t offered;
	struct vhost_memory *table;
	int r;

	step_at(step, NULL, "VHOST_SET_OWNER");
	r = vhost_set_owner(d->vhost);
	if (r)
		return r;
	step_at(step, NULL, "VHOST_GET_FEATURES");
	r = vhost_get_features(d->vhost, &offered);
	if (r)
		return r;
	step_at(step, NULL, "VHOST_SET_FEATURES (VIRTIO_F_VERSION_1, VIRTIO_RING_F_EVENT_IDX)");
	if (wanted & ~offered)
		return -EOPNOTSUPP;
	r = vhost_set_features(d->vhost, wanted);
	if (r)
		return r;
	step_at(step, NULL, "VHOST_SET_MEM_TABLE");
	table = guestmem_table(&d->mem);
	r = table ? vhost_set_mem_table(d->vhost, table) : -ENOMEM;
	free(table);
	return r;
}

static int open_eventfds(struct netq *q)
{
	/* The call is read only when there may be one; the kick is read by the kernel. */
	q->kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->kick < 0)
		return -errno;
	q->call = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return q->call < 0 ? -errno : 0;
}

static int open_queue(struct netdrv *d, struct netq *q, const struct netdrv_conf *c, struct step *step)
{
	const struct vring *v = &q->vq.vring;
	struct vhost_vring_addr addr = {
		.index = q->index,
		.desc_user_addr = (uintptr_t)v->desc,
		.avail_user_addr = (uintptr_t)v->avail,
		.used_user_addr = (uintptr_t)v->used,
	};
	int r;

	step_at(step, NULL, "make the eventfds");
	r = open_eventfds(q);
	if (r)
		return r;
	step_at(step, NULL, "VHOST_SET_VRING_NUM");
	r = vhost_set_vring_num(d->vhost, q->index, c->num);
	if (r)
		return r;
	step_at(step, NULL, "VHOST_SET_VRING_BASE");
	r = vhost_set_vring_base(d->vhost, q->index, c->base);
	if (r)
		return r;
	step_at(step, NULL, "VHOST_SET_VRING_ADDR");
	r = vhost_set_vring_addr(d->vhost, &addr);
	if (r)
		return r;
	step_at(step, NULL, "VHOST_SET_VRING_CALL");
	r = vhost_set_vring_call(d->vhost, q->index, q->call);
	if (r)
		return r;
	step_at(step, NULL, "VHOST_SET_VRING_KICK");
	return vhost_set_vring_kick(d->vhost, q->index, q->kick);
}

static int start(struct netdrv *d, const struct netdrv_conf *c, struct step *step)
{
	int r;

	step_at(step, NULL, "VHOST_NET_SET_BACKEND");
	r = vhost_net_set_backend(d->vhost, d->rx.index, c->tap);
	if (!r)
		r = vhost_net_set_backend(d->vhost, d->tx.index, c->tap);
	return r;
}

static void init_queue(struct netq *q, const char *kind, unsigned int index, const struct netdrv_conf *c)
{
	*q = (struct netq){ .index = index, .kick = -1, .call = -1 };
	snprintf(q->name, sizeof(q->name), "%s%u", kind, c->pair);
}

int netdrv_open(struct netdrv *d, const struct netdrv_conf *c, struct step *step)
{
	int r;

	*d = (struct netdrv){ .vhost = c->vhost };
	init_queue(&d->rx, "rx", VHOST_NET_VQ_RX, c);
	init_queue(&d->tx, "tx", VHOST_NET_VQ_TX, c);

	r = open_memory(d, c, step);
	if (!r)
		r = open_device(d, c, step);
	if (!r)
		r = open_queue(d, &d->rx, c, step);
	if (!r)
		r = open_queue(d, &d->tx, c, step);
	if (!r)
		r = start(d, c, step);
	if (r)
		netdrv_close(d);
	return r;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_queue(struct netq *q)
{
	virtq_fini(&q->vq);
	close_fd(&q->kick);
	close_fd(&q->call);
}

void netdrv_close(struct netdrv *d)
{
	/* Closing the device stops its queues and ends its worker before the memory goes. */
	close_fd(&d->vhost);
	close_queue(&d->rx);
	close_queue(&d->tx);
	guestmem_close(&d->mem);
}

void netdrv_sides(const struct netdrv *d, const struct netq *q, struct netdrv_sides *s)
{
	const struct vring *v = &q->vq.vring;
	unsigned int base;
	int r = vhost_get_vring_base(d->vhost, q->index, &base);

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
