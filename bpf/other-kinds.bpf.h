/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OTHER_KINDS_BPF_H
#define OTHER_KINDS_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "types.bpf.h"

/*
 * vhost devices other than vhost-net. No tap gives them a name, so they are named after what their owner sets: the
 * guest's CID, "vsock:3", or the target, "scsi:5324af0e20". A name is filled up with 0, and empty as long as nothing is
 * set.
 */

/* Room for a name, as of an interface. */
#define OTHER_NAME_LEN 16

/* What is read of a target's name: "naa." and 16 digits, "fc." and 8 bytes; the longest ones of all have 223. */
#define SCSI_TARGET_LEN 32

/* What a name has of that of its target: the last characters, by which targets of one host differ. */
#define SCSI_SUFFIX_LEN 10

#define SCSI_PREFIX "scsi:"
#define SCSI_PREFIX_LEN (sizeof(SCSI_PREFIX) - 1)

_Static_assert(SCSI_PREFIX_LEN + SCSI_SUFFIX_LEN < OTHER_NAME_LEN, "the name of a scsi device");

static __always_inline struct vhost_vsock *vsock_of(struct vhost_dev *dev)
{
	return (void *)dev - bpf_core_field_offset(struct vhost_vsock, dev);
}

static __always_inline struct vhost_scsi *scsi_of(struct vhost_dev *dev)
{
	return (void *)dev - bpf_core_field_offset(struct vhost_scsi, dev);
}

/* Its queues are the only ones that vhost-scsi allocates by themselves, and both structs point to them. */
static __always_inline bool is_scsi(struct vhost_dev *dev)
{
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *first = NULL;

	if (!bpf_core_type_exists(struct vhost_scsi))
		return false;
	bpf_probe_read_kernel(&first, sizeof(first), vqs);
	return first && BPF_CORE_READ(scsi_of(dev), vqs) == (void *)first;
}

static __always_inline void name_vsock(char name[OTHER_NAME_LEN], struct vhost_dev *dev)
{
	__u64 cid = bpf_core_type_exists(struct vhost_vsock) ? BPF_CORE_READ(vsock_of(dev), guest_cid) : 0;

	if (cid)
		BPF_SNPRINTF(name, OTHER_NAME_LEN, "vsock:%u", cid);
}

/* Read the name of a device's target. Return: its length with the 0 at its end; 1 or less if none is set. */
static __always_inline long read_scsi_target(char target[SCSI_TARGET_LEN], struct vhost_dev *dev)
{
	if (!bpf_core_type_exists(struct vhost_scsi))
		return 0;
	return bpf_probe_read_kernel_str(target, SCSI_TARGET_LEN,
					 __builtin_preserve_access_index(&scsi_of(dev)->vs_vhost_wwpn));
}

static __always_inline void name_scsi(char name[OTHER_NAME_LEN], struct vhost_dev *dev)
{
	char target[SCSI_TARGET_LEN];
	long len = read_scsi_target(target, dev);
	const char *from;

	if (len <= 1)
		return;
	from = __builtin_preserve_access_index(&scsi_of(dev)->vs_vhost_wwpn[0]);
	if (len > SCSI_SUFFIX_LEN + 1)
		from += len - SCSI_SUFFIX_LEN - 1;
	__builtin_memcpy(name, SCSI_PREFIX, SCSI_PREFIX_LEN);
	bpf_probe_read_kernel_str(name + SCSI_PREFIX_LEN, SCSI_SUFFIX_LEN + 1, from);
}

#endif
