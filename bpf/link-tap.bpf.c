// SPDX-License-Identifier: GPL-2.0-only
/* Finds the tap of a device. */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "backend.bpf.h"
#include "link-state.bpf.h"
#include "types.bpf.h"

/* Return: the tap that a queue of vhost-net has as its backend; its address is 0 without one. */
static __always_inline struct tap_ref tap_of_queue(struct vhost_dev *dev, __u32 number)
{
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *vq = NULL;
	struct backend b = {};
	void *socket;

	bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[number]);
	socket = BPF_CORE_READ(vq, private_data);
	if (!socket)
		return (struct tap_ref){};
	identify_backend(&b, socket, dev);
	if (b.kind == BACKEND_TUN)
		return tun_of((__u64)socket - bpf_core_field_offset(struct tun_file, socket));
	if (b.kind == BACKEND_TAP)
		return tap_of((__u64)socket - bpf_core_field_offset(struct tap_queue, sock));
	return (struct tap_ref){};
}

__noinline int find_tap(struct tap_ref *tap, __u64 address)
{
	struct vhost_dev *dev = (void *)address;

	if (!tap)
		return 0;
	*tap = tap_of_queue(dev, VHOST_NET_VQ_RX);
	if (!tap->address)
		*tap = tap_of_queue(dev, VHOST_NET_VQ_TX);
	return 0;
}
