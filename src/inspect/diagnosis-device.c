// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis-device.h"

#include <inttypes.h>
#include <stdio.h>

#include <linux/virtio_ring.h>

#include "base/format.h"

/* The device wants kicks, but its words in the ring say otherwise: somebody else wrote them. */
static bool overwritten(const struct inspect_queue *q)
{
	if (q->flags & INSPECT_EVENT_IDX)
		return q->ring_avail_event.value != q->avail_idx;
	return q->ring_used_flags.value & VRING_USED_F_NO_NOTIFY;
}

/* The driver's avail index is further ahead than the ring allows. */
static bool too_far(const struct inspect_queue *q)
{
	return looks_distance(q->last_avail_idx, q->ring_avail_idx.value) > q->num;
}

static enum diagnosis_result ring_index(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;

	diagnosis_found(f, DIAGNOSIS_RING_ERROR, SIDE_DRIVER, LEVEL_STUCK);
	diagnosis_evidence(f, "the driver's avail index is %u, more than a ring of %" PRIu32 " ahead of %u, up to "
			   "where the device has taken buffers: the device will not go on", q->ring_avail_idx.value,
			   q->num, q->last_avail_idx);
	diagnosis_remedy(f, "reset the device from the driver: the ring was restored or overwritten, or the driver is "
			 "broken");
	return DIAGNOSIS_FOUND;
}

/*
 * The driver's avail index fits the used ring, but not where the device takes buffers: whoever restored the ring did
 * not tell the device. No driver can do that.
 */
static bool wrong_base(const struct inspect_queue *q)
{
	return too_far(q) && looks_distance(q->last_used_idx, q->ring_avail_idx.value) <= q->num;
}

static enum diagnosis_result base_not_set(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;

	diagnosis_found(f, DIAGNOSIS_RING_ERROR, SIDE_OWNER, LEVEL_STUCK);
	diagnosis_evidence(f, "the device takes buffers from %u on, but the ring is at %u, and its avail index at %u: "
			   "the ring was restored, and the device was not told", q->last_avail_idx, q->last_used_idx,
			   q->ring_avail_idx.value);
	diagnosis_remedy(f, "stop the queue, set its base to %u (VHOST_SET_VRING_BASE), and start it again",
			 q->last_used_idx);
	return DIAGNOSIS_FOUND;
}

/* The device gave back more buffers than the driver has published: it was told to begin with some that it had done. */
static bool used_twice(const struct inspect_queue *q)
{
	const unsigned int ahead = looks_distance(q->ring_avail_idx.value, q->last_used_idx);

	return looks_begun(q) && looks_distance(q->last_avail_idx, q->ring_avail_idx.value) <= q->num &&
	       ahead && ahead <= q->num;
}

static enum diagnosis_result base_too_old(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;

	diagnosis_found(f, DIAGNOSIS_RING_ERROR, SIDE_OWNER, LEVEL_STUCK);
	diagnosis_evidence(f, "the device has used buffers up to %u, but the driver has published only up to %u: it "
			   "was started at an older index, and used %u twice; a driver takes such a queue for broken",
			   q->last_used_idx, q->ring_avail_idx.value,
			   looks_distance(q->ring_avail_idx.value, q->last_used_idx));
	diagnosis_remedy(f, "reset the device from the driver; the VMM restored the wrong base (VHOST_SET_VRING_BASE)");
	return DIAGNOSIS_FOUND;
}

/* Buffers were published in both looks, and the device sleeps until a kick. */
static enum diagnosis_result no_kick(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	char count[32];

	looks_waiting_text(q, count);
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
	/* A kick came: the device may handle it right after the second look. */
	if (l->first->kick.count != q->kick.count)
		return DIAGNOSIS_NOTHING;
	if (overwritten(l->first) && overwritten(q)) {
		diagnosis_found(f, DIAGNOSIS_RING_OVERWRITTEN, SIDE_OWNER, LEVEL_STUCK);
		if (q->flags & INSPECT_EVENT_IDX)
			diagnosis_evidence(f, "%s; the device asked for a kick at %u, but avail_event in the ring is "
					   "%u: overwritten, so that the driver need not kick", count, q->avail_idx,
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

/* Notifications are on and the backend is not polled: only a kick wakes the device. */
static enum diagnosis_result waits_for_kick(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *p = l->first, *q = l->second;

	if (too_far(p) && too_far(q))
		return ring_index(l, f);
	if (looks_published(p) && looks_published(q))
		return no_kick(l, f);
	if (l->keeps || looks_published(p) || looks_published(q) || !overwritten(p) || !overwritten(q))
		return DIAGNOSIS_NOTHING;
	/* Nothing waits yet, but the next kick may not come. */
	diagnosis_found(f, DIAGNOSIS_RING_OVERWRITTEN, SIDE_OWNER, LEVEL_SUSPECT);
	if (q->flags & INSPECT_EVENT_IDX)
		diagnosis_evidence(f, "the device asked for a kick at %u, but avail_event in the ring is %u: the next "
				   "kick may not come", q->avail_idx, q->ring_avail_event.value);
	else
		diagnosis_evidence(f, "the device wants kicks, but the flags in the ring forbid them: the next one "
				   "will not come");
	diagnosis_wake(f, l, "kick");
	return DIAGNOSIS_FOUND;
}

static enum diagnosis_result waits_for_nothing(const struct looks *l, const struct diagnosis_more *more,
					       struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	/* In a receive queue buffers always wait, and a healthy one whose tap is detached looks the same. */
	const bool certain = !l->keeps && looks_waiting(l->first) && looks_waiting(q);
	char errors[24] = "not counted";

	if (q->err.id >= 0)
		snprintf(errors, sizeof(errors), "%" PRIu64, (uint64_t)q->err.count);
	if (more->desc_fault) {
		diagnosis_found(f, DIAGNOSIS_RING_ERROR, SIDE_DRIVER, LEVEL_STUCK);
		diagnosis_evidence(f, "%s", more->desc_fault);
		diagnosis_remedy(f, "mend the driver, and reset the device from it");
		return DIAGNOSIS_FOUND;
	}
	if (l->keeps && !q->device[0])
		return DIAGNOSIS_NOTHING;
	if (l->device->flags & INSPECT_HAS_IOTLB) {
		diagnosis_found(f, DIAGNOSIS_IOTLB_MISS, SIDE_OWNER, certain ? LEVEL_STUCK : LEVEL_SUSPECT);
		diagnosis_evidence(f, "the device stopped and waits neither for a kick nor for its backend: no answer "
				   "came to an IOTLB miss, or the descriptors are bad");
		diagnosis_remedy(f, "let the owner answer the miss (VHOST_IOTLB_UPDATE)");
		return DIAGNOSIS_FOUND;
	}
	diagnosis_found(f, DIAGNOSIS_RING_ERROR, certain ? SIDE_DRIVER : SIDE_DEVICE, certain ?
			LEVEL_STUCK : LEVEL_SUSPECT);
	diagnosis_evidence(f, "the device stopped at %u and waits neither for a kick nor for its backend%s; errors: "
			   "%s%s", q->last_avail_idx, looks_waiting(q) ? ", and buffers wait" : "", errors,
			   l->device->kind == INSPECT_NET ? "; the descriptors show no fault now" : "");
	diagnosis_wake(f, l, "kick");
	return DIAGNOSIS_FOUND;
}

/*
 * At rest, the device has returned all buffers that it took from a transmit queue. There are two exceptions: with
 * zero-copy the backend may still hold packets, and vhost_tx_batch() of net.c forgets the buffers of a batch that the
 * backend refuses.
 */
static enum diagnosis_result not_returned(const struct looks *l, struct diagnosis *f)
{
	const struct inspect_queue *q = l->second;
	const unsigned int count = looks_distance(q->last_used_idx, q->last_avail_idx);

	if (l->keeps || !count || count > q->num || !looks_begun(q))
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_NOT_RETURNED, SIDE_BACKEND, LEVEL_SUSPECT);
	diagnosis_evidence(f, "the device has taken %u buffer%s that it did not return in %.1f s: the backend failed, "
			   "or still has %s", count, plural(count), l->seconds,
			   l->device->kind == INSPECT_SCSI ? "the requests" : "the packets");
	diagnosis_remedy(f, "see whether the %s is still there; if so, reset the device from the driver",
			 l->device->kind == INSPECT_SCSI ? "target's storage" : "tap");
	return DIAGNOSIS_FOUND;
}

/* The queue on which the driver of a vsock device receives has no buffers, so that the device takes no requests. */
static bool held_back(const struct looks *l)
{
	const struct inspect_queue *rx = inspect_queue_by_number(l->device, 0);

	return l->device->kind == INSPECT_VSOCK && rx && !looks_published(rx) && looks_waiting(l->first) &&
	       looks_waiting(l->second);
}

static enum diagnosis_result no_replies(const struct looks *l, struct diagnosis *f)
{
	char count[32];

	diagnosis_found(f, DIAGNOSIS_NO_BUFFERS, SIDE_DRIVER, LEVEL_SUSPECT);
	diagnosis_evidence(f, "%s, but the driver gives no buffers for the replies, and the device takes no more until "
			   "it does", looks_waiting_text(l->second, count));
	diagnosis_remedy(f, "see in the guest whether it is out of memory, or its vsock driver hangs");
	return DIAGNOSIS_FOUND;
}

/* Of vhost-vsock and vhost-scsi. */
static enum diagnosis_result of_other_kind(const struct looks *l, const struct diagnosis_more *more,
					   struct diagnosis *f)
{
	enum diagnosis_result r;

	if (l->keeps)
		return too_far(l->first) && too_far(l->second) ? ring_index(l, f) : DIAGNOSIS_NOTHING;
	if (!looks_wants_kicks(l->second))
		return held_back(l) ? no_replies(l, f) : waits_for_nothing(l, more, f);
	r = waits_for_kick(l, f);
	return r == DIAGNOSIS_NOTHING ? not_returned(l, f) : r;
}

enum diagnosis_result diagnosis_of_device(const struct looks *l, const struct diagnosis_more *more,
					  struct diagnosis *f)
{
	const struct inspect_queue *p = l->first, *q = l->second;
	enum diagnosis_result r;
	char count[32];

	if (wrong_base(p) && wrong_base(q))
		return base_not_set(l, f);
	if (used_twice(p) && used_twice(q))
		return base_too_old(l, f);
	if (l->device->kind != INSPECT_NET)
		return of_other_kind(l, more, f);
	if ((p->flags | q->flags) & INSPECT_BACKEND_POLLED) {
		if (l->keeps || !(p->flags & q->flags & INSPECT_BACKEND_POLLED) || !looks_waiting(p) ||
		    !looks_waiting(q))
			return DIAGNOSIS_NOTHING;
		diagnosis_found(f, DIAGNOSIS_NO_ROOM, SIDE_BACKEND, LEVEL_SUSPECT);
		diagnosis_evidence(f, "%s for room at the backend for %.1f s", looks_waiting_text(q, count),
				   l->seconds);
		diagnosis_remedy(f, "see whether the tap is up, and whether what reads from it does");
		return DIAGNOSIS_FOUND;
	}
	if (!looks_wants_kicks(q))
		return waits_for_nothing(l, more, f);
	r = waits_for_kick(l, f);
	return r == DIAGNOSIS_NOTHING ? not_returned(l, f) : r;
}

/*
 * Waiting buffers alone prove nothing. QEMU closes the kick eventfd when it stops vhost, and a VMM that pauses its
 * guest removes the backend before the guest stops kicking.
 */
enum diagnosis_result diagnosis_of_no_backend(const struct looks *l, const struct diagnosis_more *more,
					      struct diagnosis *f)
{
	static const char *const starts[INSPECT_KINDS] = {
		[INSPECT_NET] = "VHOST_NET_SET_BACKEND", [INSPECT_VSOCK] = "VHOST_VSOCK_SET_RUNNING",
		[INSPECT_SCSI] = "VHOST_SCSI_SET_ENDPOINT",
	};
	const struct inspect_queue *p = l->first, *q = l->second;
	char count[32];
	bool moved;

	if (!more->kick_held || !looks_waiting(p) || !looks_waiting(q))
		return DIAGNOSIS_NOTHING;
	moved = q->kick.count > p->kick.count || p->ring_avail_idx.value != q->ring_avail_idx.value;
	if (!moved && (l->keeps || !q->kick.count))
		return DIAGNOSIS_NOTHING;
	/* The count is never reset, so without movement the kicks may be older than the loss of the backend. */
	diagnosis_found(f, DIAGNOSIS_NO_BACKEND, SIDE_OWNER, moved ? LEVEL_STUCK : LEVEL_SUSPECT);
	diagnosis_evidence(f, "%s, the kick eventfd counts %" PRIu64 ", and the queue has no backend",
			   looks_waiting_text(q, count), (uint64_t)q->kick.count);
	diagnosis_remedy(f, "start the queue (%s)", starts[l->device->kind]);
	return DIAGNOSIS_FOUND;
}
