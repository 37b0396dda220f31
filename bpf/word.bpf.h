/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORD_BPF_H
#define WORD_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "decide.h"
#include "queues.bpf.h"
#include "types.bpf.h"

/*
 * The driver's word, by which it says when it wants to be called: used_event with VIRTIO_RING_F_EVENT_IDX, else
 * avail->flags.
 */

/**
 * struct word_place - where it is
 * @at: in the owner's memory, or 0 if that is not known
 * @swap: the ring's byte order is not the host's
 */
struct word_place {
	__u64 at;
	bool swap;
};

/*
 * Where the kernel reads the word from, as vhost_get_user() finds it: at a user address, unless there is a virtual
 * IOMMU; then through the translation that is cached for the avail ring. Without a cached one the kernel searches its
 * tree, which is not repeated here.
 */
static __always_inline void find_word(struct word_place *w, struct vhost_virtqueue *vq)
{
	const struct vhost_iotlb_map *map;

	w->swap = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && vq->is_le;
	/* To the verifier vq->avail is a pointer that allows no arithmetic, until it was put down somewhere. */
	*(volatile __u64 *)&w->at = (__u64)vq->avail;
	if (has_feature(vq, VIRTIO_RING_F_EVENT_IDX))
		w->at += offsetof(struct vring_avail, ring) + vq->num * sizeof(__u16);
	if (!vq->iotlb)
		return;
	map = BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]);
	w->at = map ? BPF_CORE_READ(map, addr) + w->at - BPF_CORE_READ(map, start) : 0;
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
