// SPDX-License-Identifier: GPL-2.0-or-later
#include "btf-target.h"

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

static int load_module(struct btf_module *m, const char *name, struct btf *kernel)
{
	__u32 id;
	int err;

	m->fd = open_module(name, &id);
	if (m->fd < 0)
		return m->fd == -ENOENT ? 0 : m->fd;
	m->btf = btf__load_from_kernel_by_id_split(id, kernel);
	err = libbpf_get_error(m->btf);
	if (err)
		m->btf = NULL;
	return err;
}

static void clear(struct btf_sources *b)
{
	*b = (struct btf_sources){ 0 };
	for (int i = 0; i < BTF_MODULES; i++)
		b->modules[i].fd = -1;
}

int btf_sources_open(struct btf_sources *b, const char *const modules[BTF_MODULES])
{
	int err;

	clear(b);
	b->kernel = btf__load_vmlinux_btf();
	err = libbpf_get_error(b->kernel);
	if (err)
		b->kernel = NULL;
	for (int i = 0; !err && i < BTF_MODULES && modules[i]; i++)
		err = load_module(&b->modules[i], modules[i], b->kernel);
	if (err)
		btf_sources_close(b);
	return err;
}

void btf_sources_close(struct btf_sources *b)
{
	for (int i = 0; i < BTF_MODULES; i++) {
		btf__free(b->modules[i].btf);
		if (b->modules[i].fd >= 0)
			close(b->modules[i].fd);
	}
	btf__free(b->kernel);
	clear(b);
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

static int count_params(const struct btf *btf, __u32 id)
{
	return btf_vlen(btf__type_by_id(btf, btf__type_by_id(btf, id)->type));
}

int btf_target_find(const struct btf_sources *b, const char *function, struct btf_target *target)
{
	*target = (struct btf_target){ 0 };
	for (int i = 0; i < BTF_MODULES; i++) {
		const struct btf_module *m = &b->modules[i];
		/* The numbers of a module's own types follow those of the kernel. */
		__u32 id = m->btf ? find_function(m->btf, btf__type_cnt(b->kernel), function) : 0;

		if (!id)
			continue;
		*target = (struct btf_target){ m->fd, id, count_params(m->btf, id) };
		return 0;
	}
	target->btf_id = find_function(b->kernel, 1, function);
	if (!target->btf_id)
		return -ENOENT;
	target->params = count_params(b->kernel, target->btf_id);
	return 0;
}
