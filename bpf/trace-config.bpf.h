/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_CONFIG_BPF_H
#define TRACE_CONFIG_BPF_H

/* Part of trace.bpf.c: what the owner sets, and the end of a device. */

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

static __always_inline int report_config(struct vhost_dev *dev, __u32 ioctl, void *user, long ret)
{
	struct vhost_virtqueue **vqs, *vq = NULL;
	struct vring_argument arg = {};
	struct config_event *e;
	struct trace_counts *c;
	__u32 number;

	if (current_phase() != PHASE_ARMED || !dev)
		return 0;
	/* An argument that cannot be read or is no queue has failed, and there is no queue to tell it of. */
	if (bpf_probe_read_user(&arg, offsetof(struct vring_argument, desc_user_addr), user) ||
	    arg.index >= (__u32)BPF_CORE_READ(dev, nvqs))
		return 0;
	vqs = BPF_CORE_READ(dev, vqs);
	bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[arg.index]);
	number = search_slot(dev, vq);
	if (!wanted_event(number, EVENT_CONFIG, &c))
		return 0;
	e = reserve(c, EVENT_CONFIG, sizeof(*e));
	if (!e)
		return 0;
	fill_head(&e->head, EVENT_CONFIG, number);
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->value = argument_value(ioctl, &arg, user);
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
	return ret == -ENOIOCTLCMD ? 0 : report_config(dev, ioctl, (void *)ctx[2], ret);
}

SEC("fexit")
int BPF_PROG(config_net_return, struct file *file, unsigned int ioctl, unsigned long user, long ret)
{
	if (IOCTL_NR(ioctl) != NR_NET_SET_BACKEND)
		return 0;
	/* struct vhost_net begins with its struct vhost_dev. */
	return report_config(BPF_CORE_READ(file, private_data), ioctl, (void *)user, ret);
}

SEC("fentry")
int BPF_PROG(closed_entry, struct vhost_dev *dev)
{
	forget_workers(dev);
	return retire_device(dev);
}

#endif
