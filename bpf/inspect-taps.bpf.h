/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INSPECT_TAPS_BPF_H
#define INSPECT_TAPS_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "inspect-record.h"
#include "inspect.bpf.h"
#include "types.bpf.h"

/*
 * The files of taps. As long as a device has no backend, nothing in the kernel connects it with a tap: its owner's open
 * files are all there is to go by. The device number tells a tap's file from others at once.
 */

/* A queue that is turned off (TUNSETQUEUE) still belongs to its tap. Return: NULL without TUNSETIFF. */
static __always_inline struct net_device *tun_netdev(struct tun_file *file)
{
	struct tun_struct *tun = BPF_CORE_READ(file, tun);

	if (!tun)
		tun = BPF_CORE_READ(file, detached);
	return tun ? BPF_CORE_READ(tun, dev) : NULL;
}

static __always_inline bool is_tun(__u32 rdev)
{
	return config.tun_minor && rdev == (MISC_MAJOR << MINOR_BITS | config.tun_minor) &&
	       bpf_core_type_exists(struct tun_file);
}

/* macvtap or ipvtap */
static __always_inline bool is_tap(__u32 rdev)
{
	const __u32 major = rdev >> MINOR_BITS;

	return major && (major == config.tap_majors[0] || major == config.tap_majors[1]) &&
	       bpf_core_type_exists(struct tap_queue);
}

/* Fill in all but the process. Return: whether it is the file of a tap. */
static __always_inline bool read_tap_file(struct inspect_tap_file *t, struct file *file)
{
	const __u32 rdev = BPF_CORE_READ(file, f_inode, i_rdev);
	void *private_data = BPF_CORE_READ(file, private_data);
	struct net_device *netdev = NULL;

	if (is_tun(rdev)) {
		t->socket = (__u64)private_data + bpf_core_field_offset(struct tun_file, socket);
		netdev = private_data ? tun_netdev(private_data) : NULL;
	} else if (is_tap(rdev)) {
		t->socket = (__u64)private_data + bpf_core_field_offset(struct tap_queue, sock);
		netdev = private_data ? BPF_CORE_READ((struct tap_queue *)private_data, tap, dev) : NULL;
	}
	if (!netdev)
		return false;
	t->ifindex = BPF_CORE_READ(netdev, ifindex);
	t->netns = BPF_CORE_READ(netdev, nd_net.net, ns.inum);
	bpf_probe_read_kernel_str(t->name, sizeof(t->name), __builtin_preserve_access_index(&netdev->name));
	return true;
}

#endif
