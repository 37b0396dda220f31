// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver-watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/loop.h"
#include "probe/device-choice.h"
#include "stat/driver-count.h"

/**
 * struct driver_watch - a watch
 * @count: the counters
 * @choice: which devices
 * @result: see driver_watch_result()
 */
struct driver_watch {
	struct driver_count *count;
	struct device_choice choice;
	struct watched result;
};

int driver_watch_open(struct driver_watch **result, const struct device_choice *choice, char *why, size_t len)
{
	struct driver_watch *w = calloc(1, sizeof(*w));
	int err;

	*result = NULL;
	if (!w) {
		snprintf(why, len, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	w->choice = *choice;
	err = driver_count_open(&w->count, false, why, len);
	if (err)
		driver_watch_close(w);
	else
		*result = w;
	return err;
}

static int wait_for(uint64_t ns)
{
	struct loop_timer end = { .due = now_ns() + ns, .interval = ns, .fn = loop_end };
	struct loop loop;
	int err = loop_open(&loop);

	loop_add_timer(&loop, &end);
	if (!err)
		err = loop_run(&loop);
	loop_close(&loop);
	return err;
}

/* Return: the device of the queue, which is the last one or a new one; NULL: no memory. */
static struct watched_device *device_of(struct watched *r, const struct driver_queue *q, uint64_t *vdev)
{
	struct watched_device *d;

	if (r->device_count && *vdev == q->vdev)
		return &r->devices[r->device_count - 1];
	d = realloc(r->devices, (r->device_count + 1) * sizeof(*d));
	if (!d)
		return NULL;
	r->devices = d;
	d += r->device_count;
	*d = (struct watched_device){
		.kind = INSPECT_KINDS, .tap = (uint32_t)r->device_count, .offloads = -1, .frame_bytes = -1,
	};
	snprintf(d->name_buf, sizeof(d->name_buf), "%s", q->device);
	r->device_count++;
	*vdev = q->vdev;
	return d;
}

static int add_queue(struct watched_device *d, const struct driver_counted *c)
{
	struct watched_queue *q = realloc(d->queues, (d->queue_count + 1) * sizeof(*q));

	if (!q)
		return -ENOMEM;
	d->queues = q;
	q += d->queue_count++;
	*q = (struct watched_queue){
		.number = c->queue.number, .interrupts = c->since.interrupts,
		.spurious_interrupts = c->since.spurious, .in_flight = -1, .ring_fill = -1, .worker = -1,
	};
	snprintf(q->name, sizeof(q->name), "%s", c->queue.queue);
	return 0;
}

/* The queues come by device. */
static int add_queues(struct driver_watch *w, const struct driver_counted *queues, size_t count)
{
	uint64_t vdev = 0;
	int err = 0;

	for (size_t i = 0; !err && i < count; i++) {
		struct watched_device *d;

		if (!device_choice_matches(&w->choice, 0, queues[i].queue.device))
			continue;
		d = device_of(&w->result, &queues[i].queue, &vdev);
		err = d ? add_queue(d, &queues[i]) : -ENOMEM;
	}
	/* They do not move any more. */
	for (size_t i = 0; i < w->result.device_count; i++)
		w->result.devices[i].name = w->result.devices[i].name_buf;
	return err;
}

int driver_watch_run(struct driver_watch *w, uint64_t ns, uint64_t *lost)
{
	const struct driver_counted *queues;
	uint64_t began = now_ns();
	size_t count;
	/* What follows is what happens since this call. */
	int err = driver_count_read(w->count, &queues, &count);

	*lost = 0;
	if (!err)
		err = wait_for(ns);
	if (!err)
		err = driver_count_stop(w->count);
	w->result.seconds = ns_to_s(now_ns() - began);
	if (!err)
		err = driver_count_read(w->count, &queues, &count);
	if (!err)
		err = add_queues(w, queues, count);
	return err ? err : driver_count_lost(w->count, lost);
}

const struct watched *driver_watch_result(const struct driver_watch *w)
{
	return &w->result;
}

void driver_watch_close(struct driver_watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->result.device_count; i++)
		free(w->result.devices[i].queues);
	free(w->result.devices);
	driver_count_close(w->count);
	free(w);
}
