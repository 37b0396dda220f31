// SPDX-License-Identifier: GPL-2.0-or-later
#include "event/ring-starts.h"

#include "tap-out.h"

int main(void)
{
	static struct ring_starts s;

	ok(ring_starts_add(&s, 1, 4096) == 1 && ring_starts_add(&s, 1, 4096) == 2 && ring_starts_add(&s, 1, 4096) == 3,
	   "starts at one address are counted");
	ok(ring_starts_add(&s, 1, 8192) == 1, "at another one anew");
	ok(ring_starts_add(&s, 2, 4096) == 1, "and those of another device");
	ok(ring_starts_add(&s, 1, 4096) == 4, "and the others are not forgotten for that");
	for (uint64_t i = 0; i < RING_STARTS_MAX - 1; i++)
		ring_starts_add(&s, 3, i);
	ok(ring_starts_add(&s, 2, 4096) == 2, "with so many of them the last ones are there");
	ok(ring_starts_add(&s, 1, 4096) == 1, "and the first one is not");
	ok(ring_starts_add(&s, 3, RING_STARTS_MAX - 2) == 2, "which takes the place of the next oldest");
	return tap_done();
}
