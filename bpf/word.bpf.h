/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORD_BPF_H
#define WORD_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "decide.h"
#include "queues.bpf.h"

/**
 * struct decision_view - the kernel's state of a queue when it decides whether to notify the driver
 * @id: the queue
 * @ctx: its call eventfd; 0: none
 * @error: its err eventfd; 0: none
 * @avail: address of the avail ring: a user address, or, with an IOTLB, one to be translated
 * @iotlb: not 0: there is a virtual IOMMU
 * @features: acked features
 * @num: the ring's size
 * @last_avail_idx: the avail entry that the device takes next
 * @avail_idx: avail->idx when the device last read it
 * @last_used_idx: the used entry that the device writes next
 * @signalled_used: last_used_idx at the last decision, if @valid
 * @valid: signalled_used_valid
 * @swap: the ring's byte order is not the host's
 */
struct decision_view {
	struct queue_id id;
	__u64 ctx;
	__u64 error;
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

_Static_assert(sizeof(struct decision_view) == 88, "no padding: the verifier wants all of it to be set");

/* Fill in a view by plain loads through a program's arguments: this runs at every decision and must be fast. */
static __always_inline void view_decision(struct decision_view *v, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	identify_queue(&v->id, dev, vq);
	v->ctx = (__u64)vq->call_ctx.ctx;
	v->error = (__u64)vq->error_ctx;
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

static __always_inline bool has_feature(__u64 features, int feature)
{
	return features >> feature & 1;
}

static __always_inline bool view_has(const struct decision_view *v, int feature)
{
	return has_feature(v->features, feature);
}

/**
 * struct word_place - the place of the driver's word, by which it controls when it is called
 * @at: address in the owner's memory; 0 if not known
 * @swap: the ring's byte order is not the host's
 */
struct word_place {
	__u64 at;
	__u64 swap;
};

/* @part: VHOST_ADDR_AVAIL or VHOST_ADDR_USED */
static __always_inline __u64 translated(struct vhost_virtqueue *vq, __u64 at, int part)
{
	const struct vhost_iotlb_map *map = BPF_CORE_READ(vq, meta_iotlb[part]);

	return map ? BPF_CORE_READ(map, addr) + at - BPF_CORE_READ(map, start) : 0;
}

/*
 * The address of the driver's word: used_event with VIRTIO_RING_F_EVENT_IDX, else avail->flags. Without a virtual IOMMU
 * it is a user address. With one the cached translation of the avail ring applies, as in vhost_get_user(); if none is
 * cached, the kernel searches its tree, but this function returns 0.
 */
static __always_inline __u64 find_address(struct vhost_virtqueue *vq, __u64 avail, __u64 features, __u32 num,
					  bool iotlb)
{
	if (has_feature(features, VIRTIO_RING_F_EVENT_IDX))
		avail += offsetof(struct vring_avail, ring) + num * sizeof(__u16);
	return iotlb ? translated(vq, avail, VHOST_ADDR_AVAIL) : avail;
}

static __always_inline void find_word(struct word_place *w, const struct decision_view *v)
{
	w->swap = v->swap;
	w->at = find_address((void *)v->id.vq, v->avail, v->features, v->num, v->iotlb);
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
