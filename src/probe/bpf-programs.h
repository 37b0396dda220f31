/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BPF_PROGRAMS_H
#define BPF_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "btf-target.h"

/**
 * DOC: choosing the kernel functions for BPF programs, and attaching the programs
 *
 * A BPF object comes with a table of hooks. Each hook has candidates: kernel functions in order of preference. The
 * first one that can be attached to is taken. A hook without one is left out, and the caller is told which events
 * cannot be seen on this kernel.
 */

struct bpf_link;
struct bpf_object;
struct bpf_program;

#define HOOK_CANDIDATES 2

/* Programs of one hook. */
enum { AT_ENTRY, AT_RETURN, HOOK_PROGRAMS };

/* The most hooks that a table has. */
#define HOOKS_MAX 32

/* Room for the longest explanation of a failure. */
#define PROBE_WHY_MAX 256

/**
 * struct hook - a place to attach to
 * @name: short name, shown by "vhostctl features"
 * @candidates: functions, in order of preference
 * @programs: names of the programs at its entry and at its return; NULL: none
 * @shows: bits of the events that cannot be seen without it
 * @serves: bits of other events for which it is attached; without it, some of them are missed
 * @iterator: the function is the type of an iterator, and the caller attaches it
 * @tracepoint: it is the type of a tracepoint, such as btf_trace_kfree_skb
 */
struct hook {
	const char *name;
	const char *candidates[HOOK_CANDIDATES];
	const char *programs[HOOK_PROGRAMS];
	uint32_t shows, serves;
	bool iterator, tracepoint;
};

/* Number of ways to attach a program, by the name of its section. */
#define PROGRAM_KINDS 4

/**
 * struct bpf_programs - the programs, from opening to detaching
 * @obj: their object; owned by the caller
 * @hooks: the table
 * @count: number of hooks
 * @handlers: libbpf's handlers for our programs; -1: none
 * @wanted: bits of the events that are wanted and, as far as known, can be seen
 * @functions: the function chosen, by hook; NULL: none
 * @targets: its BTF object and type, by hook
 * @links: the links, by hook and program; NULL: not attached
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

/* How often the kernel skipped each program because it was running on that CPU already. */
struct misses {
	uint64_t of[HOOKS_MAX][HOOK_PROGRAMS];
};

/**
 * bpf_programs_verbose() - print libbpf's messages to standard error, or drop them
 *
 * libbpf has one such setting for the whole process. Call it before any other function of this file.
 */
void bpf_programs_verbose(bool verbose);

/* Initialize with a table of @count hooks. bpf_programs_close() may follow at once. */
void bpf_programs_init(struct bpf_programs *p, const struct hook *hooks, int count);

/**
 * bpf_programs_prepare() - get ready to open the object
 *
 * It registers handlers with libbpf that find the functions of this object. So the caller must not open another object
 * before bpf_programs_loaded().
 *
 * Return: 0 or -errno.
 */
int bpf_programs_prepare(struct bpf_programs *p);

/**
 * bpf_programs_choose() - choose a function for every wanted hook, and leave out the programs of the others
 * @p: the programs
 * @btf: where to find the functions; has to stay open until the object is loaded
 * @obj: the programs' object, opened
 * @wanted: bits of the wanted events
 * @unseen: the result: bits of those that cannot be seen on this kernel
 *
 * If one hook of an event is missing, none of that event's programs is loaded.
 *
 * Return: 0, or -errno if it could not be tried: no memory, too many open files, no permission.
 */
int bpf_programs_choose(struct bpf_programs *p, const struct btf_sources *btf, struct bpf_object *obj, uint32_t wanted,
			uint32_t *unseen);

/* Call this after loading the object, whether it succeeded or not: unregisters the handlers. */
void bpf_programs_loaded(struct bpf_programs *p);

/**
 * bpf_programs_attach() - attach the chosen programs, hook by hook
 * @p: the programs
 * @unseen: the result: bits of the events that cannot be seen because a program cannot be attached
 * @why: the reason of the last failure, if any
 * @len: size of @why
 *
 * If one program of a hook cannot be attached, the hook gets no programs; nor do hooks that are not needed then.
 *
 * Return: 0, or -errno as bpf_programs_choose().
 */
int bpf_programs_attach(struct bpf_programs *p, uint32_t *unseen, char *why, size_t len);

/* Return: bits of the events that are only partly seen, since a hook that serves them is missing; after attaching. */
uint32_t bpf_programs_incomplete(const struct bpf_programs *p);

/* Attach one hook. Return: 0, or -errno with @why filled in. */
int bpf_programs_attach_hook(struct bpf_programs *p, int i, char *why, size_t len);

/**
 * bpf_programs_wait() - wait until every program that runs now has ended
 *
 * Return: 0 or -errno.
 */
int bpf_programs_wait(const struct bpf_programs *p);

/* Detach and release everything but the object; allowed at any stage. */
void bpf_programs_close(struct bpf_programs *p);

/* Read how often each program was skipped since it was loaded. Return: 0 or -errno. */
int bpf_programs_misses(const struct bpf_programs *p, struct misses *m);

#endif
