// SPDX-License-Identifier: GPL-2.0-or-later
#include "candidates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static int compare_sockets(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Collect the backends of all devices, sorted. Return: 0 or -ENOMEM; the caller frees @backends. */
static int list_backends(const struct inspect_host *host, uint64_t **backends, size_t *count)
{
	size_t room = 0;

	*backends = NULL;
	*count = 0;
	for (size_t i = 0; i < host->count; i++)
		for (size_t k = 0; k < host->devices[i].queue_count; k++) {
			const struct inspect_queue *q = &host->devices[i].queues[k];
			uint64_t *more;

			if (!(q->flags & INSPECT_BACKEND))
				continue;
			more = array_grow(*backends, &room, *count + 1, sizeof(*more));
			if (!more)
				return -ENOMEM;
			*backends = more;
			more[(*count)++] = q->socket;
		}
	if (*count)
		qsort(*backends, *count, sizeof(**backends), compare_sockets);
	return 0;
}

/* Keep only the files that are no device's backend. */
static int leave_out_backends(struct inspect_host *host)
{
	size_t count, kept = 0;
	uint64_t *backends;
	int err = list_backends(host, &backends, &count);

	for (size_t i = 0; !err && i < host->tap_count; i++)
		if (!count || !bsearch(&host->taps[i].socket, backends, count, sizeof(*backends), compare_sockets))
			host->taps[kept++] = host->taps[i];
	if (!err)
		host->tap_count = kept;
	free(backends);
	return err;
}

static bool same_tap(const struct inspect_netdev *a, const struct inspect_netdev *b)
{
	return a->ifindex == b->ifindex && a->netns == b->netns && !strcmp(a->name, b->name);
}

static int add_candidate(struct inspect_device *d, size_t *room, const struct inspect_tap_file *t)
{
	struct inspect_netdev one = { .ifindex = t->ifindex, .netns = t->netns }, *more;

	memcpy(one.name, t->name, sizeof(one.name));
	for (size_t i = 0; i < d->candidate_count; i++)
		if (same_tap(&d->candidates[i], &one))
			return 0;
	more = array_grow(d->candidates, room, d->candidate_count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	d->candidates = more;
	more[d->candidate_count++] = one;
	return 0;
}

/* Add the taps of a process. */
static int add_taps_of(const struct inspect_host *host, struct inspect_device *d, size_t *room,
		       const struct inspect_process *p)
{
	int err = 0;

	for (size_t i = 0; !err && i < host->tap_count; i++)
		if (host->taps[i].pid == p->pid && host->taps[i].start == p->start)
			err = add_candidate(d, room, &host->taps[i]);
	return err;
}

/* If all candidates have one name, that is the tap's. Only its namespace may be unknown then. */
static void settle(struct inspect_device *d)
{
	for (size_t i = 1; i < d->candidate_count; i++)
		if (strcmp(d->candidates[i].name, d->candidates[0].name))
			return;
	if (d->candidate_count)
		d->tap = d->candidates[0];
	if (d->candidate_count > 1)
		d->tap.ifindex = d->tap.netns = 0;
	free(d->candidates);
	d->candidates = NULL;
	d->candidate_count = 0;
}

static int find_candidates(const struct inspect_host *host, struct inspect_device *d)
{
	size_t room = 0;
	int err = 0;

	if (d->owner.pid)
		err = add_taps_of(host, d, &room, &d->owner);
	for (size_t i = 0; !err && !d->owner.pid && i < d->holder_count; i++)
		err = add_taps_of(host, d, &room, &d->holders[i].process);
	if (!err)
		settle(d);
	return err;
}

static void take_name(struct inspect_device *d, uint32_t ifindex, uint32_t netns, const char *name)
{
	if (*d->tap.name || !*name)
		return;
	d->tap = (struct inspect_netdev){ .ifindex = ifindex, .netns = netns };
	memcpy(d->tap.name, name, sizeof(d->tap.name));
}

/* Return: whether the device has, or had, a backend, be it a tap or not. */
static bool take_backend(struct inspect_device *d)
{
	bool backend = d->flags & INSPECT_RELEASING;

	take_name(d, d->release.ifindex, d->release.netns, d->release.name);

	for (size_t i = 0; i < d->queue_count; i++) {
		const struct inspect_queue *q = &d->queues[i];

		backend |= !!(q->flags & INSPECT_BACKEND);
		take_name(d, q->ifindex, q->netns, q->device);
	}
	return backend;
}

int candidates_find(struct inspect_host *host)
{
	int err = leave_out_backends(host);

	for (size_t i = 0; !err && i < host->count; i++) {
		struct inspect_device *d = &host->devices[i];

		if (!take_backend(d) && d->kind == INSPECT_NET)
			err = find_candidates(host, d);
	}
	return err;
}
