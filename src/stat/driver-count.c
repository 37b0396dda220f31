// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver-count.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/array.h"
#include "base/error-text.h"
#include "bpf/drivercount.skel.h"
#include "probe/session.h"

/* What is counted: the bits in struct hook. */
#define DECISIONS (1U << 0)
#define INTERRUPTS (1U << 1)

enum { HOOK_PREPARE, HOOK_INTERRUPT, HOOKS };

static const struct hook hooks[HOOKS] = {
	[HOOK_PREPARE] = { "driver_kick", { "virtqueue_kick_prepare" }, { "count_buffers", "count_decision" },
			   DECISIONS },
	[HOOK_INTERRUPT] = { "driver_intr", { "vring_interrupt" }, { NULL, "count_interrupt" }, INTERRUPTS },
};

/**
 * struct driver_count - a session
 * @session: where the programs are attached
 * @skel: the programs
 * @missed: runs that they had missed when counting began
 * @queues: the queues that driver_count_read() returns
 * @count: number of @queues
 * @room: of @queues
 * @before: those of the call before
 * @before_count: number of @before
 * @before_room: of @before
 */
struct driver_count {
	struct session session;
	struct drivercount_bpf *skel;
	struct misses missed;
	struct driver_counted *queues, *before;
	size_t count, room, before_count, before_room;
};

static void set_counting(struct driver_count *d, bool on)
{
	__atomic_store_n(&d->skel->bss->counting, on, __ATOMIC_RELEASE);
}

static int load(struct driver_count *d, bool verbose, char *why, size_t len)
{
	const struct session_conf conf = { hooks, HOOKS, .verbose = verbose };
	int err = session_begin(&d->session, &conf, why, len);

	if (!err) {
		d->skel = drivercount_bpf__open_opts(session_open_opts(&d->session));
		err = session_opened(&d->session, d->skel ? d->skel->skeleton : NULL, DECISIONS | INTERRUPTS, why, len);
	}
	if (!err)
		err = session_load(&d->session, why, len);
	if (!err)
		err = session_attach(&d->session, why, len);
	if (!err && d->session.unseen) {
		snprintf(why, len, "this kernel does not let the drivers' kicks and interrupts be seen");
		err = -ENOENT;
	}
	return err;
}

int driver_count_open(struct driver_count **result, bool verbose, char *why, size_t len)
{
	struct driver_count *d = calloc(1, sizeof(*d));
	int err;

	*result = d;
	if (!d) {
		snprintf(why, len, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	err = load(d, verbose, why, len);
	if (!err)
		err = bpf_programs_misses(&d->session.programs, &d->missed);
	if (!err)
		set_counting(d, true);
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct driver_queue *x = &((const struct driver_counted *)a)->queue,
				  *y = &((const struct driver_counted *)b)->queue;
	const int order = strverscmp(x->device, y->device);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static const struct driver_counted *find_before(const struct driver_count *d, const struct driver_counted *q)
{
	for (size_t i = 0; i < d->before_count; i++)
		if (d->before[i].key == q->key && d->before[i].queue.born == q->queue.born)
			return &d->before[i];
	return NULL;
}

static struct driver_counts difference(const struct driver_counts *now, const struct driver_counts *then)
{
	return (struct driver_counts){
		.buffers = now->buffers - then->buffers, .kicks = now->kicks - then->kicks,
		.suppressed = now->suppressed - then->suppressed, .interrupts = now->interrupts - then->interrupts,
		.spurious = now->spurious - then->spurious, .collected = now->collected - then->collected,
	};
}

static int add_queue(struct driver_count *d, uint64_t key)
{
	struct driver_counted *queues = array_grow(d->queues, &d->room, d->count + 1, sizeof(*queues)), *q;
	const struct driver_counted *before;

	if (!queues)
		return -ENOMEM;
	d->queues = queues;
	q = &queues[d->count];
	*q = (struct driver_counted){ .key = key };
	/* It may have been replaced by another one at this moment, but is there. */
	if (bpf_map_lookup_elem(bpf_map__fd(d->skel->maps.driver_queues), &key, &q->queue))
		return errno == ENOENT ? 0 : -errno;
	before = find_before(d, q);
	q->since = before ? difference(&q->queue.counts, &before->queue.counts) : q->queue.counts;
	d->count++;
	return 0;
}

static void keep_before(struct driver_count *d)
{
	struct driver_counted *queues = d->before;
	const size_t room = d->before_room;

	d->before = d->queues;
	d->before_count = d->count;
	d->before_room = d->room;
	d->queues = queues;
	d->room = room;
	d->count = 0;
}

int driver_count_read(struct driver_count *d, const struct driver_counted **queues, size_t *count)
{
	const int map = bpf_map__fd(d->skel->maps.driver_queues);
	uint64_t key, *last = NULL;
	int err = 0;

	keep_before(d);
	while (!err && !bpf_map_get_next_key(map, last, &key)) {
		err = add_queue(d, key);
		last = &key;
	}
	if (!err && d->count)
		qsort(d->queues, d->count, sizeof(*d->queues), compare);
	*queues = d->queues;
	*count = d->count;
	return err;
}

int driver_count_lost(const struct driver_count *d, uint64_t *lost)
{
	struct misses now;
	int err = bpf_programs_misses(&d->session.programs, &now);

	if (err)
		return err;
	*lost = d->skel->bss->no_room;
	for (int i = 0; i < HOOKS; i++)
		for (int k = 0; k < HOOK_PROGRAMS; k++)
			*lost += now.of[i][k] - d->missed.of[i][k];
	return 0;
}

int driver_count_stop(struct driver_count *d)
{
	set_counting(d, false);
	return bpf_programs_wait(&d->session.programs);
}

void driver_count_close(struct driver_count *d)
{
	if (!d)
		return;
	session_end(&d->session);
	drivercount_bpf__destroy(d->skel);
	free(d->queues);
	free(d->before);
	free(d);
}
