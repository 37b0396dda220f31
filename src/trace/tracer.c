// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/clock.h"
#include "base/error-text.h"
#include "bpf/trace.skel.h"
#include "drop-names.h"
#include "probe/owner-memory.h"
#include "probe/pid-namespace.h"
#include "probe/session.h"
#include "probe/task-iterator.h"
#include "trace-misses.h"
#include "trace-programs.h"
#include "trace-queues.h"

/* Most events per call of tracer_read(): formatting them takes some milliseconds. */
#define READ_BUDGET 4096

/* How long tracer_stop() waits for decisions under way. */
#define CLOSING_NS NSEC_PER_SEC

/**
 * struct tracer - a trace
 * @skel: the programs and what they count
 * @session: where they are attached
 * @ring: the reader of the ring buffer
 * @queues: the queues
 * @missed: runs that the programs had missed before arming
 * @armed_at: time of arming, nanoseconds of CLOCK_BOOTTIME
 * @stopped_at: time of stopping, likewise; 0 before
 * @missed_at: when @missed_sum was updated
 * @missed_sum: events missed since arming
 * @fn: the receiver, while tracer_read() runs
 * @arg: for @fn
 * @budget: how many more events this call may read
 */
struct tracer {
	struct trace_bpf *skel;
	struct session session;
	struct ring_buffer *ring;
	struct trace_queues queues;
	struct misses missed;
	uint64_t armed_at, stopped_at;
	uint64_t missed_at, missed_sum;
	tracer_fn *fn;
	void *arg;
	int budget;
};

static void set_phase(struct tracer *p, enum phase phase)
{
	__atomic_store_n(&p->skel->bss->phase, (__u32)phase, __ATOMIC_RELEASE);
}

static const size_t event_sizes[EVENT_TYPES] = {
	[EVENT_CALL] = sizeof(struct call_event),
	[EVENT_KICK] = sizeof(struct thread_event),
	[EVENT_RUN] = sizeof(struct run_event),
	[EVENT_ARM] = sizeof(struct event),
	[EVENT_DISARM] = sizeof(struct event),
	[EVENT_REPOLL] = sizeof(struct event),
	[EVENT_BUSYPOLL] = sizeof(struct thread_event),
	[EVENT_ERROR] = sizeof(struct event),
	[EVENT_CONFIG] = sizeof(struct config_event),
	[EVENT_INJECT] = sizeof(struct interrupt_event),
	[EVENT_DISCARD] = sizeof(struct discard_event),
	[EVENT_DROP] = sizeof(struct drop_event),
	[EVENT_DRIVER_KICK] = sizeof(struct driver_kick_event),
	[EVENT_DRIVER_NOTIFY] = sizeof(struct event),
	[EVENT_DRIVER_INTERRUPT] = sizeof(struct interrupt_event),
	[EVENT_DRIVER_ENABLE] = sizeof(struct event),
	[EVENT_DRIVER_DISABLE] = sizeof(struct event),
};

static int on_sample(void *ctx, void *data, size_t len)
{
	const struct event *e = data;
	struct traced_queue *q;
	struct tracer *p = ctx;

	if (len >= sizeof(struct ring_event) && e->type == EVENT_RING)
		return trace_queues_ring(&p->queues, data);
	if (len < sizeof(*e) || e->type >= EVENT_TYPES || len < event_sizes[e->type])
		return -EPROTO;
	q = trace_queues_receive(&p->queues, e);
	if (!q)
		return -ENOMEM;
	p->fn(q, e, p->arg);
	/* libbpf reads as long as events come. An error makes it return; this event is consumed all the same. */
	return --p->budget ? 0 : -EAGAIN;
}

static int arm(struct tracer *p, char *why, size_t len)
{
	int err;

	p->ring = ring_buffer__new(bpf_map__fd(p->skel->maps.events), on_sample, p, NULL);
	err = p->ring ? 0 : -errno;
	if (!err)
		err = trace_queues_open(&p->queues, p->skel);
	if (!err)
		err = bpf_programs_misses(&p->session.programs, &p->missed);
	if (err) {
		snprintf(why, len, "preparing to read the events: %s", error_text(err));
		return err;
	}
	p->armed_at = now_ns();
	set_phase(p, PHASE_ARMED);
	return 0;
}

static int load_programs(struct tracer *p, const struct queue_filter *queues, const struct trace_filter *filter,
			 char *why, size_t len)
{
	int err;

	p->skel->rodata->queue_filter = *queues;
	p->skel->rodata->jiffies_per_second = queue_slots_jiffies();
	p->skel->rodata->filter = *filter;
	p->skel->rodata->filter.events &= ~p->session.unseen;
	if (filter->events & 1U << EVENT_DROP)
		drop_names_fill(p->skel->rodata->drop_reasons, &p->session.btf, &p->skel->rodata->drop_places);
	err = pid_namespace((uint32_t *)&p->skel->rodata->pidns, why, len);
	if (!err)
		err = session_load(&p->session, why, len);
	if (!err)
		err = session_attach(&p->session, why, len);
	if (!err && filter->events & ~p->session.unseen & 1U << EVENT_DROP)
		err = task_iterator_run(p->skel->progs.note_taps, 0);
	/* If it fails, only the cgroups tell the names of VMs. */
	if (!err && filter->events & EVENTS_VHOST)
		owner_memory_learn(p->skel->progs.learn_page_tables);
	return err;
}

int tracer_open(struct tracer **tracer, const struct queue_filter *queues, const struct trace_filter *filter, char *why,
		size_t len)
{
	struct tracer *p;
	int err;

	*tracer = NULL;
	p = calloc(1, sizeof(*p));
	if (!p) {
		snprintf(why, len, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	err = trace_programs_open(&p->session, &p->skel, filter->events, why, len);
	if (!err)
		err = load_programs(p, queues, filter, why, len);
	if (!err)
		err = arm(p, why, len);
	if (err)
		tracer_close(p);
	else
		*tracer = p;
	return err;
}

uint32_t tracer_unseen(const struct tracer *p)
{
	return p->session.unseen;
}

uint32_t tracer_incomplete(const struct tracer *p)
{
	return bpf_programs_incomplete(&p->session.programs);
}

uint64_t tracer_armed_at(const struct tracer *p)
{
	return p->armed_at;
}

bool tracer_limit_reached(const struct tracer *p)
{
	uint64_t limit = p->skel->rodata->filter.limit;

	return limit && __atomic_load_n(&p->skel->bss->tickets, __ATOMIC_ACQUIRE) >= limit;
}

const char *tracer_function(const struct tracer *p, int i)
{
	return p->session.programs.functions[i];
}

int tracer_read(struct tracer *p, tracer_fn *fn, void *arg)
{
	int n;

	p->fn = fn;
	p->arg = arg;
	p->budget = READ_BUDGET;
	n = ring_buffer__consume(p->ring);
	if (n == -EAGAIN)
		return 1;
	return n < 0 ? n : trace_queues_retire(&p->queues);
}

/* Wait until all decisions entered have been left, but not forever: the end of a decision may have been missed. */
static void wait_for_decisions(const struct tracer *p)
{
	uint64_t until = now_ns() + CLOSING_NS;

	while (trace_queues_open_decisions(&p->queues) && now_ns() < until)
		usleep(1000);
}

int tracer_stop(struct tracer *p)
{
	int err;

	/* After bpf_programs_wait() no program counts entries any more. */
	set_phase(p, PHASE_CLOSING);
	p->stopped_at = now_ns();
	err = bpf_programs_wait(&p->session.programs);
	if (err)
		return err;
	wait_for_decisions(p);
	/* After bpf_programs_wait() nothing changes any more: the ring buffer and the counts agree. */
	set_phase(p, PHASE_IDLE);
	return bpf_programs_wait(&p->session.programs);
}

int tracer_unattributed(struct tracer *p, struct event_unattributed *t)
{
	/* Until tracing is stopped, an open decision may be under way: do not count it as missed. */
	const uint64_t open = p->stopped_at ? trace_queues_open_decisions(&p->queues) : 0;
	struct misses m;
	int err = bpf_programs_misses(&p->session.programs, &m);

	if (err)
		return err;
	*t = (struct event_unattributed){
		.no_slot = p->skel->bss->unfollowed.no_slot,
		.no_memory = p->skel->bss->unfollowed.no_memory,
		.ns = p->stopped_at - p->armed_at,
	};
	trace_misses(&p->missed, &m, open, p->skel->rodata->filter.events, t);
	return 0;
}

/* How often @missed_sum is updated, which takes a system call for each program. */
#define MISSED_NS NSEC_PER_SEC

uint64_t tracer_lost(struct tracer *p)
{
	uint64_t now = now_ns();
	struct event_unattributed t;

	if ((p->stopped_at || now - p->missed_at >= MISSED_NS) && !tracer_unattributed(p, &t)) {
		p->missed_at = now;
		p->missed_sum = t.no_slot + t.no_memory;
		for (int i = 0; i < EVENT_TYPES; i++)
			p->missed_sum += t.missed[i];
	}
	return __atomic_load_n(&p->skel->bss->lost_events, __ATOMIC_RELAXED) + p->missed_sum;
}

int tracer_queues(struct tracer *p, traced_queue_fn *fn, void *arg)
{
	return trace_queues_each(&p->queues, fn, arg);
}

void tracer_close(struct tracer *p)
{
	if (!p)
		return;
	if (p->skel && p->skel->bss)
		set_phase(p, PHASE_IDLE);
	ring_buffer__free(p->ring);
	session_end(&p->session);
	trace_queues_close(&p->queues);
	trace_bpf__destroy(p->skel);
	free(p);
}
