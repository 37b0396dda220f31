// SPDX-License-Identifier: GPL-2.0-only
/* Copies a queue's rings or one of its indirect tables, without waiting for the owner: see user-memory.bpf.h. */
#include <linux/bpf.h>

#include <asm-generic/errno.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "inspect-copy.h"
#include "inspect.bpf.h"
#include "types.bpf.h"
#include "user-memory.bpf.h"

#define PAGE_SIZE 4096
#define RING_SIZE_MAX 32768
#define REGIONS_MAX 4096

struct copied_memory {
	__u8 bytes[INSPECT_COPY_ROOM];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct copied_memory);
} copied_memory SEC(".maps");

struct inspect_copy copy;

/**
 * struct copying - a copy under way
 * @mm: whose memory
 * @umem: the memory regions by which guest-physical addresses are translated; NULL: @from is a user address
 * @from: where the rest begins
 * @rest: how much is left, bytes
 * @at: where it goes
 * @failed: a part could not be copied
 */
struct copying {
	__u64 mm;
	struct vhost_iotlb *umem;
	__u64 from;
	__u32 rest;
	__u32 at;
	bool failed;
};

/**
 * struct region_search - a walk through the memory regions
 * @next: the next region's link
 * @end: the list
 * @gpa: the address that is searched
 * @user: where it is in the owner's memory; valid if @size is not 0
 * @size: bytes from there to the end of the region; 0: not found
 */
struct region_search {
	struct list_head *next, *end;
	__u64 gpa;
	__u64 user;
	__u64 size;
};

static long see_region(__u32 i, struct region_search *s)
{
	struct vhost_iotlb_map *map = (void *)s->next - bpf_core_field_offset(struct vhost_iotlb_map, link);
	__u64 offset;

	if (!s->next || s->next == s->end)
		return 1;
	offset = s->gpa - BPF_CORE_READ(map, start);
	if (offset < BPF_CORE_READ(map, size)) {
		s->user = BPF_CORE_READ(map, addr) + offset;
		s->size = BPF_CORE_READ(map, size) - offset;
		return 1;
	}
	s->next = BPF_CORE_READ(map, link.next);
	return 0;
}

/* Find the user address of the rest, and how many bytes of it are together. */
static __always_inline __u64 find_rest(const struct copying *c, __u64 *size)
{
	struct region_search s = { .gpa = c->from };
	struct vhost_iotlb *umem = c->umem;

	*size = c->rest;
	if (!umem)
		return c->from;
	s.next = BPF_CORE_READ(umem, list.next);
	s.end = __builtin_preserve_access_index(&umem->list);
	bpf_loop(REGIONS_MAX, see_region, &s, 0);
	if (s.size < *size)
		*size = s.size;
	return s.user;
}

/* Callback of bpf_loop(): copy what of the rest is in one page. */
static long copy_piece(__u32 i, struct copying *c)
{
	__u64 size, user, page;
	struct copied_memory *m;
	__u32 zero = 0, at = c->at;

	if (!c->rest)
		return 1;
	c->failed = true;
	user = find_rest(c, &size);
	if (size > PAGE_SIZE - user % PAGE_SIZE)
		size = PAGE_SIZE - user % PAGE_SIZE;
	barrier_var(size);	/* else the compiler leaves out the comparison that the verifier needs */
	page = find_page(c->mm, user, 0);
	m = bpf_map_lookup_elem(&copied_memory, &zero);
	if (!m || !size || size > PAGE_SIZE || at > INSPECT_COPY_MAX || page < PAGE_RESULTS)
		return 1;
	if (bpf_probe_read_kernel(m->bytes + at, size, (void *)page) || find_page(c->mm, user, 0) != page)
		return 1;
	c->failed = false;
	c->from += size;
	c->at += size;
	c->rest -= size;
	return 0;
}

/* Each piece ends at the end of a page or region, or of the whole. */
static __always_inline int copy_range(struct copying *c, __u64 from, __u32 len)
{
	c->from = from;
	c->rest = len;
	bpf_loop(INSPECT_COPY_MAX / PAGE_SIZE + REGIONS_MAX + 2, copy_piece, c, 0);
	return c->failed || c->rest ? -EFAULT : 0;
}

/* Copy the avail ring before the descriptors: a driver writes the descriptors first. */
static __always_inline int copy_rings(struct copying *c, struct vhost_virtqueue *vq)
{
	__u32 num = BPF_CORE_READ(vq, num), desc = num * sizeof(struct vring_desc);
	__u32 avail = offsetof(struct vring_avail, ring) + num * sizeof(__u16);
	__u32 used = offsetof(struct vring_used, ring) + num * sizeof(__u32) * 2;
	int err;

	if (!num || num > RING_SIZE_MAX)
		return -EINVAL;
	copy.num = num;
	copy.len = desc + avail + used;
	c->at = desc;
	err = copy_range(c, (__u64)BPF_CORE_READ(vq, avail), avail);
	if (!err)
		err = copy_range(c, (__u64)BPF_CORE_READ(vq, used), used);
	if (err)
		return err;
	c->at = 0;
	return copy_range(c, (__u64)BPF_CORE_READ(vq, desc), desc);
}

/* Into the program's own memory, since user space can write to the map. A descriptor on two pages is not read. */
static __always_inline int read_desc(struct vring_desc *d, __u64 mm, __u64 addr)
{
	__u64 page = find_page(mm, addr, 0);

	if (addr % PAGE_SIZE > PAGE_SIZE - sizeof(*d) || page < PAGE_RESULTS)
		return -EFAULT;
	if (bpf_probe_read_kernel(d, sizeof(*d), (void *)page) || find_page(mm, addr, 0) != page)
		return -EFAULT;
	return 0;
}

static __always_inline int copy_table(struct copying *c, struct vhost_virtqueue *vq, struct vhost_iotlb *umem,
				      __u32 number)
{
	struct vring_desc d;

	if (number >= BPF_CORE_READ(vq, num))
		return -EINVAL;
	if (read_desc(&d, c->mm, (__u64)BPF_CORE_READ(vq, desc) + number * sizeof(d)))
		return -EFAULT;
	if (!(d.flags & VRING_DESC_F_INDIRECT) || d.len > INSPECT_COPY_MAX)
		return -EINVAL;
	copy.len = d.len;
	copy.addr = d.addr;
	c->umem = umem;
	return copy_range(c, d.addr, d.len);
}

static __always_inline int copy_queue(struct vhost_dev *dev)
{
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *vq = NULL;
	struct copying c = { .mm = (__u64)BPF_CORE_READ(dev, mm) };
	/* Once: user space may change it after it was compared. */
	__u32 queue = *(volatile __u32 *)&copy.queue, number = *(volatile __u32 *)&copy.desc;
	void *desc;
	int err;

	if (queue >= (__u32)BPF_CORE_READ(dev, nvqs) || !c.mm)
		return -ENOENT;
	if (BPF_CORE_READ(dev, iotlb))
		return -EOPNOTSUPP;
	bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[queue]);
	desc = BPF_CORE_READ(vq, desc);
	err = number == INSPECT_COPY_RINGS ? copy_rings(&c, vq) :
	      copy_table(&c, vq, BPF_CORE_READ(dev, umem), number);
	if (!err && ((__u64)BPF_CORE_READ(dev, mm) != c.mm || BPF_CORE_READ(vq, desc) != desc))
		err = -EAGAIN;
	return err;
}

SEC("iter")
int copy_memory(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct vhost_dev *dev;
	__u32 kind;

	if (!ctx->task || !file || copy.err != -ENOENT)
		return 0;
	dev = find_device(file, &kind);
	if (dev && (__u64)dev == copy.device)
		copy.err = copy_queue(dev);
	return 0;
}
