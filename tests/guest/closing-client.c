// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends a few buffers by a vhost-net device and closes it at once, again and again, each time by a new device. Prints
 * what all of them did in the end, as bench -j does: kicks that were written, calls that the eventfds counted, and used
 * buffers.
 */
#include <inttypes.h>

#include "rig.h"

#define TX 1
#define EVENT_IDX (UINT64_C(1) << 29)
#define VERSION_1 (UINT64_C(1) << 32)
#define DEVICES 130
#define BATCHES 3
#define BATCH 4
#define BUFFERS (BATCHES * BATCH)

struct counts {
	uint64_t kicks, calls, used;
};

/* @used: how many buffers have to be used at least before it is closed */
static void one_device(int tap, uint16_t used, struct counts *sum)
{
	struct rig r;
	uint64_t calls = 0;

	rig_open(&r, VERSION_1 | EVENT_IDX);
	for (unsigned int i = 0; i < BUFFERS; i++)
		rig_desc(&r, TX, i, guestmem_gpa(&r.mem, guestmem_alloc(&r.mem, RIG_FRAME, 64)), RIG_FRAME, 0);
	rig_start(&r, TX, tap);
	for (unsigned int i = 0; i < BUFFERS; i++) {
		rig_publish(&r, TX, (uint16_t)i);
		if (i % BATCH != BATCH - 1)
			continue;
		rig_kick(&r, TX);
		sum->kicks++;
		vring_used_event(&r.ring[TX]) = htole16((uint16_t)(i / 2));
	}
	rig_wait_used(&r, TX, used);
	/* The kernel waits for the worker in close(). After it nothing changes any more. */
	close(r.vhost);
	r.vhost = -1;
	if (read(r.call[TX], &calls, sizeof(calls)) < 0 && errno != EAGAIN)
		must(-errno, "read the calls");
	sum->calls += calls;
	sum->used += rig_used(&r, TX);
	rig_close(&r);
}

int main(void)
{
	struct counts sum = { 0 };
	int ifindex, tap = rig_tap(&ifindex);

	for (int i = 0; i < DEVICES; i++)
		one_device(tap, (uint16_t)(i % (BUFFERS + 1)), &sum);
	printf("{\"queues\":[{\"name\":\"tx0\",\"kicks\":%" PRIu64 ",\"calls\":%" PRIu64 ",", sum.kicks, sum.calls);
	printf("\"delivered\":%" PRIu64 "}]}\n", sum.used);
	close(tap);
	return 0;
}
