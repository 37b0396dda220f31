// SPDX-License-Identifier: GPL-2.0-or-later
#include "dirty-log.h"

#include <errno.h>
#include <sys/mman.h>

#include <linux/vhost_types.h>

#define WORD_PAGES (8 * sizeof(unsigned long))
#define WORD_BYTES (WORD_PAGES * VHOST_PAGE_SIZE)

int dirty_log_open(struct dirty_log *log, uint64_t end)
{
	const uint64_t count = end / WORD_BYTES + (end % WORD_BYTES != 0);

	*log = (struct dirty_log){ .count = (size_t)count };
	if (!count)
		return -EINVAL;
	if (count > SIZE_MAX / sizeof(*log->words))
		return -ENOMEM;
	log->words = mmap(NULL, log->count * sizeof(*log->words), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (log->words != MAP_FAILED)
		return 0;
	log->words = NULL;
	return -errno;
}

void dirty_log_close(struct dirty_log *log)
{
	if (log->words)
		munmap(log->words, log->count * sizeof(*log->words));
	log->words = NULL;
}

/* A range of pages that grows while pages follow it, and is reported at the first gap. */
struct run {
	uint64_t first, pages;
	dirty_log_range_fn *fn;
	void *ctx;
};

static void end_run(struct run *r)
{
	if (r->pages)
		r->fn(r->ctx, r->first * VHOST_PAGE_SIZE, r->pages * VHOST_PAGE_SIZE);
	r->pages = 0;
}

static void add_page(struct run *r, uint64_t page)
{
	if (r->pages && r->first + r->pages != page)
		end_run(r);
	if (!r->pages)
		r->first = page;
	r->pages++;
}

static unsigned long take_word(unsigned long *word)
{
	/* Most words are 0, and a load does not dirty the cache line. */
	if (!__atomic_load_n(word, __ATOMIC_RELAXED))
		return 0;
	/* Read the bits before the pages: pairs with the smp_wmb() in vhost_log_write(), between writing a page and
	 * setting its bit. Exchange, since the kernel's set_bit() may set another bit of the word at any time. */
	return __atomic_exchange_n(word, 0, __ATOMIC_ACQUIRE);
}

uint64_t dirty_log_take(struct dirty_log *log, dirty_log_range_fn *fn, void *ctx)
{
	struct run run = { .fn = fn, .ctx = ctx };
	uint64_t pages = 0;

	for (size_t i = 0; i < log->count; i++)
		for (unsigned long bits = take_word(&log->words[i]); bits; bits &= bits - 1) {
			add_page(&run, i * WORD_PAGES + (unsigned int)__builtin_ctzl(bits));
			pages++;
		}
	end_run(&run);
	return pages;
}
