// SPDX-License-Identifier: GPL-2.0-or-later
/* The bitmap of written pages; the test plays the device. */
#include <endian.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "tap-out.h"
#include "vhost/dirty-log.h"

#define PAGE UINT64_C(4096)
#define RANGES_MAX 16

struct ranges {
	struct { uint64_t gpa, len; } r[RANGES_MAX];
	size_t count;
};

static void add_range(void *ctx, uint64_t gpa, uint64_t len)
{
	struct ranges *all = ctx;

	if (all->count < RANGES_MAX) {
		all->r[all->count].gpa = gpa;
		all->r[all->count].len = len;
	}
	all->count++;
}

/* As the kernel's set_bit() on long words. Return: true if the bit was not set before. */
static bool set_page(struct dirty_log *log, uint64_t page)
{
	const unsigned int bits = 8 * sizeof(long);
	const unsigned long bit = 1UL << page % bits;

	return !(__atomic_fetch_or(&log->words[page / bits], bit, __ATOMIC_RELEASE) & bit);
}

static void must_open(struct dirty_log *log, uint64_t end)
{
	if (dirty_log_open(log, end))
		exit(2);
}

static void sizes(void)
{
	static const struct {
		uint64_t end;
		uint64_t bits;
	} cases[] = {
		{ 1, 64 }, { PAGE, 64 }, { 64 * PAGE, 64 }, { 64 * PAGE + 1, 128 }, { 65 * PAGE, 128 },
		{ UINT64_C(1) << 32, 1 << 20 }, { (UINT64_C(1) << 32) + PAGE, (1 << 20) + 64 },
		{ UINT64_C(1) << 44, UINT64_C(1) << 32 },
	};
	struct dirty_log log;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		must_open(&log, cases[i].end);
		/* With words of 32 bits, the bitmap may be 32 bits shorter. */
		ok(8 * sizeof(long) * log.count >= cases[i].bits - 32 && 8 * sizeof(long) * log.count <= cases[i].bits,
		   "addresses below 0x%llx: %llu bits", (unsigned long long)cases[i].end,
		   (unsigned long long)cases[i].bits);
		dirty_log_close(&log);
	}
	ok(dirty_log_open(&log, 0) == -EINVAL && !log.words, "no address needs no bitmap");
	ok(dirty_log_open(&log, UINT64_MAX) == -ENOMEM && !log.words, "all addresses have no room");
	dirty_log_close(&log);
}

/* The place of a page's bit, as the kernel defines it (dirty-log.h). */
static void order(void)
{
	static const uint64_t pages[] = { 0, 1, 7, 8, 63, 64, 77, 4095, 32768 };
	struct dirty_log log;

	must_open(&log, 40000 * PAGE);
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		struct ranges got = { 0 };

		if (BYTE_ORDER == LITTLE_ENDIAN)
			((unsigned char *)log.words)[pages[i] / 8] |= (unsigned char)(1 << pages[i] % 8);
		else
			set_page(&log, pages[i]);
		ok(dirty_log_take(&log, add_range, &got) == 1 && got.count == 1 && got.r[0].gpa == pages[i] * PAGE &&
		   got.r[0].len == PAGE, "page %llu", (unsigned long long)pages[i]);
	}
	dirty_log_close(&log);
}

static void ranges(void)
{
	static const uint64_t pages[] = { 0, 2, 3, 60, 61, 62, 63, 64, 65, 128, 190, 191, 255 };
	static const struct { uint64_t first, pages; } wanted[] = {
		{ 0, 1 }, { 2, 2 }, { 60, 6 }, { 128, 1 }, { 190, 2 }, { 255, 1 },
	};
	struct ranges got = { 0 };
	struct dirty_log log;
	bool good;

	must_open(&log, 256 * PAGE);
	ok(dirty_log_take(&log, add_range, &got) == 0 && !got.count, "a new bitmap is empty");
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		set_page(&log, pages[i]);
	ok(dirty_log_take(&log, add_range, &got) == ARRAY_SIZE(pages), "all pages are counted");
	good = got.count == ARRAY_SIZE(wanted);
	for (size_t i = 0; good && i < got.count; i++)
		good = got.r[i].gpa == wanted[i].first * PAGE && got.r[i].len == wanted[i].pages * PAGE;
	ok(good, "those that follow one another are one range, across words too");
	got.count = 0;
	ok(dirty_log_take(&log, add_range, &got) == 0 && !got.count, "what was taken is gone");

	memset(log.words, 0xff, log.count * sizeof(*log.words));
	ok(dirty_log_take(&log, add_range, &got) == 256 && got.count == 1 && got.r[0].gpa == 0 &&
	   got.r[0].len == 256 * PAGE, "all pages are one range");
	dirty_log_close(&log);
}

/* Set and take the bits of one word at the same time: each change from 0 to 1 must be taken as one page. */
#define ROUNDS 2000000

struct device {
	struct dirty_log log;
	uint64_t set;
};

static void *set_many(void *arg)
{
	struct device *d = arg;

	for (uint64_t i = 0; i < ROUNDS; i++)
		d->set += set_page(&d->log, i % 32);
	return NULL;
}

static void add_length(void *ctx, uint64_t gpa, uint64_t len)
{
	(void)gpa;
	*(uint64_t *)ctx += len;
}

static void at_once(void)
{
	uint64_t taken = 0, bytes = 0;
	struct device d = { 0 };
	pthread_t thread;

	must_open(&d.log, 32 * PAGE);
	if (pthread_create(&thread, NULL, set_many, &d))
		exit(2);
	while (pthread_tryjoin_np(thread, NULL) == EBUSY)
		taken += dirty_log_take(&d.log, add_length, &bytes);
	taken += dirty_log_take(&d.log, add_length, &bytes);
	if (!ok(taken == d.set && bytes == taken * PAGE, "none is lost that is set while others are taken"))
		diag("%llu of %llu", (unsigned long long)taken, (unsigned long long)d.set);
	dirty_log_close(&d.log);
}

int main(void)
{
	sizes();
	order();
	ranges();
	at_once();
	return tap_done();
}
