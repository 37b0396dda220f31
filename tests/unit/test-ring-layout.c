// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The addresses of rings: good ones, and every kind of bad one. Chosen addresses must be good, whatever the given ones
 * are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "tap-out.h"
#include "virtio/ring-layout.h"

#define GPA UINT64_C(0x100000000)
#define SIZE UINT64_C(0x100000)

static void test_sizes(void)
{
	/* virtio 1.2, 2.7: 16, 6 + 2 and 6 + 8 bytes an entry. */
	ok(ring_desc_size(256) == 4096 && ring_avail_size(256) == 518 && ring_used_size(256) == 2054, "sizes for 256");
	ok(ring_desc_size(1) == 16 && ring_avail_size(1) == 8 && ring_used_size(1) == 14, "sizes for 1");
	ok(ring_desc_size(32768) == 524288 && ring_avail_size(32768) == 65542 && ring_used_size(32768) == 262150,
	   "sizes for 32768");
}

static void test_given(void)
{
	/* A ring of 16: desc 256, avail 38, used 134 bytes. */
	static const struct {
		const char *name;
		uint64_t desc, avail, used;
		int result;
		const char *why;
	} cases[] = {
		{ "good", GPA, GPA + 0x1000, GPA + 0x2000, 0, "" },
		{ "end to end", GPA, GPA + 256, GPA + 296, 0, "" },
		{ "at the end", GPA + SIZE - 256, GPA, GPA + 64, 0, "" },
		{ "desc is misaligned", GPA + 8, GPA + 0x1000, GPA + 0x2000, -EINVAL, "desc: 0x100000008 is not" },
		{ "avail is misaligned", GPA, GPA + 0x1001, GPA + 0x2000, -EINVAL, "avail: 0x100001001 is not" },
		{ "used is misaligned", GPA, GPA + 0x1000, GPA + 0x2002, -EINVAL, "used: 0x100002002 is not" },
		{ "desc before the memory", GPA - 16, GPA + 0x1000, GPA + 0x2000, -EINVAL, "desc: 0xfffffff0" },
		{ "desc across the end", GPA + SIZE - 240, GPA, GPA + 64, -EINVAL, "desc: 0x1000fff10" },
		{ "avail behind the end", GPA, GPA + SIZE, GPA + 64, -EINVAL, "avail: 0x100100000" },
		{ "used at 0", GPA, GPA + 0x1000, 0, -EINVAL, "used: 0x0" },
		{ "used at the very end", GPA, GPA + 0x1000, -UINT64_C(4), -EINVAL, "used: 0xfffffffffffffffc" },
		{ "avail in desc", GPA, GPA + 254, GPA + 0x2000, -EINVAL, "overlaps" },
		{ "used in avail", GPA, GPA + 256, GPA + 292, -EINVAL, "overlaps" },
		{ "desc around used", GPA, GPA + 0x1000, GPA + 4, -EINVAL, "overlaps" },
		{ "all at once", GPA, GPA, GPA, -EINVAL, "overlaps" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ring_place ring = {
			.name = "tx0", .num = 16, .placed = true, .item = 3,
			.desc = cases[i].desc, .avail = cases[i].avail, .used = cases[i].used,
		};
		struct step step = { .why = "" };
		int r = ring_layout(&ring, 1, GPA, SIZE, &step);

		if (!ok(r == cases[i].result && strstr(step.why, cases[i].why), "%s", cases[i].name))
			diag("%d, %s", r, step.why);
		if (r)
			ok(!strcmp(step.key, "ring") && step.item == 3, "%s: says which option", cases[i].name);
	}
}

static void test_two(void)
{
	struct ring_place rings[2] = {
		{ .name = "rx0", .num = 16, .placed = true, .item = 1, .desc = GPA, .avail = GPA + 0x1000,
		  .used = GPA + 0x2000 },
		{ .name = "tx0", .num = 16, .placed = true, .item = 0, .desc = GPA + 0x3000, .avail = GPA + 0x1026,
		  .used = GPA + 0x2088 },
	};
	struct step step = { .why = "" };

	ok(ring_layout(rings, 2, GPA, SIZE, &step) == 0, "two rings, each behind the other's parts");
	rings[1].avail -= 2;
	ok(ring_layout(rings, 2, GPA, SIZE, &step) == -EINVAL && step.item == 0 &&
	   strstr(step.why, "avail") && strstr(step.why, "rx0"), "two bytes less: they overlap");
}

/* Check the chosen addresses as if they had been given. */
static bool chosen_are_good(const struct ring_place *rings, int count, uint64_t gpa, uint64_t size)
{
	struct ring_place *copy = calloc((size_t)count, sizeof(*copy));
	struct step step;
	int r;

	if (!copy)
		abort();
	memcpy(copy, rings, (size_t)count * sizeof(*copy));
	for (int i = 0; i < count; i++)
		copy[i].placed = true;
	r = ring_layout(copy, count, gpa, size, &step);
	if (r)
		diag("%s", step.why);
	free(copy);
	return !r;
}

static void test_chosen(void)
{
	static const unsigned int nums[] = { 1, 16, 256, 1024, 32768 };
	struct ring_place rings[8];
	struct step step = { .why = "" };

	for (size_t n = 0; n < ARRAY_SIZE(nums); n++) {
		for (int i = 0; i < 8; i++)
			rings[i] = (struct ring_place){ .num = nums[n], .item = -1 };
		ok(ring_layout(rings, 8, GPA, 64 * SIZE, &step) == 0 && chosen_are_good(rings, 8, GPA, 64 * SIZE),
		   "eight rings of %u", nums[n]);
	}
	/* A given ring in the place of the first chosen ring, and of the next. */
	for (int i = 0; i < 8; i++)
		rings[i] = (struct ring_place){ .num = 256, .item = -1 };
	rings[5] = (struct ring_place){ .num = 256, .placed = true, .desc = GPA + 0x1000, .avail = GPA + 0x8000,
					.used = GPA + 0xc000 };
	ok(ring_layout(rings, 8, GPA, SIZE, &step) == 0 && chosen_are_good(rings, 8, GPA, SIZE) &&
	   rings[5].desc == GPA + 0x1000, "around one that was given");
	/* desc and avail share two pages, used has one of its own. */
	for (int i = 0; i < 8; i++)
		rings[i] = (struct ring_place){ .name = "rx0", .num = 256, .item = -1 };
	ok(ring_layout(rings, 8, GPA, 8 * 3 * 4096, &step) == 0, "no byte too many");
	ok(ring_layout(rings, 8, GPA, 8 * 3 * 4096 - 4096, &step) == -ENOSPC && !strcmp(step.key, "memory"),
	   "one page less");
	ok(ring_layout(rings, 1, -UINT64_C(0x10000), 0x10000, &step) == 0 &&
	   chosen_are_good(rings, 1, -UINT64_C(0x10000), 0x10000), "at the end of all addresses");
	ok(ring_layout(rings, 1, GPA, 1, &step) == -ENOSPC, "hardly any memory");
}

int main(void)
{
	test_sizes();
	test_given();
	test_two();
	test_chosen();
	return tap_done();
}
