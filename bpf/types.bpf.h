/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TYPES_BPF_H
#define TYPES_BPF_H

#include <stdbool.h>

#include <linux/types.h>

/*
 * From the interfaces to user space, which do not move. linux/virtio_ring.h has them, but needs a libc, which the bpf
 * target has not.
 */
#define VIRTIO_F_NOTIFY_ON_EMPTY 24
#define VIRTIO_RING_F_EVENT_IDX 29

struct vring_avail {
	__u16 flags;
	__u16 idx;
	__u16 ring[];
};

/*
 * The few kernel types that the programs look into, each with nothing but the fields that are read. libbpf moves every
 * access to where the running kernel has the field (CO-RE), by the names of the type and the field; a dump of vmlinux'
 * types would not do, since those of vhost, tun and tap are in modules. Sources: drivers/vhost/vhost.h,
 * include/linux/vhost_iotlb.h, drivers/net/tun.c, include/linux/if_tap.h.
 */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct task_struct {
	int pid;
	int tgid;
};

struct mm_struct {
	struct task_struct *owner;	/* with CONFIG_MEMCG */
};

struct eventfd_ctx;

struct vhost_vring_call {
	struct eventfd_ctx *ctx;
};

struct vhost_iotlb_map {
	__u64 start;
	__u64 addr;
};

struct vhost_iotlb;

struct vhost_virtqueue {
	unsigned int num;
	struct vring_avail *avail;
	const struct vhost_iotlb_map *meta_iotlb[3];
	struct vhost_vring_call call_ctx;
	__u16 last_avail_idx;
	__u16 avail_idx;
	__u16 last_used_idx;
	__u16 signalled_used;
	bool signalled_used_valid;
	struct vhost_iotlb *iotlb;
	void *private_data;
	__u64 acked_features;		/* in a union with an array from 6.17 on */
	bool is_le;
};

struct vhost_dev {
	struct mm_struct *mm;
	struct vhost_virtqueue **vqs;
	int nvqs;
};

struct proto {
	char name[32];
};

struct sock_common {
	struct proto *skc_prot;
};

struct socket;

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
};

struct socket {
	struct sock *sk;
};

struct net_device {
	char name[16];
	int ifindex;
};

struct tun_struct {
	struct net_device *dev;
};

struct tun_file {
	struct socket socket;
	struct tun_struct *tun;
	__u16 queue_index;		/* in a union */
};

struct tap_dev {
	struct net_device *dev;
};

struct tap_queue {
	struct socket sock;
	struct tap_dev *tap;
	__u16 queue_index;
};

#pragma clang attribute pop

/* enum vhost_uaddr_type: which part of the ring a cached translation is for. */
#define VHOST_ADDR_AVAIL 1

#endif
