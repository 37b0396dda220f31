/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BPF_PROGRAMS_H
#define BPF_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "btf-target.h"

/**
 * DOC: the programs in the kernel: which function each is attached to, and how they get there
 *
 * An object of programs comes with a table of hooks. Each hook has candidates, functions of the kernel in the order in
 * which they are to be preferred: the first that can be attached to is taken. What has none is left out; whoever opened
 * the programs then knows what cannot be seen on this kernel.
 */

struct bpf_link;
struct bpf_object;
struct bpf_program;

#define HOOK_CANDIDATES 2

/* Programs of one hook. */
enum { AT_ENTRY, AT_RETURN, HOOK_PROGRAMS };

/* The most hooks that a table has. */
#define HOOKS_MAX 24

/* Room for the longest explanation of a failure. */
#define PROBE_WHY_MAX 256

/**
 * struct hook - a place to attach to
 * @name: what it is for
 * @candidates: functions, the one to be preferred first
 * @programs: names of the programs at its entry and at its return; NULL: none
 * @shows: bits of what cannot be seen without it
 * @serves: bits of what it is attached for besides
 * @iterator: the function is an iterator's type, and whoever opened the program attaches it
 */
struct hook {
	const char *name;
	const char *candidates[HOOK_CANDIDATES];
	const char *programs[HOOK_PROGRAMS];
	uint32_t shows, serves;
	bool iterator;
};

/* What a program of an object can be attached to, by the name of its section: at most so many kinds. */
#define PROGRAM_KINDS 3

/**
 * struct bpf_programs - the programs, from opening to detaching
 * @obj: their object; the caller's
 * @hooks: the table
 * @count: number of hooks
 * @handlers: libbpf's handlers for our programs; -1: none
 * @wanted: bits of what is to be seen, and can be as far as is known
 * @functions: for each hook the function chosen, or NULL
 * @targets: the same for the kernel
 * @links: for each hook and program
 * @sync: a map of maps, see bpf_programs_wait(); -1: none
 * @sync_inner: the map in it
 */
struct bpf_programs {
	struct bpf_object *obj;
	const struct hook *hooks;
	int count;
	int handlers[PROGRAM_KINDS];
	uint32_t wanted;
	const char *functions[HOOKS_MAX];
	struct btf_target targets[HOOKS_MAX];
	struct bpf_link *links[HOOKS_MAX][HOOK_PROGRAMS];
	int sync, sync_inner;
};

/* How often each program did not run because it was running on that CPU already. */
struct misses {
	uint64_t of[HOOKS_MAX][HOOK_PROGRAMS];
};

/**
 * bpf_programs_verbose() - let libbpf's messages pass to standard error, or hold them back
 *
 * libbpf keeps one such setting for the whole process; it is to be called before anything else here.
 */
void bpf_programs_verbose(bool verbose);

/* Begin with a table of hooks, of @count lines; fine for bpf_programs_close(). */
void bpf_programs_init(struct bpf_programs *p, const struct hook *hooks, int count);

/**
 * bpf_programs_prepare() - get ready to open the object
 *
 * Until bpf_programs_loaded() the caller opens no other objects, since libbpf is told by what to find these programs'
 * functions.
 *
 * Return: 0 or -errno.
 */
int bpf_programs_prepare(struct bpf_programs *p);

/**
 * bpf_programs_choose() - choose a function for every hook that is wanted, and leave out the programs of the others
 * @p: the programs
 * @btf: where the functions are found; to stay open until the object is loaded
 * @obj: the programs' object, opened
 * @wanted: bits of what is to be seen
 *
 * If one hook of an event is missing, none of that event's programs is loaded.
 *
 * Return: bits of what is wanted and cannot be seen.
 */
uint32_t bpf_programs_choose(struct bpf_programs *p, const struct btf_sources *btf, struct bpf_object *obj,
			     uint32_t wanted);

/* To be called when the object has been loaded, or could not be. */
void bpf_programs_loaded(struct bpf_programs *p);

/**
 * bpf_programs_attach() - attach what was chosen, hook by hook
 * @p: the programs
 * @why: why the last one that could not be attached could not
 * @len: size of @why
 *
 * A hook of which one program cannot be attached is left with none, and so are others that serve nothing then.
 *
 * Return: bits of what cannot be seen for that.
 */
uint32_t bpf_programs_attach(struct bpf_programs *p, char *why, size_t len);

/*
 * Return: after bpf_programs_attach(), bits of what is seen, but not all of it, since a hook that serves it is
 * missing.
 */
uint32_t bpf_programs_incomplete(const struct bpf_programs *p);

/* Attach one hook. Return: 0, or -errno with @why filled in. */
int bpf_programs_attach_hook(struct bpf_programs *p, int i, char *why, size_t len);

/**
 * bpf_programs_wait() - wait until every program that runs at the moment has ended
 *
 * Return: 0 or -errno.
 */
int bpf_programs_wait(const struct bpf_programs *p);

/* Detach and release everything but the object; fine at any stage. */
void bpf_programs_close(struct bpf_programs *p);

/* Return: 0 or -errno. */
int bpf_programs_misses(const struct bpf_programs *p, struct misses *m);

#endif
