// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-names.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "task-iterator.h"

static bool same_owner(const struct vm_owner *a, const struct vm_owner *b)
{
	return a->pid == b->pid && a->mm == b->mm && a->start == b->start;
}

/* Is what the iterator wrote about the process that the caller means? */
static bool is_about(const struct vm_source *s, const struct vm_owner *owner)
{
	return (!owner->mm || owner->mm == s->mm) && (!owner->start || owner->start == s->start);
}

/* Read what the iterator writes. Return: whether it is complete; nothing is there of a process that is gone. */
static bool read_source(const struct bpf_program *prog, pid_t pid, struct vm_source *s)
{
	const size_t fixed = offsetof(struct vm_source, args);
	int fd = task_iterator_begin(prog, pid);
	size_t size = 0;
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0 && size < sizeof(*s)) {
		n = read(fd, (char *)s + size, sizeof(*s) - size);
		if (n > 0)
			size += (size_t)n;
		else if (n < 0 && (errno == EINTR || errno == EAGAIN))
			n = 1;
	}
	if (fd >= 0)
		close(fd);
	return size >= fixed && size == fixed + s->args_len && s->group_count <= VM_GROUPS;
}

static void ask(const struct bpf_program *prog, const struct vm_owner *owner, char name[VM_NAME_LEN])
{
	struct vm_source *s = malloc(sizeof(*s));

	*name = 0;
	if (s && read_source(prog, (pid_t)owner->pid, s) && is_about(s, owner) &&
	    !*vm_name_from_args(s->comm, s->args, s->args_len, name))
		vm_name_from_groups((const char (*)[VM_GROUP_LEN])s->groups, s->group_count, name);
	free(s);
}

void vm_names_find(struct vm_names *v, const struct vm_owner *owner, char name[VM_NAME_LEN])
{
	struct vm_known *k;

	*name = 0;
	if (!v->prog || !owner->pid)
		return;
	for (int i = 0; i < VM_NAMES_KNOWN; i++)
		if (same_owner(&v->known[i].owner, owner)) {
			strcpy(name, v->known[i].name);
			return;
		}
	k = &v->known[v->next++ % VM_NAMES_KNOWN];
	k->owner = *owner;
	ask(v->prog, owner, k->name);
	strcpy(name, k->name);
}
