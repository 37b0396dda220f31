// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The most packets that waited in the rings of taps.
 */
#include "inspect/ring-peaks.h"
#include "tap-out.h"

/* A look at one tap with two queues. */
static void look(struct ring_peaks *p, uint64_t socket, uint32_t first, uint32_t second)
{
	struct inspect_tap_queue queues[] = { { .socket = socket, .fill = first }, { .socket = 2, .fill = second } };
	struct tap_link link = { .queues = queues, .queue_count = 2 };
	const struct inspect_host host = { .links = { .list = &link, .count = 1 } };

	ok(!ring_peaks_note(p, &host), "a look: %u and %u", first, second);
}

static void is(const struct ring_peaks *p, uint64_t socket, uint32_t fill, uint32_t wanted)
{
	const struct inspect_tap_queue q = { .socket = socket, .fill = fill };

	ok(ring_peaks_of(p, &q) == wanted, "queue %llu, %u now: %u", (unsigned long long)socket, fill, wanted);
}

int main(void)
{
	const struct inspect_host none = { 0 };
	struct ring_peaks p = { 0 };

	is(&p, 1, 7, 7);
	look(&p, 1, 5, 9);
	is(&p, 1, 5, 5);
	look(&p, 1, 3, 10);
	is(&p, 1, 3, 5);
	is(&p, 2, 10, 10);
	is(&p, 1, 6, 6);
	look(&p, 3, 1, 0);
	is(&p, 2, 0, 10);
	look(&p, 1, 1, 0);
	is(&p, 1, 1, 1);
	ok(!ring_peaks_note(&p, &none), "no taps");
	is(&p, 2, 0, 0);
	ring_peaks_free(&p);
	is(&p, 2, 4, 4);
	return tap_done();
}
