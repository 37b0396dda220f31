/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BTF_TARGET_H
#define BTF_TARGET_H

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
 * struct btf_target - a function
 * @btf_fd: descriptor of its module's BTF, 0 for the kernel's own
 * @btf_id: the number of its type in there
 * @params: how many parameters it has
 */
struct btf_target {
	int btf_fd;
	uint32_t btf_id;
	int params;
};

/* The most modules that functions are looked for in. */
#define BTF_MODULES 3

/**
 * struct btf_module - a module's BTF
 * @btf: the types, NULL if it is built into the kernel or not loaded
 * @fd: its descriptor, -1 likewise
 */
struct btf_module {
	struct btf *btf;
	int fd;
};

/**
 * struct btf_sources - where functions are looked up
 * @kernel: the kernel's own BTF
 * @modules: those of modules, which come first
 */
struct btf_sources {
	struct btf *kernel;
	struct btf_module modules[BTF_MODULES];
};

/**
 * btf_sources_open() - get the BTF that functions are looked up in
 * @b: the result
 * @modules: names of modules, the rest NULL
 *
 * Return: 0 or -errno, with nothing left open; -EPERM without CAP_SYS_ADMIN.
 */
int btf_sources_open(struct btf_sources *b, const char *const modules[BTF_MODULES]);

/* Release it. A program that is to be loaded for a target needs it open. */
void btf_sources_close(struct btf_sources *b);

/**
 * btf_target_find() - look a function up, in the modules first
 *
 * Return: 0, or -ENOENT if there is none of that name that can be attached to.
 */
int btf_target_find(const struct btf_sources *b, const char *function, struct btf_target *target);

#endif
