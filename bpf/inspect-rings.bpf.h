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

/* The words of a queue in the order in which they are read. */
enum {
	USED_FLAGS, USED_IDX, AVAIL_EVENT,
	AVAIL_FLAGS, AVAIL_IDX, USED_EVENT,
	WORDS,
};

/* The user address of a word, before its translation; 0: there is none. */
static __always_inline __u64 word_address(const struct inspect_queue *q, __u32 word)
{
	const __u64 used = offsetof(struct vring_used, ring) + q->num * (__u64)USED_ELEM_SIZE;
	const __u64 avail = offsetof(struct vring_avail, ring) + q->num * sizeof(__u16);
	const __u64 ring = word < AVAIL_FLAGS ? q->used : q->avail;

	if (!ring)
		return 0;
	switch (word) {
	case USED_FLAGS:
	case AVAIL_FLAGS:
		return ring;
	case USED_IDX:
	case AVAIL_IDX:
		return ring + sizeof(__u16);
	default:
		return q->flags & INSPECT_EVENT_IDX ? ring + (word == AVAIL_EVENT ? used : avail) : 0;
	}
}

/* In the record the words of the avail ring come first. */
static __always_inline struct inspect_word *word_of(struct inspect_queue *q, __u32 word)
{
	return &q->ring_avail_flags + (word < AVAIL_FLAGS ? word + AVAIL_FLAGS : word - AVAIL_FLAGS);
}

static __always_inline bool swapped(struct vhost_virtqueue *vq)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && BPF_CORE_READ(vq, is_le);
}

__noinline int set_word(struct inspect_queue *q, __u64 vq, __u32 word, __u16 state, __u16 value)
{
	if (!q || word >= WORDS)
		return 0;
	word_of(q, word)->state = state;
	word_of(q, word)->value = swapped((void *)vq) ? __builtin_bswap16(value) : value;
	return 0;
}

/* Read a word, if its page is there. Return: 0, or its user address if it is not. */
__noinline __u64 read_present(struct inspect_queue *q, __u64 vq, __u64 mm, __u32 word)
{
	__u64 addr = q ? word_address(q, word) : 0;
	__u16 value = 0;

	if (!addr)
		return 0;
	addr = translate(vq, addr);
	if (!addr)
		set_word(q, vq, word, INSPECT_IOTLB, 0);
	else if (read_user_word(mm, addr, 0, &value))
		return addr;
	else
		set_word(q, vq, word, INSPECT_OK, value);
	return 0;
}

/**
 * struct ring_walk - context of the walk along the words of a queue
 * @task: a task that may have the memory
 * @q: the queue's record
 * @vq: the queue
 * @mm: the memory
 */
struct ring_walk {
	struct task_struct *task;
	struct inspect_queue *q;
	__u64 vq;
	__u64 mm;
};

/* Callback of bpf_loop(). Only the kernel's own pointer to the task will do for a closer look, so it is not global. */
static long read_word(__u32 word, struct ring_walk *r)
{
	struct mapping m = { .mm = r->mm };

	m.addr = read_present(r->q, r->vq, r->mm, word);
	if (m.addr) {
		ask_mapping(&m, r->task);
		set_word(r->q, r->vq, word, m.state, m.value);
	}
	return 0;
}

/* The memory is nobody's any more: what was read may be anything. */
__noinline int set_orphan(struct inspect_queue *q)
{
	for (__u32 word = 0; q && word < WORDS; word++)
		if (word < AVAIL_FLAGS ? q->used : q->avail)
			word_of(q, word)->state = INSPECT_ORPHAN;
	return 0;
}

/* The used ring comes first: then avail->idx, read later, is not older than used->idx. */
static __always_inline void read_rings(struct inspect_queue *q, struct task_struct *task, struct vhost_dev *dev,
				       struct vhost_virtqueue *vq)
{
	struct ring_walk r = { .task = task, .q = q, .vq = (__u64)vq, .mm = (__u64)BPF_CORE_READ(dev, mm) };

	if (r.mm)
		bpf_loop(WORDS, read_word, &r, 0);
	if (!r.mm || (__u64)BPF_CORE_READ(dev, mm) != r.mm)
		set_orphan(q);
}

#endif
