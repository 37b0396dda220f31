// SPDX-License-Identifier: GPL-2.0-or-later
#include "eventfd-paths.h"

#include <stdlib.h>

static void find_calls(struct eventfd_paths *p, struct inspect *ins, pid_t holder)
{
	free(p->calls);
	p->holder = holder;
	/* On failure @calls is NULL, that is, not known. */
	inspect_calls(ins, holder, &p->calls, &p->call_count);
}

static void find_ioeventfds(struct eventfd_paths *p, struct inspect *ins, pid_t owner)
{
	free(p->ioeventfds);
	p->owner = owner;
	p->ioeventfd_err = inspect_ioeventfds(ins, owner, &p->ioeventfds, &p->ioeventfd_count);
}

void eventfd_paths(struct eventfd_paths *p, struct inspect *ins, const struct inspect_device *d)
{
	const pid_t holder = d->holder_count ? (pid_t)d->holders[0].tid : 0;
	const pid_t owner = d->owner.pid ? (pid_t)d->owner_tid : 0;

	if (!holder || p->holder != holder)
		find_calls(p, ins, holder);
	if (!owner || p->owner != owner)
		find_ioeventfds(p, ins, owner);
}

const struct inspect_call *eventfd_paths_call(const struct eventfd_paths *p, const struct inspect_device *d,
					      const struct inspect_queue *q)
{
	for (size_t i = 0; i < p->call_count; i++) {
		const struct inspect_call *c = &p->calls[i];

		if (c->id == d->id && c->number == q->number)
			return q->call.id >= 0 && c->eventfd == q->call.id ? c : NULL;
	}
	return NULL;
}

enum kick_source eventfd_paths_kick(const struct eventfd_paths *p, const struct inspect_queue *q)
{
	bool more = false;

	if (q->kick.id < 0 || p->ioeventfd_err)
		return KICK_SOURCE_UNKNOWN;
	for (size_t i = 0; i < p->ioeventfd_count; i++) {
		if (p->ioeventfds[i] == q->kick.id)
			return KICK_SOURCE_IOEVENTFD;
		more |= p->ioeventfds[i] == INSPECT_IOEVENTFDS_MORE;
	}
	return more ? KICK_SOURCE_UNKNOWN : KICK_SOURCE_WRITE;
}

const char *listener_kind_name(unsigned int kind)
{
	static const char *const names[LISTENER_KINDS] = {
		[LISTENER_UNKNOWN] = "unknown", [LISTENER_IRQFD] = "irqfd", [LISTENER_POLL] = "poll",
		[LISTENER_EPOLL] = "epoll", [LISTENER_IO_URING] = "io_uring", [LISTENER_READ] = "read",
		[LISTENER_VHOST] = "vhost",
	};

	return names[kind < LISTENER_KINDS ? kind : LISTENER_UNKNOWN];
}

void eventfd_paths_free(struct eventfd_paths *p)
{
	free(p->calls);
	free(p->ioeventfds);
	*p = (struct eventfd_paths){ 0 };
}
