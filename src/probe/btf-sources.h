/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BTF_SOURCES_H
#define BTF_SOURCES_H

/**
 * DOC: the types of the running kernel and of the modules that vhost is made of
 *
 * libbpf searches the BTF of the kernel and of every module for each function to attach to and each type to look into,
 * from the first type on. That was nine tenths of the time until tracing began. We know the modules.
 */

struct btf;

/* The modules whose types and functions are of interest, where they are loaded. */
enum btf_module_number {
	BTF_VHOST,
	BTF_VHOST_NET,
	BTF_VHOST_VSOCK,
	BTF_VHOST_SCSI,
	BTF_TUN,
	BTF_TAP,
	BTF_VIRTIO_RING,
	BTF_MODULES,
};

/**
 * struct btf_module - a module's BTF
 * @btf: its types, split from those of the kernel; NULL if it is built into the kernel or not loaded
 * @fd: descriptor of the BTF object, -1 likewise
 */
struct btf_module {
	struct btf *btf;
	int fd;
};

/**
 * struct btf_sources - where types and functions are looked up
 * @kernel: the kernel's own BTF
 * @modules: those of modules, by enum btf_module_number
 */
struct btf_sources {
	struct btf *kernel;
	struct btf_module modules[BTF_MODULES];
};

/* Nothing is open; fine for btf_sources_close(). */
void btf_sources_init(struct btf_sources *b);

/**
 * btf_sources_open() - read the BTF of the kernel and of the modules
 * @b: the result, for btf_sources_close()
 *
 * Return: 0 or -errno, with nothing left open: -EPERM without CAP_SYS_ADMIN, -ENOENT if the kernel has no BTF.
 */
int btf_sources_open(struct btf_sources *b);

/* Release it. A program that is to be loaded for a function of a module needs the module's descriptor. */
void btf_sources_close(struct btf_sources *b);

#endif
