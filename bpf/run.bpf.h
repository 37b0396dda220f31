/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RUN_BPF_H
#define RUN_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "queues.bpf.h"
#include "types.bpf.h"

/**
 * struct run_view - state of a queue at the end of a run of the worker
 * @id: the queue
 * @kick: kernel address of the kick eventfd's struct file
 * @work_flags: flags of the work that a kick queues
 * @num: the ring's size
 * @busyloop_timeout: how long the worker polls before it sleeps, in microseconds
 * @last_avail_idx: the avail entry that the device takes next
 * @last_used_idx: the used entry that the device writes next
 * @used_flags: USED_F_NO_NOTIFY: the device wants no kicks
 * @untranslated: there is a virtual IOMMU, and a part of the ring has no cached translation; a run takes nothing then
 */
struct run_view {
	struct queue_id id;
	__u64 kick;
	__u64 work_flags;
	__u32 num;
	__u32 busyloop_timeout;
	__u16 last_avail_idx;
	__u16 last_used_idx;
	__u16 used_flags;
	__u16 untranslated;
};

_Static_assert(sizeof(struct run_view) == 64, "no padding: the verifier wants all of it to be set");

static __always_inline bool untranslated(const struct vhost_virtqueue *vq)
{
	return vq->iotlb && !(BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_DESC]) &&
			      BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]) &&
			      BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_USED]));
}

static __always_inline void view_run(struct run_view *v, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	identify_queue(&v->id, dev, vq);
	v->kick = (__u64)vq->kick;
	v->work_flags = vq->poll.work.flags;
	v->num = vq->num;
	v->busyloop_timeout = vq->busyloop_timeout;
	v->last_avail_idx = vq->last_avail_idx;
	v->last_used_idx = vq->last_used_idx;
	v->used_flags = vq->used_flags;
	v->untranslated = untranslated(vq);
}

/*
 * Did the run end because the ring was empty, so that kicks are asked for? A run that waits for a translation of the
 * virtual IOMMU also takes nothing, but its ring is not empty.
 */
static __always_inline bool ended_empty(const struct run_view *v)
{
	return v->id.private_data && !(v->used_flags & USED_F_NO_NOTIFY) && !v->untranslated;
}

#endif
