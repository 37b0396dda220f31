/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DESC_MEMORY_H
#define DESC_MEMORY_H

/*
 * A queue and a memory for desc_check(): plain bytes, and ranges that return a certain answer.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "virtio/desc-check.h"

#define NEXT VRING_DESC_F_NEXT
#define WRITE VRING_DESC_F_WRITE
#define INDIRECT VRING_DESC_F_INDIRECT

#define VERSION_1 (UINT64_C(1) << 32)
#define MRG (UINT64_C(1) << 15)
#define OWN_HEADER (UINT64_C(1) << 27)

/* In the second word of features. */
#define GUEST_TUNNEL (UINT64_C(1) << (65 - 64))
#define HOST_TUNNEL (UINT64_C(1) << (67 - 64))

/* The memory: plain bytes from MEM on, and ranges without bytes that return a certain answer. */
#define MEM UINT64_C(0x100000)
#define MEM_SIZE 0x200000
#define READ_ONLY UINT64_C(0x10000000)
#define WRITE_ONLY UINT64_C(0x20000000)
#define MISSING UINT64_C(0x30000000)
#define CRUMBS UINT64_C(0x40000000)	/* in pieces of 16 bytes */
#define AREA_SIZE UINT64_C(0x10000000)
#define TABLE (MEM + 0x1000)

static unsigned char mem[MEM_SIZE];

static inline bool inside(uint64_t gpa, uint64_t len, uint64_t start, uint64_t size)
{
	return gpa >= start && len <= size && gpa - start <= size - len;
}

static inline int pieces(void *ctx, uint64_t gpa, uint64_t len, bool write)
{
	(void)ctx;
	if (!len)
		abort();
	if (inside(gpa, len, MEM, MEM_SIZE))
		return 1;
	if (inside(gpa, len, READ_ONLY, AREA_SIZE))
		return write ? -EPERM : 1;
	if (inside(gpa, len, WRITE_ONLY, AREA_SIZE))
		return write ? 1 : -EPERM;
	if (inside(gpa, len, MISSING, AREA_SIZE))
		return -EAGAIN;
	if (inside(gpa, len, CRUMBS, AREA_SIZE))
		return (int)((len + 15) / 16);
	return -EFAULT;
}

static inline int read_mem(void *ctx, unsigned int number, uint64_t gpa, void *to, size_t len)
{
	(void)ctx;
	(void)number;
	if (!inside(gpa, len, MEM, MEM_SIZE))
		return -EFAULT;
	memcpy(to, mem + (gpa - MEM), len);
	return 0;
}

/* Each part of the ring is its own allocation, so that an access behind its end is noticed. */
static inline void open_queue(struct desc_queue *q, unsigned int num)
{
	*q = (struct desc_queue){
		.vring = {
			.num = num,
			.desc = calloc(num, sizeof(struct vring_desc)),
			.avail = calloc(1, sizeof(struct vring_avail) + num * sizeof(uint16_t)),
			.used = calloc(1, sizeof(struct vring_used) + num * sizeof(struct vring_used_elem)),
		},
		.memory = { .pieces = pieces, .read = read_mem },
	};
	if (!q->vring.desc || !q->vring.avail || !q->vring.used)
		exit(2);
}

static inline void close_queue(struct desc_queue *q)
{
	free(q->vring.desc);
	free(q->vring.avail);
	free(q->vring.used);
}

/* A descriptor in host byte order, for tables of cases. */
struct entry {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

static inline struct vring_desc little(const struct entry *e)
{
	return (struct vring_desc){ htole64(e->addr), htole32(e->len), htole16(e->flags), htole16(e->next) };
}

static inline void make_available(struct desc_queue *q, uint16_t index, uint16_t head)
{
	q->vring.avail->ring[index % q->vring.num] = htole16(head);
	q->vring.avail->idx = htole16((uint16_t)(index + 1));
}

/* xorshift, the same numbers each time. */
static inline uint64_t noise(void)
{
	static uint64_t x = UINT64_C(0x9e3779b97f4a7c15);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

#endif
