/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_TARGET_H
#define PROBE_TARGET_H

#include <stdint.h>

/**
 * DOC: functions to attach to
 *
 * The kernel knows a function by the number of its type in the BTF of the module that it is in. libbpf looks that up
 * by name too, but in the BTF of the kernel and of every module in turn, each time from the first type on: with seven
 * programs and twenty modules that was nine tenths of the time until tracing began. We know the module.
 */

struct btf;

/**
 * struct probe_target - a function
 * @btf_fd: descriptor of its module's BTF, 0 for the kernel's own
 * @btf_id: the number of its type in there
 */
struct probe_target {
	int btf_fd;
	uint32_t btf_id;
};

/**
 * struct probe_btf - where functions are looked up
 * @kernel: the kernel's own BTF
 * @vhost: that of the module vhost, NULL if vhost is built into the kernel
 * @vhost_fd: its descriptor
 */
struct probe_btf {
	struct btf *kernel, *vhost;
	int vhost_fd;
};

/**
 * probe_btf_open() - get the BTF that functions are looked up in
 *
 * Return: 0 or -errno, with nothing left open; -EPERM without CAP_SYS_ADMIN.
 */
int probe_btf_open(struct probe_btf *b);

/* Release it. A program that is to be loaded for a target needs it open. */
void probe_btf_close(struct probe_btf *b);

/**
 * probe_btf_find() - look a function up, in vhost first
 *
 * Return: 0, or -ENOENT if there is none of that name that can be attached to.
 */
int probe_btf_find(const struct probe_btf *b, const char *function, struct probe_target *target);

#endif
