// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/loop.h"
#include "cpu-times.h"
#include "inspect/inspect.h"
#include "inspect/tap-names.h"
#include "stat/counters.h"
#include "stat/counters-hooks.h"
#include "tracers.h"
#include "watched-looks.h"
#include "watched-threads.h"

/* Looks in an interval, the first and the last among them: a few milliseconds each. */
#define LOOKS 11

/**
 * struct watch - a watch
 * @ins: the iterators
 * @threads: the threads
 * @counters: the counters
 * @names: taps that are shown
 * @looks: what the looks have in common
 * @cpus: CPU times at the first look
 * @loop: the event loop
 * @timer: the next look
 * @left: number of looks that are left
 * @result: see watch_result()
 */
struct watch {
	struct inspect *ins;
	struct watched_threads *threads;
	struct counters *counters;
	struct tap_names names;
	struct watched_looks looks;
	struct cpu_times cpus;
	struct loop loop;
	struct loop_timer timer;
	uint32_t left;
	struct watched result;
};

int watch_open(struct watch **result, const struct queue_options *options, char *why, size_t len)
{
	const struct counters_options counted = { .filter = make_queue_filter(options), .sample = 1 };
	struct watch *w = calloc(1, sizeof(*w));
	int err;

	*result = NULL;
	if (!w) {
		snprintf(why, len, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	watched_looks_init(&w->looks, &counted.filter.taps);
	tap_names_init(&w->names);
	/* Before our own are there. */
	w->result.tracers = tracers_count(w->result.tracer, sizeof(w->result.tracer));
	err = inspect_open(&w->ins, INSPECT_LISTENERS | INSPECT_WORKERS, why, len);
	if (!err)
		err = watched_threads_open(&w->threads, why, len);
	if (!err)
		err = counters_open(&w->counters, &counted, why, len);
	if (err)
		watch_close(w);
	else
		*result = w;
	return err;
}

const char *watch_unseen(const struct watch *w)
{
	if (counters_unseen(w->counters) & COUNT_RUNS)
		return "this kernel does not let the worker's runs be seen, with which kicks are counted";
	return inspect_blind(w->ins);
}

static int look(struct watch *w)
{
	int err = watched_threads_look(w->threads);

	return err ? err : watched_looks_add(&w->looks, w->ins);
}

static int look_again(void *arg)
{
	struct watch *w = arg;
	int err = look(w);

	return err ? err : --w->left ? 0 : LOOP_END;
}

static int wait_and_look(struct watch *w, uint64_t ns)
{
	int err = loop_open(&w->loop);

	w->left = LOOKS - 1;
	w->timer.interval = ns / w->left;
	w->timer.due = now_ns() + w->timer.interval;
	w->timer.fn = look_again;
	w->timer.arg = w;
	loop_add_timer(&w->loop, &w->timer);
	if (!err)
		err = loop_run(&w->loop);
	loop_close(&w->loop);
	return err;
}

/* Return: the index of a queue's worker; -1 if that is not known; -ENOMEM. */
static int add_worker(struct watch *w, const struct watched_device *d, uint32_t number, double ns)
{
	struct watched *r = &w->result;
	struct watched_thread t, *more;
	const uint32_t tid = watched_looks_worker(&w->looks, d->source, number, &t);

	for (size_t i = 0; i < r->worker_count; i++)
		if (r->workers[i].tid == tid)
			return (int)i;
	if (!watched_threads_worker(w->threads, tid, d->owner, &t))
		return -1;
	if (t.throttled > 0)
		t.throttled /= ns;
	more = realloc(r->workers, (r->worker_count + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	r->workers = more;
	more[r->worker_count] = t;
	return (int)r->worker_count++;
}

static int add_vcpus(struct watched *r, const struct watched_threads *threads, uint32_t owner)
{
	struct watched_thread t, *more;
	size_t at = 0;

	for (size_t i = 0; i < r->vcpu_count; i++)
		if (r->vcpus[i].pid == owner)
			return 0;
	while (owner && watched_threads_vcpu(threads, owner, &at, &t)) {
		more = realloc(r->vcpus, (r->vcpu_count + 1) * sizeof(*more));
		if (!more)
			return -ENOMEM;
		r->vcpus = more;
		more[r->vcpu_count++] = t;
	}
	return 0;
}

static bool has_vcpus(const struct watched *r, uint32_t owner)
{
	for (size_t i = 0; i < r->vcpu_count; i++)
		if (r->vcpus[i].pid == owner)
			return true;
	return false;
}

/* Threads of all devices. Only a VM has a choice of paths: other owners write and read eventfds themselves. */
static int add_threads(struct watch *w)
{
	struct watched *r = &w->result;
	int err = 0;

	for (size_t i = 0; !err && i < r->device_count; i++) {
		struct watched_device *d = &r->devices[i];

		err = add_vcpus(r, w->threads, d->owner);
		for (size_t k = 0; !err && k < d->queue_count; k++) {
			struct watched_queue *q = &d->queues[k];

			q->worker = add_worker(w, d, q->number, r->seconds * 1e9);
			err = q->worker == -ENOMEM ? -ENOMEM : 0;
			if (!has_vcpus(r, d->owner))
				q->kicks_by = q->calls_by = PATH_UNKNOWN;
		}
	}
	return err;
}

static void add_counts(struct watched_queue *q, const struct counted_queue *c)
{
	const struct queue_counts *n = &c->since;

	q->runs_known = c->runs;
	q->buffers = n->buffers;
	q->kicks = n->kicks;
	q->spurious = n->spurious;
	q->runs = n->runs;
	q->found = n->found;
	q->misses = n->iotlb_misses;
	for (int i = 0; i < DISCARD_REASONS; i++)
		q->discards[i] = n->discards[i];
	for (int i = 0; i < REASON_COUNT; i++) {
		q->suppressed += n->reasons[0][i];
		q->calls += n->reasons[1][i];
	}
}

/* Is what was counted about this queue? */
static bool same_queue(const struct queue_name *n, const struct inspect_device *d, const struct inspect_queue *q)
{
	if (n->others || n->number != (int32_t)q->number || !n->owner || n->owner != d->owner.pid)
		return false;
	if (d->kind == INSPECT_NET)
		return n->net && n->ifindex == q->ifindex && n->netns == q->netns && n->pair == q->pair;
	return !n->net && !strncmp(n->device, d->name, sizeof(n->device) - 1);
}

static int add_all_counts(struct watch *w)
{
	struct counted counted;
	int err = counters_read(w->counters, &counted);

	if (err)
		return err;
	w->result.seconds = (double)counted.ns / 1e9;
	for (size_t i = 0; i < w->result.device_count; i++) {
		struct watched_device *d = &w->result.devices[i];

		for (size_t k = 0; k < d->queue_count; k++) {
			const struct inspect_queue *q = inspect_queue_by_number(d->source, d->queues[k].number);

			for (int c = 0; c < counted.count; c++)
				if (!counted.queues[c].gone && same_queue(&counted.queues[c].name, d->source, q))
					add_counts(&d->queues[k], &counted.queues[c]);
		}
	}
	return 0;
}

int watch_run(struct watch *w, uint64_t ns)
{
	struct counted counted;
	struct cpu_times now;
	int err = look(w);

	/* What follows is what happens since this call. */
	if (!err)
		err = counters_read(w->counters, &counted);
	if (!err)
		cpu_times_read(&w->cpus);
	if (!err)
		err = wait_and_look(w, ns);
	if (err)
		return err;
	cpu_times_read(&now);
	w->result.cpus = now.cpus;
	w->result.idle_cpus = cpu_times_idle(&w->cpus, &now);
	err = watched_looks_conclude(&w->looks, &w->names, &w->result);
	if (!err)
		err = add_all_counts(w);
	return err ? err : add_threads(w);
}

const struct watched *watch_result(const struct watch *w)
{
	return &w->result;
}

void watch_close(struct watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->result.device_count; i++)
		free(w->result.devices[i].queues);
	free(w->result.devices);
	free(w->result.workers);
	free(w->result.vcpus);
	watched_looks_free(&w->looks);
	tap_names_free(&w->names);
	counters_close(w->counters);
	watched_threads_close(w->threads);
	inspect_close(w->ins);
	free(w);
}
