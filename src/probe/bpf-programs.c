// SPDX-License-Identifier: GPL-2.0-or-later
#include "bpf-programs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/error-text.h"

__attribute__((format(printf, 2, 0)))
static int to_stderr(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level;
	return vfprintf(stderr, fmt, ap);
}

void bpf_programs_verbose(bool verbose)
{
	libbpf_set_print(verbose ? to_stderr : NULL);
}

static struct bpf_program *find_program(const struct bpf_programs *p, int i, int k)
{
	const char *name = p->hooks[i].programs[k];

	return name && p->obj ? bpf_object__find_program_by_name(p->obj, name) : NULL;
}

/**
 * struct program_kind - meaning of a section of programs
 * @section: the section's name
 * @attach: how its programs are attached
 * @flags: flags for loading them
 */
static const struct program_kind {
	const char *section;
	enum bpf_attach_type attach;
	uint32_t flags;
} kinds[PROGRAM_KINDS] = {
	{ "fentry", BPF_TRACE_FENTRY, 0 },
	{ "fexit", BPF_TRACE_FEXIT, 0 },
	{ "iter", BPF_TRACE_ITER, 0 },
	{ "tp_btf", BPF_TRACE_RAW_TP, 0 },
};

static uint32_t load_flags(const struct bpf_program *prog)
{
	for (int i = 0; i < PROGRAM_KINDS; i++)
		if (!strcmp(kinds[i].section, bpf_program__section_name(prog)))
			return kinds[i].flags;
	return 0;
}

/*
 * libbpf calls this before it loads a program, instead of looking up the program's function. The type of the program is
 * set only now: had libbpf known it before, it would have read all of the kernel's types, which we have done already.
 */
static int direct(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct bpf_programs *p = (const struct bpf_programs *)cookie;

	for (int i = 0; i < p->count; i++)
		for (int k = 0; k < HOOK_PROGRAMS; k++)
			if (find_program(p, i, k) == prog) {
				opts->attach_btf_obj_fd = (__u32)p->targets[i].btf_fd;
				opts->attach_btf_id = p->targets[i].btf_id;
				opts->prog_flags |= load_flags(prog);
				return bpf_program__set_type(prog, BPF_PROG_TYPE_TRACING);
			}
	return -EINVAL;
}

/*
 * Call this before the object is opened, since libbpf chooses the handlers then.
 *
 * One handler, which no program asks for, stays for the life of the process: until version 1.3, libbpf frees the table
 * of its handlers when the last one is unregistered, and goes on using it for the next session's.
 */
static int register_handlers(struct bpf_programs *p)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = (long)p, .prog_prepare_load_fn = direct);
	int keeper = libbpf_register_prog_handler("vhostctl.keep", BPF_PROG_TYPE_UNSPEC, 0, NULL);

	if (keeper < 0)
		return keeper;
	for (int i = 0; i < PROGRAM_KINDS; i++) {
		p->handlers[i] = libbpf_register_prog_handler(kinds[i].section, BPF_PROG_TYPE_KPROBE, kinds[i].attach,
							      &opts);
		if (p->handlers[i] < 0)
			return p->handlers[i];
	}
	return 0;
}

static void unregister_handlers(struct bpf_programs *p)
{
	for (int i = 0; i < PROGRAM_KINDS; i++) {
		if (p->handlers[i] >= 0)
			libbpf_unregister_prog_handler(p->handlers[i]);
		p->handlers[i] = -1;
	}
}

/*
 * Prepare to wait for programs that run. Replacing a map within a map returns only when no program can use the former
 * map any more, that is, when every program that ran at that time has ended.
 */
static int prepare_waiting(struct bpf_programs *p)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);

	p->sync_inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(__u32), sizeof(__u32), 1, NULL);
	if (p->sync_inner < 0)
		return p->sync_inner;
	opts.inner_map_fd = (__u32)p->sync_inner;
	p->sync = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, NULL, sizeof(__u32), sizeof(__u32), 1, &opts);
	return p->sync < 0 ? p->sync : 0;
}

int bpf_programs_wait(const struct bpf_programs *p)
{
	const __u32 zero = 0;

	return bpf_map_update_elem(p->sync, &zero, &p->sync_inner, BPF_ANY);
}

void bpf_programs_init(struct bpf_programs *p, const struct hook *hooks, int count)
{
	*p = (struct bpf_programs){ .hooks = hooks, .count = count, .sync = -1, .sync_inner = -1 };
	for (int i = 0; i < PROGRAM_KINDS; i++)
		p->handlers[i] = -1;
}

int bpf_programs_prepare(struct bpf_programs *p)
{
	int err = register_handlers(p);

	return err ? err : prepare_waiting(p);
}

static void leave_out(const struct bpf_programs *p, int i)
{
	for (int k = 0; k < HOOK_PROGRAMS; k++) {
		struct bpf_program *prog = find_program(p, i, k);

		if (prog)
			bpf_program__set_autoload(prog, false);
	}
}

/* Is it the process or the machine that lacks something, and not the kernel? */
static bool is_shortage(int err)
{
	return err == -EMFILE || err == -ENFILE || err == -ENOMEM || err == -EAGAIN || err == -EPERM;
}

/*
 * The BTF may have a function that has no address by that name, because the compiler inlined it or made a variant of
 * it. Then loading would fail for all programs at once, so a program that does nothing is tried first. Return: 1, 0 if
 * the kernel has no such function to attach to, or -errno.
 */
static int can_attach(const struct btf_target *t)
{
	const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY, .attach_btf_id = t->btf_id,
		    .attach_btf_obj_fd = (__u32)t->btf_fd);
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "trial", "GPL", nothing, 2, &opts);

	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 1 : is_shortage(fd) ? fd : 0;
}

/* Return: 1, 0 if this kernel has none of the hook's functions, or -errno. */
static int choose_function(struct bpf_programs *p, const struct btf_sources *btf, int i)
{
	const char *const *candidates = p->hooks[i].candidates;

	for (int k = 0; k < HOOK_CANDIDATES && candidates[k]; k++) {
		int r = btf_target_find(btf, candidates[k], &p->targets[i]) ? 0 :
			p->hooks[i].iterator || p->hooks[i].tracepoint ? 1 : can_attach(&p->targets[i]);

		if (r > 0)
			p->functions[i] = candidates[k];
		if (r)
			return r;
	}
	return 0;
}

static bool serves(const struct bpf_programs *p, int i)
{
	return p->wanted & (p->hooks[i].shows | p->hooks[i].serves);
}

int bpf_programs_choose(struct bpf_programs *p, const struct btf_sources *btf, struct bpf_object *obj, uint32_t wanted,
			uint32_t *unseen)
{
	p->obj = obj;
	p->wanted = wanted;
	*unseen = 0;
	for (int i = 0; i < p->count; i++) {
		int r = serves(p, i) ? choose_function(p, btf, i) : 1;

		if (r < 0)
			return r;
		if (!r)
			*unseen |= wanted & p->hooks[i].shows;
	}
	p->wanted &= ~*unseen;
	for (int i = 0; i < p->count; i++) {
		if (!serves(p, i))
			p->functions[i] = NULL;
		if (!p->functions[i])
			leave_out(p, i);
	}
	return 0;
}

void bpf_programs_loaded(struct bpf_programs *p)
{
	unregister_handlers(p);
}

static void detach_hook(struct bpf_programs *p, int i)
{
	for (int k = 0; k < HOOK_PROGRAMS; k++) {
		bpf_link__destroy(p->links[i][k]);
		p->links[i][k] = NULL;
	}
}

int bpf_programs_attach_hook(struct bpf_programs *p, int i, char *why, size_t len)
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
		snprintf(why, len, "attaching to %s: %s; see what -v shows", p->functions[i], error_text(err));
		detach_hook(p, i);
		return err;
	}
	return 0;
}

int bpf_programs_attach(struct bpf_programs *p, uint32_t *unseen, char *why, size_t len)
{
	*unseen = 0;
	for (int i = 0; i < p->count; i++) {
		bool ours = p->functions[i] && !p->hooks[i].iterator;
		int err = ours ? bpf_programs_attach_hook(p, i, why, len) : 0;

		if (is_shortage(err))
			return err;
		if (!err)
			continue;
		*unseen |= p->wanted & p->hooks[i].shows;
		p->functions[i] = NULL;
	}
	p->wanted &= ~*unseen;
	for (int i = 0; i < p->count; i++)
		if (p->functions[i] && !serves(p, i)) {
			detach_hook(p, i);
			p->functions[i] = NULL;
		}
	return 0;
}

uint32_t bpf_programs_incomplete(const struct bpf_programs *p)
{
	uint32_t incomplete = 0;

	for (int i = 0; i < p->count; i++)
		if (!p->functions[i] && !p->hooks[i].iterator)
			incomplete |= p->wanted & p->hooks[i].serves;
	return incomplete;
}

void bpf_programs_close(struct bpf_programs *p)
{
	for (int i = 0; i < p->count; i++)
		detach_hook(p, i);
	bpf_programs_loaded(p);
	if (p->sync >= 0)
		close(p->sync);
	if (p->sync_inner >= 0)
		close(p->sync_inner);
	p->sync = p->sync_inner = -1;
}

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

int bpf_programs_misses(const struct bpf_programs *p, struct misses *m)
{
	*m = (struct misses){ 0 };
	for (int i = 0; i < p->count; i++)
		for (int k = 0; k < HOOK_PROGRAMS; k++) {
			int err = add_misses(find_program(p, i, k), &m->of[i][k]);

			if (err)
				return err;
		}
	return 0;
}
