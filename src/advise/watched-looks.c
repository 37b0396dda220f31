// SPDX-License-Identifier: GPL-2.0-or-later
#include "watched-looks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/scan.h"

/* Who listens to eventfds is asked late, and again only if it was not told: it takes a walk through descriptors. */
#define PATHS_FROM 4

/**
 * struct tracked_queue - a queue of the first look
 * @first: as it was then
 * @in_flight: sum of the buffers that were under way at looks
 * @in_flight_most: the most of these
 * @in_flight_looks: how many looks could tell
 * @kicks_by: see struct watched_queue
 * @calls_by: likewise
 * @ring_fill: likewise
 * @ring_size: likewise
 * @hungry: likewise
 * @worker: its worker at the first look, without its names; all 0: not known
 * @placed: see struct watched_thread
 * @remote: likewise
 */
struct tracked_queue {
	struct inspect_queue first;
	uint64_t in_flight;
	uint32_t in_flight_most, in_flight_looks;
	enum watched_path kicks_by, calls_by;
	int32_t ring_fill;
	uint32_t ring_size, hungry;
	struct inspect_worker worker;
	uint32_t placed, remote;
};

/**
 * struct frames - frames for the driver that a tap has passed on
 * @bytes: their length
 * @count: how many; 0 also if that is not known
 */
struct frames {
	uint64_t bytes, count;
};

/**
 * struct tracked_device - a device of the first look
 * @id: see struct inspect_device
 * @owner: its owner's process
 * @changed: it is not the same any more
 * @drops: see struct watched_device
 * @drop_parts: likewise
 * @dropped: what the tap had dropped at the last look
 * @frames: what had gone to the driver at the first look
 * @queues: its queues; owned
 * @count: number of @queues
 */
struct tracked_device {
	uint64_t id;
	uint32_t owner;
	bool changed;
	uint64_t drops, dropped;
	uint32_t drop_parts;
	struct frames frames;
	struct tracked_queue *queues;
	size_t count;
};

void watched_looks_init(struct watched_looks *l, const struct device_choice *choice)
{
	uint64_t own;

	*l = (struct watched_looks){ .choice = *choice };
	if (!scan_netns("/proc", 0, &own))
		l->own_netns = (uint32_t)own;
}

static uint64_t read_number(const char *tap, const char *direction, const char *what)
{
	char path[128];
	uint64_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s_%s", tap, direction, what);
	f = fopen(path, "re");
	if (f && fscanf(f, "%" SCNu64, &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n;
}

/* Sysfs has the interfaces of one network namespace. A tun sends to its driver, a macvtap receives for it. */
static struct frames read_frames(const struct watched_looks *l, const struct inspect_device *d)
{
	const struct inspect_netdev *tap = inspect_tap(d);
	const char *direction = d->link && d->link->link.type != LINK_TUN ? "rx" : "tx";

	if (!tap || !d->link || tap->netns != l->own_netns)
		return (struct frames){ 0 };
	return (struct frames){ read_number(tap->name, direction, "bytes"),
				read_number(tap->name, direction, "packets") };
}

static bool is_chosen(const struct watched_looks *l, const struct inspect_device *d)
{
	const struct inspect_netdev *tap = inspect_tap(d);

	return device_choice_matches(&l->choice, tap ? tap->netns : 0, inspect_name(d));
}

static void track_queue(struct tracked_queue *t, const struct inspect_device *d, const struct inspect_queue *q)
{
	const struct placement *p = placement_of(d, q->worker);

	*t = (struct tracked_queue){ .first = *q, .ring_fill = -1 };
	if (p)
		t->worker = p->worker;
}

static int track(struct watched_looks *l, const struct inspect_host *host)
{
	l->devices = calloc(host->count + 1, sizeof(*l->devices));
	if (!l->devices)
		return -ENOMEM;
	for (size_t i = 0; i < host->count; i++) {
		const struct inspect_device *d = &host->devices[i];
		struct tracked_device *t = &l->devices[l->count];

		if (inspect_state(d) != DEVICE_RUNNING || !is_chosen(l, d))
			continue;
		*t = (struct tracked_device){ .id = d->id, .owner = d->owner.pid, .count = d->queue_count };
		t->queues = calloc(d->queue_count + 1, sizeof(*t->queues));
		if (!t->queues)
			return -ENOMEM;
		l->count++;
		if (d->link)
			t->dropped = link_drops(&d->link->link).to_driver;
		t->frames = read_frames(l, d);
		for (size_t k = 0; k < d->queue_count; k++)
			track_queue(&t->queues[k], d, &d->queues[k]);
	}
	return 0;
}

static bool is_ok(const struct inspect_word *w)
{
	return w->state == INSPECT_OK;
}

/* Return: buffers that wait for the other side, see @in_flight of struct watched_queue; -1 if that cannot be told. */
static int in_flight(const struct inspect_device *d, const struct inspect_queue *q)
{
	int n;

	if (!inspect_keeps_buffers(d, q->number)) {
		if (!is_ok(&q->ring_avail_idx))
			return -1;
		n = (uint16_t)(q->ring_avail_idx.value - q->last_used_idx);
	} else {
		/* A driver that wants no calls leaves an old value. */
		if (!is_ok(&q->ring_used_event) || !is_ok(&q->ring_used_idx))
			return -1;
		n = (uint16_t)(q->ring_used_idx.value - q->ring_used_event.value);
	}
	return n <= (int)q->num ? n : -1;
}

static bool same_queue(const struct inspect_queue *a, const struct inspect_queue *b)
{
	return a->number == b->number && a->desc == b->desc && a->avail == b->avail && a->used == b->used &&
	       a->socket == b->socket && a->num == b->num && a->kick.id == b->kick.id && a->call.id == b->call.id;
}

static enum watched_path heard_by(const struct inspect_call *call, enum watched_path before)
{
	enum watched_path by = before;

	for (uint32_t i = 0; call && i < call->count; i++) {
		const uint32_t kind = call->listeners[i].kind;

		if (kind == LISTENER_IRQFD)
			return PATH_KVM;
		if (by != PATH_KVM && (kind == LISTENER_POLL || kind == LISTENER_EPOLL || kind == LISTENER_READ ||
				       kind == LISTENER_IO_URING))
			by = PATH_PROCESS;
	}
	return by;
}

static void find_paths(struct watched_looks *l, struct inspect *ins, const struct inspect_device *d,
		       struct tracked_device *t)
{
	eventfd_paths(&l->paths, ins, d);
	for (size_t i = 0; i < t->count; i++) {
		struct tracked_queue *q = &t->queues[i];
		const enum kick_source source = eventfd_paths_kick(&l->paths, &q->first);

		q->calls_by = heard_by(eventfd_paths_call(&l->paths, d, &q->first), q->calls_by);
		if (source == KICK_SOURCE_IOEVENTFD)
			q->kicks_by = PATH_KVM;
		else if (source == KICK_SOURCE_WRITE && q->kicks_by != PATH_KVM)
			q->kicks_by = PATH_PROCESS;
	}
}

/* What the tap's ring of a queue that receives holds, and where the queue's worker runs. */
static void compare_queue(struct tracked_queue *t, const struct inspect_device *d, const struct inspect_queue *q)
{
	const struct inspect_tap_queue *ring = d->link ? tap_link_queue(d->link, q->socket) : NULL;
	const struct placement *p = placement_of(d, q->worker);

	if (ring && inspect_keeps_buffers(d, q->number)) {
		t->ring_size = ring->size;
		if ((int32_t)ring->fill > t->ring_fill)
			t->ring_fill = (int32_t)ring->fill;
		t->hungry += ring->fill && is_ok(&q->ring_avail_idx) && q->ring_avail_idx.value == q->last_avail_idx;
	}
	if (p && p->node >= 0 && p->worker.memory_node >= 0) {
		t->placed++;
		t->remote += p->node != p->worker.memory_node;
	}
}

static void compare_drops(struct tracked_device *t, const struct inspect_device *d)
{
	const uint64_t dropped = d->link ? link_drops(&d->link->link).to_driver : t->dropped;

	if (dropped > t->dropped) {
		t->drops += dropped - t->dropped;
		t->drop_parts++;
	}
	t->dropped = dropped;
}

/* A process that polls does something else at times. */
static bool wants_paths(const struct watched_looks *l, const struct tracked_device *t)
{
	bool unknown = false;

	for (size_t i = 0; i < t->count; i++)
		unknown |= t->queues[i].first.call.id >= 0 && t->queues[i].calls_by == PATH_UNKNOWN;
	return !t->changed && l->looks >= PATHS_FROM && unknown;
}

static void compare(struct tracked_device *t, const struct inspect_device *d)
{
	t->changed |= !d || d->owner.pid != t->owner || d->queue_count != t->count;
	for (size_t i = 0; !t->changed && i < t->count; i++) {
		struct tracked_queue *q = &t->queues[i];
		const int n = in_flight(d, &d->queues[i]);

		t->changed |= !same_queue(&q->first, &d->queues[i]);
		compare_queue(q, d, &d->queues[i]);
		if (n < 0)
			continue;
		q->in_flight += (uint64_t)n;
		q->in_flight_most = (uint32_t)n > q->in_flight_most ? (uint32_t)n : q->in_flight_most;
		q->in_flight_looks++;
	}
	if (!t->changed)
		compare_drops(t, d);
}

int watched_looks_add(struct watched_looks *l, struct inspect *ins)
{
	int err;

	inspect_free(&l->last);
	err = inspect_look(ins, &l->last);
	if (!err && !l->looks)
		err = track(l, &l->last);
	if (err)
		return err;
	for (size_t i = 0; i < l->count; i++) {
		struct tracked_device *t = &l->devices[i];
		const struct inspect_device *d = inspect_find(&l->last, t->id);

		compare(t, d);
		if (wants_paths(l, t))
			find_paths(l, ins, d, t);
	}
	l->looks++;
	/* A later look is to search again. */
	eventfd_paths_free(&l->paths);
	return 0;
}

/* Devices are queues of one tap if the same owner has them on it. */
static bool same_tap(const struct inspect_device *a, const struct inspect_device *b)
{
	const struct inspect_netdev *x = inspect_tap(a), *y = inspect_tap(b);

	return x && y && a->owner.pid == b->owner.pid && x->netns == y->netns && !strcmp(x->name, y->name);
}

static int describe(struct watched_device *w, const struct tracked_device *t, const struct inspect_device *d)
{
	char name[INSPECT_DEVICE_NAME];
	uint64_t features[2];

	inspect_features(d, features);
	w->features = features[0];
	w->source = d;
	w->name = format_shell_word(inspect_device_name(d, name), w->name_buf, sizeof(w->name_buf));
	if (inspect_tap(d))
		format_shell_word(d->tap.name, w->tap_name, sizeof(w->tap_name));
	w->owner = d->owner.pid;
	w->kind = d->kind;
	w->mtu = d->link ? d->link->link.mtu : 0;
	w->offloads = d->link ? (int)d->link->link.offloads : -1;
	w->backpressure = d->link && link_has_backpressure(&d->link->link);
	w->drops = t->drops;
	w->drop_parts = t->drop_parts;
	w->queues = calloc(t->count + 1, sizeof(*w->queues));
	if (!w->queues)
		return -ENOMEM;
	for (size_t i = 0; i < t->count; i++) {
		const struct tracked_queue *k = &t->queues[i];
		struct watched_queue *q = &w->queues[w->queue_count];

		if (!(d->queues[i].flags & INSPECT_BACKEND))
			continue;
		w->queue_count++;
		inspect_queue_name(d, &d->queues[i], q->name);
		q->number = d->queues[i].number;
		q->keeps = inspect_keeps_buffers(d, q->number);
		q->busyloop = d->queues[i].busyloop;
		q->in_flight = k->in_flight_looks ? (double)k->in_flight / k->in_flight_looks : -1;
		q->in_flight_most = k->in_flight_most;
		q->ring_fill = k->ring_fill;
		q->ring_size = k->ring_size;
		q->hungry = k->hungry;
		q->kicks_by = k->kicks_by;
		q->calls_by = k->calls_by;
		q->worker = -1;
	}
	return 0;
}

/* Return: mean length of the frames since the first look; -1: not known, or there were none. */
static double frame_bytes(const struct watched_looks *l, const struct tracked_device *t, const struct inspect_device *d)
{
	const struct frames now = read_frames(l, d);

	if (!now.count || now.count <= t->frames.count || now.bytes < t->frames.bytes)
		return -1;
	return (double)(now.bytes - t->frames.bytes) / (double)(now.count - t->frames.count);
}

int watched_looks_conclude(struct watched_looks *l, struct tap_names *names, struct watched *w)
{
	int err = 0;

	tap_names_set(names, &l->last, NULL);
	w->devices = calloc(l->count + 1, sizeof(*w->devices));
	if (!w->devices)
		return -ENOMEM;
	for (size_t i = 0; !err && i < l->count; i++) {
		const struct inspect_device *d = inspect_find(&l->last, l->devices[i].id);
		struct watched_device *one = &w->devices[w->device_count];

		if (l->devices[i].changed) {
			w->unknown++;
			continue;
		}
		err = describe(one, &l->devices[i], d);
		one->parts = l->looks - 1;
		one->frame_bytes = frame_bytes(l, &l->devices[i], d);
		one->tap = (uint32_t)w->device_count++;
		for (size_t k = 0; k + 1 < w->device_count; k++)
			if (same_tap(w->devices[k].source, d)) {
				one->tap = w->devices[k].tap;
				break;
			}
	}
	return err;
}

/* The two are of the same worker, if both are known. */
static void describe_limit(struct watched_thread *w, const struct inspect_worker *first, const struct placement *last)
{
	w->throttled = -1;
	if (!last || first->tid != last->worker.tid || !(last->worker.flags & INSPECT_WORKER_LIMITS) ||
	    last->worker.throttled_ns < first->throttled_ns)
		return;
	w->throttled = (double)(last->worker.throttled_ns - first->throttled_ns);
	w->throttles = last->worker.nr_throttled - first->nr_throttled;
	w->cgroup = last->limit_cgroup;
}

uint32_t watched_looks_worker(const struct watched_looks *l, const struct inspect_device *d, uint32_t number,
			      struct watched_thread *w)
{
	const struct inspect_queue *q = inspect_queue_by_number(d, number);
	const struct placement *p = q ? placement_of(d, q->worker) : NULL;

	*w = (struct watched_thread){ .node = p ? p->node : -1, .memory_node = p ? p->worker.memory_node : -1 };
	describe_limit(w, &(struct inspect_worker){ 0 }, NULL);
	for (size_t i = 0; q && i < l->count; i++)
		for (size_t k = 0; l->devices[i].id == d->id && k < l->devices[i].count; k++) {
			const struct tracked_queue *t = &l->devices[i].queues[k];

			if (t->first.number != number)
				continue;
			w->placed = t->placed;
			w->remote = t->remote;
			describe_limit(w, &t->worker, p);
		}
	return q ? q->worker : 0;
}

void watched_looks_free(struct watched_looks *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->devices[i].queues);
	free(l->devices);
	inspect_free(&l->last);
	eventfd_paths_free(&l->paths);
	*l = (struct watched_looks){ 0 };
}
