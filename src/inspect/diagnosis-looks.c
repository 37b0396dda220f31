// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis-looks.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum diagnosis_result diagnosis_found(struct diagnosis *f, enum diagnosis_kind kind, enum diagnosis_side side,
				      enum diagnosis_level level)
{
	f->kind = kind;
	f->side = side;
	f->level = level;
	f->evidence[0] = '\0';
	f->remedy[0] = '\0';
	return DIAGNOSIS_FOUND;
}

void diagnosis_evidence(struct diagnosis *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->evidence, sizeof(f->evidence), fmt, ap);
	va_end(ap);
}

void diagnosis_evidence_add(struct diagnosis *f, const char *fmt, ...)
{
	const size_t len = strlen(f->evidence);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->evidence + len, sizeof(f->evidence) - len, fmt, ap);
	va_end(ap);
}

void diagnosis_remedy(struct diagnosis *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
}

void diagnosis_wake(struct diagnosis *f, const struct looks *l, const char *command)
{
	const struct inspect_device *d = l->device;
	char queue[INSPECT_QUEUE_NAME];

	inspect_queue_name(d, l->second, queue);
	if (d->owner_fd >= 0)
		diagnosis_remedy(f, "vhostctl %s %" PRIu32 ":%d %s", command, d->owner_tid, d->owner_fd, queue);
	else if (d->holder_count)
		diagnosis_remedy(f, "vhostctl %s %" PRIu32 ":%d %s", command, d->holders[0].tid,
				 d->holders[0].fd, queue);
}

bool looks_read_well(const struct inspect_queue *q)
{
	const bool event_idx = q->flags & INSPECT_EVENT_IDX;

	return q->ring_avail_flags.state == INSPECT_OK && q->ring_avail_idx.state == INSPECT_OK &&
	       q->ring_used_flags.state == INSPECT_OK && q->ring_used_idx.state == INSPECT_OK &&
	       (!event_idx || (q->ring_used_event.state == INSPECT_OK && q->ring_avail_event.state == INSPECT_OK));
}

bool looks_same_queue(const struct inspect_queue *a, const struct inspect_queue *b)
{
	return !((a->flags | b->flags) & INSPECT_MOVED) && a->num == b->num && a->desc == b->desc &&
		a->avail == b->avail && a->used == b->used && a->features[0] == b->features[0] &&
		a->features[1] == b->features[1] && a->kick.id == b->kick.id && a->call.id == b->call.id &&
		a->worker == b->worker && a->ifindex == b->ifindex && a->netns == b->netns &&
		!((a->flags ^ b->flags) & (INSPECT_BACKEND | INSPECT_EVENT_IDX | INSPECT_VALID | INSPECT_KICK_POLLED));
}

bool looks_still(const struct inspect_queue *a, const struct inspect_queue *b)
{
	return a->last_avail_idx == b->last_avail_idx && a->avail_idx == b->avail_idx &&
	       a->last_used_idx == b->last_used_idx && a->signalled_used == b->signalled_used &&
	       a->used_flags == b->used_flags;
}

bool looks_given_work(const struct inspect_queue *q)
{
	return q->flags & (INSPECT_WORK_QUEUED | INSPECT_BACKEND_WORK);
}

bool looks_asleep(const struct inspect_queue *q)
{
	return (q->worker_state & INSPECT_TASK_ASLEEP) && !looks_given_work(q);
}

bool looks_stopped(const struct inspect_queue *q)
{
	return !looks_wants_kicks(q) && !(q->flags & INSPECT_BACKEND_POLLED);
}

bool looks_waiting(const struct inspect_queue *q)
{
	return q->ring_avail_idx.value != q->last_avail_idx;
}

const char *looks_waiting_text(const struct inspect_queue *q, char buf[32])
{
	const unsigned int n = looks_distance(q->last_avail_idx, q->ring_avail_idx.value);

	snprintf(buf, 32, "%u buffer%s", n, n == 1 ? " waits" : "s wait");
	return buf;
}
