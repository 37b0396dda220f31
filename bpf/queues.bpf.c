// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes, names, finds and retires the slots of queues. See queue.h.
 */
#include <linux/bpf.h>

#include "backend.bpf.h"
#include "queues.bpf.h"

const volatile struct queue_filter queue_filter;
const volatile __u32 jiffies_per_second = 250;

/* Number of slots taken that had never been used. Slots given back by user space are taken from @returned first. */
__u32 slots_taken;

struct slots_map slots SEC(".maps");
struct numbers_map numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, QUEUE_SLOTS);
	__type(value, __u32);
} returned SEC(".maps");

/* Context of bpf_loop() to find the number of a queue. */
struct queue_search {
	struct device_queues queues;
	__u64 wanted;
	__u32 number;
};

static int is_wanted_queue(__u32 i, struct queue_search *search)
{
	if (nth_queue(&search->queues, i) != search->wanted)
		return 0;
	search->number = i;
	return 1;
}

static __always_inline __u16 queue_number(struct vhost_dev *dev, __u64 vq)
{
	struct queue_search search = { .wanted = vq, .number = QUEUE_NO_NUMBER };
	__u32 count = find_queues(&search.queues, dev);

	bpf_loop(count, is_wanted_queue, &search, 0);
	return search.number;
}

static __always_inline bool wanted_number(const struct queue_slot *s)
{
	if (queue_filter.choice == QUEUES_ALL)
		return true;
	if (s->backend == BACKEND_DEVICE)
		return false;
	if (queue_filter.choice == QUEUES_NUMBER)
		return s->number == queue_filter.queue;
	if (s->backend == BACKEND_OTHER || s->backend == BACKEND_VSOCK || s->backend == BACKEND_SCSI ||
	    (s->number & 1) != (queue_filter.choice == QUEUES_TX))
		return false;
	return queue_filter.queue == QUEUE_ANY_PAIR || s->pair == queue_filter.queue;
}

/* Context of bpf_loop() to find a pattern that matches. */
struct pattern_search {
	const struct queue_slot *slot;
	bool found;
};

static int try_pattern(__u32 i, struct pattern_search *search)
{
	if (i >= DEVICE_PATTERNS)
		return 1;
	search->found = device_pattern_matches(&queue_filter.taps.patterns[i], search->slot->netns,
					       search->slot->device);
	return search->found;
}

__noinline int is_on_chosen_tap(__u32 number)
{
	struct pattern_search search = { .slot = slot_at(number) };

	if (!queue_filter.taps.count)
		return true;
	if (search.slot)
		bpf_loop(queue_filter.taps.count, try_pattern, &search, 0);
	return search.found;
}

static __always_inline bool wanted_slot(const struct queue_slot *s, __u32 number)
{
	return (!queue_filter.owner || s->owner == queue_filter.owner) && wanted_number(s) && is_on_chosen_tap(number);
}

/* A slot that is that of a whole device keeps being one. */
__noinline int name_slot(__u32 number, __u64 dev_address, __u64 vq_address)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct queue_slot *s = slot_at(number);
	char name[NAME_LEN] = {};
	struct net_device *netdev;
	struct backend b = {};

	if (!s)
		return 0;
	identify_backend(&b, BPF_CORE_READ(vq, private_data), dev);
	if (s->backend != BACKEND_DEVICE)
		s->backend = b.kind;
	s->pair = b.pair;
	netdev = b.netdev;
	if (netdev) {
		s->ifindex = BPF_CORE_READ(netdev, ifindex);
		s->netns = BPF_CORE_READ(netdev, nd_net.net, ns.inum);
		bpf_probe_read_kernel_str(name, sizeof(name), __builtin_preserve_access_index(&netdev->name));
	}
	if (b.kind == BACKEND_VSOCK)
		name_vsock(name, dev);
	else if (b.kind == BACKEND_SCSI)
		name_scsi(name, dev);
	__builtin_memcpy(s->device, name, sizeof(s->device));
	s->wanted = wanted_slot(s, number);
	return 0;
}

/*
 * Two threads may run this at once: both write the same. private_data is written after the names, since for other
 * programs it says that the slot has its names.
 */
static __always_inline void identify_slot(struct queue_slot *s, __u32 number, struct vhost_dev *dev,
					  struct vhost_virtqueue *vq)
{
	__u64 private_data = (__u64)BPF_CORE_READ(vq, private_data);
	struct task_struct *caller = (void *)bpf_get_current_task();

	s->mm = (__u64)BPF_CORE_READ(dev, mm);
	if (!s->mm)
		s->owner = pid_there((__u64)BPF_CORE_READ(caller, group_leader, thread_pid));
	else if (bpf_core_field_exists(struct mm_struct, owner))
		s->owner = pid_there((__u64)BPF_CORE_READ(dev, mm, owner, group_leader, thread_pid));
	s->number = s->backend == BACKEND_DEVICE ? QUEUE_NO_NUMBER : queue_number(dev, (__u64)vq);
	name_slot(number, (__u64)dev, (__u64)vq);
	__sync_lock_test_and_set(&s->private_data, private_data);
	publish_names(s);
}

__noinline __u32 take_slot(void)
{
	struct queue_slot *s;
	__u32 number;

	if (bpf_map_pop_elem(&returned, &number)) {
		if (slots_taken >= QUEUE_SLOTS)
			return QUEUE_SLOTS;
		number = __sync_fetch_and_add(&slots_taken, 1);
	}
	s = slot_at(number);
	if (!s)
		return QUEUE_SLOTS;
	/* A slot that publish_slot() gave back is not empty. */
	__builtin_memset(s, 0, sizeof(*s));
	return number;
}

/*
 * Several threads may find at once that a slot is out of date: only one retires it, and none a newer slot. One that was
 * held up since it found the number may even find the slot of another queue there.
 */
__noinline int retire_slot(__u32 number, __u64 vq)
{
	struct queue_slot *s = slot_at(number);

	if (!s || s->vq != vq || __sync_val_compare_and_swap(&s->state, SLOT_USED, SLOT_RETIRED) != SLOT_USED)
		return 0;
	bpf_map_delete_elem(&numbers, &vq);
	s->vq = 0;
	return 0;
}

/*
 * Give the queue a slot that was taken and filled in, unless it has one already: two threads, the worker and the one
 * that kicks, may add the same queue at once. The slot is complete before others can find it. A slot that another
 * thread is about to retire is none any more: what is counted there now, user space would not see.
 */
__noinline __u32 publish_slot(__u32 number, __u64 vq)
{
	struct queue_slot *s = slot_at(number);
	__u32 *other;

	if (!s)
		return QUEUE_SLOTS;
	s->vq = vq;
	__sync_lock_test_and_set(&s->state, SLOT_USED);
	if (!bpf_map_update_elem(&numbers, &vq, &number, BPF_NOEXIST))
		return number;
	s->vq = 0;
	s->state = SLOT_FREE;
	bpf_map_push_elem(&returned, &number, 0);
	other = bpf_map_lookup_elem(&numbers, &vq);
	s = other ? slot_at(*other) : NULL;
	return other && s && s->state == SLOT_USED ? *other : QUEUE_SLOTS;
}

/* @former: see struct queue_slot */
static __always_inline __u32 new_slot(struct vhost_dev *dev, struct vhost_virtqueue *vq, __u32 former)
{
	__u32 number = take_slot();
	struct queue_slot *s = slot_at(number);

	if (!s)
		return QUEUE_SLOTS;
	s->former = former;
	identify_slot(s, number, dev, vq);
	return publish_slot(number, (__u64)vq);
}

__noinline __u32 search_slot(__u64 dev_address, __u64 vq_address)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct queue_id id = {
		.vq = vq_address, .dev = dev_address,
		.mm = (__u64)BPF_CORE_READ(dev, mm), .private_data = (__u64)BPF_CORE_READ(vq, private_data),
	};
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq_address);
	struct queue_slot *s = number ? slot_at(*number) : NULL;
	__u32 former = 0;

	if (number && slot_is(s, &id))
		return *number;
	/* The queue had no backend when it got its slot: set the names now. */
	if (number && s && !s->private_data && s->mm == id.mm) {
		identify_slot(s, *number, dev, vq);
		return *number;
	}
	if (number) {
		former = *number + 1;
		retire_slot(*number, vq_address);
	}
	return new_slot(dev, vq, former);
}

/* Context of bpf_loop() to find the queue that names a device. */
struct name_search {
	struct device_queues queues;
	__u64 vq;
	__u64 private_data;
};

/* The first queue with a backend; without any, the first queue. */
static int names_device(__u32 i, struct name_search *search)
{
	struct vhost_virtqueue *vq = (void *)nth_queue(&search->queues, i);
	__u64 private_data = (__u64)BPF_CORE_READ(vq, private_data);

	if (i && !private_data)
		return 0;
	search->vq = (__u64)vq;
	search->private_data = private_data;
	return !!private_data;
}

__noinline __u32 search_device_slot(__u64 dev_address)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct name_search search = {};
	__u32 count = find_queues(&search.queues, dev);
	__u32 *known = bpf_map_lookup_elem(&numbers, &dev_address);
	struct queue_slot *s = known ? slot_at(*known) : NULL;
	__u32 number;

	bpf_loop(count, names_device, &search, 0);
	if (known && s && s->mm == (__u64)BPF_CORE_READ(dev, mm) && s->private_data == search.private_data)
		return *known;
	if (known)
		retire_slot(*known, dev_address);
	number = take_slot();
	s = slot_at(number);
	if (!s)
		return QUEUE_SLOTS;
	s->backend = BACKEND_DEVICE;
	identify_slot(s, number, dev, (void *)search.vq);
	return publish_slot(number, dev_address);
}

static int retire_queue(__u32 i, struct device_queues *q)
{
	__u64 vq = nth_queue(q, i);
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq);

	if (number)
		retire_slot(*number, vq);
	return 0;
}

__noinline int retire_device(__u64 address)
{
	struct vhost_dev *dev = (void *)address;
	struct device_queues q;
	__u32 count = find_queues(&q, dev);
	__u32 *number = bpf_map_lookup_elem(&numbers, &address);

	if (number)
		retire_slot(*number, address);
	bpf_loop(count, retire_queue, &q, 0);
	return 0;
}

__noinline int refresh_slot(__u64 dev, __u64 vq, __u32 number)
{
	struct queue_slot *s = slot_at(number);

	if (!s)
		return 0;
	name_slot(number, dev, vq);
	publish_names(s);
	return 0;
}
