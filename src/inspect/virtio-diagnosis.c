// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-diagnosis.h"

#include <inttypes.h>
#include <stdio.h>

#include <linux/virtio_ids.h>

#include "base/array.h"
#include "base/clock.h"
#include "diagnosis-looks.h"
#include "virtio-state.h"
#include "virtio/device-kinds.h"

/* How often the kernel polls a line that it has disabled, in seconds. */
#define POLLED_S 0.1

/**
 * struct pair - two looks at a queue
 * @device: its device, in the second look
 * @first: the queue in the first look
 * @second: the queue in the second look
 * @was: what it said in the first look
 * @is: what it said in the second look
 * @seconds: time between the looks
 * @down: it is a packet queue of an interface that is down, which leaves its queues as they are
 * @maybe_down: it is one of an interface of which that is not known
 */
struct pair {
	const struct virtio_device_info *device;
	const struct virtqueue_record *first, *second;
	struct virtio_state was, is;
	double seconds;
	bool down, maybe_down;
};

/* Is it the same queue, with the same ring? A driver that was bound anew has others. */
static bool same_queue(const struct virtqueue_record *a, const struct virtqueue_record *b)
{
	const uint32_t layout = VIRTQUEUE_PACKED | VIRTQUEUE_IN_ORDER | VIRTQUEUE_EVENT_IDX;

	return a->address == b->address && a->ring == b->ring && a->num == b->num && a->features == b->features &&
	       (a->flags & layout) == (b->flags & layout);
}

/* Has the driver taken nothing back? */
static bool driver_still(const struct pair *p)
{
	return !((p->first->flags | p->second->flags) & VIRTQUEUE_MOVED) &&
	       p->first->last_used == p->second->last_used;
}

/* Do buffers wait, and has the device returned nothing? Then the oldest has waited for all of the time. */
static bool device_still(const struct pair *p)
{
	return driver_still(p) && p->was.with_device > 0 && p->is.with_device > 0 &&
	       p->was.returned == p->is.returned;
}

static const char *waiting_text(const struct pair *p, char buf[48])
{
	const char *unit = p->second->flags & VIRTQUEUE_PACKED ? "descriptor" : "buffer";
	const int32_t n = p->is.with_device;

	snprintf(buf, 48, "%" PRId32 " %s%s", n, unit, n == 1 ? " waits" : "s wait");
	return buf;
}

static const char *returned_text(const struct pair *p, char buf[48])
{
	const int32_t n = p->is.returned;

	if (n == VIRTIO_UNKNOWN)
		return "returned buffers wait";
	snprintf(buf, 48, "%" PRId32 " returned buffer%s", n, n == 1 ? " waits" : "s wait");
	return buf;
}

static enum diagnosis_result broken(const struct pair *p, struct diagnosis *f)
{
	if (!(p->first->flags & p->second->flags & VIRTQUEUE_BROKEN))
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_BROKEN, SIDE_DEVICE, LEVEL_STUCK);
	diagnosis_evidence(f, "the kernel has marked it as broken, so no buffers go in or out any more");
	diagnosis_remedy(f, "see the kernel's log for the reason; unbind the driver of %s and bind it again",
			 p->device->name);
	return DIAGNOSIS_FOUND;
}

/* Has the driver left buffers for which an interrupt was due where they are? */
static bool left_behind(const struct pair *p)
{
	return !p->down && driver_still(p) && p->was.interrupt_due && p->is.interrupt_due &&
	       (p->second->flags & VIRTQUEUE_CALLBACK) && device_is_collected(p->device->id);
}

/* The commands that bind the driver anew, and what they cost. */
static void bind_anew(const struct virtio_device_info *d, struct diagnosis *f)
{
	const char *label = *d->label ? d->label : d->name;
	char cost[96];

	if (d->id == VIRTIO_ID_NET)
		snprintf(cost, sizeof(cost), "%s loses its addresses and routes, and a login over it ends", label);
	else
		snprintf(cost, sizeof(cost), "what uses %s fails meanwhile", label);
	diagnosis_remedy(f, "`echo %s >/sys/bus/virtio/drivers/%s/unbind`, then "
			 "`echo %s >/sys/bus/virtio/drivers/%s/bind`; by that %s. For the cause see irq_disabled in "
			 "vhostctl-check(8)", d->name, d->driver, d->name, d->driver, cost);
}

/*
 * The kernel does so after 100,000 interrupts of which nearly all found nothing to do. From then on it polls the
 * handlers of a line that devices may share (IRQF_SHARED), every tenth of a second, and no others.
 */
static enum diagnosis_result irq_disabled(const struct pair *p, struct diagnosis *f)
{
	const bool polled = p->second->flags & VIRTQUEUE_IRQ_SHARED;
	const bool stuck = left_behind(p) && !p->maybe_down && !(polled && p->seconds < 2 * POLLED_S);
	char buf[48];

	if (!(p->second->flags & VIRTQUEUE_IRQ_DISABLED))
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_IRQ_DISABLED, SIDE_DRIVER, stuck ? LEVEL_STUCK : LEVEL_SUSPECT);
	diagnosis_evidence(f, "%s%sthe kernel has disabled interrupt %" PRIu32 ", since its handler found nothing to "
			   "do too often (\"nobody cared\" in the log)%s", stuck ? returned_text(p, buf) : "",
			   stuck ? ": " : "", p->second->irq,
			   polled ? "; it polls the queue ten times a second instead" :
			   stuck ? "" : "; the queue gets on only while somebody polls it");
	bind_anew(p->device, f);
	return DIAGNOSIS_FOUND;
}

static enum diagnosis_result not_collected(const struct pair *p, struct diagnosis *f)
{
	char buf[48];

	if (!left_behind(p))
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_NOT_COLLECTED, SIDE_DEVICE, LEVEL_STUCK);
	if (p->is.interrupt == VIRTIO_ASKS_AT)
		diagnosis_evidence(f, "%s: the driver asked for an interrupt when entry %u is returned, that was %.1f "
				   "s ago or more, and the driver has taken none back", returned_text(p, buf),
				   p->is.interrupt_at, p->seconds);
	else
		diagnosis_evidence(f, "%s: the driver wants interrupts, and has taken none back in %.1f s",
				   returned_text(p, buf), p->seconds);
	diagnosis_remedy(f, "see in /proc/interrupts and in the kernel's log whether interrupts of %s still come; on "
			 "the host, vhostctl call sends one", p->device->name);
	return DIAGNOSIS_FOUND;
}

static enum diagnosis_result not_kicked(const struct pair *p, struct diagnosis *f)
{
	char buf[48];

	if (!p->first->num_added || p->first->num_added != p->second->num_added || p->first->avail != p->second->avail)
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_NOT_KICKED, SIDE_DRIVER, LEVEL_STUCK);
	diagnosis_evidence(f, "%s: the driver published the last %" PRIu32 " at least %.1f s ago, and has not decided "
			   "whether to kick", waiting_text(p, buf), p->second->num_added, p->seconds);
	diagnosis_remedy(f, "a fault of the driver %s; its next request may set it right", p->device->driver);
	return DIAGNOSIS_FOUND;
}

/* Is the driver behind the entry for which the device asked for a kick, the same in both looks? */
static bool passed(const struct pair *p)
{
	return p->was.kick == VIRTIO_ASKS_AT && p->is.kick == VIRTIO_ASKS_AT && p->was.kick_at == p->is.kick_at &&
	       p->was.passed != VIRTIO_NOT_PASSED && p->is.passed != VIRTIO_NOT_PASSED;
}

/* Suspect at most, as below: a device that is slow, polls, or leaves its buffers in the ring meanwhile looks alike. */
static enum diagnosis_result kick_suppressed(const struct pair *p, struct diagnosis *f)
{
	const bool never = p->was.kick == VIRTIO_ASKS_NEVER && p->is.kick == VIRTIO_ASKS_NEVER;
	char buf[48];

	if (!never && !passed(p))
		return DIAGNOSIS_NOTHING;
	diagnosis_found(f, DIAGNOSIS_KICK_SUPPRESSED, SIDE_DEVICE, LEVEL_SUSPECT);
	if (never)
		diagnosis_evidence(f, "%s: the device wants no kicks, and has returned none in %.1f s",
				   waiting_text(p, buf), p->seconds);
	else
		diagnosis_evidence(f, "%s: the device asked for a kick at entry %u and for none since, the driver is "
				   "past it, at %u, and so sends no more, and the device has returned none in %.1f s",
				   waiting_text(p, buf), p->is.kick_at, p->second->avail, p->seconds);
	diagnosis_remedy(f, "if a kick was lost, as after a snapshot was restored: kick it on the host (vhostctl kick, "
			 "if it is vhost); else see there what %s waits for", p->device->name);
	return DIAGNOSIS_FOUND;
}

static enum diagnosis_result not_answered(const struct pair *p, struct diagnosis *f)
{
	char buf[48];

	diagnosis_found(f, DIAGNOSIS_NOT_ANSWERED, SIDE_DEVICE, LEVEL_SUSPECT);
	if (p->is.kick == VIRTIO_ASKS_AT)
		diagnosis_evidence(f, "%s: the device knows, since it asked for the next kick at entry %u, and has "
				   "returned none in %.1f s", waiting_text(p, buf), p->is.kick_at, p->seconds);
	else
		diagnosis_evidence(f, "%s: the device was kicked, and has returned none in %.1f s",
				   waiting_text(p, buf), p->seconds);
	diagnosis_remedy(f, "look on the host for what it waits for: the disk, the network or the process behind %s",
			 p->device->name);
	return DIAGNOSIS_FOUND;
}

/* Does either side wait for the other in vain? */
static enum diagnosis_result in_vain(const struct pair *p, struct diagnosis *f)
{
	static enum diagnosis_result (*const waits[])(const struct pair *, struct diagnosis *) = {
		not_kicked, kick_suppressed, not_answered,
	};
	enum diagnosis_result r = not_collected(p, f);

	if (r || !device_must_answer(p->device->id, p->second->name) || !device_still(p))
		return r;
	for (size_t i = 0; !r && i < ARRAY_SIZE(waits); i++)
		r = waits[i](p, f);
	return r;
}

static enum diagnosis_result judge(const struct pair *p, struct diagnosis *f)
{
	enum diagnosis_result r = broken(p, f);

	if (!r)
		r = irq_disabled(p, f);
	if (r || p->down)
		return r;
	r = in_vain(p, f);
	/* What would be a fault of an interface that is up is none if it is down. */
	return r == DIAGNOSIS_FOUND && p->maybe_down ? DIAGNOSIS_UNKNOWN : r;
}

enum diagnosis_result virtio_diagnose(const struct virtio_device_info *first, const struct virtio_device_info *second,
				      uint32_t index, struct diagnosis *f)
{
	struct pair p = {
		.device = second, .first = virtio_device_queue(first, index),
		.second = virtio_device_queue(second, index), .seconds = ns_to_s(second->time - first->time),
	};

	/* Too new to be stuck */
	if (!p.first || !p.second || !same_queue(p.first, p.second))
		return DIAGNOSIS_NOTHING;
	if ((p.first->flags | p.second->flags) & VIRTQUEUE_UNREAD)
		return DIAGNOSIS_UNKNOWN;
	virtio_state_of(p.first, &p.was);
	virtio_state_of(p.second, &p.is);
	if (device_is_data_queue(second->id, p.second->name)) {
		p.down = first->down || second->down;
		p.maybe_down = first->elsewhere || second->elsewhere;
	}
	return judge(&p, f);
}
