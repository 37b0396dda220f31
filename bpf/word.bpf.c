// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's word in the owner's memory: see word.bpf.h.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>

#include "word.bpf.h"

static __always_inline __u64 translated(const struct decision_view *v, __u64 at)
{
	struct vhost_virtqueue *vq = (void *)v->id.vq;
	const struct vhost_iotlb_map *map = BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]);

	return map ? BPF_CORE_READ(map, addr) + at - BPF_CORE_READ(map, start) : 0;
}

__noinline int find_word(struct word_place *w, const struct decision_view *v)
{
	__u64 at;

	if (!w || !v)
		return 0;
	at = v->avail;
	if (view_has(v, VIRTIO_RING_F_EVENT_IDX))
		at += offsetof(struct vring_avail, ring) + v->num * sizeof(__u16);
	w->swap = v->swap;
	w->at = v->iotlb ? translated(v, at) : at;
	return 0;
}

/* A read that fails leaves a zero behind, which would pass for a word: the helper's answer decides. */
__noinline int read_word(struct reading *r, const struct word_place *w)
{
	__u16 value = 0;

	if (!r || !w)
		return 0;
	r->value = 0;
	r->state = READING_UNKNOWN;
	if (!w->at)
		return 0;
	r->state = bpf_probe_read_user(&value, sizeof(value), (void *)w->at) ? READING_FAULT : READING_OK;
	r->value = w->swap ? __builtin_bswap16(value) : value;
	return 0;
}
