/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DIRTY_LOG_H
#define DIRTY_LOG_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: the bitmap of pages that the device has written
 *
 * One bit for each page of VHOST_PAGE_SIZE bytes of guest-physical address, from 0 on: page N is bit N % 8 of byte
 * N / 8 on a little-endian host (drivers/vhost/vhost.c, log_write()). The kernel sets the bit atomically in a long
 * word. We take whole words, which is right for either byte order.
 *
 * The device first writes a page and then sets its bit, with an smp_wmb() in between. We first clear the bit, and then
 * the caller reads the page. A later write sets the bit again, so no write is lost.
 */

/**
 * struct dirty_log - the bitmap
 * @words: its words; pass their address to vhost_set_log_base()
 * @count: how many
 */
struct dirty_log {
	unsigned long *words;
	size_t count;
};

/**
 * dirty_log_open() - make an empty bitmap
 * @log: filled in
 * @end: the first guest-physical address that needs no bit. The kernel does not know it and sets bits beyond it, too:
 *       it must be behind every region of the memory table and behind every ring that is logged.
 *
 * Takes address space at first, and memory only where bits get set.
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
 * typedef dirty_log_range_fn - called for a range of pages that were written
 * @ctx: from dirty_log_take()
 * @gpa: guest-physical address of the first page
 * @len: bytes up to the end of the last; consecutive pages make one range
 */
typedef void dirty_log_range_fn(void *ctx, uint64_t gpa, uint64_t len);

/**
 * dirty_log_take() - fetch and clear the bits that are set
 * @log: the bitmap; the device may be writing to it
 * @fn: called for each range, in ascending order; it sees at least the writes that set the bits
 * @ctx: passed on to @fn
 *
 * Takes time in proportion to the bitmap's length.
 *
 * Return: the number of pages.
 */
uint64_t dirty_log_take(struct dirty_log *log, dirty_log_range_fn *fn, void *ctx);

#endif
