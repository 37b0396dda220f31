// SPDX-License-Identifier: GPL-2.0-or-later
#include "vring.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "barrier.h"
#include "base/parse.h"

/* used_event is after the last entry of the avail ring, avail_event of the used ring (virtio 1.2, 2.7.6 and 2.7.8). */
static uint16_t *used_event(const struct virtq *q)
{
	return &q->vring.avail->ring[q->vring.num];
}

static const uint16_t *avail_event(const struct virtq *q)
{
	return (const uint16_t *)&q->vring.used->ring[q->vring.num];
}

bool vring_num_ok(uint64_t num)
{
	return num && num <= VRING_NUM_MAX && !(num & (num - 1));
}

const char *vring_parse_num(void *field, const char *arg)
{
	uint64_t num;

	if (parse_uint(arg, &num) || !vring_num_ok(num))
		return "is not a ring size: a power of two from 1 to 32768";
	*(uint64_t *)field = num;
	return NULL;
}

int virtq_init(struct virtq *q, unsigned int num, void *mem, unsigned int features, uint16_t base)
{
	if (!vring_num_ok(num))
		return -EINVAL;
	*q = (struct virtq){
		.event_idx = features & VIRTQ_EVENT_IDX,
		.in_order = features & VIRTQ_IN_ORDER,
		.avail_idx = base,
		.kicked_idx = base,
		.used_idx = base,
		.next = base,
	};
	q->free = calloc(num, sizeof(*q->free));
	if (!q->free)
		return -ENOMEM;
	memset(mem, 0, vring_size(num, VIRTQ_ALIGN));
	vring_init(&q->vring, num, mem, VIRTQ_ALIGN);

	/* No barrier yet: the device learns of the ring by system calls, which order everything. */
	q->vring.avail->idx = htole16(base);
	q->vring.used->idx = htole16(base);
	*used_event(q) = htole16(base);
	*(uint16_t *)avail_event(q) = htole16(base);

	for (unsigned int i = num; i > 0; i--)
		virtq_release(q, (uint16_t)(i - 1));
	return 0;
}

void virtq_fini(struct virtq *q)
{
	free(q->free);
	q->free = NULL;
}

int virtq_reserve(struct virtq *q)
{
	if (!q->num_free)
		return -ENOSPC;
	--q->num_free;
	return q->in_order ? q->next++ & (q->vring.num - 1) : q->free[q->num_free];
}

void virtq_release(struct virtq *q, uint16_t id)
{
	q->free[q->num_free++] = id;
}

void virtq_add(struct virtq *q, uint16_t id, uint64_t addr, uint32_t len, bool writable)
{
	q->vring.desc[id] = (struct vring_desc){
		.addr = htole64(addr),
		.len = htole32(len),
		.flags = htole16(writable ? VRING_DESC_F_WRITE : 0),
	};
	ring_store(&q->vring.avail->ring[q->avail_idx & (q->vring.num - 1)], htole16(id));
	q->avail_idx++;
}

void virtq_publish(struct virtq *q)
{
	/* Descriptors and ring entries before the index: pairs with the read barrier in vhost_get_vq_desc(), between
	 * reading avail->idx and the entries. */
	ring_store_release(&q->vring.avail->idx, htole16(q->avail_idx));
}

bool virtq_kick_prepare(struct virtq *q)
{
	uint16_t old = q->kicked_idx, new = q->avail_idx;

	q->kicked_idx = new;
	/* Publish before reading avail_event (or the flag): pairs with the smp_mb() in vhost_enable_notify(), which is
	 * between writing avail_event (or the flag) and reading avail->idx again. */
	ring_mb();
	if (q->event_idx)
		return vring_need_event(le16toh(ring_load(avail_event(q))), new, old);
	return !(le16toh(ring_load(&q->vring.used->flags)) & VRING_USED_F_NO_NOTIFY);
}

/* The device has written one used entry for a batch of buffers, of which @id is the last one. */
static int begin_batch(struct virtq *q, uint16_t id, uint32_t len, uint16_t pending)
{
	/* As each buffer is one descriptor, the first one of the batch has the number of its place in the ring. */
	const uint16_t count = (uint16_t)(((id - q->used_idx) & (q->vring.num - 1)) + 1);

	if (count > pending)
		return -EPROTO;
	q->batch = count;
	q->batch_len = len;
	return 0;
}

/* Take one buffer of the present batch back. All but the last one were used in full. */
static void take_from_batch(struct virtq *q, uint16_t *id, uint32_t *len)
{
	const struct vring_desc *desc;

	*id = (uint16_t)(q->used_idx & (q->vring.num - 1));
	desc = &q->vring.desc[*id];
	if (!--q->batch)
		*len = q->batch_len;
	else
		*len = le16toh(desc->flags) & VRING_DESC_F_WRITE ? le32toh(desc->len) : 0;
	q->used_idx++;
}

int virtq_take_used(struct virtq *q, uint16_t *id, uint32_t *len)
{
	const struct vring_used_elem *elem = &q->vring.used->ring[q->used_idx & (q->vring.num - 1)];
	uint32_t number;
	uint16_t pending;

	if (q->batch) {
		take_from_batch(q, id, len);
		return 1;
	}

	/* The index before the entry and the buffer: pairs with the smp_wmb() in vhost_add_used_n(), between writing
	 * the entries and used->idx. */
	pending = (uint16_t)(le16toh(ring_load_acquire(&q->vring.used->idx)) - q->used_idx);
	if (!pending)
		return 0;
	if (pending > virtq_outstanding(q))
		return -EPROTO;
	number = le32toh(elem->id);
	if (number >= q->vring.num)
		return -EPROTO;
	if (q->in_order) {
		int r = begin_batch(q, (uint16_t)number, le32toh(elem->len), pending);

		if (!r)
			take_from_batch(q, id, len);
		return r ? r : 1;
	}
	*id = (uint16_t)number;
	*len = le32toh(elem->len);
	q->used_idx++;
	return 1;
}

uint16_t virtq_pending(const struct virtq *q)
{
	return (uint16_t)(le16toh(ring_load(&q->vring.used->idx)) - q->used_idx);
}

uint16_t virtq_outstanding(const struct virtq *q)
{
	return (uint16_t)(q->avail_idx - q->used_idx);
}

bool virtq_enable_call(struct virtq *q, uint16_t after)
{
	if (q->event_idx)
		/* The entry at used_event triggers the call: "after 1" is used_idx, hence the -1. */
		ring_store(used_event(q), htole16((uint16_t)(q->used_idx + after - 1)));
	else
		ring_store(&q->vring.avail->flags, 0);
	/* Write used_event (or the flag) before reading used->idx: pairs with the smp_mb() at the top of
	 * vhost_notify(), between writing used->idx and reading used_event (or the flag). */
	ring_mb();
	return virtq_pending(q) < (q->event_idx ? after : 1);
}

void virtq_disable_call(struct virtq *q)
{
	if (!q->event_idx)
		ring_store(&q->vring.avail->flags, htole16(VRING_AVAIL_F_NO_INTERRUPT));
}

uint16_t virtq_used_event(const struct virtq *q)
{
	return le16toh(ring_load(used_event(q)));
}

uint16_t virtq_wish(const struct virtq *q)
{
	return q->event_idx ? virtq_used_event(q) : le16toh(ring_load(&q->vring.avail->flags));
}
