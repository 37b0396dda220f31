// SPDX-License-Identifier: GPL-2.0-or-later
#include "queue-drops.h"

#include "bpf/backend.h"

static bool same_tap(const struct queue_name *a, const struct queue_name *b)
{
	return a->ifindex == b->ifindex && a->netns == b->netns;
}

/* The queues of a tap come one after the other: they are sorted by its name. */
static int end_of_tap(const struct counted_queue *queues, int count, int from)
{
	int end = from + 1;

	while (end < count && same_tap(&queues[end].name, &queues[from].name))
		end++;
	return end;
}

void queue_drops_choose(struct counted_queue *queues, int count)
{
	for (int from = 0, end; from < count; from = end) {
		int first = queues[from].name.pair;

		end = end_of_tap(queues, count, from);
		for (int i = from; i < end; i++)
			if (queues[i].name.pair < first)
				first = queues[i].name.pair;
		for (int i = from; i < end; i++)
			queues[i].drops = queues[i].name.ifindex && queues[i].name.pair == first;
	}
}
