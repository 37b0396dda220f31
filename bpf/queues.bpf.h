/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef QUEUES_BPF_H
#define QUEUES_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "pids.bpf.h"
#include "queue.h"
#include "types.bpf.h"

/*
 * See queue.h. A hash finds the slot by the queue's address. To save that search, a thread remembers the slots that it
 * used last (threads.bpf.h); for a worker these are the slots of its queues.
 *
 * In all objects the larger functions are global: the verifier checks a global function once, and not again for each
 * path to each call. Therefore they take kernel addresses as numbers, which suffice for a checked read, or pointers to
 * memory of the programs, which the verifier takes to be possibly NULL.
 */

/* Set before loading: which queues count; jiffies per second (CONFIG_HZ). */
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

/* Number of slots that were ever taken. */
extern __u32 slots_taken;

extern struct slots_map slots SEC(".maps");
extern struct numbers_map numbers SEC(".maps");

/**
 * struct queue_id - identifies a queue; all are kernel addresses
 * @vq: the queue
 * @dev: its device
 * @mm: the owner's struct mm_struct
 * @private_data: its backend; 0: none
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

/* A queue without a backend has no name. If the filter chooses by name, it decides when the queue has one. */
static __always_inline bool is_undecided(const struct queue_slot *s)
{
	return !s->wanted && !s->private_data;
}

/* Is it still the slot of this queue, with this backend and owner? A queue that has lost its backend keeps its slot. */
static __always_inline bool slot_is(const struct queue_slot *s, const struct queue_id *id)
{
	return s && s->vq == id->vq && s->mm == id->mm && (s->private_data == id->private_data || !id->private_data);
}

static __always_inline bool slot_is_old(const struct queue_slot *s)
{
	return bpf_jiffies64() - s->refreshed > jiffies_per_second;
}

/* Note that this thread is the queue's worker. */
static __always_inline void note_worker(struct queue_slot *s)
{
	__u32 tid = current_tid();
	struct task_struct *task;

	if (s->tid == tid)
		return;
	task = bpf_get_current_task_btf();
	bpf_get_current_comm(s->worker, sizeof(s->worker));
	s->worker_seen = bpf_ktime_get_boot_ns();
	s->worker_ns = task->se.sum_exec_runtime;
	s->worker_sleeps = task->nvcsw;
	__sync_lock_test_and_set(&s->tid, tid);
}

/* The most queues a device has: vhost-scsi's 128 I/O queues, control and event. */
#define QUEUES_MAX 130

/* A device's queues, for bpf_loop(), whose body the verifier checks once. */
struct device_queues {
	struct vhost_virtqueue **vqs;
};

/* Return: how many there are. */
static __always_inline __u32 find_queues(struct device_queues *q, struct vhost_dev *dev)
{
	__u32 nvqs = BPF_CORE_READ(dev, nvqs);

	q->vqs = BPF_CORE_READ(dev, vqs);
	return nvqs < QUEUES_MAX ? nvqs : QUEUES_MAX;
}

/* The address of a device's queue number @i; 0 if it cannot be read. */
static __always_inline __u64 nth_queue(const struct device_queues *q, __u32 i)
{
	__u64 vq = 0;

	bpf_probe_read_kernel(&vq, sizeof(vq), &q->vqs[i]);
	return vq;
}

/* Find the number of a queue's slot, or give it one. Return: the number; QUEUE_SLOTS if no slot is free. */
__u32 search_slot(__u64 dev, __u64 vq);

/* The same for a device as a whole; see queue.h. */
__u32 search_device_slot(__u64 dev);

/* Read the names of a queue again. */
int refresh_slot(__u64 dev, __u64 vq, __u32 number);

/* Retire the slots of a device that is closed. */
int retire_device(__u64 dev);

/*
 * For queues of drivers, which are no vhost_virtqueue:
 * - take_slot() returns the number of a slot to be filled in, or QUEUE_SLOTS if none is free;
 * - publish_slot() gives it to the queue @vq, and returns the number of the queue's slot, which is another one if the
 *   queue got one meanwhile;
 * - retire_slot() retires it.
 */
__u32 take_slot(void);
__u32 publish_slot(__u32 number, __u64 vq);
int retire_slot(__u32 number, __u64 vq);

/* Is the slot's device, whose name and namespace are there, one that the filter chooses? */
int is_on_chosen_tap(__u32 number);

/* Publish the names of a slot, after they were written; see struct queue_slot. */
static __always_inline void publish_names(struct queue_slot *s)
{
	s->refreshed = bpf_jiffies64();
	__sync_lock_test_and_set(&s->named, bpf_ktime_get_boot_ns());
}

#endif
