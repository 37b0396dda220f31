// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "clock.h"
#include "decisions.skel.h"
#include "probe-event.h"
#include "probe-target.h"

/* Decisions handed out at once: some milliseconds of formatting. */
#define READ_BUDGET 4096

/* How long decisions may be under way when tracing stops. */
#define CLOSING_NS NSEC_PER_SEC

#define HOOK_PROGRAMS 2
#define HOOK_CANDIDATES 2

/**
 * struct hook - a place to attach to
 * @name: see struct probe_hook
 * @candidates: functions, the one to be preferred first
 * @programs: entry and return
 * @optional: vhost-net can be traced without
 */
static const struct hook {
	const char *name;
	const char *candidates[HOOK_CANDIDATES];
	const char *programs[HOOK_PROGRAMS];
	bool optional;
} hooks[PROBE_HOOKS] = {
	{ "used_one", { "vhost_add_used_and_signal" }, { "add_one_entry", "add_one_return" } },
	{ "used_many", { "vhost_add_used_and_signal_n" }, { "add_many_entry", "add_many_return" } },
	/* vhost-net never gets here, since the compiler inlines it into the two above; vsock and scsi call it. */
	{ "signal", { "vhost_signal" }, { "no_add_entry", "no_add_return" }, .optional = true },
	/* vhost calls the first as long as there is such a function; from 6.8 on it is inline, around the other. */
	{ "eventfd", { "eventfd_signal", "eventfd_signal_mask" }, { "eventfd_signalled" } },
};

/**
 * struct probe - programs that are loaded
 * @skel: the skeleton
 * @btf: where functions are found; open until the programs are loaded
 * @handlers: libbpf's handlers for our programs; -1: none
 * @functions: for each hook the function chosen, or NULL
 * @targets: the same for the kernel
 * @links: for each hook and program
 * @ring: the events' reader
 * @sync: a map of maps, see wait_for_programs()
 * @sync_inner: the map in it
 * @cpus: number of possible CPUs
 * @missed: what the programs had missed before arming; see read_misses()
 * @armed_at: time of arming
 * @stopped_at: time of stopping
 * @fn: the receiver, while probe_read() runs
 * @arg: for @fn
 * @budget: how many it may still get in this call
 */
struct probe {
	struct decisions_bpf *skel;
	struct probe_btf btf;
	int handlers[2];
	const char *functions[PROBE_HOOKS];
	struct probe_target targets[PROBE_HOOKS];
	struct bpf_link *links[PROBE_HOOKS][HOOK_PROGRAMS];
	struct ring_buffer *ring;
	int sync, sync_inner;
	int cpus;
	struct misses {
		uint64_t entry, ret, signal;
	} missed;
	uint64_t armed_at, stopped_at;
	probe_fn *fn;
	void *arg;
	int budget;
};

__attribute__((format(printf, 2, 0)))
static int to_stderr(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	return vfprintf(stderr, fmt, ap);
}

void probe_verbose(bool verbose)
{
	libbpf_set_print(verbose ? to_stderr : NULL);
}

static struct bpf_program *find_program(const struct probe *p, int i, int k)
{
	return hooks[i].programs[k] ? bpf_object__find_program_by_name(p->skel->obj, hooks[i].programs[k]) : NULL;
}

/* libbpf asks this for every program before it loads it, instead of looking the program's function up by itself. */
static int direct(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct probe *p = (const struct probe *)cookie;

	for (int i = 0; i < PROBE_HOOKS; i++)
		for (int k = 0; k < HOOK_PROGRAMS; k++)
			if (find_program(p, i, k) == prog) {
				opts->attach_btf_obj_fd = (__u32)p->targets[i].btf_fd;
				opts->attach_btf_id = p->targets[i].btf_id;
				return 0;
			}
	return -EINVAL;
}

/* To be done before the object is opened, since that is when libbpf chooses the handlers. */
static int register_handlers(struct probe *p)
{
	static const struct {
		const char *section;
		enum bpf_attach_type type;
	} kinds[] = { { "fentry", BPF_TRACE_FENTRY }, { "fexit", BPF_TRACE_FEXIT } };
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = (long)p, .prog_prepare_load_fn = direct);

	for (int i = 0; i < 2; i++) {
		p->handlers[i] = libbpf_register_prog_handler(kinds[i].section, BPF_PROG_TYPE_TRACING, kinds[i].type,
							      &opts);
		if (p->handlers[i] < 0)
			return p->handlers[i];
	}
	return 0;
}

static void unregister_handlers(struct probe *p)
{
	for (int i = 0; i < 2; i++) {
		if (p->handlers[i] >= 0)
			libbpf_unregister_prog_handler(p->handlers[i]);
		p->handlers[i] = -1;
	}
}

static void skip_hook(const struct probe *p, int i)
{
	for (int k = 0; k < HOOK_PROGRAMS; k++) {
		struct bpf_program *prog = find_program(p, i, k);

		if (prog)
			bpf_program__set_autoload(prog, false);
	}
}

static int choose_function(struct probe *p, int i, char *why, size_t len)
{
	const char *const *candidates = hooks[i].candidates;

	for (int k = 0; k < HOOK_CANDIDATES && candidates[k]; k++)
		if (!probe_btf_find(&p->btf, candidates[k], &p->targets[i])) {
			p->functions[i] = candidates[k];
			return 0;
		}
	skip_hook(p, i);
	snprintf(why, len, "this kernel has no function %s to attach to; it is inlined, or the module lacks BTF",
		 candidates[0]);
	return -ENOENT;
}

static int attach_hook(struct probe *p, int i, char *why, size_t len)
{
	for (int k = 0; k < HOOK_PROGRAMS; k++) {
		struct bpf_program *prog = find_program(p, i, k);
		int err;

		if (!prog)
			continue;
		p->links[i][k] = bpf_program__attach_trace(prog);
		if (p->links[i][k])
			continue;
		err = -errno;
		snprintf(why, len, "attaching to %s: %s; see what -v shows", p->functions[i], strerror(-err));
		return err;
	}
	return 0;
}

static int probe_alloc(struct probe **probe, char *why, size_t len)
{
	struct probe *p = calloc(1, sizeof(*p));
	int err;

	*probe = p;
	if (!p) {
		snprintf(why, len, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	p->sync = p->sync_inner = p->handlers[0] = p->handlers[1] = p->btf.vhost_fd = -1;
	err = probe_btf_open(&p->btf);
	if (err) {
		snprintf(why, len, "reading the kernel's BTF: %s; see what -v shows", strerror(-err));
		return err;
	}
	err = register_handlers(p);
	if (!err) {
		p->skel = decisions_bpf__open();
		err = p->skel ? 0 : -errno;
	}
	if (err)
		snprintf(why, len, "opening the BPF programs: %s; see what -v shows", strerror(-err));
	return err;
}

static int load(struct probe *p, char *why, size_t len)
{
	int err = decisions_bpf__load(p->skel);

	probe_btf_close(&p->btf);
	if (err)
		snprintf(why, len, "loading the BPF programs: %s; see what -v shows", strerror(-err));
	return err;
}

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
	__atomic_store_n(&p->skel->bss->phase, (__u32)phase, __ATOMIC_RELEASE);
}

/* How often a program was entered while it ran on the same CPU already, and therefore did not run. */
static int add_misses(const struct bpf_program *prog, uint64_t *sum)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);
	int err;

	if (!prog || bpf_program__fd(prog) < 0)
		return 0;
	err = bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size);
	*sum += info.recursion_misses;
	return err;
}

static int read_misses(const struct probe *p, struct misses *m)
{
	*m = (struct misses){ 0 };
	for (int i = 0; i < PROBE_HOOKS; i++) {
		bool bracket = hooks[i].programs[1];
		int err = add_misses(find_program(p, i, 0), bracket ? &m->entry : &m->signal);

		if (!err && bracket)
			err = add_misses(find_program(p, i, 1), &m->ret);
		if (err)
			return err;
	}
	return 0;
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
	p->ring = ring_buffer__new(bpf_map__fd(p->skel->maps.events), on_sample, p, NULL);
	err = !p->ring ? -errno : p->cpus < 0 ? p->cpus : prepare_waiting(p);
	if (!err)
		err = read_misses(p, &p->missed);
	if (err) {
		snprintf(why, len, "preparing to read the events: %s", strerror(-err));
		return err;
	}
	p->armed_at = now_ns();
	set_phase(p, PHASE_ARMED);
	return 0;
}

static int attach_all(struct probe *p, char *why, size_t len)
{
	for (int i = 0; i < PROBE_HOOKS; i++) {
		int err = p->functions[i] ? attach_hook(p, i, why, len) : 0;

		if (err)
			return err;
	}
	return 0;
}

static int choose_all(struct probe *p, char *why, size_t len)
{
	for (int i = 0; i < PROBE_HOOKS; i++) {
		int err = choose_function(p, i, why, len);

		if (err && !hooks[i].optional)
			return err;
	}
	return 0;
}

int probe_open(struct probe **probe, const struct decision_filter *filter, char *why, size_t len)
{
	int err = probe_check(why, len);

	*probe = NULL;
	if (!err)
		err = probe_alloc(probe, why, len);
	if (!err)
		err = choose_all(*probe, why, len);
	if (!err) {
		(*probe)->skel->rodata->filter = *filter;
		err = load(*probe, why, len);
	}
	if (!err)
		err = attach_all(*probe, why, len);
	if (!err)
		err = arm(*probe, why, len);
	if (err) {
		probe_close(*probe);
		*probe = NULL;
	}
	return err;
}

uint64_t probe_armed_at(const struct probe *p)
{
	return p->armed_at;
}

bool probe_limit_reached(const struct probe *p)
{
	uint64_t limit = p->skel->rodata->filter.limit;

	return limit && __atomic_load_n(&p->skel->bss->tickets, __ATOMIC_ACQUIRE) >= limit;
}

const char *probe_function(const struct probe *p, int i)
{
	return p->functions[i];
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
	int err = bpf_map_lookup_elem(bpf_map__fd(p->skel->maps.counts), &zero, each);

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
		err = read_misses(p, &m);
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
	if (p->skel && p->skel->bss)
		set_phase(p, PHASE_IDLE);
	ring_buffer__free(p->ring);
	for (int i = 0; i < PROBE_HOOKS; i++)
		for (int k = 0; k < HOOK_PROGRAMS; k++)
			bpf_link__destroy(p->links[i][k]);
	decisions_bpf__destroy(p->skel);
	unregister_handlers(p);
	probe_btf_close(&p->btf);
	if (p->sync >= 0)
		close(p->sync);
	if (p->sync_inner >= 0)
		close(p->sync_inner);
	free(p);
}

/* Give all hooks that nothing is known of yet the same reason. */
static void spread(struct probe_hook out[PROBE_HOOKS], const char *why)
{
	for (int i = 0; i < PROBE_HOOKS; i++) {
		if (out[i].why[0])
			continue;
		out[i].function = NULL;
		snprintf(out[i].why, sizeof(out[i].why), "%s", why);
	}
}

/* Every hook is tried, whatever became of the one before. */
static int try_hooks(struct probe *p, struct probe_hook out[PROBE_HOOKS], char *why, size_t len)
{
	int result = 0, err;

	for (int i = 0; i < PROBE_HOOKS; i++) {
		err = choose_function(p, i, out[i].why, sizeof(out[i].why));
		if (err && out[i].required)
			result = err;
		out[i].function = p->functions[i];
	}
	err = load(p, why, len);
	if (err)
		return err;
	for (int i = 0; i < PROBE_HOOKS; i++) {
		err = p->functions[i] ? attach_hook(p, i, out[i].why, sizeof(out[i].why)) : 0;
		if (err && out[i].required)
			result = err;
	}
	return result;
}

int probe_hooks(struct probe_hook out[PROBE_HOOKS])
{
	char why[PROBE_WHY_MAX] = "";
	struct probe *p = NULL;
	int err;

	for (int i = 0; i < PROBE_HOOKS; i++)
		out[i] = (struct probe_hook){ .name = hooks[i].name, .required = !hooks[i].optional };
	err = probe_check(why, sizeof(why));
	if (!err)
		err = probe_alloc(&p, why, sizeof(why));
	if (!err)
		err = try_hooks(p, out, why, sizeof(why));
	if (why[0])
		spread(out, why);
	probe_close(p);
	return err;
}
