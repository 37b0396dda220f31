// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which queues show the drops of their tap: each tap's once in each direction.
 */
#include "stat/queue-drops.h"
#include "tap-out.h"

static struct counted_queue queue_of(uint32_t ifindex, uint32_t netns, int pair, int number)
{
	return (struct counted_queue){
		.name = { .ifindex = ifindex, .netns = netns, .pair = pair, .number = number },
	};
}

int main(void)
{
	/* Sorted as counters_read() sorts them: by owner before the number of the pair. */
	struct counted_queue queues[] = {
		queue_of(0, 0, 0, 0),				/* vsock: no tap */
		queue_of(3, 1, 2, 0), queue_of(3, 1, 2, 1),	/* an owner with the tap's third queue */
		queue_of(3, 1, 1, 0), queue_of(3, 1, 1, 1),	/* and one with the second */
		queue_of(3, 1, 1, 0),				/* the same with another slot */
		queue_of(3, 2, 4, 1),				/* the same number in another namespace */
	};
	static const bool wanted[] = { false, false, false, true, true, true, true };

	queue_drops_choose(queues, 0);
	ok(!queues[6].drops, "no queues");
	queue_drops_choose(queues, sizeof(queues) / sizeof(queues[0]));
	for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++)
		ok(queues[i].drops == wanted[i], "queue %zu", i);
	return tap_done();
}
