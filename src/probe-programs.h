/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_PROGRAMS_H
#define PROBE_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "probe.h"
#include "probe-target.h"

/**
 * DOC: the programs in the kernel: which function each is attached to, and how they get there
 */

struct bpf_link;
struct decisions_bpf;

/* Programs of one hook: at the entry and at the return. */
#define HOOK_PROGRAMS 2

/**
 * struct programs - the programs, from opening to detaching
 * @skel: the skeleton
 * @btf: where functions are found; open until the programs are loaded
 * @handlers: libbpf's handlers for our programs; -1: none
 * @functions: for each hook the function chosen, or NULL
 * @targets: the same for the kernel
 * @links: for each hook and program
 */
struct programs {
	struct decisions_bpf *skel;
	struct probe_btf btf;
	int handlers[2];
	const char *functions[PROBE_HOOKS];
	struct probe_target targets[PROBE_HOOKS];
	struct bpf_link *links[PROBE_HOOKS][HOOK_PROGRAMS];
};

/**
 * struct misses - how often programs did not run because they were running on that CPU already
 * @entry: those at the beginning of a decision
 * @ret: those at its end
 * @signal: those at the eventfd
 */
struct misses {
	uint64_t entry, ret, signal;
};

/*
 * In this order. Each returns 0, or -errno with the step that failed and what to do in @why; then, too,
 * programs_close() is to be called.
 */
int programs_open(struct programs *p, char *why, size_t len);

/* Choose a function for every hook. */
int programs_choose(struct programs *p, char *why, size_t len);
int programs_load(struct programs *p, char *why, size_t len);
int programs_attach(struct programs *p, char *why, size_t len);

/* Detach and release everything; fine at any stage. */
void programs_close(struct programs *p);

/* Return: 0 or -errno. */
int programs_misses(const struct programs *p, struct misses *m);

#endif
