/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BTF_SOURCES_H
#define BTF_SOURCES_H

/**
 * DOC: the BTF of the running kernel and of the modules that vhost uses, and of KVM
 *
 * For each function to attach to and each type to read, libbpf searches the BTF of the kernel and of every module from
 * the first type on. That was nine tenths of the time before tracing began. Here only the modules below are searched.
 */

struct btf;

/* The modules that are searched, if they are loaded. */
enum btf_module_number {
	BTF_VHOST,
	BTF_VHOST_NET,
	BTF_VHOST_IOTLB,
	BTF_VHOST_VSOCK,
	BTF_VHOST_SCSI,
	BTF_TUN,
	BTF_TAP,
	BTF_MACVTAP,
	BTF_IPVTAP,
	BTF_VIRTIO_RING,
	BTF_KVM,
	BTF_MODULES,
};

/**
 * struct btf_module - a module's BTF
 * @btf: its types, split from those of the kernel; NULL if it is built into the kernel or not loaded
 * @fd: descriptor of the BTF object; -1 if @btf is NULL
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

/* Initialize with nothing open. btf_sources_close() may follow at once. */
void btf_sources_init(struct btf_sources *b);

/**
 * btf_sources_open() - read the BTF of the kernel and of the modules
 * @b: the result, for btf_sources_close()
 *
 * Return: 0 or -errno, with nothing left open: -EPERM without CAP_SYS_ADMIN, -ENOENT if the kernel has no BTF.
 */
int btf_sources_open(struct btf_sources *b);

/* Release it, but not before the programs are loaded: one for a module's function needs the module's descriptor. */
void btf_sources_close(struct btf_sources *b);

#endif
