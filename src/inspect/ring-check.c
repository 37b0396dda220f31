// SPDX-License-Identifier: GPL-2.0-or-later
#include "ring-check.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "virtio/net-queue.h"
#include "virtio/ring-layout.h"
#include "virtio/vring.h"

/**
 * struct memory - the memory of a device's owner
 * @ins: how to read it
 * @d: the device
 * @copy: the indirect table that was copied last; its length is 0: none
 * @table: the copy
 * @end: when no more tables are copied: an owner may have any number of them
 * @err: 0, or why a table could not be read
 */
struct memory {
	struct inspect *ins;
	const struct inspect_device *d;
	struct inspect_copy copy;
	const uint8_t *table;
	uint64_t end;
	int err;
};

static const struct inspect_region *find_region(const struct inspect_device *d, uint64_t gpa)
{
	for (size_t i = 0; i < d->region_count; i++)
		if (gpa >= d->regions[i].start && gpa - d->regions[i].start < d->regions[i].size)
			return &d->regions[i];
	return NULL;
}

/* Returns how many of @len bytes from @gpa on are in the region. */
static uint64_t in_region(const struct inspect_region *r, uint64_t gpa, uint64_t len)
{
	const uint64_t rest = r->size - (gpa - r->start);

	return rest < len ? rest : len;
}

static int pieces(void *ctx, uint64_t gpa, uint64_t len, bool write)
{
	const struct memory *m = ctx;
	int count = 0;

	(void)write;
	while (len) {
		const struct inspect_region *r = find_region(m->d, gpa);
		uint64_t part;

		if (!r)
			return -EFAULT;
		part = in_region(r, gpa, len);
		gpa += part;
		len -= part;
		count++;
	}
	return count;
}

static pid_t holder(const struct inspect_device *d)
{
	return d->holder_count ? (pid_t)d->holders[0].tid : 0;
}

/* Copy the table of a descriptor, unless it is the one that was copied last. */
static int copy_table(struct memory *m, unsigned int number)
{
	if (m->copy.len && m->copy.desc == number)
		return 0;
	m->copy.desc = number;
	m->err = now_ns() < m->end ? inspect_copy(m->ins, holder(m->d), &m->copy, &m->table) : -ETIME;
	if (m->err)
		m->copy.len = 0;
	return m->err;
}

/* The driver may have changed the descriptor since the rings were copied: then it has another table. */
static int read_table(void *ctx, unsigned int number, uint64_t gpa, void *to, size_t len)
{
	struct memory *m = ctx;
	int err = copy_table(m, number);
	uint64_t offset = gpa - m->copy.addr;

	if (!err && (offset > m->copy.len || m->copy.len - offset < len))
		err = m->err = -EAGAIN;
	if (!err)
		memcpy(to, m->table + offset, len);
	return err;
}

static int copy_rings(struct memory *m, struct vring *v)
{
	const size_t desc = ring_desc_size(v->num), avail = ring_avail_size(v->num) - sizeof(uint16_t);
	const size_t used = ring_used_size(v->num) - sizeof(uint16_t);
	struct inspect_copy copy = m->copy;
	const uint8_t *rings;
	int err;

	copy.desc = INSPECT_COPY_RINGS;
	err = inspect_copy(m->ins, holder(m->d), &copy, &rings);
	if (err)
		return err;
	if (copy.num != v->num || copy.len != desc + avail + used)
		return -EAGAIN;
	memcpy(v->desc, rings, desc);
	memcpy(v->avail, rings + desc, avail);
	memcpy(v->used, rings + desc + avail, used);
	return 0;
}

/* Return: 0 or -ENOMEM. */
static int alloc_rings(struct vring *v)
{
	v->desc = calloc(1, ring_desc_size(v->num));
	v->avail = calloc(1, ring_avail_size(v->num));
	v->used = calloc(1, ring_used_size(v->num));
	return v->desc && v->avail && v->used ? 0 : -ENOMEM;
}

static void free_rings(struct vring *v)
{
	free(v->desc);
	free(v->avail);
	free(v->used);
}

static bool can_copy(const struct inspect_device *d, const struct inspect_queue *q)
{
	return !(d->flags & INSPECT_HAS_IOTLB) && d->region_count >= d->nmaps && vring_num_ok(q->num);
}

int ring_check(struct inspect *ins, const struct inspect_device *d, const struct inspect_queue *q,
	       struct desc_finding *f)
{
	struct memory m = { .ins = ins, .d = d, .copy = { .device = d->id, .queue = q->number } };
	struct desc_queue dq = {
		.vring.num = q->num,
		.rx = net_queue_is_rx(q->number),
		.features = { q->features[0], q->features[1] },
		.base = q->last_avail_idx,
		.next_head = q->next_avail_head,
		.start = -1,
		.memory = { pieces, read_table, &m },
	};
	int err;

	m.end = now_ns() + NSEC_PER_SEC;
	if (!can_copy(d, q))
		return -EOPNOTSUPP;
	err = alloc_rings(&dq.vring);
	if (!err)
		err = copy_rings(&m, &dq.vring);
	if (!err)
		desc_check(&dq, f);
	free_rings(&dq.vring);
	return err ? err : m.err;
}

/* Return: the bytes of a chain; 0 if it is bad, or in a table. */
static uint64_t chain_bytes(const struct vring *v, uint16_t head)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0, at = head; i < v->num && at < v->num; i++, at = le16toh(v->desc[at].next)) {
		const uint16_t flags = le16toh(v->desc[at].flags);

		if (flags & VRING_DESC_F_INDIRECT)
			return 0;
		bytes += le32toh(v->desc[at].len);
		if (!(flags & VRING_DESC_F_NEXT))
			return bytes;
	}
	return 0;
}

int ring_shortest(struct inspect *ins, const struct inspect_device *d, const struct inspect_queue *q, uint32_t *count,
		  uint32_t *bytes)
{
	struct memory m = { .ins = ins, .d = d, .copy = { .device = d->id, .queue = q->number } };
	struct vring v = { .num = q->num };
	int err;

	*count = 0;
	if (!can_copy(d, q))
		return -EOPNOTSUPP;
	err = alloc_rings(&v);
	if (!err)
		err = copy_rings(&m, &v);
	/* The device goes on meanwhile: an entry that it has used since then is still in the ring. */
	for (uint16_t at = q->last_avail_idx; !err && at != q->ring_avail_idx.value && *count < v.num; at++) {
		const uint64_t one = chain_bytes(&v, le16toh(v.avail->ring[at % v.num]));

		if (one && one <= UINT32_MAX && (!(*count)++ || one < *bytes))
			*bytes = (uint32_t)one;
	}
	free_rings(&v);
	return err;
}
