/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIRTY_LOG_H
#define DIRTY_LOG_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: the bitmap of pages that the device has written
 *
 * One bit a page of VHOST_PAGE_SIZE bytes of guest-physical address, from 0 on: that of page N is bit N % 8 of byte
 * N / 8 for a little-endian host (drivers/vhost/vhost.c, log_write()). The kernel sets it as a bit of a long word,
 * atomically, and so we take whole words, which is right for either byte order.
 *
 * The device writes a page first and sets its bit then, with an smp_wmb() in between; we clear the bit first and the
 * caller reads the page then. Whatever is written after our look sets the bit again, so that no write is lost.
 */

/**
 * struct dirty_log - the bitmap
 * @words: its words; their address is what vhost_set_log_base() takes
 * @count: how many
 */
struct dirty_log {
	unsigned long *words;
	size_t count;
};

/**
 * dirty_log_open() - make an empty bitmap
 * @log: filled in
 * @end: the first guest-physical address that needs no bit. The kernel sets bits without knowing of it: this must be
 *       behind every region of the memory table and behind every ring that is logged.
 *
 * Costs address space at first, and memory only where bits get set.
 *
 * Return: 0 or -errno: -EINVAL if @end is 0, -ENOMEM.
 */
int dirty_log_open(struct dirty_log *log, uint64_t end);

/**
 * dirty_log_close() - release the bitmap
 * @log: the log; the device must have stopped, or have another log base
 */
void dirty_log_close(struct dirty_log *log);

/**
 * typedef dirty_log_range_fn - is told of pages that were written
 * @ctx: what dirty_log_take() was given
 * @gpa: guest-physical address of the first
 * @len: bytes up to the end of the last; pages that follow one another come at once
 */
typedef void dirty_log_range_fn(void *ctx, uint64_t gpa, uint64_t len);

/**
 * dirty_log_take() - fetch and clear what is set
 * @log: the bitmap, which the device may be writing
 * @fn: called for each range, in ascending order; what it reads of a page is at least as new as its bit
 * @ctx: passed on to it
 *
 * Takes time in proportion to the bitmap's length.
 *
 * Return: the number of pages.
 */
uint64_t dirty_log_take(struct dirty_log *log, dirty_log_range_fn *fn, void *ctx);

#endif
