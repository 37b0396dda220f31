/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUESTMEM_H
#define GUESTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/vhost_types.h>

/**
 * DOC: the memory that rings and buffers live in
 *
 * One memfd, mapped once, all of it allocated at the start. The memory table describes it as one or more regions, which
 * are adjacent both in guest-physical and in user addresses: their number matters only to the device, which has to
 * search them for an address. Guest-physical addresses differ from user addresses, so that a mix-up is noticed. The
 * memfd can be passed to another process: it is sealed, so that nobody can truncate it and leave the others with a
 * SIGBUS.
 */

/**
 * struct guestmem_conf - configuration of the memory
 * @size: bytes, rounded up to whole pages
 * @gpa: guest-physical address of the first byte, a multiple of the page size
 * @regions: regions of the memory table, 1 or more
 * @hugepages: use huge pages of the kernel's default size, which then is the page size above
 */
struct guestmem_conf {
	size_t size;
	uint64_t gpa;
	unsigned int regions;
	bool hugepages;
};

/**
 * struct guestmem - the memory
 * @fd: memfd behind it, close-on-exec
 * @base: where it is mapped
 * @size: in bytes
 * @page: size of its pages, in bytes
 * @gpa: the guest-physical address of its first byte
 * @regions: regions of its memory table
 * @used: bytes handed out from the front
 */
struct guestmem {
	int fd;
	void *base;
	size_t size;
	size_t page;
	uint64_t gpa;
	unsigned int regions;
	size_t used;
};

/**
 * guestmem_open() - allocate the memory, all of it at once
 * @mem: filled in
 * @conf: its configuration
 *
 * Return: 0 or -errno: -EINVAL for a size of 0, no region, more regions than pages, or a @conf->gpa that is not a
 * multiple of the page size; -ERANGE if the memory would reach beyond the last guest-physical address; -ENOMEM or
 * -ENOSPC if there is not enough memory, instead of a SIGBUS later on (for huge pages see guestmem_hugepages());
 * -ENOSYS or -EOPNOTSUPP for huge pages on a kernel without them.
 */
int guestmem_open(struct guestmem *mem, const struct guestmem_conf *conf);

/**
 * guestmem_close() - release the memory, with all pieces from guestmem_alloc()
 * @mem: the memory
 */
void guestmem_close(struct guestmem *mem);

/**
 * struct guestmem_hugepages - the huge pages of the default size
 * @size: of one, in bytes
 * @total: how many there are; writing this number to /proc/sys/vm/nr_hugepages changes nothing
 * @free: how many of them are neither in use nor reserved
 */
struct guestmem_hugepages {
	uint64_t size;
	uint64_t total;
	uint64_t free;
};

/**
 * guestmem_hugepages() - read the number of huge pages from /proc/meminfo
 * @huge: filled in
 *
 * Return: 0 or -errno, -ENOSYS where the kernel has none.
 */
int guestmem_hugepages(struct guestmem_hugepages *huge);

/**
 * guestmem_alloc() - allocate a piece of the memory, until guestmem_close()
 * @mem: the memory
 * @size: in bytes
 * @align: a power of two
 *
 * Return: the piece, all zero, or NULL when the memory is used up.
 */
void *guestmem_alloc(struct guestmem *mem, size_t size, size_t align);

/**
 * guestmem_gpa() - guest-physical address of a byte
 * @mem: the memory
 * @p: the byte, in a piece from guestmem_alloc()
 */
uint64_t guestmem_gpa(const struct guestmem *mem, const void *p);

/**
 * guestmem_translate() - turn a range of guest-physical addresses into a pointer
 * @mem: the memory
 * @gpa: the first address; any value, since the range is checked
 * @len: length in bytes; any value
 *
 * Return: the range's first byte, or NULL unless all of it is in the memory.
 */
void *guestmem_translate(const struct guestmem *mem, uint64_t gpa, uint64_t len);

/**
 * guestmem_table() - the memory table for VHOST_SET_MEM_TABLE
 *
 * The regions have the same size, except the last, which takes the rest.
 *
 * Return: the table, for the caller to free, or NULL without memory.
 */
struct vhost_memory *guestmem_table(const struct guestmem *mem);

#endif
