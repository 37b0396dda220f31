// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis-looks.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <linux/virtio_ring.h>

#include "base/clock.h"

static const char *const kind_names[DIAGNOSIS_KINDS] = {
	[DIAGNOSIS_LOST_KICK] = "lost_kick",
	[DIAGNOSIS_RING_OVERWRITTEN] = "ring_overwritten",
	[DIAGNOSIS_NO_KICK_FD] = "no_kick_fd",
	[DIAGNOSIS_KICK_UNHEARD] = "kick_unheard",
	[DIAGNOSIS_RING_ERROR] = "ring_error",
	[DIAGNOSIS_IOTLB_MISS] = "iotlb_miss",
	[DIAGNOSIS_NO_ROOM] = "no_room",
	[DIAGNOSIS_NOT_RETURNED] = "not_returned",
	[DIAGNOSIS_NO_BACKEND] = "no_backend",
	[DIAGNOSIS_LOST_CALL] = "lost_call",
	[DIAGNOSIS_NO_CALL_FD] = "no_call_fd",
	[DIAGNOSIS_CALL_UNREAD] = "call_unread",
	[DIAGNOSIS_CALL_IGNORED] = "call_ignored",
	[DIAGNOSIS_CALLS_UNWANTED] = "calls_unwanted",
	[DIAGNOSIS_NO_BUFFERS] = "no_buffers",
	[DIAGNOSIS_WORKER_STUCK] = "worker_stuck",
	[DIAGNOSIS_OWNER_STOPPED] = "owner_stopped",
};

const char *diagnosis_kind_name(enum diagnosis_kind kind)
{
	return kind_names[kind];
}

const char *diagnosis_side_name(enum diagnosis_side side)
{
	static const char *const names[] = {
		[SIDE_DRIVER] = "driver",
		[SIDE_DEVICE] = "device",
		[SIDE_CONSUMER] = "consumer",
		[SIDE_OWNER] = "owner",
		[SIDE_BACKEND] = "backend",
	};

	return names[side];
}

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
		diagnosis_remedy(f, "vhostctl %s %" PRIu32 ":%d %s", command, d->owner.pid, d->owner_fd, queue);
	else if (d->holder_count)
		diagnosis_remedy(f, "vhostctl %s %" PRIu32 ":%d %s", command, d->holders[0].process.pid, d->holders[0].fd, queue);
}

static const struct inspect_queue *find(const struct inspect_device *d, unsigned int number)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].number == number)
			return &d->queues[i];
	return NULL;
}

static bool read_well(const struct inspect_queue *q)
{
	const bool event_idx = q->flags & INSPECT_EVENT_IDX;

	return q->ring_avail_flags.state == INSPECT_OK && q->ring_avail_idx.state == INSPECT_OK &&
	       q->ring_used_flags.state == INSPECT_OK && q->ring_used_idx.state == INSPECT_OK &&
	       (!event_idx || (q->ring_used_event.state == INSPECT_OK && q->ring_avail_event.state == INSPECT_OK));
}

/* Set up in the same way in both looks, each of which is of one moment. */
static bool same_queue(const struct inspect_queue *a, const struct inspect_queue *b)
{
	return !((a->flags | b->flags) & INSPECT_MOVED) && a->num == b->num && a->desc == b->desc && a->avail == b->avail && a->used == b->used &&
	       a->features == b->features && a->kick.id == b->kick.id && a->call.id == b->call.id &&
	       a->worker == b->worker && a->ifindex == b->ifindex && a->netns == b->netns &&
	       !((a->flags ^ b->flags) & (INSPECT_BACKEND | INSPECT_EVENT_IDX | INSPECT_VALID | INSPECT_KICK_POLLED));
}

/* The device has done nothing with it. */
static bool still(const struct inspect_queue *a, const struct inspect_queue *b)
{
	return a->last_avail_idx == b->last_avail_idx && a->avail_idx == b->avail_idx &&
	       a->last_used_idx == b->last_used_idx && a->signalled_used == b->signalled_used &&
	       a->used_flags == b->used_flags;
}

static bool given_work(const struct inspect_queue *q)
{
	return q->flags & (INSPECT_WORK_QUEUED | INSPECT_BACKEND_WORK);
}

static bool asleep(const struct inspect_queue *q)
{
	return (q->worker_state & INSPECT_TASK_ASLEEP) && !given_work(q);
}

static bool waits(const struct inspect_queue *q)
{
	return q->ring_avail_idx.value != q->last_avail_idx;
}

/* The ring does not say that the device wants kicks, though it does. */
static bool overwritten(const struct inspect_queue *q)
{
	if (q->flags & INSPECT_EVENT_IDX)
		return q->ring_avail_event.value != q->avail_idx;
	return q->ring_used_flags.value & VRING_USED_F_NO_NOTIFY;
}

/* "1 buffer waits", "12 buffers wait" */
static const char *waiting(const struct inspect_queue *q, char buf[32])
{
	const unsigned int n = looks_distance(q->last_avail_idx, q->ring_avail_idx.value);

	snprintf(buf, 32, "%u buffer%s", n, n == 1 ? " waits" : "s wait");
	return buf;
}

static enum diagnosis_result ring_index(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;

	diagnosis_found(f, DIAGNOSIS_RING_ERROR, SIDE_DRIVER, LEVEL_STUCK);
	diagnosis_evidence(f, "the driver's avail index is %u, more than a ring of %" PRIu32 " ahead of %u, up to where the "
		 "device has taken buffers: the device will not go on", q->ring_avail_idx.value, q->num,
		 q->last_avail_idx);
	diagnosis_remedy(f, "reset the device from the driver: the ring was restored or overwritten, or the driver is broken");
	return DIAGNOSIS_FOUND;
}

/* Buffers were published in both looks, and the device sleeps until a kick. */
static enum diagnosis_result no_kick(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	char count[32];

	waiting(q, count);
	if (q->kick.id < 0) {
		diagnosis_found(f, DIAGNOSIS_NO_KICK_FD, SIDE_OWNER, LEVEL_STUCK);
		diagnosis_evidence(f, "%s, the device waits for a kick, and there is no kick eventfd", count);
		diagnosis_remedy(f, "give the queue a kick eventfd (VHOST_SET_VRING_KICK)");
		return DIAGNOSIS_FOUND;
	}
	if (!(q->flags & INSPECT_KICK_POLLED)) {
		diagnosis_found(f, DIAGNOSIS_KICK_UNHEARD, SIDE_DEVICE, LEVEL_STUCK);
		diagnosis_evidence(f, "%s, and the device does not listen to its kick eventfd", count);
		diagnosis_remedy(f, "set the kick eventfd once more (VHOST_SET_VRING_KICK)");
		return DIAGNOSIS_FOUND;
	}
	/* A kick came, and the device will have looked at it after the second look. */
	if (l->first->kick.count != q->kick.count)
		return DIAGNOSIS_NOTHING;
	if (overwritten(l->first) && overwritten(q)) {
		diagnosis_found(f, DIAGNOSIS_RING_OVERWRITTEN, SIDE_OWNER, LEVEL_STUCK);
		if (q->flags & INSPECT_EVENT_IDX)
			diagnosis_evidence(f, "%s; the device asked for a kick at %u, but avail_event in the ring is %u: "
				 "overwritten, so that the driver need not kick", count, q->avail_idx,
				 q->ring_avail_event.value);
		else
			diagnosis_evidence(f, "%s; the device wants kicks, but the flags in the ring forbid them: "
				 "overwritten", count);
		diagnosis_wake(f, l, "kick");
		return DIAGNOSIS_FOUND;
	}
	diagnosis_found(f, DIAGNOSIS_LOST_KICK, SIDE_DRIVER, LEVEL_STUCK);
	if (q->flags & INSPECT_EVENT_IDX)
		diagnosis_evidence(f, "%s: the driver published up to %u and passed avail_event %u, but no kick came "
			 "in %.1f s", count, q->ring_avail_idx.value, q->ring_avail_event.value, l->seconds);
	else
		diagnosis_evidence(f, "%s: the driver published up to %u while the flags ask for kicks, but no kick "
			 "came in %.1f s", count, q->ring_avail_idx.value, l->seconds);
	diagnosis_wake(f, l, "kick");
	return DIAGNOSIS_FOUND;
}

/* Notifications are on, and the backend cannot wake it. */
static enum diagnosis_result waits_for_kick(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *p = l->first, *q = l->second;

	if (looks_distance(p->last_avail_idx, p->ring_avail_idx.value) > q->num &&
	    looks_distance(q->last_avail_idx, q->ring_avail_idx.value) > q->num)
		return ring_index(l, f);
	if (looks_published(p) && looks_published(q))
		return no_kick(l, f);
	if (l->rx || looks_published(p) || looks_published(q) || !overwritten(p) || !overwritten(q))
		return DIAGNOSIS_NOTHING;
	/* Nothing waits yet, but the next kick may not come. */
	diagnosis_found(f, DIAGNOSIS_RING_OVERWRITTEN, SIDE_OWNER, LEVEL_SUSPECT);
	if (q->flags & INSPECT_EVENT_IDX)
		diagnosis_evidence(f, "the device asked for a kick at %u, but avail_event in the ring is %u: the next kick may not come",
			 q->avail_idx, q->ring_avail_event.value);
	else
		diagnosis_evidence(f, "the device wants kicks, but the flags in the ring forbid them: the next one will not come");
	diagnosis_wake(f, l, "kick");
	return DIAGNOSIS_FOUND;
}

/* Notifications are off, and nothing but a kick, for which the driver has no reason, can wake it. */
static bool stopped(const struct inspect_queue *q)
{
	return !looks_wants_kicks(q) && !(q->flags & INSPECT_BACKEND_POLLED);
}

static enum diagnosis_result waits_for_nothing(const struct looks *l, const struct diagnosis_more *more,
					       struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	/* A receive queue's buffers always wait; and one whose tap is detached ends like this, and is fine. */
	const bool certain = !l->rx && waits(l->first) && waits(q);
	char errors[24] = "not counted";

	if (q->err.id >= 0)
		snprintf(errors, sizeof(errors), "%" PRIu64, (uint64_t)q->err.count);
	if (more->desc_fault) {
		diagnosis_found(f, DIAGNOSIS_RING_ERROR, SIDE_DRIVER, LEVEL_STUCK);
		diagnosis_evidence(f, "%s", more->desc_fault);
		diagnosis_remedy(f, "mend the driver, and reset the device from it");
		return DIAGNOSIS_FOUND;
	}
	if (l->rx && !q->device[0])
		return DIAGNOSIS_NOTHING;
	if (l->device->flags & INSPECT_HAS_IOTLB) {
		diagnosis_found(f, DIAGNOSIS_IOTLB_MISS, SIDE_OWNER, certain ? LEVEL_STUCK : LEVEL_SUSPECT);
		diagnosis_evidence(f, "the device stopped and waits neither for a kick nor for its backend: no answer came to an IOTLB "
			 "miss, or the descriptors are bad");
		diagnosis_remedy(f, "let the owner answer the miss (VHOST_IOTLB_UPDATE)");
		return DIAGNOSIS_FOUND;
	}
	diagnosis_found(f, DIAGNOSIS_RING_ERROR, certain ? SIDE_DRIVER : SIDE_DEVICE, certain ? LEVEL_STUCK : LEVEL_SUSPECT);
	diagnosis_evidence(f, "the device stopped at %u and waits neither for a kick nor for its backend%s; errors: %s; the "
		 "descriptors show no fault now", q->last_avail_idx, waits(q) ? ", and buffers wait" : "", errors);
	diagnosis_wake(f, l, "kick");
	return DIAGNOSIS_FOUND;
}

/*
 * A transmit queue at rest has returned all that it has taken, unless the backend still has it: that is zero-copy, whose
 * packets somebody may hold back. When a batch of packets cannot be handed to the backend, vhost_tx_batch() of net.c
 * forgets its buffers.
 */
static enum diagnosis_result not_returned(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	const unsigned int count = looks_distance(q->last_used_idx, q->last_avail_idx);

	if (l->rx || !count || count > q->num || !looks_begun(q))
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_NOT_RETURNED, SIDE_BACKEND, LEVEL_SUSPECT);
	diagnosis_evidence(f, "the device has taken %u buffer%s that it did not return in %.1f s: the backend failed, or still has "
		 "the packets", count, count == 1 ? "" : "s", l->seconds);
	diagnosis_remedy(f, "see whether the tap is still there; if so, reset the device from the driver");
	return DIAGNOSIS_FOUND;
}

/* What keeps the device from going on. */
static enum diagnosis_result judge_device(const struct looks *l, const struct diagnosis_more *more,
					  struct diagnosis *f)
{
	const struct inspect_queue *p = l->first, *q = l->second;
	enum diagnosis_result r;
	char count[32];

	if ((p->flags | q->flags) & INSPECT_BACKEND_POLLED) {
		if (l->rx || !(p->flags & q->flags & INSPECT_BACKEND_POLLED) || !waits(p) || !waits(q))
			return DIAGNOSIS_NOTHING;
		diagnosis_found(f, DIAGNOSIS_NO_ROOM, SIDE_BACKEND, LEVEL_SUSPECT);
		diagnosis_evidence(f, "%s for room at the backend for %.1f s", waiting(q, count), l->seconds);
		diagnosis_remedy(f, "see whether the tap is up, and whether what reads from it does");
		return DIAGNOSIS_FOUND;
	}
	if (!looks_wants_kicks(q))
		return waits_for_nothing(l, more, f);
	r = waits_for_kick(l, f);
	return r == DIAGNOSIS_NOTHING ? not_returned(l, f) : r;
}

/*
 * A queue of a driver that runs, and no backend. QEMU closes the kick eventfd when it stops vhost, and who pauses a guest
 * takes the backend away before it stops to kick; so that buffers alone prove nothing.
 */
static enum diagnosis_result judge_no_backend(const struct looks *l, const struct diagnosis_more *more,
					      struct diagnosis *f)
{
	const struct inspect_queue *p = l->first, *q = l->second;
	char count[32];
	bool moved;

	if (!read_well(p) || !read_well(q) || !more->kick_held || !waits(p) || !waits(q))
		return DIAGNOSIS_NOTHING;
	moved = q->kick.count > p->kick.count || p->ring_avail_idx.value != q->ring_avail_idx.value;
	if (!moved && (l->rx || !q->kick.count))
		return DIAGNOSIS_NOTHING;
	/* An old kick may be from before: the count is never reset. */
	diagnosis_found(f, DIAGNOSIS_NO_BACKEND, SIDE_OWNER, moved ? LEVEL_STUCK : LEVEL_SUSPECT);
	diagnosis_evidence(f, "%s, the kick eventfd counts %" PRIu64 ", and the queue has no backend", waiting(q, count),
		 (uint64_t)q->kick.count);
	diagnosis_remedy(f, "start the queue (VHOST_NET_SET_BACKEND)");
	return DIAGNOSIS_FOUND;
}

static bool in_state(const struct inspect_process *a, const struct inspect_process *b, uint32_t state)
{
	return (a->state & state) && (b->state & state);
}

static bool owner_stopped(const struct inspect_device *a, const struct inspect_device *b)
{
	return b->owner.pid && in_state(&a->owner, &b->owner, INSPECT_TASK_STOPPED | INSPECT_TASK_TRACED);
}

static bool get_looks(const struct inspect_device *first, const struct inspect_device *second, unsigned int number,
		      struct looks *l)
{
	l->device = second;
	l->first = find(first, number);
	l->second = find(second, number);
	l->seconds = (double)(second->time - first->time) / NSEC_PER_SEC;
	l->rx = number == 0;
	return l->first && l->second && l->second->num && l->second->desc && same_queue(l->first, l->second);
}

bool diagnose_wants_desc(const struct inspect_device *first, const struct inspect_device *second, unsigned int number)
{
	struct looks l;

	return second->kind == INSPECT_NET && get_looks(first, second, number, &l) && still(l.first, l.second) &&
	       (l.second->flags & INSPECT_BACKEND) && asleep(l.first) && asleep(l.second) && stopped(l.first) &&
	       stopped(l.second);
}

bool diagnose_wants_held(const struct inspect_device *first, const struct inspect_device *second, unsigned int number)
{
	struct looks l;

	return second->kind == INSPECT_NET && get_looks(first, second, number, &l) &&
	       !(l.second->flags & INSPECT_BACKEND) && waits(l.first) && waits(l.second);
}

enum diagnosis_result diagnose_queue(const struct inspect_device *first, const struct inspect_device *second,
				     unsigned int number, const struct diagnosis_more *more, struct diagnosis *f)
{
	enum diagnosis_result r;
	struct looks l;

	if (!get_looks(first, second, number, &l))
		return DIAGNOSIS_NOTHING;
	if (second->kind != INSPECT_NET)
		return DIAGNOSIS_UNKNOWN;
	if (!(l.second->flags & INSPECT_BACKEND))
		return judge_no_backend(&l, more, f);
	if (!read_well(l.first) || !read_well(l.second))
		return DIAGNOSIS_UNKNOWN;
	if (owner_stopped(first, second) || !still(l.first, l.second) || !asleep(l.first) || !asleep(l.second))
		return DIAGNOSIS_NOTHING;
	r = judge_device(&l, more, f);
	return r == DIAGNOSIS_NOTHING ? diagnosis_of_driver(&l, f) : r;
}

/* Nothing that this worker has to do got any further. */
static bool worker_got_nowhere(const struct inspect_device *a, const struct inspect_device *b, uint32_t worker)
{
	for (size_t i = 0; i < b->queue_count; i++) {
		const struct inspect_queue *q = &b->queues[i], *p = find(a, q->number);

		if (q->worker == worker && (!p || !same_queue(p, q) || !still(p, q)))
			return false;
	}
	return true;
}

/* What is wrong with the worker, in words, or NULL. */
static const char *worker_fault(const struct inspect_queue *p, const struct inspect_queue *q, double ns,
				enum diagnosis_level *level)
{
	const uint64_t ran = q->worker_ns - p->worker_ns;

	*level = LEVEL_STUCK;
	if (!ran && (p->worker_state & q->worker_state & INSPECT_TASK_BLOCKED))
		return "is blocked in the kernel";
	if (!ran && (p->worker_state & q->worker_state & INSPECT_TASK_ASLEEP) && given_work(p) && given_work(q))
		return "sleeps though it has work";
	if (p->worker_state || q->worker_state)
		return NULL;
	if (!ran && given_work(p) && given_work(q))
		return "is ready to run and gets no CPU";
	/* Busy polling looks the same, and is wanted. A packet dropped again and again can, too. */
	*level = waits(p) && waits(q) && q->number ? LEVEL_STUCK : LEVEL_SUSPECT;
	return (double)ran > 0.8 * ns && (given_work(p) || waits(p)) ? "runs all the time and gets nothing done" : NULL;
}

static bool polls_busily(const struct inspect_device *d)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].busyloop)
			return true;
	return false;
}

static enum diagnosis_result judge_worker(const struct inspect_device *a, const struct inspect_device *b,
					  struct diagnosis *f)
{
	const double ns = (double)(b->time - a->time);

	for (size_t i = 0; i < b->queue_count; i++) {
		const struct inspect_queue *q = &b->queues[i], *p = find(a, q->number);
		enum diagnosis_level level;
		const char *fault;

		if (!p || !q->worker || !(q->flags & INSPECT_BACKEND) || !worker_got_nowhere(a, b, q->worker))
			continue;
		fault = worker_fault(p, q, ns, &level);
		if (!fault || (q->worker_ns != p->worker_ns && polls_busily(b)))
			continue;
		diagnosis_found(f, DIAGNOSIS_WORKER_STUCK, SIDE_DEVICE, level);
		diagnosis_evidence(f, "the worker, thread %" PRIu32 ", %s: no progress in %.1f s, of which it ran %.1f s", q->worker,
			 fault, ns / NSEC_PER_SEC, (double)(q->worker_ns - p->worker_ns) / NSEC_PER_SEC);
		diagnosis_remedy(f, "look at /proc/%" PRIu32 "/stack and the kernel's log", q->worker);
		return DIAGNOSIS_FOUND;
	}
	return DIAGNOSIS_NOTHING;
}

enum diagnosis_result diagnose_device(const struct inspect_device *first, const struct inspect_device *second,
				      struct diagnosis *f)
{
	const bool traced = second->owner.state & INSPECT_TASK_TRACED;

	if (!owner_stopped(first, second))
		return judge_worker(first, second, f);
	/* One under strace is found stopped often, and goes on each time. */
	diagnosis_found(f, DIAGNOSIS_OWNER_STOPPED, SIDE_OWNER, traced ? LEVEL_SUSPECT : LEVEL_STUCK);
	diagnosis_evidence(f, "the owner, process %" PRIu32 ", is %s", second->owner.pid,
		 traced ? "held by a debugger or tracer" : "stopped by a signal");
	if (traced)
		diagnosis_remedy(f, "let the debugger continue it");
	else
		diagnosis_remedy(f, "kill -CONT %" PRIu32, second->owner.pid);
	return DIAGNOSIS_FOUND;
}
