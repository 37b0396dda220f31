/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUESTMEM_H
#define GUESTMEM_H

#include <stddef.h>
#include <stdint.h>

#include <linux/vhost_types.h>

/**
 * struct guestmem - the memory that rings and buffers live in
 * @fd: memfd behind it
 * @base: where it is mapped
 * @size: in bytes
 * @gpa: the guest-physical address of its first byte
 * @used: bytes handed out from the front
 *
 * One region, mapped once. Guest-physical addresses differ from ours, so that a mix-up of the two is noticed.
 */
struct guestmem {
	int fd;
	void *base;
	size_t size;
	uint64_t gpa;
	size_t used;
};

/**
 * guestmem_open() - take memory, all of it at once
 * @mem: filled in
 * @size: bytes, rounded up to pages
 * @gpa: guest-physical address of the first byte
 *
 * Return: 0 or -errno: -ENOMEM or -ENOSPC when there is not so much memory, rather than a SIGBUS later on.
 */
int guestmem_open(struct guestmem *mem, size_t size, uint64_t gpa);

/* Release it all; nothing handed out may be used any more. */
void guestmem_close(struct guestmem *mem);

/**
 * guestmem_alloc() - hand out a piece, for as long as the memory lives
 * @size: in bytes
 * @align: a power of two
 *
 * Return: the piece, all zero, or NULL when the memory is used up.
 */
void *guestmem_alloc(struct guestmem *mem, size_t size, size_t align);

/* Guest-physical address of a byte that guestmem_alloc() handed out. */
uint64_t guestmem_gpa(const struct guestmem *mem, const void *p);

/**
 * guestmem_table() - the memory table for VHOST_SET_MEM_TABLE
 *
 * Return: the table, to be freed by the caller, or NULL without memory.
 */
struct vhost_memory *guestmem_table(const struct guestmem *mem);

#endif
