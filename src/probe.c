// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "clock.h"
#include "decisions.skel.h"
#include "probe-event.h"
#include "probe-programs.h"

/* Decisions handed out at once: some milliseconds of formatting. */
#define READ_BUDGET 4096

/* How long decisions may be under way when tracing stops. */
#define CLOSING_NS NSEC_PER_SEC

/**
 * struct probe - a trace
 * @programs: the programs in the kernel
 * @ring: the events' reader
 * @sync: a map of maps, see wait_for_programs()
 * @sync_inner: the map in it
 * @cpus: number of possible CPUs
 * @missed: what the programs had missed before arming; see programs_misses()
 * @armed_at: time of arming
 * @stopped_at: time of stopping
 * @fn: the receiver, while probe_read() runs
 * @arg: for @fn
 * @budget: how many it may still get in this call
 */
struct probe {
	struct programs programs;
	struct ring_buffer *ring;
	int sync, sync_inner;
	int cpus;
	struct misses missed;
	uint64_t armed_at, stopped_at;
	probe_fn *fn;
	void *arg;
	int budget;
};

/*
 * The means to wait for programs that run at the moment. Replacing a map within a map returns only when no program can
 * use the former one any more, so when every program that ran at the time has ended.
 */
static int prepare_waiting(struct probe *p)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);

	p->sync_inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(__u32), sizeof(__u32), 1, NULL);
	if (p->sync_inner < 0)
		return p->sync_inner;
	opts.inner_map_fd = (__u32)p->sync_inner;
	p->sync = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, NULL, sizeof(__u32), sizeof(__u32), 1, &opts);
	return p->sync < 0 ? p->sync : 0;
}

static int wait_for_programs(const struct probe *p)
{
	const __u32 zero = 0;

	return bpf_map_update_elem(p->sync, &zero, &p->sync_inner, BPF_ANY);
}

static void set_phase(struct probe *p, enum decision_phase phase)
{
	__atomic_store_n(&p->programs.skel->bss->phase, (__u32)phase, __ATOMIC_RELEASE);
}

static int on_sample(void *ctx, void *data, size_t len)
{
	struct probe *p = ctx;
	struct probe_decision d;

	if (len < sizeof(struct decision_event))
		return -EPROTO;
	probe_decode(data, &d);
	p->fn(&d, p->arg);
	/* libbpf would go on for as long as there are new ones; an error makes it return with this one taken out. */
	return --p->budget ? 0 : -EAGAIN;
}

static int arm(struct probe *p, char *why, size_t len)
{
	int err;

	p->cpus = libbpf_num_possible_cpus();
	p->ring = ring_buffer__new(bpf_map__fd(p->programs.skel->maps.events), on_sample, p, NULL);
	err = !p->ring ? -errno : p->cpus < 0 ? p->cpus : prepare_waiting(p);
	if (!err)
		err = programs_misses(&p->programs, &p->missed);
	if (err) {
		snprintf(why, len, "preparing to read the events: %s", strerror(-err));
		return err;
	}
	p->armed_at = now_ns();
	set_phase(p, PHASE_ARMED);
	return 0;
}

static int open_programs(struct programs *p, const struct decision_filter *filter, char *why, size_t len)
{
	int err = programs_open(p, why, len);

	if (!err)
		err = programs_choose(p, why, len);
	if (!err) {
		p->skel->rodata->filter = *filter;
		err = programs_load(p, why, len);
	}
	if (!err)
		err = programs_attach(p, why, len);
	return err;
}

int probe_open(struct probe **probe, const struct decision_filter *filter, char *why, size_t len)
{
	struct probe *p;
	int err;

	*probe = NULL;
	err = probe_check(why, len);
	if (err)
		return err;
	p = calloc(1, sizeof(*p));
	if (!p) {
		snprintf(why, len, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	p->sync = p->sync_inner = -1;
	err = open_programs(&p->programs, filter, why, len);
	if (!err)
		err = arm(p, why, len);
	if (err)
		probe_close(p);
	else
		*probe = p;
	return err;
}

uint64_t probe_armed_at(const struct probe *p)
{
	return p->armed_at;
}

bool probe_limit_reached(const struct probe *p)
{
	uint64_t limit = p->programs.skel->rodata->filter.limit;

	return limit && __atomic_load_n(&p->programs.skel->bss->tickets, __ATOMIC_ACQUIRE) >= limit;
}

const char *probe_function(const struct probe *p, int i)
{
	return p->programs.functions[i];
}

int probe_read(struct probe *p, probe_fn *fn, void *arg)
{
	int n;

	p->fn = fn;
	p->arg = arg;
	p->budget = READ_BUDGET;
	n = ring_buffer__consume(p->ring);
	return n == -EAGAIN ? 1 : n < 0 ? n : 0;
}

static int read_counts(const struct probe *p, struct decision_counts *sum)
{
	struct decision_counts each[p->cpus];
	const __u32 zero = 0;
	int err = bpf_map_lookup_elem(bpf_map__fd(p->programs.skel->maps.counts), &zero, each);

	*sum = (struct decision_counts){ 0 };
	for (int i = 0; !err && i < p->cpus; i++) {
		sum->entered += each[i].entered;
		sum->left += each[i].left;
		sum->decisions += each[i].decisions;
		sum->ring_full += each[i].ring_full;
		sum->no_state += each[i].no_state;
	}
	return err;
}

/* Wait until every decision that was entered has been left. One whose end was missed never is, hence the limit. */
static int wait_for_decisions(const struct probe *p)
{
	uint64_t until = now_ns() + CLOSING_NS;
	struct decision_counts c;
	int err;

	for (;;) {
		err = read_counts(p, &c);
		if (err || c.entered == c.left || now_ns() >= until)
			return err;
		usleep(1000);
	}
}

int probe_stop(struct probe *p)
{
	int err;

	/* After the waiting no entry counts any more, and the number of those to be left is final. */
	set_phase(p, PHASE_CLOSING);
	p->stopped_at = now_ns();
	err = wait_for_programs(p);
	if (!err)
		err = wait_for_decisions(p);
	/* After this waiting nothing changes any more: what is in the ring and in the counts belongs together. */
	set_phase(p, PHASE_IDLE);
	return err ? err : wait_for_programs(p);
}

int probe_totals(const struct probe *p, struct probe_totals *t)
{
	struct decision_counts c;
	struct misses m;
	uint64_t open, missed_returns;
	int err = read_counts(p, &c);

	if (!err)
		err = programs_misses(&p->programs, &m);
	if (err)
		return err;
	/* A missed return leaves its decision open, unless the next one on the same queue has taken its place. */
	open = c.entered - c.left;
	missed_returns = m.ret - p->missed.ret;
	*t = (struct probe_totals){
		.ring_full = c.ring_full,
		.no_memory = c.no_state,
		.missed = m.entry - p->missed.entry + (open > missed_returns ? open : missed_returns),
		.signals_missed = m.signal - p->missed.signal,
		.ns = p->stopped_at - p->armed_at,
	};
	t->decisions = c.decisions + t->missed;
	t->lost = t->ring_full + t->no_memory + t->missed;
	return 0;
}

void probe_close(struct probe *p)
{
	if (!p)
		return;
	if (p->programs.skel && p->programs.skel->bss)
		set_phase(p, PHASE_IDLE);
	ring_buffer__free(p->ring);
	programs_close(&p->programs);
	if (p->sync >= 0)
		close(p->sync);
	if (p->sync_inner >= 0)
		close(p->sync_inner);
	free(p);
}
