/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BACKEND_BPF_H
#define BACKEND_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "backend.h"
#include "other-kinds.bpf.h"
#include "types.bpf.h"

/**
 * struct backend - the backend of a queue
 * @kind: enum backend_kind
 * @pair: the tap's queue, for BACKEND_TUN and BACKEND_TAP
 * @netdev: the tap, or NULL
 */
struct backend {
	__u16 kind;
	__u16 pair;
	struct net_device *netdev;
};

static __always_inline void identify_tun(struct backend *b, struct socket *sock)
{
	struct tun_file *file = (void *)sock - bpf_core_field_offset(struct tun_file, socket);

	b->kind = BACKEND_TUN;
	b->pair = BPF_CORE_READ(file, queue_index);
	b->netdev = BPF_CORE_READ(file, tun, dev);
}

static __always_inline void identify_tap(struct backend *b, struct socket *sock)
{
	struct tap_queue *queue = (void *)sock - bpf_core_field_offset(struct tap_queue, sock);

	b->kind = BACKEND_TAP;
	b->pair = BPF_CORE_READ(queue, queue_index);
	b->netdev = BPF_CORE_READ(queue, tap, dev);
}

/*
 * The type of private_data depends on the vhost driver. It is a socket if its sock points back to it. The name of the
 * protocol tells tun.c from tap.c, since BPF cannot compare with the addresses of their functions.
 */
static __always_inline void identify_backend(struct backend *b, void *private_data, struct vhost_dev *dev)
{
	struct socket *sock = private_data;
	struct sock *sk;
	struct proto *proto;
	char name[4] = {};

	if (private_data == (void *)dev) {
		b->kind = BACKEND_VSOCK;
		return;
	}
	sk = BPF_CORE_READ(sock, sk);
	if (!sk || BPF_CORE_READ(sk, sk_socket) != sock) {
		if (private_data && is_scsi(dev))
			b->kind = BACKEND_SCSI;
		return;
	}
	b->kind = BACKEND_SOCKET;
	proto = BPF_CORE_READ(sk, __sk_common.skc_prot);
	bpf_probe_read_kernel(name, sizeof(name), __builtin_preserve_access_index(&proto->name));
	if (bpf_core_type_exists(struct tun_file) && !__builtin_memcmp(name, "tun", sizeof(name)))
		identify_tun(b, sock);
	else if (bpf_core_type_exists(struct tap_queue) && !__builtin_memcmp(name, "tap", sizeof(name)))
		identify_tap(b, sock);
}

#endif
