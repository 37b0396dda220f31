/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef QUEUES_BPF_H
#define QUEUES_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "backend.bpf.h"
#include "queue.h"
#include "types.bpf.h"

/*
 * See queue.h. A queue's slot is found by the queue's address in a hash; a thread remembers those that it met last,
 * which are those of its worker, and saves the search. Whoever includes this has a `const volatile struct queue_filter
 * *` for it: QUEUE_FILTER.
 */

/* The most queues a device has: vhost-scsi's 128 I/O queues, control and event. */
#define QUEUES_MAX 130

/* Names are at most so old, in jiffies: a second with HZ=250, as Debian has it. */
#define REFRESH_JIFFIES 250

/* Slots that were never used are taken by number; those given back by the process are in a queue. */
__u32 slots_taken;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u32);
	__type(value, struct queue_slot);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, QUEUE_SLOTS);
	__type(value, __u32);
} returned SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u64);
	__type(value, __u32);
} numbers SEC(".maps");

static __always_inline bool has_feature(const struct vhost_virtqueue *vq, int bit)
{
	return vq->acked_features & (1ULL << bit);
}

/* With a virtual IOMMU a run takes nothing before it can translate where the rings are. */
static __always_inline bool untranslated(const struct vhost_virtqueue *vq)
{
	return vq->iotlb && !(BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_DESC]) &&
			      BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]) &&
			      BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_USED]));
}

static __always_inline struct queue_slot *slot_at(__u32 number)
{
	return bpf_map_lookup_elem(&slots, &number);
}

/* One of a device's queues after the other. A loop of the verifier's own, which looks at it once. */
struct device_queues {
	struct vhost_virtqueue **vqs;
	struct vhost_virtqueue *wanted;
	__u32 number;
};

static int is_wanted_queue(__u32 i, struct device_queues *q)
{
	struct vhost_virtqueue *one = NULL;

	bpf_probe_read_kernel(&one, sizeof(one), &q->vqs[i]);
	if (one != q->wanted)
		return 0;
	q->number = i;
	return 1;
}

static __always_inline __u32 queues_of(struct vhost_dev *dev)
{
	__u32 nvqs = BPF_CORE_READ(dev, nvqs);

	return nvqs < QUEUES_MAX ? nvqs : QUEUES_MAX;
}

static __always_inline __u16 queue_number(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct device_queues q = { .vqs = BPF_CORE_READ(dev, vqs), .wanted = vq, .number = QUEUE_NO_NUMBER };

	bpf_loop(queues_of(dev), is_wanted_queue, &q, 0);
	return q.number;
}

static __always_inline bool wanted_number(const struct queue_slot *s)
{
	if (QUEUE_FILTER.choice == QUEUES_ALL)
		return true;
	if (QUEUE_FILTER.choice == QUEUES_NUMBER)
		return s->number == QUEUE_FILTER.queue;
	if (s->backend == BACKEND_OTHER || s->backend == BACKEND_VSOCK ||
	    (s->number & 1) != (QUEUE_FILTER.choice == QUEUES_TX))
		return false;
	return QUEUE_FILTER.queue == QUEUE_ANY_PAIR || s->pair == QUEUE_FILTER.queue;
}

static __always_inline bool wanted_device(const struct queue_slot *s)
{
	if (!QUEUE_FILTER.device[0])
		return true;
	for (int i = 0; i < NAME_LEN; i++)
		if (s->device[i] != QUEUE_FILTER.device[i])
			return false;
	return true;
}

/* The process may read the device's name while it is written; it is mostly written as it was. */
static __always_inline void name_slot(struct queue_slot *s, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	char name[NAME_LEN] = {};
	struct net_device *netdev;
	struct backend b = {};

	identify_backend(&b, BPF_CORE_READ(vq, private_data), dev);
	s->backend = b.kind;
	s->pair = b.pair;
	netdev = b.netdev;
	if (netdev) {
		s->ifindex = BPF_CORE_READ(netdev, ifindex);
		bpf_probe_read_kernel_str(name, sizeof(name), __builtin_preserve_access_index(&netdev->name));
	}
	__builtin_memcpy(s->device, name, sizeof(name));
	s->wanted = (!QUEUE_FILTER.owner || s->owner == QUEUE_FILTER.owner) && wanted_number(s) && wanted_device(s);
	s->refreshed = bpf_jiffies64();
}

/*
 * May be done by two threads at once, and while the process reads; so nothing is wrong meanwhile that was right before, and
 * the backend, by which others know that the slot has its names, comes last.
 */
static __always_inline void identify_slot(struct queue_slot *s, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u64 private_data = (__u64)BPF_CORE_READ(vq, private_data);

	s->mm = (__u64)BPF_CORE_READ(dev, mm);
	if (bpf_core_field_exists(struct mm_struct, owner))
		s->owner = BPF_CORE_READ(dev, mm, owner, tgid);
	s->number = queue_number(dev, vq);
	name_slot(s, dev, vq);
	barrier();
	s->private_data = private_data;
}

/* A queue may be met by two threads at once, its worker and who kicks it: the one that comes second takes nothing. */
static __always_inline __u32 take_slot(void)
{
	__u32 number;

	if (!bpf_map_pop_elem(&returned, &number))
		return number;
	if (slots_taken >= QUEUE_SLOTS)
		return QUEUE_SLOTS;
	return __sync_fetch_and_add(&slots_taken, 1);
}

/* Several threads may find at once that a slot is out of date; one of them retires it, and no newer one for it. */
static __always_inline void retire_slot(struct queue_slot *s, __u64 vq)
{
	if (__sync_val_compare_and_swap(&s->state, SLOT_USED, SLOT_RETIRED) != SLOT_USED)
		return;
	bpf_map_delete_elem(&numbers, &vq);
	s->vq = 0;
}

/*
 * Make a slot that was taken and filled in the queue's, unless another one is already. It is whole before anybody can
 * find it. Return: the queue's.
 */
static __always_inline __u32 publish_slot(struct queue_slot *s, __u32 number, __u64 vq)
{
	__u32 *other;

	s->vq = vq;
	s->state = SLOT_USED;
	if (!bpf_map_update_elem(&numbers, &vq, &number, BPF_NOEXIST))
		return number;
	s->vq = 0;
	s->state = SLOT_FREE;
	bpf_map_push_elem(&returned, &number, 0);
	other = bpf_map_lookup_elem(&numbers, &vq);
	return other ? *other : QUEUE_SLOTS;
}

static __always_inline __u32 new_slot(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u32 number = take_slot();
	struct queue_slot *s = slot_at(number);

	if (!s)
		return QUEUE_SLOTS;
	/* One that was returned by publish_slot() is not empty. */
	__builtin_memset(s, 0, sizeof(*s));
	identify_slot(s, dev, vq);
	return publish_slot(s, number, (__u64)vq);
}

/* Is it still the slot of a queue with this backend and owner? Without a backend it keeps the one that it had. */
static __always_inline bool slot_is(const struct queue_slot *s, __u64 vq, __u64 private_data, __u64 mm)
{
	return s && s->vq == vq && s->mm == mm && (s->private_data == private_data || !private_data);
}

/* The number of the queue's slot, or QUEUE_SLOTS if there is no room for another one. */
static __noinline __u32 search_slot(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u64 key = (__u64)vq, private_data = (__u64)BPF_CORE_READ(vq, private_data), mm = (__u64)BPF_CORE_READ(dev, mm);
	__u32 *number = bpf_map_lookup_elem(&numbers, &key);
	struct queue_slot *s = number ? slot_at(*number) : NULL;

	if (slot_is(s, key, private_data, mm))
		return *number;
	/* Met before it had a backend: it gets its name now. */
	if (s && !s->private_data && s->mm == mm) {
		identify_slot(s, dev, vq);
		return *number;
	}
	if (s)
		retire_slot(s, key);
	return new_slot(dev, vq);
}

static int retire_queue(__u32 i, struct device_queues *q)
{
	struct queue_slot *s;
	__u32 *number;
	__u64 vq = 0;

	bpf_probe_read_kernel(&vq, sizeof(vq), &q->vqs[i]);
	number = bpf_map_lookup_elem(&numbers, &vq);
	s = number ? slot_at(*number) : NULL;
	if (s)
		retire_slot(s, vq);
	return 0;
}

/* Forget the queues of a device that is closed. */
static __noinline int retire_device(struct vhost_dev *dev)
{
	struct device_queues q = { .vqs = BPF_CORE_READ(dev, vqs) };

	bpf_loop(queues_of(dev), retire_queue, &q, 0);
	return 0;
}

static __noinline int refresh_slot(struct vhost_dev *dev, struct vhost_virtqueue *vq, __u32 number)
{
	struct queue_slot *s = slot_at(number);

	if (s)
		name_slot(s, dev, vq);
	return 0;
}

static __always_inline bool slot_is_old(const struct queue_slot *s)
{
	return bpf_jiffies64() - s->refreshed > REFRESH_JIFFIES;
}

/* Say which thread the queue's worker is. */
static __always_inline void note_worker(struct queue_slot *s, __u32 tid)
{
	if (s->tid == tid)
		return;
	bpf_get_current_comm(s->worker, sizeof(s->worker));
	s->tid = tid;
}

#endif
