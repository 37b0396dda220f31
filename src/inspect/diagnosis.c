// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis.h"

#include <inttypes.h>

#include "base/clock.h"
#include "diagnosis-device.h"
#include "diagnosis-driver.h"
#include "diagnosis-life.h"
#include "diagnosis-link.h"
#include "diagnosis-looks.h"

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
	[DIAGNOSIS_NEVER_STARTED] = "never_started",
	[DIAGNOSIS_RELEASING] = "releasing",
	[DIAGNOSIS_NOT_SERVED] = "not_served",
	[DIAGNOSIS_NO_DEVICE] = "no_device",
	[DIAGNOSIS_TOO_FEW_BUFFERS] = "too_few_buffers",
	[DIAGNOSIS_SHORT_BUFFERS] = "short_buffers",
	[DIAGNOSIS_HEADER_LENGTH] = "header_length",
	[DIAGNOSIS_LINK_DOWN] = "link_down",
	[DIAGNOSIS_LEADS_NOWHERE] = "leads_nowhere",
	[DIAGNOSIS_TAP_DROPS] = "tap_drops",
	[DIAGNOSIS_NEVER_WOKEN] = "never_woken",
	[DIAGNOSIS_BROKEN] = "broken",
	[DIAGNOSIS_IRQ_DISABLED] = "irq_disabled",
	[DIAGNOSIS_NOT_COLLECTED] = "not_collected",
	[DIAGNOSIS_NOT_KICKED] = "not_kicked",
	[DIAGNOSIS_KICK_SUPPRESSED] = "kick_suppressed",
	[DIAGNOSIS_NOT_ANSWERED] = "not_answered",
};

const char *diagnosis_kind_name(enum diagnosis_kind kind)
{
	return kind_names[kind];
}

const char *diagnosis_level_name(enum diagnosis_level level)
{
	static const char *const names[] = {
		[LEVEL_NOTE] = "note",
		[LEVEL_SUSPECT] = "suspect",
		[LEVEL_STUCK] = "stuck",
	};

	return names[level];
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

static bool in_state(const struct inspect_process *a, const struct inspect_process *b, uint32_t state)
{
	return (a->state & state) && (b->state & state);
}

static bool owner_stopped(const struct inspect_device *a, const struct inspect_device *b)
{
	return b->owner.pid && in_state(&a->owner, &b->owner,
					INSPECT_TASK_STOPPED | INSPECT_TASK_TRACED | INSPECT_TASK_FROZEN);
}

static bool get_looks(const struct inspect_device *first, const struct inspect_device *second, unsigned int number,
		      struct looks *l)
{
	l->device = second;
	l->first = inspect_queue_by_number(first, number);
	l->second = inspect_queue_by_number(second, number);
	l->seconds = ns_to_s(second->time - first->time);
	l->keeps = inspect_keeps_buffers(second, number);
	return l->first && l->second && l->second->num && l->second->desc && looks_same_queue(l->first, l->second);
}

bool diagnose_wants_desc(const struct inspect_device *first, const struct inspect_device *second, unsigned int number)
{
	struct looks l;

	return second->kind == INSPECT_NET && get_looks(first, second, number, &l) && looks_still(l.first, l.second) &&
		(l.second->flags & INSPECT_BACKEND) && looks_asleep(l.first) && looks_asleep(l.second) &&
		looks_stopped(l.first) && looks_stopped(l.second);
}

bool diagnose_wants_held(const struct inspect_device *first, const struct inspect_device *second, unsigned int number)
{
	struct looks l;

	return get_looks(first, second, number, &l) &&
	       !(l.second->flags & INSPECT_BACKEND) && looks_waiting(l.first) && looks_waiting(l.second);
}

enum diagnosis_result diagnose_queue(const struct inspect_device *first, const struct inspect_device *second,
				     unsigned int number, const struct diagnosis_more *more, struct diagnosis *f)
{
	enum diagnosis_result r;
	struct looks l;

	if (!get_looks(first, second, number, &l))
		return DIAGNOSIS_NOTHING;
	if (!looks_read_well(l.first) || !looks_read_well(l.second))
		return DIAGNOSIS_UNKNOWN;
	if (!(l.second->flags & INSPECT_BACKEND))
		return diagnosis_of_no_backend(&l, more, f);
	if (owner_stopped(first, second) || !looks_still(l.first, l.second) || !looks_asleep(l.first) ||
	    !looks_asleep(l.second))
		return DIAGNOSIS_NOTHING;
	r = more->rx ? diagnosis_of_rx(&l, more->rx, f) : DIAGNOSIS_NOTHING;
	if (r == DIAGNOSIS_NOTHING)
		r = diagnosis_of_device(&l, more, f);
	return r == DIAGNOSIS_NOTHING ? diagnosis_of_driver(&l, f) : r;
}

/* No queue of this worker made progress. */
static bool worker_got_nowhere(const struct inspect_device *a, const struct inspect_device *b, uint32_t worker)
{
	for (size_t i = 0; i < b->queue_count; i++) {
		const struct inspect_queue *q = &b->queues[i], *p = inspect_queue_by_number(a, q->number);

		if (q->worker == worker && (!p || !looks_same_queue(p, q) || !looks_still(p, q)))
			return false;
	}
	return true;
}

/* Returns the worker's fault in words, or NULL. */
static const char *worker_fault(const struct inspect_queue *p, const struct inspect_queue *q, bool keeps, double ns,
				enum diagnosis_level *level)
{
	const uint64_t ran = q->worker_ns - p->worker_ns;

	*level = LEVEL_STUCK;
	if (!ran && (p->worker_state & q->worker_state & INSPECT_TASK_BLOCKED))
		return "is blocked in the kernel";
	if (!ran && (p->worker_state & q->worker_state & INSPECT_TASK_ASLEEP) && looks_given_work(p) &&
	    looks_given_work(q))
		return "sleeps though it has work";
	if (p->worker_state || q->worker_state)
		return NULL;
	if (!ran && looks_given_work(p) && looks_given_work(q))
		return "is ready to run and gets no CPU";
	/* Busy polling looks the same, and so may a packet that is dropped again and again. */
	*level = looks_waiting(p) && looks_waiting(q) && !keeps ? LEVEL_STUCK : LEVEL_SUSPECT;
	return (double)ran > 0.8 * ns && (looks_given_work(p) || looks_waiting(p)) ? "runs all the time and gets "
		"nothing done" : NULL;
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
		const struct inspect_queue *q = &b->queues[i], *p = inspect_queue_by_number(a, q->number);
		enum diagnosis_level level;
		const char *fault;

		if (!p || !q->worker || !(q->flags & INSPECT_BACKEND) || !worker_got_nowhere(a, b, q->worker))
			continue;
		fault = worker_fault(p, q, inspect_keeps_buffers(b, q->number), ns, &level);
		if (!fault || (q->worker_ns != p->worker_ns && polls_busily(b)))
			continue;
		diagnosis_found(f, DIAGNOSIS_WORKER_STUCK, SIDE_DEVICE, level);
		diagnosis_evidence(f, "the worker, thread %" PRIu32 ", %s: no progress in %.1f s, of which it ran %.1f "
				   "s", q->worker, fault, ns / NSEC_PER_SEC,
				   ns_to_s(q->worker_ns - p->worker_ns));
		diagnosis_remedy(f, "look at /proc/%" PRIu32 "/stack and the kernel's log", q->worker);
		return DIAGNOSIS_FOUND;
	}
	return DIAGNOSIS_NOTHING;
}

static enum diagnosis_result stopped(const struct inspect_process *owner, struct diagnosis *f)
{
	const uint32_t pid = owner->pid;

	diagnosis_found(f, DIAGNOSIS_OWNER_STOPPED, SIDE_OWNER, LEVEL_STUCK);
	if (owner->state & INSPECT_TASK_TRACED) {
		/* Only suspect: a process under strace is often found stopped, and continues each time. */
		f->level = LEVEL_SUSPECT;
		diagnosis_evidence(f, "the owner, process %" PRIu32 ", is held by a debugger or tracer", pid);
		diagnosis_remedy(f, "let the debugger continue it");
	} else if (owner->state & INSPECT_TASK_STOPPED) {
		diagnosis_evidence(f, "the owner, process %" PRIu32 ", is stopped by a signal", pid);
		diagnosis_remedy(f, "kill -CONT %" PRIu32, pid);
	} else {
		diagnosis_evidence(f, "the owner, process %" PRIu32 ", is frozen by its cgroup, or by one above it",
				   pid);
		diagnosis_remedy(f, "write 0 to cgroup.freeze of the frozen one; /proc/%" PRIu32 "/cgroup has the path",
				 pid);
	}
	return DIAGNOSIS_FOUND;
}

enum diagnosis_result diagnose_device(const struct inspect_device *first, const struct inspect_device *second,
				      struct diagnosis *f)
{
	if (second->flags & INSPECT_RELEASING)
		return diagnosis_of_release(first, second, f);
	return owner_stopped(first, second) ? stopped(&second->owner, f) : judge_worker(first, second, f);
}
