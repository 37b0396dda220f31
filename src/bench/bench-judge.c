// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench-judge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/fail.h"

/* The device asked for a kick, and has not taken the buffers that the driver published. */
static bool kick_lost(const struct netdrv_sides *s, bool event_idx)
{
	uint16_t taken = (uint16_t)s->last_avail_idx;

	if (s->last_avail_idx < 0)
		return false;
	if (event_idx)
		return vring_need_event(s->avail_event, s->avail_idx, taken);
	return s->avail_idx != taken && !(s->used_flags & VRING_USED_F_NO_NOTIFY);
}

/* The driver asked for a call, and has not taken back the buffers that the device used. */
static bool call_lost(const struct netdrv_sides *s, bool event_idx)
{
	if (event_idx)
		return vring_need_event(s->used_event, s->used_idx, s->last_used_idx);
	return s->used_idx != s->last_used_idx && !(s->avail_flags & VRING_AVAIL_F_NO_INTERRUPT);
}

/* Print the indexes of both sides of a stuck queue, and which notification was lost. */
static void explain_stuck(const struct bench_queue *q, bool event_idx, uint64_t stall_ns)
{
	const struct netdrv_sides *s = &q->side.sides;

	fail("bench", "%s is stuck: work is pending and nothing has moved for %g s", q->name, ns_to_s(stall_ns));
	fprintf(stderr,
		"          published          seen by the other side   next notification\n"
		"  driver  avail->idx %5u   last_avail_idx %5d     kick when avail passes avail_event %u\n"
		"  device  used->idx  %5u   last_used_idx  %5u     call when used passes used_event %u\n"
		"  flags: used->flags %u, avail->flags %u\n",
		s->avail_idx, s->last_avail_idx, s->avail_event, s->used_idx, s->last_used_idx, s->used_event,
		s->used_flags, s->avail_flags);
	if (kick_lost(s, event_idx))
		fprintf(stderr, "  The device asked for a kick, and has not taken what was published: it was lost.\n");
	if (call_lost(s, event_idx))
		fprintf(stderr, "  The driver asked for a call, and has not taken what was used: it was lost.\n");
}

/* Print what is wrong with one queue. Returns its exit status. */
static int judge(const struct bench_queue *q, const struct bench_opts *o)
{
	const struct bench_side *s = &q->side;

	if (s->err == -ETIME)
		explain_stuck(q, o->notify == NOTIFY_EVENT_IDX, o->stall_ns);
	else if (s->err)
		fail("bench", "%s: %s", q->name, strerror(-s->err));
	if (s->strays)
		fail("bench", "%s: %" PRIu64 " packets of other queues came here: the kernel does not steer them as "
		     "told", q->name, s->strays);
	if (!s->balanced)
		fail("bench", "%s: the packets do not add up: %" PRIu64 " submitted, %" PRIu64 " delivered, %" PRIu64
		     " lost, %" PRIu64 " in flight; this is a bug", q->name, s->submitted, s->delivered, s->lost,
		     s->in_flight);
	return s->err || !s->balanced || s->lost || s->corrupt || s->duplicates || s->strays ? STATUS_FOUND : STATUS_OK;
}

int bench_judge(const struct bench_opts *o, const struct bench_result *res)
{
	int status = STATUS_OK;

	for (unsigned int i = 0; i < res->count; i++)
		if (judge(&res->queues[i], o))
			status = STATUS_FOUND;
	if ((o->mode != MODE_RX && !res->tx.balanced) || (o->mode != MODE_TX && !res->rx.balanced))
		status = STATUS_FOUND;
	return status;
}
