// SPDX-License-Identifier: GPL-2.0-only
/* Finds the tap of a device. */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "backend.bpf.h"
#include "link-state.bpf.h"
#include "types.bpf.h"

/* Find the tap that a queue of vhost-net has as its backend; its address is 0 without one. */
__noinline int find_tap_of_queue(struct tap_ref *tap, __u64 dev_address, __u32 number)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *vq = NULL;
	struct backend b = {};
	void *socket;

	if (!tap)
		return 0;
	*tap = (struct tap_ref){};
	bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[number]);
	socket = BPF_CORE_READ(vq, private_data);
	if (!socket)
		return 0;
	identify_backend(&b, socket, dev);
	if (b.kind == BACKEND_TUN)
		*tap = tun_of((__u64)socket - bpf_core_field_offset(struct tun_file, socket));
	else if (b.kind == BACKEND_TAP)
		*tap = tap_of((__u64)socket - bpf_core_field_offset(struct tap_queue, sock));
	return 0;
}

__noinline int find_tap(struct tap_ref *tap, __u64 dev)
{
	if (!tap)
		return 0;
	find_tap_of_queue(tap, dev, VHOST_NET_VQ_RX);
	if (!tap->address)
		find_tap_of_queue(tap, dev, VHOST_NET_VQ_TX);
	return 0;
}
