// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis-driver.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#define NOTIFY_ON_EMPTY (UINT64_C(1) << VIRTIO_F_NOTIFY_ON_EMPTY)

/* The driver has not changed the ring between the looks. */
static bool driver_still(const struct inspect_queue *a, const struct inspect_queue *b)
{
	return a->ring_avail_idx.value == b->ring_avail_idx.value &&
	       a->ring_avail_flags.value == b->ring_avail_flags.value &&
	       a->ring_used_event.value == b->ring_used_event.value;
}

/* The driver's wish for calls, and what happened to them. */
struct calls {
	bool event_idx;
	bool forbidden;		/* avail->flags forbid calls */
	bool passed;		/* used->idx passed used_event within the last @num entries */
	bool unread;		/* the call eventfd holds an unread call */
	bool starved;		/* rx: the device has a packet, and no buffers for it */
	const char *due;	/* why a call was due */
};

static void get_calls(const struct looks *l, struct calls *c)
{
	const struct inspect_queue *p = l->first, *q = l->second;
	const uint16_t used = q->ring_used_idx.value;

	c->event_idx = q->flags & INSPECT_EVENT_IDX;
	c->forbidden = !c->event_idx && (q->ring_avail_flags.value & VRING_AVAIL_F_NO_INTERRUPT);
	c->passed = c->event_idx && (uint16_t)(used - q->ring_used_event.value - 1) < q->num;
	c->unread = q->call.id >= 0 && p->call.count && q->call.count >= p->call.count;
	c->starved = l->device->kind == INSPECT_NET && l->keeps && looks_begun(q) && looks_wants_kicks(q) &&
		     !(q->flags & INSPECT_BACKEND_POLLED) && !looks_published(q) && !looks_waiting(q);
	c->due = c->event_idx ? "it passed used_event" : "the flags allow calls";
}

/* The device used buffers past used_event, and has not decided on a call since. */
static bool call_owed(const struct looks *l, const struct calls *c)
{
	const struct inspect_queue *q = l->second;

	return c->event_idx && q->call.id >= 0 && (q->flags & INSPECT_VALID) && !(q->features[0] & NOTIFY_ON_EMPTY) &&
	       q->signalled_used != q->last_used_idx &&
	       vring_need_event(q->ring_used_event.value, q->last_used_idx, q->signalled_used);
}

static enum diagnosis_result no_call_fd(const struct looks *l, const struct calls *c, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	const bool asked = c->passed && q->ring_used_event.value;

	/* Without EVENT_IDX even a driver that polls may leave the flags as they were. */
	if (c->forbidden || !(c->starved || asked))
		return DIAGNOSIS_NOTHING;
	/* Only suspect: a polling driver may need no call eventfd, and its used_event may be stale. */
	diagnosis_found(f, DIAGNOSIS_NO_CALL_FD, SIDE_OWNER, c->starved ? LEVEL_STUCK : LEVEL_SUSPECT);
	if (c->event_idx)
		diagnosis_evidence(f, "used reached %u, the driver wanted a call behind %u, and there is no call "
				   "eventfd", q->ring_used_idx.value, q->ring_used_event.value);
	else
		diagnosis_evidence(f, "used reached %u, the flags allow calls, and there is no call eventfd",
				   q->ring_used_idx.value);
	diagnosis_remedy(f, "give the queue a call eventfd (VHOST_SET_VRING_CALL)");
	return DIAGNOSIS_FOUND;
}

/*
 * Suspect at most: only the driver knows which used buffers it has taken back, and an interface that is down inside the
 * guest takes none, on purpose.
 */
static enum diagnosis_result starved(const struct looks *l, const struct calls *c, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;

	if (c->event_idx && q->ring_used_event.value == q->ring_used_idx.value) {
		/* The driver has taken all back, and wants a call for the next one. */
		diagnosis_found(f, DIAGNOSIS_NO_BUFFERS, SIDE_DRIVER, LEVEL_SUSPECT);
		diagnosis_evidence(f, "a packet waits, and the driver gives no buffers for it");
		diagnosis_remedy(f, "see in the guest whether it is out of memory, or its interface is down");
	} else if (!c->forbidden && (!c->event_idx || c->passed)) {
		diagnosis_found(f, DIAGNOSIS_CALL_IGNORED, SIDE_DRIVER, LEVEL_SUSPECT);
		diagnosis_evidence(f, "a packet waits, all buffers are used up to %u, and the driver gives no new "
				   "ones, though it was called: %s, and the call was read", q->ring_used_idx.value,
				   c->due);
		diagnosis_wake(f, l, "call");
	} else {
		diagnosis_found(f, DIAGNOSIS_CALLS_UNWANTED, SIDE_DRIVER, LEVEL_SUSPECT);
		diagnosis_evidence(f, "a packet waits, all buffers are used up to %u, and the driver neither gives new "
				   "ones nor %s", q->ring_used_idx.value, c->event_idx ? "wants a call" : "allows one");
		diagnosis_remedy(f, "see whether the program that polls the ring still does");
	}
	return DIAGNOSIS_FOUND;
}

/* The device has every descriptor again, so the driver has taken back all used buffers. */
static bool all_taken_back(const struct looks *l)
{
	const struct inspect_queue *q = l->second;

	return l->keeps && looks_distance(q->ring_used_idx.value, q->ring_avail_idx.value) >= q->num;
}

void diagnosis_call_masked(struct diagnosis *f)
{
	f->side = SIDE_DRIVER;
	diagnosis_evidence_add(f, ", since the virtual machine has masked the interrupt");
	diagnosis_remedy(f, "vhostctl check --driver in the virtual machine says whether its kernel has disabled it");
}

void diagnosis_call_unheard(struct diagnosis *f)
{
	diagnosis_evidence_add(f, ", and nobody listens to it");
	diagnosis_remedy(f, "see what the owner waits for; if it does not hang, the virtual machine has masked the "
			 "interrupt, see vhostctl check --driver in it");
}

enum diagnosis_result diagnosis_of_driver(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	struct calls c;

	if (!driver_still(l->first, q) || all_taken_back(l))
		return DIAGNOSIS_NOTHING;
	get_calls(l, &c);
	if (call_owed(l, &c)) {
		diagnosis_found(f, DIAGNOSIS_LOST_CALL, SIDE_DEVICE, LEVEL_STUCK);
		diagnosis_evidence(f, "used went from %u to %u and passed used_event %u, and the device made no call",
				   q->signalled_used, q->last_used_idx, q->ring_used_event.value);
		diagnosis_wake(f, l, "call");
		return DIAGNOSIS_FOUND;
	}
	if (q->call.id < 0 && !(c.starved && c.forbidden))
		return no_call_fd(l, &c, f);
	if (c.unread && !c.forbidden && (!c.event_idx || c.passed)) {
		/* Without EVENT_IDX only suspect: a polling driver may leave calls allowed, and not read them. */
		diagnosis_found(f, DIAGNOSIS_CALL_UNREAD, SIDE_CONSUMER,
				c.event_idx || c.starved ? LEVEL_STUCK : LEVEL_SUSPECT);
		diagnosis_evidence(f, "used reached %u, %s, and the call eventfd holds %" PRIu64 " that nobody read in "
				   "%.1f s", q->ring_used_idx.value, c.due, (uint64_t)q->call.count, l->seconds);
		diagnosis_remedy(f, "see what the process that reads the call eventfd waits for; a further call is of "
				 "no use");
		return DIAGNOSIS_FOUND;
	}
	if (c.starved)
		return starved(l, &c, f);
	/* Many drivers leave a stale used_event in a transmit queue, and Linux sets 0 when it wants no calls. */
	if (!l->keeps || !c.passed || !q->ring_used_event.value || !(q->flags & INSPECT_VALID))
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_CALL_IGNORED, SIDE_DRIVER, LEVEL_SUSPECT);
	diagnosis_evidence(f, "used reached %u and passed used_event %u, the call was read, and the driver did not "
			   "move it for %.1f s", q->ring_used_idx.value, q->ring_used_event.value, l->seconds);
	diagnosis_wake(f, l, "call");
	return DIAGNOSIS_FOUND;
}
