/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BTF_EXCERPT_H
#define BTF_EXCERPT_H

#include "btf-sources.h"

/**
 * DOC: an excerpt of the kernel's BTF with the types that a BPF object reads
 *
 * libbpf relocates each access to a kernel struct to the field's offset in the running kernel (CO-RE). To find a
 * struct, it walks all of the kernel's 130,000 types, once for each struct. That was two thirds of the time of a
 * command that reads only once. So it gets an excerpt instead: the types of the kernel and of vhost's modules that have
 * the names of the object's own types, with the types of their members. Types behind pointers are left out, since no
 * relocation depends on them.
 *
 * libbpf reads the excerpt from a file (bpf_object_open_opts.btf_custom_path) when the object is loaded.
 */

/* Room for the name of the file. */
#define BTF_EXCERPT_PATH 32

/**
 * struct btf_excerpt - a file in memory
 * @fd: the file; -1: none
 * @path: its name; valid while it is open
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
 * btf_excerpt_write() - write the excerpt
 * @e: the file
 * @b: where the types come from
 * @object: the types of the BPF object; their names are wanted
 *
 * If the kernel has types of a name, those of modules are left out; if not, the types of all modules are taken. libbpf
 * does the same.
 *
 * Return: 0 or -errno.
 */
int btf_excerpt_write(const struct btf_excerpt *e, const struct btf_sources *b, const struct btf *object);

/* Close the file, if it is open. */
void btf_excerpt_close(struct btf_excerpt *e);

#endif
