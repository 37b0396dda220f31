// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces what the owner sets, and forgets a device at its end.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "trace.bpf.h"

/* The number of an ioctl alone, _IOC_NR; VHOST_VIRTIO's are unique without the rest. */
#define IOCTL_NR(ioctl) ((ioctl) & 0xff)
#define NR_SET_VRING_ADDR 0x11
#define NR_NET_SET_BACKEND 0x30

/* struct vhost_vring_state, _file and _addr of linux/vhost.h begin alike: a queue, and what is set for it. */
struct vring_argument {
	__u32 index;
	__u32 value;
	__u64 desc_user_addr;
};

static __always_inline __u64 argument_value(__u32 ioctl, const struct vring_argument *arg, void *user)
{
	__u64 desc = 0;

	if (IOCTL_NR(ioctl) != NR_SET_VRING_ADDR)
		return (__s64)(__s32)arg->value;
	bpf_probe_read_user(&desc, sizeof(desc), user + offsetof(struct vring_argument, desc_user_addr));
	return desc;
}

__noinline int report_config(__u64 dev_address, __u32 ioctl, __u64 user, int ret)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct vhost_virtqueue **vqs;
	struct vring_argument arg = {};
	struct config_event *e;
	__u64 vq = 0;

	/* An argument that cannot be read or is no queue has failed, and there is no queue to tell it of. */
	if (!dev || bpf_probe_read_user(&arg, offsetof(struct vring_argument, desc_user_addr), (void *)user) ||
	    arg.index >= (__u32)BPF_CORE_READ(dev, nvqs))
		return 0;
	vqs = BPF_CORE_READ(dev, vqs);
	bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[arg.index]);
	e = begin_event(search_slot(dev_address, vq), EVENT_CONFIG, sizeof(*e));
	if (!e)
		return 0;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->value = argument_value(ioctl, &arg, (void *)user);
	e->ioctl = ioctl;
	e->error = ret;
	submit(e);
	return 0;
}

/* Another ioctl than those of queues it declines, with -ENOIOCTLCMD. */
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
	report_config((__u64)file->private_data, ioctl, user, ret);
	return 0;
}

SEC("fentry")
int BPF_PROG(closed_entry, struct vhost_dev *dev)
{
	forget_workers(argument(ctx, 0));
	retire_device(argument(ctx, 0));
	return 0;
}
