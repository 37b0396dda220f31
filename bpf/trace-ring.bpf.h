/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_RING_BPF_H
#define TRACE_RING_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "events.h"
#include "queues.bpf.h"
#include "virtio-types.bpf.h"

/**
 * DOC: which ring an event is about, and where in it
 *
 * A ring's address and size are read once, and again when the owner or the driver has set it up anew. The reader learns
 * them from an event of its own, struct ring_event, which is in the ring buffer before the first event that is about
 * the ring. The programs that see a change only count it (@changes): whoever reports an event next compares that with
 * the count as of the last time that the reader was told (@told). If there is no room to tell, the event is lost, too.
 *
 * Indexes have 16 bits. @position follows the one of the avail entry that is taken next, with 64 bits: every look adds
 * the difference of the index, which is less than half a lap. It may be less than 0: vhost gives entries back. Used
 * entries are behind that by the size of the ring at most. A program may be held up between its look and its store, so
 * it stores only if @position is what it was: a newer position, and above all that of a new start, stays.
 */

/* A position is counted from the start of a ring, or as if the first index seen were in this lap. */
#define ANCHOR (1ULL << 16)

/**
 * struct positions - see @avail and @used of struct event
 * @avail: the next avail entry
 * @used: the next used entry
 */
struct positions {
	__u64 avail;
	__u64 used;
};

static __always_inline void store_position(struct trace_ring *r, __u64 last, __u64 next)
{
	if (next != last)
		__sync_val_compare_and_swap(&r->position, last, next);
	if (!r->positioned)
		r->positioned = true;
}

/* Follow the avail index of a split ring. Return: its position. */
static __always_inline __u64 follow_ring(struct trace_ring *r, __u16 index)
{
	const __u64 last = *(volatile __u64 *)&r->position;
	const __u64 next = r->positioned ? last + (__s64)(__s16)(index - (__u16)last) : ANCHOR + index;

	store_position(r, last, next);
	return next;
}

/* The largest ring, and so the most entries that are available and not used. */
#define RING_MAX 32768

/* The positions of a split ring. Before a queue runs, vhost has not read the used index: it is taken for the other. */
static __always_inline void split_positions(struct positions *p, struct trace_ring *r, __u16 avail, __u16 used)
{
	const __u16 taken = avail - used;

	p->avail = follow_ring(r, avail);
	p->used = p->avail - (taken <= RING_MAX ? taken : 0);
}

/* The ring starts at index 0, or goes on at another one. */
static __always_inline void start_ring(struct trace_ring *r, __u16 index)
{
	const bool known = r->positioned && (__u16)r->position == index;

	if (!index) {
		r->starts++;
		r->started = true;
	} else if (!known) {
		r->started = false;
	}
	if (!index || !known)
		__sync_lock_test_and_set(&r->position, index ? ANCHOR + index : 0);
	r->positioned = true;
	__sync_fetch_and_add(&r->changes, 1);
}

static __always_inline bool ring_is_told(const struct trace_ring *r)
{
	return r->told == *(volatile __u32 *)&r->changes + 1;
}

/* Tell the reader about a queue's ring. Return: 0, or -ENOSPC if there is no room in the ring buffer. */
int tell_ring(__u32 slot);

/* Fill in where the ring is. Return: 0. */
int find_positions(struct positions *p, __u32 slot);

/* The same for a driver's queue, at one of its decisions, when its index and its wrap counter belong together. */
int find_driver_positions(struct positions *p, __u32 slot);

/* Indexes of packed rings: mask of the offset, bit of the wrap counter. */
#define PACKED_OFFSET 0x7fff
#define PACKED_WRAP 15

/* See enum vq_layout: bit 0 says packed. */
static __always_inline bool is_packed(struct vring_virtqueue *vvq)
{
	struct vring_virtqueue___layout *later = (void *)vvq;

	if (bpf_core_field_exists(later->layout))
		return BPF_CORE_READ(later, layout) & 1;
	return BPF_CORE_READ(vvq, packed_ring);
}

#endif
