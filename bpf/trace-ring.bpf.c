// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells which ring events are about, and where in it: see trace-ring.bpf.h.
 */
#include <linux/bpf.h>

#include <asm-generic/errno.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "trace.bpf.h"

/* The most regions that are searched for a ring. The kernel's limit is a parameter of its module, 64 by default. */
#define REGIONS_MAX 4096

/**
 * struct ring_place - where a ring is
 * @address: see struct ring_event
 * @device: likewise
 * @size: likewise
 * @flags: RING_RUNS, RING_ADDRESS
 */
struct ring_place {
	__u64 address;
	__u64 device;
	__u32 size;
	__u32 flags;
};

/* Context of bpf_loop() to find the region of a user address. */
struct region_search {
	__u64 link;
	__u64 user;
	__u64 guest;
	bool found;
};

static int is_region(__u32 i, struct region_search *search)
{
	const __u64 at = search->link - bpf_core_field_offset(struct vhost_iotlb_map, link);
	const struct vhost_iotlb_map *map = (void *)at;
	const __u64 offset = search->user - BPF_CORE_READ(map, addr);

	if (offset < BPF_CORE_READ(map, size)) {
		search->guest = BPF_CORE_READ(map, start) + offset;
		search->found = true;
		return 1;
	}
	search->link = (__u64)BPF_CORE_READ(map, link.next);
	return 0;
}

/*
 * The guest's address of the ring, by the memory table. The owner may replace the table meanwhile, whose memory is then
 * freed: what was found counts only if the table is still the same.
 */
static __always_inline void find_guest_address(struct ring_place *place, struct vhost_dev *dev, __u64 user)
{
	const struct vhost_iotlb *table = BPF_CORE_READ(dev, umem);
	struct region_search search = { .link = (__u64)BPF_CORE_READ(table, list.next), .user = user };
	__u32 count = BPF_CORE_READ(table, nmaps);

	bpf_loop(count < REGIONS_MAX ? count : REGIONS_MAX, is_region, &search, 0);
	if (!search.found || BPF_CORE_READ(dev, umem) != table)
		return;
	place->address = search.guest;
	place->flags |= RING_ADDRESS;
}

/* Without a backend the ring is not complete, or not in use. */
static __always_inline void find_vhost_ring(struct ring_place *place, struct vhost_virtqueue *vq)
{
	const __u64 desc = (__u64)BPF_CORE_READ(vq, desc);

	if (!BPF_CORE_READ(vq, private_data))
		return;
	place->device = (__u64)BPF_CORE_READ(vq, dev);
	place->size = BPF_CORE_READ(vq, num);
	place->flags = RING_RUNS;
	if (!BPF_CORE_READ(vq, iotlb)) {
		find_guest_address(place, BPF_CORE_READ(vq, dev), desc);
		return;
	}
	place->address = desc;
	place->flags |= RING_ADDRESS;
}

static __always_inline void find_driver_ring(struct ring_place *place, struct vring_virtqueue *vvq)
{
	if (is_packed(vvq)) {
		place->address = BPF_CORE_READ(vvq, packed.ring_dma_addr);
		place->size = BPF_CORE_READ(vvq, packed.vring.num);
	} else {
		place->address = BPF_CORE_READ(vvq, split.queue_dma_addr);
		place->size = BPF_CORE_READ(vvq, split.vring.num);
	}
	place->device = (__u64)BPF_CORE_READ(vvq, vq.vdev);
	place->flags = RING_RUNS | RING_ADDRESS;
}

/*
 * The types of one of the two sides may be unknown to the kernel: a module is not loaded. What reads them must then not
 * be there for the verifier.
 */
static __always_inline bool is_driver_slot(const struct queue_slot *s)
{
	return bpf_core_type_exists(struct vring_virtqueue) && s->backend == BACKEND_DRIVER;
}

static __always_inline bool is_vhost_slot(const struct queue_slot *s)
{
	return bpf_core_type_exists(struct vhost_virtqueue) && s->backend != BACKEND_DRIVER &&
	       s->backend != BACKEND_DEVICE;
}

/* As long as the ring does not run, every event tells that, so that the former one is not taken for it. */
__noinline int tell_ring(__u32 slot)
{
	struct trace_counts *c = counts_at(slot);
	struct queue_slot *s = slot_at(slot);
	const struct positions none = {};
	struct ring_place place = {};
	struct ring_event *e;
	__u32 changes;
	__u64 vq;

	if (!c || !s || s->backend == BACKEND_DEVICE)
		return 0;
	/* A change that comes after this look has to be told by somebody else. */
	changes = *(volatile __u32 *)&c->ring.changes;
	vq = s->vq;
	if (is_driver_slot(s))
		find_driver_ring(&place, (void *)vq);
	else if (is_vhost_slot(s))
		find_vhost_ring(&place, (void *)vq);
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return -ENOSPC;
	fill_head(&e->head, EVENT_RING, slot, &none);
	e->head.flags = place.flags | (c->ring.started ? RING_STARTED : 0);
	e->device = place.device;
	e->address = place.address;
	e->size = place.size;
	e->starts = c->ring.starts;
	submit(e);
	if (place.flags & RING_RUNS)
		c->ring.told = changes + 1;
	return 0;
}

/*
 * The position of a packed ring's index, which wraps at the ring's size. At a decision the driver may have published as
 * many descriptors as the ring has since the last look; then only the wrap counter tells. At other times another CPU
 * may be about to change the two.
 */
static __always_inline __u64 follow_packed(struct trace_ring *r, struct vring_virtqueue *vvq, __u32 num, bool decides)
{
	const __u64 last = *(volatile __u64 *)&r->position;
	const __u32 index = BPF_CORE_READ(vvq, packed.next_avail_idx);
	const __u32 turn = BPF_CORE_READ(vvq, packed.avail_wrap_counter) ? index : index + num;
	__u64 next;

	if (!r->positioned)
		next = 2 * num + turn;
	else if (decides)
		next = last + (turn + 2 * num - last % (2 * num)) % (2 * num);
	else
		next = last + (index + num - last % num) % num;
	store_position(r, last, next);
	return next;
}

static __always_inline void packed_positions(struct positions *p, struct trace_ring *r, struct vring_virtqueue *vvq,
					     bool decides)
{
	const __u32 num = BPF_CORE_READ(vvq, packed.vring.num);
	const __u16 last_used = BPF_CORE_READ(vvq, last_used_idx);
	__u32 used = last_used & PACKED_OFFSET;

	if (!num)
		return;
	if (!(last_used >> PACKED_WRAP))
		used += num;
	p->avail = follow_packed(r, vvq, num, decides);
	p->used = p->avail - (p->avail + 2 * num - used) % (2 * num);
}

static __always_inline void driver_positions(struct positions *p, struct trace_ring *r, struct vring_virtqueue *vvq,
					     bool decides)
{
	if (is_packed(vvq))
		packed_positions(p, r, vvq, decides);
	else
		split_positions(p, r, BPF_CORE_READ(vvq, split.avail_idx_shadow), BPF_CORE_READ(vvq, last_used_idx));
}

__noinline int find_positions(struct positions *p, __u32 slot)
{
	struct trace_counts *c = counts_at(slot);
	struct queue_slot *s = slot_at(slot);
	struct vhost_virtqueue *vq;

	if (!p || !c || !s || !s->vq)
		return 0;
	vq = (void *)s->vq;
	if (is_driver_slot(s))
		driver_positions(p, &c->ring, (void *)vq, false);
	else if (is_vhost_slot(s))
		split_positions(p, &c->ring, BPF_CORE_READ(vq, last_avail_idx), BPF_CORE_READ(vq, last_used_idx));
	return 0;
}

__noinline int find_driver_positions(struct positions *p, __u32 slot)
{
	struct trace_counts *c = counts_at(slot);
	struct queue_slot *s = slot_at(slot);

	if (p && c && s && s->vq)
		driver_positions(p, &c->ring, (void *)s->vq, true);
	return 0;
}
