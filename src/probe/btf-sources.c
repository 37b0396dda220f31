// SPDX-License-Identifier: GPL-2.0-or-later
#include "btf-sources.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

static const char *const names[BTF_MODULES] = {
	[BTF_VHOST] = "vhost", [BTF_VHOST_NET] = "vhost_net", [BTF_VHOST_IOTLB] = "vhost_iotlb",
	[BTF_VHOST_VSOCK] = "vhost_vsock", [BTF_VHOST_SCSI] = "vhost_scsi", [BTF_TUN] = "tun", [BTF_TAP] = "tap",
	[BTF_MACVTAP] = "macvtap", [BTF_IPVTAP] = "ipvtap",
	[BTF_VIRTIO_RING] = "virtio_ring", [BTF_KVM] = "kvm",
};

void btf_sources_init(struct btf_sources *b)
{
	*b = (struct btf_sources){ 0 };
	for (int i = 0; i < BTF_MODULES; i++)
		b->modules[i].fd = -1;
}

/* Only the kernel's BTF objects are named after modules; those of BPF programs may have any name. */
static bool kernel_name(int fd, char *name, size_t len)
{
	struct bpf_btf_info info = { .name = (uintptr_t)name, .name_len = (__u32)len };
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.kernel_btf;
}

static void close_module(struct btf_module *m)
{
	btf__free(m->btf);
	if (m->fd >= 0)
		close(m->fd);
	*m = (struct btf_module){ .fd = -1 };
}

/* Return: 0 or -errno; @fd is kept in @b or closed. */
static int keep_module(struct btf_sources *b, const char *name, __u32 id, int fd)
{
	for (int i = 0; i < BTF_MODULES; i++) {
		struct btf_module *m = &b->modules[i];

		if (strcmp(name, names[i]))
			continue;
		/* A module that goes and comes back has two for a moment: take the newer one. */
		close_module(m);
		m->fd = fd;
		m->btf = btf__load_from_kernel_by_id_split(id, b->kernel);
		return m->btf ? 0 : -errno;
	}
	close(fd);
	return 0;
}

/* Keep the BTF if it is needed. The kernel's own comes first, since the BTF of modules refers to it. */
static int keep(struct btf_sources *b, __u32 id, int fd)
{
	char name[64] = "";

	if (!kernel_name(fd, name, sizeof(name))) {
		close(fd);
		return 0;
	}
	if (strcmp(name, "vmlinux"))
		return keep_module(b, name, id, fd);
	close(fd);
	/* This reads all of it by one system call; /sys/kernel/btf/vmlinux would take one for each page. */
	b->kernel = btf__load_from_kernel_by_id(id);
	return b->kernel ? 0 : -errno;
}

int btf_sources_open(struct btf_sources *b)
{
	__u32 id = 0;
	int err = 0;

	btf_sources_init(b);
	while (!err && !(err = bpf_btf_get_next_id(id, &id))) {
		int fd = bpf_btf_get_fd_by_id(id);

		if (fd >= 0)
			err = keep(b, id, fd);
		else if (fd != -ENOENT) /* that one has gone */
			err = fd;
	}
	/* -ENOENT: there are no more. */
	if (err == -ENOENT && b->kernel)
		return 0;
	btf_sources_close(b);
	return err;
}

void btf_sources_close(struct btf_sources *b)
{
	for (int i = 0; i < BTF_MODULES; i++)
		close_module(&b->modules[i]);
	btf__free(b->kernel);
	btf_sources_init(b);
}
