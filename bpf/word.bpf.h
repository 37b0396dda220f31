/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORD_BPF_H
#define WORD_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "decide.h"
#include "queues.bpf.h"

/**
 * struct decision_view - what the kernel has of a queue when it decides whether to notify the driver
 * @id: which queue it is
 * @ctx: its call eventfd; 0: none
 * @avail: where the avail ring is: a user address, or, with an IOTLB, one to be translated
 * @iotlb: there is a virtual IOMMU
 * @features: those acked
 * @num: the ring's size
 * @last_avail_idx: the entry that the device takes next
 * @avail_idx: the driver's index when the device last looked
 * @last_used_idx: where the device writes the next used entry
 * @signalled_used: that at the last decision, if it is @valid
 * @valid: signalled_used_valid
 * @swap: the ring's byte order is not the host's
 */
struct decision_view {
	struct queue_id id;
	__u64 ctx;
	__u64 avail;
	__u64 iotlb;
	__u64 features;
	__u32 num;
	__u16 last_avail_idx;
	__u16 avail_idx;
	__u16 last_used_idx;
	__u16 signalled_used;
	__u16 valid;
	__u16 swap;
};

_Static_assert(sizeof(struct decision_view) == 80, "no padding: the verifier wants all of it to be set");

/* Plain loads of what a program's argument points to: on the way of every decision they have to be quick. */
static __always_inline void view_decision(struct decision_view *v, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	identify_queue(&v->id, dev, vq);
	v->ctx = (__u64)vq->call_ctx.ctx;
	v->avail = (__u64)vq->avail;
	v->iotlb = (__u64)vq->iotlb;
	v->features = vq->acked_features;
	v->num = vq->num;
	v->last_avail_idx = vq->last_avail_idx;
	v->avail_idx = vq->avail_idx;
	v->last_used_idx = vq->last_used_idx;
	v->signalled_used = vq->signalled_used;
	v->valid = vq->signalled_used_valid;
	v->swap = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && vq->is_le;
}

static __always_inline bool view_has(const struct decision_view *v, int feature)
{
	return v->features >> feature & 1;
}

/**
 * struct word_place - where the driver's word is, by which it says when it wants to be called
 * @at: in the owner's memory, or 0 if that is not known
 * @swap: the ring's byte order is not the host's
 */
struct word_place {
	__u64 at;
	__u64 swap;
};

static __always_inline __u64 translated(const struct decision_view *v, __u64 at)
{
	struct vhost_virtqueue *vq = (void *)v->id.vq;
	const struct vhost_iotlb_map *map = BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]);

	return map ? BPF_CORE_READ(map, addr) + at - BPF_CORE_READ(map, start) : 0;
}

/*
 * Find used_event with VIRTIO_RING_F_EVENT_IDX, else avail->flags, where vhost_get_user() finds them: at a user
 * address, unless there is a virtual IOMMU; then through the translation that is cached for the avail ring. Without a
 * cached one the kernel searches its tree, which is not repeated here.
 */
static __always_inline void find_word(struct word_place *w, const struct decision_view *v)
{
	__u64 at = v->avail;

	if (view_has(v, VIRTIO_RING_F_EVENT_IDX))
		at += offsetof(struct vring_avail, ring) + v->num * sizeof(__u16);
	w->swap = v->swap;
	w->at = v->iotlb ? translated(v, at) : at;
}

/* A read that fails leaves a zero behind, which would pass for a word: the helper's answer decides. */
static __always_inline struct reading read_word(const struct word_place *w)
{
	struct reading r = { .state = READING_UNKNOWN };
	__u16 value = 0;

	if (!w->at)
		return r;
	r.state = bpf_probe_read_user(&value, sizeof(value), (void *)w->at) ? READING_FAULT : READING_OK;
	r.value = w->swap ? __builtin_bswap16(value) : value;
	return r;
}

#endif
