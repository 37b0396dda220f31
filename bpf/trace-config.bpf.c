// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces the owner's ioctls, and retires the slots of a device that is closed.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "trace.bpf.h"

/* _IOC_NR(): the numbers of VHOST_VIRTIO ioctls are unique without type, size and direction. */
#define IOCTL_NR(ioctl) ((ioctl) & 0xff)
#define NR_SET_VRING_ADDR 0x11
#define NR_NET_SET_BACKEND 0x30

/*
 * The common beginning of struct vhost_vring_state, _file and _addr of linux/vhost.h: the queue and the new value. In
 * the last these are flags, and the addresses follow.
 */
struct vring_argument {
	__u32 index;
	__u32 value;
	struct config_addr addr;
};

__noinline int report_config(__u64 dev_address, __u32 ioctl, __u64 user, int ret)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct vhost_virtqueue **vqs;
	const __u64 addr = user + offsetof(struct vring_argument, addr);
	struct vring_argument arg = {};
	struct config_event *e;
	__u64 vq = 0;

	/* An ioctl whose argument is unreadable or not a queue has failed, and no queue can be reported. */
	if (!dev || bpf_probe_read_user(&arg, offsetof(struct vring_argument, addr), (void *)user) ||
	    arg.index >= (__u32)BPF_CORE_READ(dev, nvqs))
		return 0;
	vqs = BPF_CORE_READ(dev, vqs);
	bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[arg.index]);
	e = begin_event(search_slot(dev_address, vq), EVENT_CONFIG, sizeof(*e));
	if (!e)
		return 0;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->value = (__s64)(__s32)arg.value;
	e->ioctl = ioctl;
	e->error = ret;
	if (IOCTL_NR(ioctl) == NR_SET_VRING_ADDR)
		bpf_probe_read_user(&arg.addr, sizeof(arg.addr), (void *)addr);
	e->addr = arg.addr;
	submit(e);
	return 0;
}

/* vhost_vring_ioctl() returns -ENOIOCTLCMD for an ioctl that is not about a queue. */
#define ENOIOCTLCMD 515

SEC("fexit")
int BPF_PROG(config_return, struct vhost_dev *dev, unsigned int ioctl, void *user, long ret)
{
	if (current_phase() != PHASE_ARMED || ret == -ENOIOCTLCMD)
		return 0;
	report_config(argument(ctx, 0), ioctl, ctx[2], ret);
	return 0;
}

SEC("fexit")
int BPF_PROG(config_net_return, struct file *file, unsigned int ioctl, unsigned long user, long ret)
{
	if (current_phase() != PHASE_ARMED || IOCTL_NR(ioctl) != NR_NET_SET_BACKEND)
		return 0;
	/* struct vhost_net begins with its struct vhost_dev. */
	report_config((__u64)BPF_CORE_READ(file, private_data), ioctl, user, ret);
	return 0;
}

SEC("fentry")
int BPF_PROG(closed_entry, struct vhost_dev *dev)
{
	forget_workers(argument(ctx, 0));
	retire_device(argument(ctx, 0));
	return 0;
}
