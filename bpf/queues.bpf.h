/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef QUEUES_BPF_H
#define QUEUES_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "queue.h"
#include "types.bpf.h"

/*
 * See queue.h. A queue's slot is found by the queue's address in a hash; a thread remembers those that it met last
 * (threads.bpf.h), which are those of its worker, and saves the search.
 *
 * Larger functions of all objects are global ones: the verifier looks at such a function once, by itself, and not anew
 * for each way to get there. Therefore they take addresses as numbers, which is all that a checked read asks for, or
 * pointers to memory of the programs' own, which may be NULL as far as the verifier knows.
 */

/* Set by the process before the programs are loaded: which queues count, and how many jiffies a second has. */
extern const volatile struct queue_filter queue_filter;
extern const volatile __u32 jiffies_per_second;

struct slots_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u32);
	__type(value, struct queue_slot);
};

/* The slot of a queue, by the queue's address. */
struct numbers_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u64);
	__type(value, __u32);
};

extern struct slots_map slots SEC(".maps");
extern struct numbers_map numbers SEC(".maps");

/**
 * struct queue_id - a queue as its slot knows it
 * @vq: the kernel's address of it
 * @dev: of its device
 * @mm: the owner's memory
 * @private_data: its backend
 */
struct queue_id {
	__u64 vq;
	__u64 dev;
	__u64 mm;
	__u64 private_data;
};

static __always_inline void identify_queue(struct queue_id *id, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	id->vq = (__u64)vq;
	id->dev = (__u64)dev;
	id->mm = (__u64)dev->mm;
	id->private_data = (__u64)vq->private_data;
}

static __always_inline struct queue_slot *slot_at(__u32 number)
{
	return bpf_map_lookup_elem(&slots, &number);
}

/* Is it still the slot of this queue, with this backend and owner? Without a backend it keeps the one that it had. */
static __always_inline bool slot_is(const struct queue_slot *s, const struct queue_id *id)
{
	return s && s->vq == id->vq && s->mm == id->mm && (s->private_data == id->private_data || !id->private_data);
}

static __always_inline bool slot_is_old(const struct queue_slot *s)
{
	return bpf_jiffies64() - s->refreshed > jiffies_per_second;
}

/* Say which thread the queue's worker is. */
static __always_inline void note_worker(struct queue_slot *s)
{
	__u32 tid = bpf_get_current_pid_tgid();

	if (s->tid == tid)
		return;
	bpf_get_current_comm(s->worker, sizeof(s->worker));
	s->tid = tid;
}

/**
 * same_name() - are two names of NAME_LEN bytes the same?
 *
 * Both are filled up with 0, and begin at a multiple of 8: two comparisons do, and a verifier likes no loops.
 */
static __always_inline bool same_name(const char *a, const volatile char *b)
{
	const __u64 *x = (const void *)a;
	const volatile __u64 *y = (const volatile void *)b;

	return x[0] == y[0] && x[1] == y[1];
}

/* The number of the queue's slot, or QUEUE_SLOTS if there is no room for another one. */
__u32 search_slot(__u64 dev, __u64 vq);

/* Look the names of a queue up anew. */
int refresh_slot(__u64 dev, __u64 vq, __u32 number);

/* Forget the queues of a device that is closed. */
int retire_device(__u64 dev);

/*
 * For a driver's queue, which is no vhost_virtqueue: take a slot, number QUEUE_SLOTS if there is none; fill it in and
 * publish it, upon which the queue's number is returned, which may be another one; retire it.
 */
__u32 take_slot(void);
__u32 publish_slot(__u32 number, __u64 vq);
int retire_slot(__u32 number, __u64 vq);

/* The names that a slot has were written. It is the last thing to be done to them, see struct queue_slot. */
static __always_inline void publish_names(struct queue_slot *s)
{
	s->refreshed = bpf_jiffies64();
	__sync_lock_test_and_set(&s->named, bpf_ktime_get_boot_ns());
}

#endif
