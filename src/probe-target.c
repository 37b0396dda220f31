// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe-target.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

static bool is_named(int fd, const char *name)
{
	char buf[64] = "";
	struct bpf_btf_info info = { .name = (uintptr_t)buf, .name_len = sizeof(buf) };
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.kernel_btf && !strcmp(buf, name);
}

/* Return: the descriptor, -ENOENT if no module of that name has BTF, or another -errno. */
static int open_module(const char *name, __u32 *id)
{
	int fd, err;

	for (*id = 0; !(err = bpf_btf_get_next_id(*id, id));) {
		fd = bpf_btf_get_fd_by_id(*id);
		if (fd == -ENOENT)
			continue;	/* gone meanwhile */
		if (fd < 0)
			return fd;
		if (is_named(fd, name))
			return fd;
		close(fd);
	}
	return err;
}

static int open_vhost(struct probe_btf *b)
{
	__u32 id;
	int err;

	b->vhost_fd = open_module("vhost", &id);
	if (b->vhost_fd < 0)
		return b->vhost_fd == -ENOENT ? 0 : b->vhost_fd;
	b->vhost = btf__load_from_kernel_by_id_split(id, b->kernel);
	err = libbpf_get_error(b->vhost);
	if (err)
		b->vhost = NULL;
	return err;
}

int probe_btf_open(struct probe_btf *b)
{
	int err;

	*b = (struct probe_btf){ .vhost_fd = -1 };
	b->kernel = btf__load_vmlinux_btf();
	err = libbpf_get_error(b->kernel);
	if (err)
		b->kernel = NULL;
	else
		err = open_vhost(b);
	if (err)
		probe_btf_close(b);
	return err;
}

void probe_btf_close(struct probe_btf *b)
{
	btf__free(b->vhost);
	btf__free(b->kernel);
	if (b->vhost_fd >= 0)
		close(b->vhost_fd);
	*b = (struct probe_btf){ .vhost_fd = -1 };
}

/* The number of a function from @first on, or 0. */
static __u32 find_function(const struct btf *btf, __u32 first, const char *function)
{
	for (__u32 id = first; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (btf_is_func(t) && !strcmp(btf__name_by_offset(btf, t->name_off), function))
			return id;
	}
	return 0;
}

int probe_btf_find(const struct probe_btf *b, const char *function, struct probe_target *target)
{
	/* The numbers of a module's own types follow those of the kernel. */
	__u32 id = b->vhost ? find_function(b->vhost, btf__type_cnt(b->kernel), function) : 0;

	*target = (struct probe_target){ .btf_fd = id ? b->vhost_fd : 0, .btf_id = id };
	if (!id)
		target->btf_id = find_function(b->kernel, 1, function);
	return target->btf_id ? 0 : -ENOENT;
}
