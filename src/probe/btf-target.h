/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BTF_TARGET_H
#define BTF_TARGET_H

#include <stdint.h>

#include "btf-sources.h"

/**
 * struct btf_target - a function to attach to, identified by its type number in a BTF object
 * @btf_fd: descriptor of its module's BTF, owned by struct btf_sources; 0: the kernel's own BTF
 * @btf_id: number of its type in that BTF object
 */
struct btf_target {
	int btf_fd;
	uint32_t btf_id;
};

/**
 * btf_target_find() - look a function up, in the modules first
 * @b: where to search
 * @function: its name
 * @target: the result
 *
 * Return: 0, or -ENOENT if there is none of that name.
 */
int btf_target_find(const struct btf_sources *b, const char *function, struct btf_target *target);

#endif
