/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INSPECT_RINGS_BPF_H
#define INSPECT_RINGS_BPF_H

#include <asm-generic/errno.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "inspect-record.h"
#include "types.bpf.h"
#include "user-memory.bpf.h"

/* The words of a queue's rings, read without waiting for the owner; read_rings() is for the look. */

/* A struct vring_used_elem is two words of 32 bits. */
#define USED_ELEM_SIZE 8

/* Translations that are searched: the kernel keeps 2048 for a device, unless a parameter says otherwise. */
#define TRANSLATIONS_MAX 4096

/**
 * struct translation_search - a walk through the translations of an IOTLB
 * @next: the next translation's link
 * @end: the list
 * @iova: the address that is searched
 * @user: where it is in the owner's memory; 0: not found
 */
struct translation_search {
	struct list_head *next, *end;
	__u64 iova;
	__u64 user;
};

static long see_translation(__u32 i, struct translation_search *s)
{
	struct vhost_iotlb_map *map = (void *)s->next - bpf_core_field_offset(struct vhost_iotlb_map, link);
	__u64 offset;

	if (!s->next || s->next == s->end)
		return 1;
	offset = s->iova - BPF_CORE_READ(map, start);
	if (offset < BPF_CORE_READ(map, size)) {
		s->user = BPF_CORE_READ(map, addr) + offset;
		return 1;
	}
	s->next = BPF_CORE_READ(map, link.next);
	return 0;
}

/*
 * The user address of a word of the ring, translated if there is a virtual IOMMU; 0: there is no translation. The
 * kernel's cached translations of parts of the ring are of no use: each answer of the owner empties that cache.
 */
__noinline __u64 translate(__u64 vq_address, __u64 addr)
{
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct vhost_iotlb *iotlb = BPF_CORE_READ(vq, iotlb);
	struct translation_search s = { .iova = addr };

	if (!iotlb)
		return addr;
	s.next = BPF_CORE_READ(iotlb, list.next);
	s.end = __builtin_preserve_access_index(&iotlb->list);
	bpf_loop(TRANSLATIONS_MAX, see_translation, &s, 0);
	return s.user;
}

static __always_inline bool swapped(struct vhost_virtqueue *vq)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && BPF_CORE_READ(vq, is_le);
}

/**
 * struct mapping - the mapping of a word whose page was not there at first
 * @mm: whose
 * @addr: the word's address
 * @state: enum inspect_state, of the word
 * @value: the word, with INSPECT_OK
 */
struct mapping {
	__u64 mm;
	__u64 addr;
	__u16 state;
	__u16 value;
};

#define VM_ACCESS 7		/* VM_READ, VM_WRITE, VM_EXEC */

/* The kernel calls it with the lock held that mappings are changed under, so that the page belongs to the mapping. */
static long see_mapping(struct task_struct *task, struct vm_area_struct *vma, struct mapping *m)
{
	bool userfault = bpf_core_field_exists(vma->vm_userfaultfd_ctx.ctx) && vma->vm_userfaultfd_ctx.ctx;

	if (!(vma->vm_flags & VM_ACCESS))
		m->state = INSPECT_BARRED;
	else if (!read_user_word(m->mm, m->addr, 1, &m->value))
		m->state = INSPECT_OK;
	else if (!vma->vm_file && !vma->vm_ops && !userfault && find_page(m->mm, m->addr, 1) == PAGE_NEVER)
		m->state = INSPECT_OK;	/* never touched: it reads as 0 */
	return 0;
}

/* Look closer. That is possible only if @task has the memory, and nobody changes mappings meanwhile. */
static __always_inline void ask_mapping(struct mapping *m, struct task_struct *task)
{
	m->state = INSPECT_ABSENT;
	if ((__u64)BPF_CORE_READ(task, mm) == m->mm && bpf_find_vma(task, m->addr, see_mapping, m, 0) == -ENOENT)
		m->state = INSPECT_UNMAPPED;
}

static __always_inline void read_word(struct inspect_word *w, __u64 addr, struct vhost_virtqueue *vq,
				      struct task_struct *task, __u64 mm)
{
	struct mapping m = { .mm = mm, .addr = translate((__u64)vq, addr), .state = INSPECT_OK };

	if (!m.addr) {
		w->state = INSPECT_IOTLB;
		return;
	}
	if (read_user_word(mm, m.addr, 0, &m.value))
		ask_mapping(&m, task);
	w->state = m.state;
	w->value = swapped(vq) ? __builtin_bswap16(m.value) : m.value;
}

static __always_inline void set_states(struct inspect_word words[3], __u16 state)
{
	words[0].state = words[1].state = words[2].state = state;
}

/*
 * Read the flags and idx words at the beginning of the avail or used ring, and the event word behind its end, if
 * @to_event is not 0.
 */
static __always_inline void read_part(struct inspect_word words[3], __u64 addr, __u64 to_event,
				      struct task_struct *task, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u64 mm = (__u64)BPF_CORE_READ(dev, mm);

	if (!addr)
		return;
	if (mm) {
		read_word(&words[0], addr, vq, task, mm);
		read_word(&words[1], addr + sizeof(__u16), vq, task, mm);
		if (to_event)
			read_word(&words[2], addr + to_event, vq, task, mm);
	}
	if (!mm || (__u64)BPF_CORE_READ(dev, mm) != mm)
		set_states(words, INSPECT_ORPHAN);
}

/* Read the used ring first: then avail->idx, read later, is not older than used->idx. */
static __always_inline void read_rings(struct inspect_queue *q, struct task_struct *task, struct vhost_dev *dev,
				  struct vhost_virtqueue *vq)
{
	bool event_idx = q->flags & INSPECT_EVENT_IDX;
	__u64 used = offsetof(struct vring_used, ring) + q->num * (__u64)USED_ELEM_SIZE;
	__u64 avail = offsetof(struct vring_avail, ring) + q->num * sizeof(__u16);

	read_part(&q->ring_used_flags, q->used, event_idx ? used : 0, task, dev, vq);
	read_part(&q->ring_avail_flags, q->avail, event_idx ? avail : 0, task, dev, vq);
}

#endif
