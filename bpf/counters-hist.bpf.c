// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histograms: see hist-counts.h.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "counters.bpf.h"

const volatile bool want_hists;

/* User space raises max_entries: of this map to QUEUE_SLOTS, and of the next two to HIST_POOL. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct queue_hists);
} hists SEC(".maps");

/* The pool of blocks. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hist_block);
} hist_pool SEC(".maps");

/* Numbers of blocks that user space has cleared and given back. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 1);
	__type(value, __u16);
} hist_returned SEC(".maps");

/* Number of blocks taken that had never been used; blocks of hist_returned are taken first. */
__u32 hist_taken;

/* Values of histograms that could not be counted: the pool had no block. */
__u64 lost_values;

/* Return: the number of a block whose counts are all 0; 0 if there is none. */
static __always_inline __u16 take_block(void)
{
	__u16 number;
	__u32 next;

	if (!bpf_map_pop_elem(&hist_returned, &number))
		return number;
	if (hist_taken >= HIST_POOL - 1)
		return 0;
	next = __sync_fetch_and_add(&hist_taken, 1) + 1;
	return next < HIST_POOL ? next : 0;
}

static __always_inline struct hist_block *block_of(struct hist_counts *h, __u32 i)
{
	__u32 number = h->blocks[i];

	if (!number) {
		number = take_block();
		h->blocks[i] = number;
	}
	return number ? bpf_map_lookup_elem(&hist_pool, &number) : NULL;
}

__noinline int add_value(__u32 slot, __u32 which, __u64 value)
{
	__u32 bucket = hist_bucket(value);
	struct queue_hists *all;
	struct hist_block *block;
	struct hist_counts *h;

	if (!want_hists || which >= QUEUE_HISTS || bucket >= HIST_BUCKETS)
		return 0;
	all = bpf_map_lookup_elem(&hists, &slot);
	if (!all)
		return 0;
	h = &all->of[which];
	block = block_of(h, bucket / HIST_BLOCK_SIZE);
	if (!block) {
		__sync_fetch_and_add(&lost_values, 1);
		return 0;
	}
	block->counts[bucket % HIST_BLOCK_SIZE]++;
	h->sum += value;
	if (value > h->max)
		h->max = value;
	return 0;
}

__noinline int add_event(__u32 slot, __u16 event, __u16 new, __u16 old, __u32 num)
{
	struct queue_hists *all;

	if (!hist_event_passed(event, new, old, num))
		return add_value(slot, HIST_EVENT, (__u16)(event - old));
	all = bpf_map_lookup_elem(&hists, &slot);
	if (all)
		all->event_passed++;
	return 0;
}
