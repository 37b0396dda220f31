/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_TARGET_H
#define PROBE_TARGET_H

#include <stdint.h>

/**
 * DOC: functions to attach to
 *
 * The kernel knows a function by the number of its type in the BTF of the module that it is in. libbpf looks that up
 * by name too, but in the BTF of the kernel and of every module in turn, each time from the first type on: with seven
 * programs and twenty modules that was nine tenths of the time until tracing began. We know the modules.
 */

struct btf;

/**
 * struct probe_target - a function
 * @btf_fd: descriptor of its module's BTF, 0 for the kernel's own
 * @btf_id: the number of its type in there
 * @params: how many parameters it has
 */
struct probe_target {
	int btf_fd;
	uint32_t btf_id;
	int params;
};

/* The most modules that functions are looked for in. */
#define PROBE_MODULES 3

/**
 * struct probe_module - a module's BTF
 * @btf: the types, NULL if it is built into the kernel or not loaded
 * @fd: its descriptor, -1 likewise
 */
struct probe_module {
	struct btf *btf;
	int fd;
};

/**
 * struct probe_btf - where functions are looked up
 * @kernel: the kernel's own BTF
 * @modules: those of modules, which come first
 */
struct probe_btf {
	struct btf *kernel;
	struct probe_module modules[PROBE_MODULES];
};

/**
 * probe_btf_open() - get the BTF that functions are looked up in
 * @b: the result
 * @modules: names of modules, the rest NULL
 *
 * Return: 0 or -errno, with nothing left open; -EPERM without CAP_SYS_ADMIN.
 */
int probe_btf_open(struct probe_btf *b, const char *const modules[PROBE_MODULES]);

/* Release it. A program that is to be loaded for a target needs it open. */
void probe_btf_close(struct probe_btf *b);

/**
 * probe_btf_find() - look a function up, in the modules first
 *
 * Return: 0, or -ENOENT if there is none of that name that can be attached to.
 */
int probe_btf_find(const struct probe_btf *b, const char *function, struct probe_target *target);

#endif
