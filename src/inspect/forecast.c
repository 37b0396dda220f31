// SPDX-License-Identifier: GPL-2.0-or-later
#include "forecast.h"

#include <stdarg.h>
#include <stdio.h>

#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

/* linux/virtio_config.h has it only with the legacy names. */
#define NOTIFY_ON_EMPTY (UINT64_C(1) << 24)

struct forecast_notice forecast_reach(uint16_t event, uint16_t told, uint16_t now)
{
	const uint16_t next = (uint16_t)(now + 1);
	struct forecast_notice n = { .when = FORECAST_AT, .at = (uint16_t)(event + 1) };

	/* The next decision also covers the entries since the last one. */
	if (vring_need_event(event, next, told))
		n.at = next;
	n.away = (uint16_t)(n.at - next) + UINT32_C(1);
	return n;
}

const char *forecast_unread(const struct inspect_word *w)
{
	switch (w->state) {
	case INSPECT_OK:
		return NULL;
	case INSPECT_UNMAPPED:
		return "not mapped";
	case INSPECT_BARRED:
		return "no access";
	case INSPECT_ABSENT:
		return "not resident";
	case INSPECT_BLIND:
		return "not readable";
	case INSPECT_IOTLB:
		return "behind the IOTLB";
	case INSPECT_ORPHAN:
		return "no owner";
	}
	return "there is none";
}

static bool readable(const struct inspect_word *w)
{
	return w->state == INSPECT_OK;
}

static void __attribute__((format(printf, 2, 3))) say(struct forecast *p, const char *fmt, ...)
{
	va_list ap;

	if (p->count == FORECAST_LINES)
		return;
	va_start(ap, fmt);
	vsnprintf(p->lines[p->count++], FORECAST_LINE, fmt, ap);
	va_end(ap);
}

static bool configured(const struct inspect_queue *q)
{
	return q->num && q->desc && q->avail && q->used;
}

/* Did the worker serve this queue during the look, or is it about to? */
static bool at_work(const struct inspect_queue *q)
{
	/* A worker that ever ran has used CPU time. Without a worker the state means nothing. */
	return q->flags & (INSPECT_WORK_QUEUED | INSPECT_BACKEND_WORK | INSPECT_MOVED) ||
	       (q->worker_ns && !q->worker_state);
}

static struct forecast_notice call_notice(const struct inspect_queue *q)
{
	const bool event_idx = q->flags & INSPECT_EVENT_IDX, valid = q->flags & INSPECT_VALID;
	const struct inspect_word *wish = event_idx ? &q->ring_used_event : &q->ring_avail_flags;

	if (!(q->flags & INSPECT_BACKEND) || !configured(q) || q->call.id < 0)
		return (struct forecast_notice){ .when = FORECAST_NOBODY };
	if (q->flags & INSPECT_MOVED)
		return (struct forecast_notice){ .when = FORECAST_UNKNOWN };
	/*
	 * In these cases the kernel calls whatever used_event is. signalled_used loses its validity when used->idx goes
	 * all the way round without a decision, as it may without a call eventfd.
	 */
	if (event_idx && (!valid || q->signalled_used == (uint16_t)(q->last_used_idx + 1)))
		return (struct forecast_notice){ .when = FORECAST_NEXT };
	if (!readable(wish))
		return (struct forecast_notice){ .when = FORECAST_UNKNOWN };
	if (event_idx)
		return forecast_reach(wish->value, q->signalled_used, q->last_used_idx);
	return (struct forecast_notice){ .when = wish->value & VRING_AVAIL_F_NO_INTERRUPT ? FORECAST_NOT_WANTED :
										     FORECAST_NEXT };
}

static struct forecast_notice kick_notice(const struct inspect_queue *q)
{
	const bool event_idx = q->flags & INSPECT_EVENT_IDX;
	const struct inspect_word *wish = event_idx ? &q->ring_avail_event : &q->ring_used_flags;
	const uint16_t published = q->ring_avail_idx.value;

	if (!configured(q))
		return (struct forecast_notice){ .when = FORECAST_NOBODY };
	if (q->flags & INSPECT_MOVED || !readable(wish) || (event_idx && !readable(&q->ring_avail_idx)))
		return (struct forecast_notice){ .when = FORECAST_UNKNOWN };
	if (event_idx)
		return forecast_reach(wish->value, published, published);
	return (struct forecast_notice){ .when = wish->value & VRING_USED_F_NO_NOTIFY ? FORECAST_NOT_WANTED :
										   FORECAST_NEXT };
}

/* An event further away than the ring size was passed, and not set again. */
static bool stale(const struct inspect_queue *q, const struct forecast_notice *n)
{
	return n->away > q->num;
}

static void say_at_call(const struct inspect_queue *q, struct forecast *p)
{
	const struct forecast_notice *n = &p->call;
	const uint16_t event = q->ring_used_event.value;

	if (stale(q, n) && event)
		say(p, "used_event, %u, is passed: device will not signal until driver asks anew, or used reaches %u, "
		    "%u entries away", event, n->at, n->away);
	else if (stale(q, n))
		say(p, "used_event is 0, as drivers set it that want no calls: device will not signal until driver "
		    "asks, or used reaches %u, %u entries away", n->at, n->away);
	else if (n->at != (uint16_t)(event + 1))
		say(p, "device will signal when used reaches %u, with the next buffer: it has not decided yet about "
		    "what it used since %u", n->at, q->signalled_used);
	else if (n->away == 1)
		say(p, "device will signal when used reaches %u, with the next buffer", n->at);
	else
		say(p, "device will signal when used reaches %u, %u entries away", n->at, n->away);
}

/* Name the word that could not be read, and why. */
static void say_unknown(struct forecast *p, const char *what, const char *name, const struct inspect_word *w)
{
	say(p, "%s cannot be told: %s cannot be read (%s)", what, name, forecast_unread(w));
}

static void say_call(const struct inspect_queue *q, struct forecast *p)
{
	const bool event_idx = q->flags & INSPECT_EVENT_IDX;

	if (q->flags & INSPECT_MOVED && p->call.when == FORECAST_UNKNOWN)
		return;
	switch (p->call.when) {
	case FORECAST_AT:
		say_at_call(q, p);
		break;
	case FORECAST_NEXT:
		say(p, "device will signal with the next buffer%s",
		    event_idx ? ", whatever used_event is: it has nothing yet to compare it with" : "");
		break;
	case FORECAST_NOT_WANTED:
		say(p, "device will not signal: driver asks for no calls");
		break;
	case FORECAST_UNKNOWN:
		if (event_idx)
			say_unknown(p, "when device signals", "used_event", &q->ring_used_event);
		else
			say_unknown(p, "when device signals", "avail->flags", &q->ring_avail_flags);
		break;
	case FORECAST_NOBODY:
		say(p, "nobody will be called: there is no call eventfd");
		return;
	}
	if (q->features[0] & NOTIFY_ON_EMPTY)
		say(p, "device will signal earlier if it has then taken all that it knows of (NOTIFY_ON_EMPTY)");
}

static void say_at_kick(const struct inspect_queue *q, struct forecast *p)
{
	const struct forecast_notice *n = &p->kick;

	/* More than half of the way round: it is behind, not ahead. */
	if (stale(q, n) && n->away > UINT16_MAX / 2 + 1)
		say(p, "avail_event, %u, is passed: driver will not kick until device asks anew, or avail reaches %u, "
		    "%u entries away", q->ring_avail_event.value, n->at, n->away);
	else if (n->away == 1)
		say(p, "driver will kick with the next buffer, when avail reaches %u", n->at);
	else
		say(p, "driver will not kick before avail reaches %u, %u entries away", n->at, n->away);
}

static void say_kick(const struct inspect_queue *q, struct forecast *p)
{
	const bool event_idx = q->flags & INSPECT_EVENT_IDX;

	switch (p->kick.when) {
	case FORECAST_AT:
		say_at_kick(q, p);
		break;
	case FORECAST_NEXT:
		say(p, "driver will kick with the next buffer");
		break;
	case FORECAST_NOT_WANTED:
		say(p, "driver will not kick: used->flags asks for none");
		break;
	case FORECAST_UNKNOWN:
		if (q->flags & INSPECT_MOVED)
			;
		else if (!event_idx)
			say_unknown(p, "when driver kicks", "used->flags", &q->ring_used_flags);
		else if (!readable(&q->ring_avail_event))
			say_unknown(p, "when driver kicks", "avail_event", &q->ring_avail_event);
		else
			say_unknown(p, "when driver kicks", "avail->idx", &q->ring_avail_idx);
		break;
	case FORECAST_NOBODY:
		return;
	}
	if (q->kick.id < 0)
		say(p, "no kick will be heard: there is no kick eventfd");
}

/* Notifications are off: vhost-net turns them off while it works, and while it waits for its backend. */
static void say_quiet(const struct inspect_queue *q, enum forecast_role role, struct forecast *p)
{
	if (at_work(q))
		say(p, "device asks for no kicks: it is working");
	else if (role == FORECAST_RX && q->flags & INSPECT_BACKEND_POLLED)
		say(p, "device asks for no kicks: it waits for packets");
	else if (role == FORECAST_TX && q->flags & INSPECT_BACKEND_POLLED)
		say(p, "device asks for no kicks: it waits for room");
	else if (role == FORECAST_KEPT)
		say(p, "device asks for no kicks: it keeps the buffers until it has something for the driver");
	else
		say(p, "device asks for no kicks, but its worker sleeps");
}

static void say_device(const struct inspect_queue *q, enum forecast_role role, struct forecast *p)
{
	if (!(q->flags & INSPECT_BACKEND))
		say(p, "device does nothing with it: it has no backend");
	else if (q->used_flags & VRING_USED_F_NO_NOTIFY)
		say_quiet(q, role, p);
	else if (at_work(q))
		say(p, "device has been woken, or is working");
	else if (role == FORECAST_RX && q->flags & INSPECT_BACKEND_POLLED)
		say(p, "device waits for packets, and needs no kick for that");
	else if (role == FORECAST_TX && q->flags & INSPECT_BACKEND_POLLED)
		say(p, "device waits for a kick, or for room in its backend");
	else if (role == FORECAST_KEPT && p->waiting > 0)
		say(p, "device keeps the buffers until it has something for the driver, and needs no kick for that");
	else if (p->waiting > 0)
		say(p, "device waits for a kick, with work to do: vhostctl check tells if it comes");
	else
		say(p, "device waits for a kick");
}

/*
 * Entries from one index to the other, at most the ring size in a valid ring. The two were read one after the other, so
 * a larger number means nothing while the device is at work.
 */
static int32_t distance(const struct inspect_queue *q, uint16_t from, uint16_t to)
{
	const uint16_t n = (uint16_t)(to - from);

	return n > q->num && at_work(q) ? FORECAST_NONE : n;
}

static void say_waiting(const struct inspect_queue *q, struct forecast *p)
{
	if (!readable(&q->ring_avail_idx))
		say_unknown(p, "how many buffers wait", "avail->idx", &q->ring_avail_idx);
	else if (p->waiting == FORECAST_NONE)
		say(p, "how many buffers wait cannot be told: the device worked while it was looked at");
	else if (p->waiting > (int32_t)q->num)
		say(p, "avail->idx is %d past last_avail_idx, in a ring of %u: device stops there with an error",
		    p->waiting, q->num);
	else if (!p->waiting)
		say(p, "no buffers wait");
	else if (p->waiting == 1)
		say(p, "1 buffer waits");
	else
		say(p, "%d buffers wait", p->waiting);
}

static void say_taken(const struct inspect_queue *q, struct forecast *p)
{
	if (!(q->flags & INSPECT_BACKEND))
		return;
	if (p->taken == FORECAST_NONE)
		;
	else if (p->taken > (int32_t)q->num)
		say(p, "last_used_idx, %u, does not go with last_avail_idx, %u, in a ring of %u", q->last_used_idx,
		    q->last_avail_idx, q->num);
	else if (p->taken == 1)
		say(p, "1 buffer is with the device");
	else if (p->taken)
		say(p, "%d buffers are with the device", p->taken);
	if (readable(&q->ring_used_idx) && q->ring_used_idx.value != q->last_used_idx)
		say(p, "used->idx and last_used_idx differ: %s",
		    at_work(q) ? "device was working meanwhile" : "one of them was written by somebody else");
}

void forecast_of(const struct inspect_queue *q, enum forecast_role role, struct forecast *p)
{
	*p = (struct forecast){ .waiting = FORECAST_NONE, .taken = FORECAST_NONE };
	p->call = call_notice(q);
	p->kick = kick_notice(q);
	if (!configured(q)) {
		say(p, "device does nothing with it: %s", q->num ? "it has no addresses" : "it has no size");
		return;
	}
	if (readable(&q->ring_avail_idx))
		p->waiting = distance(q, q->last_avail_idx, q->ring_avail_idx.value);
	if (q->flags & INSPECT_BACKEND)
		p->taken = distance(q, q->last_used_idx, q->last_avail_idx);
	if (q->flags & INSPECT_MOVED)
		say(p, "queue moved while it was looked at: its words are not all of the same moment");
	say_waiting(q, p);
	say_taken(q, p);
	say_device(q, role, p);
	if (q->flags & INSPECT_BACKEND)
		say_call(q, p);
	say_kick(q, p);
}
