// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect-host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "candidates.h"
#include "virtio/net-queue.h"

static const char *const kind_names[INSPECT_KINDS] = {
	[INSPECT_NET] = "net",
	[INSPECT_VSOCK] = "vsock",
	[INSPECT_SCSI] = "scsi",
};

const char *inspect_kind_name(enum inspect_kind kind)
{
	return kind_names[kind];
}

static void free_device(struct inspect_device *d)
{
	for (size_t i = 0; i < d->holder_count; i++)
		free(d->holders[i].more);
	free(d->holders);
	free(d->queues);
	free(d->regions);
	free(d->candidates);
	placement_free(d);
}

void inspect_free(struct inspect_host *host)
{
	for (size_t i = 0; i < host->count; i++)
		free_device(&host->devices[i]);
	free(host->devices);
	free(host->taps);
	tap_links_free(&host->links);
	*host = (struct inspect_host){ 0 };
}

static void *copy(const void *from, size_t count, size_t size)
{
	void *to = malloc(count * size + 1);	/* not NULL if @count is 0 */

	if (to)
		memcpy(to, from, count * size);
	return to;
}

/* A device may have more queues than are in use. */
static void leave_out_unused(struct inspect_device *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->queue_count; i++)
		if (d->kind == INSPECT_NET || d->queues[i].desc || d->queues[i].kick.id >= 0)
			d->queues[kept++] = d->queues[i];
	d->queue_count = kept;
}

/* A region that was removed during the look has size 0. */
static void leave_out_unread(struct inspect_device *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->region_count; i++)
		if (d->regions[i].size)
			d->regions[kept++] = d->regions[i];
	d->nmaps -= d->region_count - kept;
	d->region_count = kept;
}

/* Fill in or replace a device from one holder's record. */
static int fill_device(struct inspect_device *d, const struct inspect_record *r)
{
	const struct inspect_queue *queues = (const void *)(r + 1);
	const struct inspect_region *regions = (const void *)(queues + r->queues);
	struct inspect_queue *q = copy(queues, r->queues, sizeof(*q));
	struct inspect_region *g = copy(regions, r->regions, sizeof(*g));

	if (!q || !g) {
		free(q);
		free(g);
		return -ENOMEM;
	}
	free(d->queues);
	free(d->regions);
	d->id = r->id;
	d->time = r->time;
	d->kind = r->kind;
	d->flags = r->flags;
	d->owner = r->owner;
	d->owner_fd = r->flags & INSPECT_BY_OWNER ? (int)r->fd : -1;
	d->owner_tid = r->flags & INSPECT_BY_OWNER ? r->tid : r->owner.pid;
	d->cid = r->cid;
	memcpy(d->name, r->name, sizeof(d->name));
	memcpy(d->target, r->target, sizeof(d->target));
	d->nvqs = r->nvqs;
	d->nmaps = r->nmaps;
	d->queues = q;
	d->queue_count = r->queues;
	d->regions = g;
	d->region_count = r->regions;
	leave_out_unread(d);
	leave_out_unused(d);
	return 0;
}

static int add_descriptor(struct inspect_holder *h, int fd)
{
	int *more = array_grow(h->more, &h->more_room, h->more_count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	h->more = more;
	more[h->more_count++] = fd;
	return 0;
}

/* Is the record about the process that was found last? The iterator does not remember all devices. */
static bool same_holder(const struct inspect_device *d, const struct inspect_record *r)
{
	const struct inspect_holder *h = d->holder_count ? &d->holders[d->last_holder] : NULL;

	return h && h->tid == r->tid && h->process.pid == r->holder.pid &&
	       h->process.start == r->holder.start;
}

static int add_holder(struct inspect_device *d, const struct inspect_record *r)
{
	struct inspect_holder *more;
	bool first = (r->flags & INSPECT_BY_OWNER) && d->owner_fd == (int)r->fd && d->owner_tid == r->tid;

	if (same_holder(d, r))
		return add_descriptor(&d->holders[d->last_holder], (int)r->fd);
	more = array_grow(d->holders, &d->holder_room, d->holder_count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	d->holders = more;
	if (first)
		memmove(more + 1, more, d->holder_count * sizeof(*more));
	d->last_holder = first ? 0 : d->holder_count;
	more[d->last_holder] = (struct inspect_holder){ .process = r->holder, .tid = r->tid, .fd = (int)r->fd };
	d->holder_count++;
	return 0;
}

/*
 * Add a record to its device, which exists already if another process holds it too. The owner's record is preferred:
 * only that has the owner's descriptor, and tells why a word of the ring is not there.
 */
static int add_record(struct inspect_host *host, const struct inspect_record *r)
{
	struct inspect_device *d = (struct inspect_device *)inspect_find(host, r->id);
	int err = 0;

	if (!d) {
		struct inspect_device *more = array_grow(host->devices, &host->room, host->count + 1, sizeof(*more));

		if (!more)
			return -ENOMEM;
		host->devices = more;
		d = &more[host->count++];
		*d = (struct inspect_device){ 0 };
		err = fill_device(d, r);
	} else if (!(d->flags & INSPECT_BY_OWNER) && (r->flags & INSPECT_BY_OWNER)) {
		err = fill_device(d, r);
	}
	return err ? err : add_holder(d, r);
}

static int add_duplicate(struct inspect_host *host, const struct inspect_duplicate *r)
{
	struct inspect_device *d = (struct inspect_device *)inspect_find(host, r->id);

	return d ? add_descriptor(&d->holders[d->last_holder], (int)r->fd) : -EPROTO;
}

/* A file may come twice: the iterator does not remember all of them. */
static int add_tap_file(struct inspect_host *host, const struct inspect_tap_file *t)
{
	struct inspect_tap_file *more = array_grow(host->taps, &host->tap_room, host->tap_count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	host->taps = more;
	more[host->tap_count++] = *t;
	return 0;
}

static int add_net(struct inspect_host *host, const struct inspect_net *n)
{
	struct inspect_device *d = (struct inspect_device *)inspect_find(host, n->id);

	if (!d)
		return -EPROTO;
	d->net = *n;
	return 0;
}

/* Returns its size, or -errno. */
static ssize_t add_worker(struct inspect_host *host, const struct inspect_worker *w, size_t left)
{
	struct inspect_device *d;
	int err;

	if (left < sizeof(*w) || left - sizeof(*w) < w->cgroup_len)
		return -EPROTO;
	d = (struct inspect_device *)inspect_find(host, w->id);
	err = d ? placement_add(d, w, (const char *)(w + 1)) : -EPROTO;
	return err ? err : (ssize_t)(sizeof(*w) + w->cgroup_len);
}

/* Handle a record that is none of a device. Return: its size, or -errno. */
static ssize_t add_small(struct inspect_host *host, uint32_t kind, const void *data, size_t left)
{
	static const size_t sizes[] = {
		[INSPECT_DUPLICATE] = sizeof(struct inspect_duplicate),
		[INSPECT_TAP_FILE] = sizeof(struct inspect_tap_file),
		[INSPECT_LINK] = sizeof(struct inspect_link),
		[INSPECT_NET_STATE] = sizeof(struct inspect_net),
		[INSPECT_WORKER] = sizeof(struct inspect_worker),
	};
	int err;

	if (kind >= ARRAY_SIZE(sizes) || left < sizes[kind])
		return -EPROTO;
	switch (kind) {
	case INSPECT_DUPLICATE:
		err = add_duplicate(host, data);
		break;
	case INSPECT_TAP_FILE:
		err = add_tap_file(host, data);
		break;
	case INSPECT_LINK:
		return tap_links_add(&host->links, data, left);
	case INSPECT_WORKER:
		return add_worker(host, data, left);
	default:
		err = add_net(host, data);
	}
	return err ? err : (ssize_t)sizes[kind];
}

/* Likewise, a record of a device with what follows it. */
static ssize_t add_large(struct inspect_host *host, const struct inspect_record *r, size_t left)
{
	size_t size;
	int err;

	if (left < sizeof(*r))
		return -EPROTO;
	size = sizeof(*r) + r->queues * sizeof(struct inspect_queue) + r->regions * sizeof(struct inspect_region);
	if (left < size)
		return -EPROTO;
	err = add_record(host, r);
	return err ? err : (ssize_t)size;
}

int inspect_host_add(struct inspect_host *host, const char *data, size_t size)
{
	for (size_t at = 0; at < size;) {
		const struct inspect_record *r = (const void *)(data + at);
		ssize_t used = -EPROTO;

		/* The smallest record: all have their kind at the same place. */
		if (size - at >= sizeof(struct inspect_duplicate))
			used = r->kind < INSPECT_KINDS ? add_large(host, r, size - at) :
							 add_small(host, r->kind, r, size - at);
		if (used < 0)
			return (int)used;
		at += (size_t)used;
	}
	return 0;
}

static int add_release(struct inspect_host *host, const struct inspect_release *r)
{
	struct inspect_device *more;

	/* Its last descriptor was closed after it was seen. */
	if (inspect_find(host, r->id))
		return 0;
	more = array_grow(host->devices, &host->room, host->count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	host->devices = more;
	more[host->count++] = (struct inspect_device){
		.id = r->id, .time = r->time, .kind = r->kind, .flags = INSPECT_HAS_OWNER | INSPECT_RELEASING,
		.owner = r->process, .owner_fd = -1, .owner_tid = r->tid, .release = *r,
	};
	return 0;
}

int inspect_host_add_releases(struct inspect_host *host, const char *data, size_t size)
{
	int err = size % sizeof(struct inspect_release) ? -EPROTO : 0;

	for (size_t at = 0; !err && at < size; at += sizeof(struct inspect_release))
		err = add_release(host, (const void *)(data + at));
	return err;
}

static uint64_t order_pid(const struct inspect_device *d)
{
	return d->owner_fd >= 0 || !d->holder_count ? d->owner_tid : d->holders[0].tid;
}

static int order_fd(const struct inspect_device *d)
{
	return d->holder_count ? d->holders[0].fd : -1;
}

static int compare(const void *a, const void *b)
{
	const struct inspect_device *x = a, *y = b;

	if (order_pid(x) != order_pid(y))
		return order_pid(x) < order_pid(y) ? -1 : 1;
	return (order_fd(x) > order_fd(y)) - (order_fd(x) < order_fd(y));
}

/* Find the link of each device's tap, and mark the tap's queues that devices serve. */
static void find_links(struct inspect_host *host)
{
	for (size_t i = 0; i < host->count; i++) {
		struct inspect_device *d = &host->devices[i];

		if (inspect_tap(d) && d->tap.netns)
			d->link = tap_links_find(&host->links, d->tap.ifindex, d->tap.netns);
		for (size_t k = 0; d->link && k < d->queue_count; k++)
			if (d->queues[k].flags & INSPECT_BACKEND)
				tap_link_mark_served(d->link, d->queues[k].socket);
	}
}

int inspect_host_complete(struct inspect_host *host)
{
	int err;

	if (host->count)
		qsort(host->devices, host->count, sizeof(*host->devices), compare);
	err = candidates_find(host);
	if (!err)
		find_links(host);
	return err;
}

const struct inspect_device *inspect_find(const struct inspect_host *host, uint64_t id)
{
	for (size_t i = 0; i < host->count; i++)
		if (host->devices[i].id == id)
			return &host->devices[i];
	return NULL;
}

const struct inspect_queue *inspect_queue_by_number(const struct inspect_device *d, unsigned int number)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].number == number)
			return &d->queues[i];
	return NULL;
}

void inspect_features(const struct inspect_device *d, uint64_t words[2])
{
	for (int i = 0; i < 2; i++)
		words[i] = d->queue_count ? d->queues[0].features[i] : 0;
}

uint64_t inspect_backend_features(const struct inspect_device *d)
{
	return d->queue_count ? d->queues[0].backend_features : 0;
}

struct inspect_holder inspect_who(const struct inspect_device *d)
{
	if (!d->owner.pid && d->holder_count)
		return d->holders[0];
	return (struct inspect_holder){ .process = d->owner, .tid = d->owner_tid, .fd = d->owner_fd };
}

size_t inspect_descriptors(const struct inspect_device *d)
{
	size_t count = 0;

	for (size_t i = 0; i < d->holder_count; i++)
		count += 1 + d->holders[i].more_count;
	return count;
}

const char *inspect_name(const struct inspect_device *d)
{
	if (inspect_tap(d))
		return d->tap.name;
	return *d->name ? d->name : NULL;
}

const char *inspect_device_name(const struct inspect_device *d, char buf[INSPECT_DEVICE_NAME])
{
	const char *name = inspect_name(d);

	if (d->shown)
		return d->shown->text;
	if (d->candidate_count)
		snprintf(buf, INSPECT_DEVICE_NAME, "%s?", d->candidates[0].name);
	else
		snprintf(buf, INSPECT_DEVICE_NAME, "%s", name ? name : inspect_kind_name(d->kind));
	return buf;
}

bool inspect_may_be(const struct inspect_device *d, bool (*test)(const struct inspect_netdev *, const void *),
		    const void *arg)
{
	if (inspect_tap(d))
		return test(&d->tap, arg);
	for (size_t i = 0; i < d->candidate_count; i++)
		if (test(&d->candidates[i], arg))
			return true;
	return false;
}

const struct inspect_tap_queue *inspect_tap_queue(const struct inspect_device *d, const struct inspect_queue *q)
{
	return d->link && q->flags & INSPECT_BACKEND ? tap_link_queue(d->link, q->socket) : NULL;
}

enum inspect_device_state inspect_state(const struct inspect_device *d)
{
	bool rings = false;

	if (d->flags & INSPECT_RELEASING)
		return DEVICE_RELEASING;
	if (!(d->flags & INSPECT_HAS_OWNER))
		return DEVICE_UNOWNED;
	for (size_t i = 0; i < d->queue_count; i++) {
		const struct inspect_queue *q = &d->queues[i];

		if (q->flags & INSPECT_BACKEND)
			return DEVICE_RUNNING;
		rings |= q->desc || q->avail || q->used;
	}
	return rings ? DEVICE_STOPPED : DEVICE_NEVER_STARTED;
}

const char *inspect_state_name(enum inspect_device_state state)
{
	static const char *const names[] = {
		[DEVICE_UNOWNED] = "unowned",
		[DEVICE_NEVER_STARTED] = "never_started",
		[DEVICE_STOPPED] = "stopped",
		[DEVICE_RUNNING] = "running",
		[DEVICE_RELEASING] = "releasing",
	};

	return names[state];
}

/* The number of the tap's queue, which both queues of a device share. Any queue with a backend has it. */
static unsigned int pair_of(const struct inspect_device *d)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].flags & INSPECT_BACKEND)
			return d->queues[i].pair;
	return 0;
}

/* The queue on which a vsock driver receives (virtio 1.2, 5.10.2), and the one of a scsi device's events (5.6.2). */
#define VSOCK_RX 0
#define SCSI_EVENTS 1

bool inspect_keeps_buffers(const struct inspect_device *d, unsigned int number)
{
	switch (d->kind) {
	case INSPECT_VSOCK:
		return number == VSOCK_RX;
	case INSPECT_SCSI:
		return number == SCSI_EVENTS;
	default:
		return net_queue_is_rx(number);
	}
}

const char *inspect_queue_name(const struct inspect_device *d, const struct inspect_queue *q,
			       char buf[INSPECT_QUEUE_NAME])
{
	if (d->kind == INSPECT_NET)
		net_queue_name(q->number, pair_of(d), buf, INSPECT_QUEUE_NAME);
	else
		snprintf(buf, INSPECT_QUEUE_NAME, "%u", q->number);
	return buf;
}
