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
 * One memfd, mapped once, all of it taken at the start. The memory table tells of it in one or more regions, which
 * follow one another both in guest-physical and in user addresses: how many there are makes no difference to anybody
 * but the device, which has to find an address among them. Guest-physical addresses differ from ours, so that a mix-up
 * of the two is noticed. The memfd can be handed to another process: it is sealed, so that nobody can cut it short and
 * leave the others with a SIGBUS.
 */

/**
 * struct guestmem_conf - what memory to take
 * @size: bytes, rounded up to pages
 * @gpa: guest-physical address of the first byte, a multiple of the page
 * @regions: how many regions the memory table has, 1 or more
 * @hugepages: of huge pages, of the kernel's default size; this is then the page above
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
 * @page: size of its pages
 * @gpa: the guest-physical address of its first byte
 * @regions: how many regions its table has
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
 * guestmem_open() - take memory, all of it at once
 * @mem: filled in
 * @conf: what to take
 *
 * Return: 0 or -errno: -EINVAL if there is nothing to take, no region, more regions than pages, or @conf->gpa is not a
 * multiple of the page; -ERANGE if the memory would reach beyond the last guest-physical address; -ENOMEM or -ENOSPC
 * when there is not so much memory, rather than a SIGBUS later on, of huge pages see guestmem_hugepages(); -ENOSYS or
 * -EOPNOTSUPP for huge pages on a kernel without them.
 */
int guestmem_open(struct guestmem *mem, const struct guestmem_conf *conf);

/**
 * guestmem_close() - release the memory; nothing handed out may be used any more
 * @mem: the memory
 */
void guestmem_close(struct guestmem *mem);

/**
 * struct guestmem_hugepages - the huge pages of the default size
 * @size: of one, in bytes
 * @total: how many there are: what to write to /proc/sys/vm/nr_hugepages to keep them as they are
 * @free: how many of them nobody has, or was promised
 */
struct guestmem_hugepages {
	uint64_t size;
	uint64_t total;
	uint64_t free;
};

/**
 * guestmem_hugepages() - what the kernel says of huge pages
 * @huge: filled in
 *
 * Return: 0 or -errno, -ENOSYS where the kernel has none.
 */
int guestmem_hugepages(struct guestmem_hugepages *huge);

/**
 * guestmem_alloc() - hand out a piece, for as long as the memory lives
 * @size: in bytes
 * @align: a power of two
 *
 * Return: the piece, all zero, or NULL when the memory is used up.
 */
void *guestmem_alloc(struct guestmem *mem, size_t size, size_t align);

/**
 * guestmem_gpa() - guest-physical address of a byte
 * @mem: the memory
 * @p: the byte, in what guestmem_alloc() handed out
 */
uint64_t guestmem_gpa(const struct guestmem *mem, const void *p);

/**
 * guestmem_translate() - where a range of guest-physical addresses is
 * @gpa: its first byte
 * @len: its length in bytes; any pair of numbers may be asked for
 *
 * Return: its first byte, or NULL unless all of it is in the memory.
 */
void *guestmem_translate(const struct guestmem *mem, uint64_t gpa, uint64_t len);

/**
 * guestmem_table() - the memory table for VHOST_SET_MEM_TABLE
 *
 * The regions are equal but for the last, which takes the rest.
 *
 * Return: the table, to be freed by the caller, or NULL without memory.
 */
struct vhost_memory *guestmem_table(const struct guestmem *mem);

#endif
