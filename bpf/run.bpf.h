/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RUN_BPF_H
#define RUN_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "queues.bpf.h"
#include "types.bpf.h"

/* Is there a virtual IOMMU, and no cached translation of a part of the ring? A run takes nothing then. */
static __always_inline bool untranslated(const struct vhost_virtqueue *vq)
{
	return vq->iotlb && !(BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_DESC]) &&
			      BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]) &&
			      BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_USED]));
}

/*
 * Did the run end because the ring was empty, so that kicks are asked for? A run that waits for a translation of the
 * virtual IOMMU also takes nothing, but its ring is not empty.
 */
static __always_inline bool ended_empty(const struct vhost_virtqueue *vq)
{
	return vq->private_data && !(vq->used_flags & USED_F_NO_NOTIFY) && !untranslated(vq);
}

#endif
