// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces the owner's ioctls, and retires the slots of a device that is closed.
 *
 * Those of a queue are seen where all vhost devices have them, in vhost_vring_ioctl(); those of the whole device, and
 * those that vhost-net refuses before it gets there, in vhost_net_ioctl(). The arguments are in the memory of the
 * thread that calls. They are read when the ioctl has ended, without ever waiting for a page.
 */
#include <linux/bpf.h>
#include <linux/ioctl.h>
#include <asm-generic/errno.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "trace.bpf.h"

#define VHOST_VIRTIO 0xaf

/* _IOC_NR() of linux/vhost.h, which the bpf target cannot include. */
#define NR_SET_FEATURES 0x00
#define NR_SET_OWNER 0x01
#define NR_RESET_OWNER 0x02
#define NR_SET_MEM_TABLE 0x03
#define NR_SET_LOG_BASE 0x04
#define NR_SET_LOG_FD 0x07
#define NR_VRING_FIRST 0x10
#define NR_SET_VRING_NUM 0x10
#define NR_SET_VRING_ADDR 0x11
#define NR_VRING_BASE 0x12
#define NR_GET_VRING_ENDIAN 0x14
#define NR_GET_VRING_BUSYLOOP_TIMEOUT 0x24
#define NR_SET_BACKEND_FEATURES 0x25
#define NR_NET_SET_BACKEND 0x30
#define NR_SET_FEATURES_ARRAY 0x83
#define NR_SET_FORK_FROM_OWNER 0x84

/* The most regions that are added up. The kernel's limit is a parameter of its module, 64 by default. */
#define REGIONS_MAX 1024

/* The common beginning of struct vhost_vring_state, _file and _addr of linux/vhost.h: the queue and the new value. */
struct vring_argument {
	__u32 index;
	__u32 value;
};

/* struct vhost_memory_region. */
struct region {
	__u64 guest;
	__u64 size;
	__u64 user;
	__u64 flags;
};

/* Where the regions begin in struct vhost_memory, and the features in struct vhost_features_array. */
#define ARRAY_OFFSET 8

/* Context of bpf_loop() to add up the regions at @user. */
struct region_sum {
	__u64 user;
	struct config_memory memory;
	bool failed;
};

static bool is_of_queue(__u32 ioctl)
{
	__u32 nr = _IOC_NR(ioctl);

	return (nr >= NR_VRING_FIRST && nr <= NR_GET_VRING_BUSYLOOP_TIMEOUT) || nr == NR_NET_SET_BACKEND;
}

/* Those that set something of the whole device. */
static bool is_of_device(__u32 ioctl)
{
	switch (_IOC_NR(ioctl)) {
	case NR_SET_FEATURES:
	case NR_SET_OWNER:
	case NR_RESET_OWNER:
	case NR_SET_MEM_TABLE:
	case NR_SET_LOG_BASE:
	case NR_SET_LOG_FD:
	case NR_SET_BACKEND_FEATURES:
	case NR_SET_FEATURES_ARRAY:
	case NR_SET_FORK_FROM_OWNER:
		return _IOC_DIR(ioctl) != _IOC_READ;
	}
	return false;
}

/* Does it fill in the value, so that there is none if it fails? */
static bool is_answer(__u32 ioctl)
{
	__u32 nr = _IOC_NR(ioctl);

	return nr == NR_GET_VRING_ENDIAN || nr == NR_GET_VRING_BUSYLOOP_TIMEOUT ||
	       (nr == NR_VRING_BASE && _IOC_DIR(ioctl) & _IOC_READ);
}

static int add_region(__u32 i, struct region_sum *sum)
{
	struct region r;

	if (bpf_probe_read_user(&r, sizeof(r), (void *)(sum->user + i * sizeof(r)))) {
		sum->failed = true;
		return 1;
	}
	if (!i) {
		sum->memory.first = r.guest;
		sum->memory.first_size = r.size;
	}
	sum->memory.size += r.size;
	sum->memory.last = r.guest;
	sum->memory.last_size = r.size;
	return 0;
}

static __always_inline void read_memory(struct config_event *e, __u64 user)
{
	struct region_sum sum = { .user = user + ARRAY_OFFSET };
	__u32 regions = 0;

	if (bpf_probe_read_user(&regions, sizeof(regions), (void *)user))
		return;
	e->value = regions;
	e->head.flags |= CONFIG_VALUE;
	if (!regions || regions > REGIONS_MAX)
		return;
	bpf_loop(regions, add_region, &sum, 0);
	if (sum.failed)
		return;
	e->memory = sum.memory;
	e->head.flags |= CONFIG_MORE;
}

static __always_inline void read_features_array(struct config_event *e, __u64 user)
{
	__u64 words[CONFIG_FEATURES] = {};

	if (bpf_probe_read_user(&e->value, sizeof(e->value), (void *)user))
		return;
	e->head.flags |= CONFIG_VALUE;
	if (!e->value || bpf_probe_read_user(words, e->value > 1 ? sizeof(words) : sizeof(*words),
					     (void *)(user + ARRAY_OFFSET)))
		return;
	e->features[0] = words[0];
	e->features[1] = words[1];
	e->head.flags |= CONFIG_MORE;
}

/* A value of its own behind the pointer, of @size bytes. */
static __always_inline void read_value(struct config_event *e, __u64 user, __u32 size)
{
	__u64 value = 0;

	if (bpf_probe_read_user(&value, size, (void *)user))
		return;
	/* The only one of four bytes is a file descriptor. */
	e->value = size == sizeof(__u32) ? (__u64)(__s64)(__s32)value : value;
	e->head.flags |= CONFIG_VALUE;
}

static __always_inline void read_device_argument(struct config_event *e, __u64 user)
{
	switch (_IOC_NR(e->ioctl)) {
	case NR_SET_OWNER:
	case NR_RESET_OWNER:
		return;
	case NR_SET_MEM_TABLE:
		return read_memory(e, user);
	case NR_SET_FEATURES_ARRAY:
		return read_features_array(e, user);
	case NR_SET_LOG_FD:
		return read_value(e, user, sizeof(__s32));
	case NR_SET_FORK_FROM_OWNER:
		return read_value(e, user, sizeof(__u8));
	default:
		return read_value(e, user, sizeof(__u64));
	}
}

static __always_inline void read_queue_argument(struct config_event *e, __u64 user)
{
	struct vring_argument arg = {};
	struct config_addr addr = {};

	if (bpf_probe_read_user(&arg, sizeof(arg), (void *)user))
		return;
	e->index = arg.index;
	e->head.flags |= CONFIG_INDEX;
	if (e->error && is_answer(e->ioctl))
		return;
	e->value = (__s64)(__s32)arg.value;
	e->head.flags |= CONFIG_VALUE;
	if (_IOC_NR(e->ioctl) != NR_SET_VRING_ADDR ||
	    bpf_probe_read_user(&addr, sizeof(addr), (void *)(user + sizeof(arg))))
		return;
	e->addr = addr;
	e->head.flags |= CONFIG_MORE;
}

/* The slot of the queue that the ioctl is about, or of the device. */
static __always_inline __u32 config_slot(__u64 dev_address, __u32 ioctl, __u64 user)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct device_queues queues;
	__u32 index;

	if (!is_of_queue(ioctl) || bpf_probe_read_user(&index, sizeof(index), (void *)user) ||
	    index >= find_queues(&queues, dev))
		return search_device_slot(dev_address);
	return search_slot(dev_address, nth_queue(&queues, index));
}

/*
 * Note that the ring of a queue was set up, and where it begins. The owner asks where the device stands when it stops
 * the queue, to go on there later.
 */
__noinline int note_ring(__u32 slot, __u32 ioctl)
{
	struct trace_counts *c = counts_at(slot);
	struct queue_slot *s = slot_at(slot);
	struct vhost_virtqueue *vq;
	__u16 index;

	if (!c || !s || s->backend == BACKEND_DEVICE || s->backend == BACKEND_DRIVER)
		return 0;
	vq = (void *)s->vq;
	index = BPF_CORE_READ(vq, last_avail_idx);
	switch (_IOC_NR(ioctl)) {
	case NR_VRING_BASE:
		if (_IOC_DIR(ioctl) & _IOC_READ)
			follow_ring(&c->ring, index);
		else
			start_ring(&c->ring, index);
		break;
	case NR_SET_VRING_NUM:
	case NR_SET_VRING_ADDR:
		__sync_fetch_and_add(&c->ring.changes, 1);
	}
	return 0;
}

__noinline int report_config(__u64 dev_address, __u32 ioctl, __u64 user, int ret)
{
	struct config_event *e;
	__u32 slot;

	if (!dev_address)
		return 0;
	slot = config_slot(dev_address, ioctl, user);
	if (is_of_queue(ioctl) && !ret)
		note_ring(slot, ioctl);
	if (!is_traced(EVENT_CONFIG))
		return 0;
	e = begin_event(slot, EVENT_CONFIG, sizeof(*e));
	if (!e)
		return 0;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->value = 0;
	e->ioctl = ioctl;
	e->error = ret;
	e->index = 0;
	e->reserved = 0;
	e->memory = (struct config_memory){};
	if (is_of_queue(ioctl))
		read_queue_argument(e, user);
	else
		read_device_argument(e, user);
	submit(e);
	return 0;
}

/* An ioctl that vhost does not have; the caller gets -ENOTTY. */
#define ENOIOCTLCMD 515

SEC("fexit")
int BPF_PROG(config_return, struct vhost_dev *dev, unsigned int ioctl, void *user, long ret)
{
	if (current_phase() != PHASE_ARMED || ret == -ENOIOCTLCMD || !is_of_queue(ioctl))
		return 0;
	report_config(argument(ctx, 0), ioctl, ctx[2], ret);
	return 0;
}

/* vhost_dev_check_owner(): all others get -EPERM, before the queue's ioctls are looked at. */
static __always_inline bool is_owner(struct vhost_dev *dev)
{
	return BPF_CORE_READ(dev, mm) == bpf_get_current_task_btf()->mm;
}

SEC("fexit")
int BPF_PROG(config_net_return, struct file *file, unsigned int ioctl, unsigned long user, long ret)
{
	/* struct vhost_net begins with its struct vhost_dev. */
	struct vhost_dev *dev = BPF_CORE_READ(file, private_data);

	if (current_phase() != PHASE_ARMED || _IOC_TYPE(ioctl) != VHOST_VIRTIO)
		return 0;
	if (is_of_device(ioctl) || _IOC_NR(ioctl) == NR_NET_SET_BACKEND || (is_of_queue(ioctl) && !is_owner(dev)))
		report_config((__u64)dev, ioctl, user, ret == -ENOIOCTLCMD ? -ENOTTY : ret);
	return 0;
}

SEC("fentry")
int BPF_PROG(closed_entry, struct vhost_dev *dev)
{
	forget_workers(argument(ctx, 0));
	retire_device(argument(ctx, 0));
	return 0;
}
