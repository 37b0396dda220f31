/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNFS_BPF_H
#define KERNFS_BPF_H

#include <bpf/bpf_core_read.h>

#include "types.bpf.h"

/* Return: the directory above, in sysfs or in a hierarchy of cgroups; NULL: it is the root. */
static __always_inline struct kernfs_node *parent_of(struct kernfs_node *kn)
{
	struct kernfs_node___rcu *later = (void *)kn;

	return bpf_core_field_exists(kn->parent) ? BPF_CORE_READ(kn, parent) : BPF_CORE_READ(later, __parent);
}

#endif
