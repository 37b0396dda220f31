// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe-programs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "decisions.skel.h"

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

static struct bpf_program *find_program(const struct programs *p, int i, int k)
{
	return hooks[i].programs[k] ? bpf_object__find_program_by_name(p->skel->obj, hooks[i].programs[k]) : NULL;
}

/* libbpf asks this for every program before it loads it, instead of looking the program's function up by itself. */
static int direct(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct programs *p = (const struct programs *)cookie;

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
static int register_handlers(struct programs *p)
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

static void unregister_handlers(struct programs *p)
{
	for (int i = 0; i < 2; i++) {
		if (p->handlers[i] >= 0)
			libbpf_unregister_prog_handler(p->handlers[i]);
		p->handlers[i] = -1;
	}
}

static void skip_hook(const struct programs *p, int i)
{
	for (int k = 0; k < HOOK_PROGRAMS; k++) {
		struct bpf_program *prog = find_program(p, i, k);

		if (prog)
			bpf_program__set_autoload(prog, false);
	}
}

static int choose_function(struct programs *p, int i, char *why, size_t len)
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

static int attach_hook(struct programs *p, int i, char *why, size_t len)
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

int programs_open(struct programs *p, char *why, size_t len)
{
	int err;

	*p = (struct programs){ .btf.vhost_fd = -1, .handlers = { -1, -1 } };
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

void programs_close(struct programs *p)
{
	for (int i = 0; i < PROBE_HOOKS; i++)
		for (int k = 0; k < HOOK_PROGRAMS; k++)
			bpf_link__destroy(p->links[i][k]);
	decisions_bpf__destroy(p->skel);
	unregister_handlers(p);
	probe_btf_close(&p->btf);
}

int programs_load(struct programs *p, char *why, size_t len)
{
	int err = decisions_bpf__load(p->skel);

	probe_btf_close(&p->btf);
	if (err)
		snprintf(why, len, "loading the BPF programs: %s; see what -v shows", strerror(-err));
	return err;
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

int programs_misses(const struct programs *p, struct misses *m)
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

int programs_attach(struct programs *p, char *why, size_t len)
{
	for (int i = 0; i < PROBE_HOOKS; i++) {
		int err = p->functions[i] ? attach_hook(p, i, why, len) : 0;

		if (err)
			return err;
	}
	return 0;
}

int programs_choose(struct programs *p, char *why, size_t len)
{
	for (int i = 0; i < PROBE_HOOKS; i++) {
		int err = choose_function(p, i, why, len);

		if (err && !hooks[i].optional)
			return err;
	}
	return 0;
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
static int try_hooks(struct programs *p, struct probe_hook out[PROBE_HOOKS], char *why, size_t len)
{
	int result = 0, err;

	for (int i = 0; i < PROBE_HOOKS; i++) {
		err = choose_function(p, i, out[i].why, sizeof(out[i].why));
		if (err && out[i].required)
			result = err;
		out[i].function = p->functions[i];
	}
	err = programs_load(p, why, len);
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
	struct programs p;
	int err;

	for (int i = 0; i < PROBE_HOOKS; i++)
		out[i] = (struct probe_hook){ .name = hooks[i].name, .required = !hooks[i].optional };
	err = probe_check(why, sizeof(why));
	if (!err) {
		err = programs_open(&p, why, sizeof(why));
		if (!err)
			err = try_hooks(&p, out, why, sizeof(why));
		programs_close(&p);
	}
	if (why[0])
		spread(out, why);
	return err;
}
