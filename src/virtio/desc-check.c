// SPDX-License-Identifier: GPL-2.0-or-later
#include "desc-check.h"

#include <endian.h>
#include <errno.h>

#include <linux/vhost_types.h>
#include <linux/virtio_config.h>
#include <linux/virtio_net.h>

#include "barrier.h"
#include "feature-names.h"
#include "net-header.h"

/* "Buffers are chained via a 16 bit next field", says get_indirect(). */
#define TABLE_ENTRIES_MAX 65536

/**
 * struct walk - a walk through one chain
 * @q: the queue
 * @f: the present position
 * @out: pieces so far that the device reads
 * @in: pieces so far that it writes
 * @wrong: the first descriptor that is not for this kind of queue; .fault is DESC_DIRECTION if there is one
 * @left: how many more descriptors may be looked at
 */
struct walk {
	const struct desc_queue *q;
	struct desc_finding *f;
	unsigned int out, in;
	struct desc_finding wrong;
	unsigned int left;
};

static bool acked(const struct desc_queue *q, unsigned int bit)
{
	return feature_is_set(q->features, bit);
}

/* Go on to descriptor @number, or to entry @entry of its table; false if no more may be looked at. */
static bool look_at(struct walk *w, unsigned int number, unsigned int place, int entry, const struct vring_desc *le)
{
	w->f->number = (uint16_t)number;
	w->f->place = place;
	w->f->entry = entry;
	w->f->desc = (struct vring_desc){
		.addr = le64toh(le->addr),
		.len = le32toh(le->len),
		.flags = le16toh(le->flags),
		.next = le16toh(le->next),
	};
	return w->left && w->left--;
}

/* Is a range in the memory? An empty one always is. *@pieces: how many pieces it consists of. */
static enum desc_fault locate(const struct walk *w, uint64_t addr, uint32_t len, bool write, unsigned int *pieces)
{
	const struct desc_memory *m = &w->q->memory;
	int r = len ? m->pieces(m->ctx, addr, len, write) : 0;

	if (r == -EAGAIN)
		return DESC_MISS;
	if (r < 0)
		return r == -EPERM ? DESC_ACCESS : DESC_ADDRESS;
	*pieces = (unsigned int)r;
	return DESC_GOOD;
}

static enum desc_fault check_buffer(struct walk *w)
{
	const struct vring_desc *d = &w->f->desc;
	const bool write = d->flags & VRING_DESC_F_WRITE;
	unsigned int pieces = 0;
	enum desc_fault fault = locate(w, d->addr, d->len, write, &pieces);

	if (fault)
		return fault;
	if (pieces > DESC_PIECES_MAX - w->in - w->out)
		return DESC_PIECES;
	if (!write && w->in)
		return DESC_ORDER;
	if (write)
		w->in += pieces;
	else
		w->out += pieces;
	w->f->bytes += d->len;
	if (pieces && write != w->q->rx && !w->wrong.fault) {
		w->wrong = *w->f;
		w->wrong.fault = DESC_DIRECTION;
	}
	return DESC_GOOD;
}

/*
 * Check the indirect table of the present descriptor. Its entries are taken in order and their next is ignored, as in
 * get_indirect().
 */
static enum desc_fault check_table(struct walk *w)
{
	const struct desc_memory *m = &w->q->memory;
	const struct desc_finding at = *w->f;
	const uint32_t count = at.desc.len / sizeof(struct vring_desc);
	unsigned int pieces = 0;
	enum desc_fault fault;

	if (at.desc.len % sizeof(struct vring_desc))
		return DESC_TABLE_SIZE;
	fault = locate(w, at.desc.addr, at.desc.len, false, &pieces);
	if (fault)
		return fault;
	if (pieces > DESC_PIECES_MAX)
		return DESC_PIECES;
	if (count > TABLE_ENTRIES_MAX)
		return DESC_TABLE_LONG;
	if (!count)
		return DESC_TABLE_EMPTY;
	for (uint32_t i = 0; i < count; i++) {
		struct vring_desc entry;

		if (m->read(m->ctx, at.number, at.desc.addr + i * sizeof(entry), &entry, sizeof(entry)))
			return DESC_ADDRESS;
		if (!look_at(w, at.number, at.place, (int)i, &entry))
			return DESC_ENDLESS;
		if (w->f->desc.flags & VRING_DESC_F_INDIRECT)
			return DESC_TABLE_NESTED;
		fault = check_buffer(w);
		if (fault)
			return fault;
		if (!(w->f->desc.flags & VRING_DESC_F_NEXT))
			return DESC_GOOD;
	}
	return DESC_TABLE_END;
}

/* Check one descriptor of the ring, with its table if it has one; *@next: the chain's next descriptor, or -1. */
static enum desc_fault check_descriptor(struct walk *w, unsigned int number, unsigned int place, int *next)
{
	struct vring_desc le;
	struct desc_finding at;
	enum desc_fault fault;

	ring_copy(&le, &w->q->vring.desc[number], sizeof(le));
	if (!look_at(w, number, place, -1, &le))
		return DESC_ENDLESS;
	at = *w->f;
	fault = at.desc.flags & VRING_DESC_F_INDIRECT ? check_table(w) : check_buffer(w);
	if (fault)
		return fault;
	at.bytes = w->f->bytes;
	*w->f = at;
	*next = at.desc.flags & VRING_DESC_F_NEXT ? at.desc.next : -1;
	return DESC_GOOD;
}

static enum desc_fault walk_chain(struct walk *w)
{
	const unsigned int num = w->q->vring.num;
	enum desc_fault fault;
	int next = w->f->head;

	if (w->f->head >= num)
		return DESC_HEAD;
	for (unsigned int place = 0; next >= 0; place++) {
		if ((unsigned int)next >= num)
			return DESC_NEXT;
		if (place >= num)
			return DESC_LOOP;
		fault = check_descriptor(w, (unsigned int)next, place, &next);
		if (fault)
			return fault;
	}
	return DESC_GOOD;
}

/* The checks of get_tx_bufs() and get_rx_bufs() on a chain that could be walked. */
static enum desc_fault check_kind(struct walk *w)
{
	const bool rx = w->q->rx, own_header = acked(w->q, VHOST_NET_F_VIRTIO_NET_HDR);
	const uint64_t bytes = w->f->bytes;

	if (w->wrong.fault) {
		*w->f = w->wrong;
		return DESC_DIRECTION;
	}
	if (!bytes)
		return DESC_EMPTY;
	/* Mergeable buffers hold a packet together, however short each one is. */
	if (rx && acked(w->q, VIRTIO_NET_F_MRG_RXBUF))
		return DESC_GOOD;
	/* A chain that sends a header only is refused only if vhost itself strips the header. */
	return bytes < w->f->header || (bytes == w->f->header && (rx || own_header)) ? DESC_SHORT : DESC_GOOD;
}

/* The head that the driver has put into the avail ring. */
static uint16_t head_at(const struct desc_queue *q, uint16_t index)
{
	return le16toh(ring_load(&q->vring.avail->ring[index & (q->vring.num - 1)]));
}

/*
 * Check the chain at an avail index; *@left: how many descriptors may still be looked at, updated. *@next: the
 * descriptor that the device takes there in order, or -1 if that is not known, or without order. Updated for the index
 * behind it, if no fault is found.
 */
static enum desc_fault check_chain(const struct desc_queue *q, uint16_t index, int *next, unsigned int *left,
				   struct desc_finding *f)
{
	struct walk w = { .q = q, .f = f, .left = *left };

	*f = (struct desc_finding){
		.rx = q->rx, .num = q->vring.num, .avail_idx = f->avail_idx, .index = index,
		.header = net_header_len(q->features), .head = head_at(q, index), .entry = -1,
	};
	if (*next >= 0 && *next != f->head) {
		f->number = (uint16_t)*next;
		return f->fault = DESC_UNORDERED;
	}
	f->fault = walk_chain(&w);
	if (!f->fault && *next >= 0)
		*next = (int)((f->head + f->place + 1) & (q->vring.num - 1));
	if (!f->fault)
		f->fault = check_kind(&w);
	*left = w.left;
	return f->fault;
}

/* With order: the descriptor behind those of the chain that the driver made available at an index; -1: not known. */
static int behind_chain(const struct desc_queue *q, uint16_t index)
{
	const unsigned int num = q->vring.num;
	unsigned int id = head_at(q, index);

	for (unsigned int count = 0; count < num && id < num; count++) {
		const struct vring_desc *d = &q->vring.desc[id];

		if (!(le16toh(ring_load(&d->flags)) & VRING_DESC_F_NEXT))
			return (int)((id + 1) & (num - 1));
		id = le16toh(ring_load(&d->next));
	}
	return -1;
}

/* With order: the head of the chain whose last descriptor is before @next. */
static int chain_before(const struct desc_queue *q, int next)
{
	const unsigned int mask = q->vring.num - 1;
	unsigned int id = (unsigned int)next & mask, before = (id - 1) & mask;

	for (unsigned int count = 0; count < mask; count++) {
		id = before;
		before = (id - 1) & mask;
		if (!(le16toh(ring_load(&q->vring.desc[before].flags)) & VRING_DESC_F_NEXT) ||
		    le16toh(ring_load(&q->vring.desc[before].next)) != id)
			break;
	}
	return (int)id;
}

/*
 * The descriptor that the device takes at an avail index, @base or one before it, in order. The caller may not know
 * next_avail_head, which no ioctl tells. Then it follows from the chain before, if the driver has kept the order until
 * there. Return: -1 if not known, or without order.
 */
static int next_in_order(const struct desc_queue *q, uint16_t index, uint16_t avail_idx)
{
	const uint16_t before = (uint16_t)(index - 1);

	if (!acked(q, VIRTIO_F_IN_ORDER))
		return -1;
	if (q->next_head >= 0)
		return index == q->base ? (int)((unsigned int)q->next_head & (q->vring.num - 1)) :
					  chain_before(q, q->next_head);
	/* The kernel begins at the descriptor of this number (VHOST_SET_VRING_BASE). */
	if (index == q->start)
		return (int)(index & (q->vring.num - 1));
	/* The driver may have overwritten the entry before. */
	return q->start < 0 || (uint16_t)(avail_idx - before) > q->vring.num ? -1 : behind_chain(q, before);
}

/* Has the device taken a chain and then found it to be of the wrong kind? If so, fill in @f. */
static bool check_taken(const struct desc_queue *q, unsigned int *left, struct desc_finding *f)
{
	const uint16_t index = (uint16_t)(q->base - 1);
	int next = next_in_order(q, index, f->avail_idx);
	struct desc_finding taken = *f;
	enum desc_fault fault;

	/* Either all taken chains were given back, or the driver has wrapped and overwritten the ring entry. */
	if (le16toh(ring_load(&q->vring.used->idx)) == q->base || (uint16_t)(f->avail_idx - q->base) == q->vring.num)
		return false;
	fault = check_chain(q, index, &next, left, &taken);
	if (fault != DESC_DIRECTION && fault != DESC_EMPTY && fault != DESC_SHORT && fault != DESC_UNORDERED)
		return false;
	*f = taken;
	f->taken = true;
	return true;
}

void desc_check(const struct desc_queue *q, struct desc_finding *f)
{
	const uint16_t avail_idx = le16toh(ring_load(&q->vring.avail->idx));
	const uint16_t ahead = (uint16_t)(avail_idx - q->base);
	const bool mergeable = q->rx && acked(q, VIRTIO_NET_F_MRG_RXBUF);
	const struct desc_finding none = { .rx = q->rx, .num = q->vring.num, .avail_idx = avail_idx, .index = q->base };
	unsigned int left = DESC_CHECK_MAX;
	int next = next_in_order(q, q->base, avail_idx);

	*f = none;
	if (ahead > q->vring.num) {
		f->fault = DESC_INDEX;
		return;
	}
	if ((ahead && check_chain(q, q->base, &next, &left, f)) || check_taken(q, &left, f))
		return;
	for (uint16_t i = 1; mergeable && i < ahead; i++)
		if (check_chain(q, (uint16_t)(q->base + i), &next, &left, f))
			return;
	*f = none;
}
