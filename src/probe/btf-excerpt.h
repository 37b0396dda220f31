/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BTF_EXCERPT_H
#define BTF_EXCERPT_H

#include "btf-sources.h"

/**
 * DOC: the few kernel types that a BPF object looks into
 *
 * libbpf moves each access to a kernel's struct to where the running kernel has the field (CO-RE). To find the
 * struct, it walks all of the kernel's 130,000 types, once for each struct, which took two thirds of the time of a
 * command that only looks once. So it gets an excerpt instead: those types of the kernel and of vhost's modules that
 * have the names of the object's own, with all that they contain. What they point to is left out, since no access
 * depends on it.
 *
 * libbpf takes such types from a file (bpf_object_open_opts.btf_custom_path) and reads it when the object is loaded.
 */

/* Room for the name of the file. */
#define BTF_EXCERPT_PATH 32

/**
 * struct btf_excerpt - a file in memory
 * @fd: the file; -1: none
 * @path: its name, for as long as it is open
 */
struct btf_excerpt {
	int fd;
	char path[BTF_EXCERPT_PATH];
};

/**
 * btf_excerpt_open() - make an empty file
 * @e: the result, for btf_excerpt_close()
 *
 * Return: 0 or -errno.
 */
int btf_excerpt_open(struct btf_excerpt *e);

/**
 * btf_excerpt_write() - fill it
 * @e: the file
 * @b: where the types come from
 * @object: the types of the BPF object, with the names that are wanted
 *
 * Of a name that the kernel has, the modules' types are left out, and all are taken otherwise, as libbpf has it.
 *
 * Return: 0 or -errno.
 */
int btf_excerpt_write(const struct btf_excerpt *e, const struct btf_sources *b, const struct btf *object);

/* Fine with one that is not open. */
void btf_excerpt_close(struct btf_excerpt *e);

#endif
