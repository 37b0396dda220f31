// SPDX-License-Identifier: GPL-2.0-or-later
#include "btf-target.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <bpf/btf.h>

/* A tracepoint is known by the type of its probes. */
static bool is_target(const struct btf_type *t, bool tracepoint)
{
	return tracepoint ? btf_is_typedef(t) : btf_is_func(t);
}

/* Find a function, or a tracepoint, among the types from @first on. Return: its number, or 0. */
static __u32 find_function(const struct btf *btf, __u32 first, const char *function)
{
	const bool tracepoint = !strncmp(function, "btf_trace_", strlen("btf_trace_"));

	for (__u32 id = first; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);

		if (is_target(t, tracepoint) && !strcmp(btf__name_by_offset(btf, t->name_off), function))
			return id;
	}
	return 0;
}

int btf_target_find(const struct btf_sources *b, const char *function, struct btf_target *target)
{
	*target = (struct btf_target){ 0 };
	for (int i = 0; i < BTF_MODULES; i++) {
		const struct btf_module *m = &b->modules[i];
		/* A module's own types are numbered after those of the kernel. */
		__u32 id = m->btf ? find_function(m->btf, btf__type_cnt(b->kernel), function) : 0;

		if (!id)
			continue;
		*target = (struct btf_target){ m->fd, id };
		return 0;
	}
	target->btf_id = find_function(b->kernel, 1, function);
	return target->btf_id ? 0 : -ENOENT;
}
