// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe-event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct decision_word to_word(const struct decision_reading *r)
{
	return (struct decision_word){ .value = r->value, .readable = r->state == READING_OK };
}

/*
 * A reading that failed says something only if the other failed too: the programs cannot wait for a page, while the
 * kernel can and thereby brings it in. And where the address is not known to us, the kernel may have read the word, so
 * that a fault explains nothing.
 */
static struct explanation explain_event(const struct decision_event *e, const struct probe_decision *d)
{
	struct decision_word words[2];
	struct explanation why;
	int count = 0;

	if (d->before.readable)
		words[count++] = d->before;
	if (d->after.readable || !count)
		words[count++] = d->after;
	why = explain(&d->state, d->signalled, words, count);
	if (why.reason == REASON_FAULT && e->after.state == READING_UNKNOWN)
		why.reason = REASON_UNEXPLAINED;
	return why;
}

static void name_queue(const struct decision_event *e, char *name, size_t len)
{
	const char *direction = e->queue & 1 ? "tx" : "rx";

	if (e->queue == DECISION_NO_QUEUE)
		snprintf(name, len, "?");
	else if (e->backend == BACKEND_TUN || e->backend == BACKEND_TAP)
		snprintf(name, len, "%s%" PRIu16, direction, e->pair);
	else if (e->backend == BACKEND_SOCKET)
		snprintf(name, len, "%s%d", direction, e->queue / 2);
	else
		snprintf(name, len, "%" PRIu16, e->queue);
}

static void name_device(const struct decision_event *e, char name[DECISION_NAME_LEN])
{
	static const char *const kinds[] = { [BACKEND_SOCKET] = "packet", [BACKEND_VSOCK] = "vsock" };
	const char *kind = e->backend < sizeof(kinds) / sizeof(kinds[0]) ? kinds[e->backend] : NULL;

	snprintf(name, DECISION_NAME_LEN, "%.*s", DECISION_NAME_LEN - 1, kind ? kind : e->device);
}

void probe_decode(const struct decision_event *e, struct probe_decision *d)
{
	*d = (struct probe_decision){
		.time = e->time,
		.time_entry = e->time_entry,
		.time_signal = e->time_signal,
		.cpu = e->cpu,
		.tid = e->tid,
		.owner = e->owner,
		.ifindex = e->ifindex,
		.queue = e->queue == DECISION_NO_QUEUE ? -1 : e->queue,
		.signalled = e->flags & DECISION_SIGNALLED,
		.state = {
			.old = e->old,
			.new = e->new,
			.valid = e->flags & DECISION_VALID,
			.call_fd = e->flags & DECISION_CALL_FD,
			.event_idx = e->flags & DECISION_EVENT_IDX,
			.empty = e->flags & DECISION_EMPTY,
		},
		.before = to_word(&e->before),
		.after = to_word(&e->after),
	};
	snprintf(d->worker, sizeof(d->worker), "%.*s", DECISION_NAME_LEN - 1, e->worker);
	name_device(e, d->device);
	name_queue(e, d->queue_name, sizeof(d->queue_name));
	d->why = explain_event(e, d);
}
