// SPDX-License-Identifier: GPL-2.0-or-later
#include "traced-queue.h"

#include <stdbool.h>

void traced_queue_receive(struct traced_queue *q, const struct event *e)
{
	q->received[e->type]++;
	if ((e->type == EVENT_CALL || e->type == EVENT_DRIVER_KICK) && e->reason < REASON_COUNT) {
		q->reasons[!!(e->flags & CALL_SIGNALLED)][e->reason]++;
		q->moved += !!(e->flags & CALL_MOVED);
	}
}

void traced_queue_add(struct traced_queue *sum, const struct traced_queue *q)
{
	for (int i = 0; i < EVENT_TYPES; i++)
		sum->received[i] += q->received[i];
	for (int i = 0; i < REASON_COUNT; i++) {
		sum->reasons[0][i] += q->reasons[0][i];
		sum->reasons[1][i] += q->reasons[1][i];
	}
	sum->moved += q->moved;
}
