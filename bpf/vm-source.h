/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VM_SOURCE_H
#define VM_SOURCE_H

#include <stddef.h>

#include <linux/types.h>

/**
 * DOC: what a process tells of the VM that it runs
 *
 * The iterator read_vm, run for one process, writes one struct vm_source: its fixed part, and @args_len bytes of @args.
 * src/probe/vm-name.h makes a name of it.
 */

/* Room for the name that is made of it, with the 0. */
#define VM_NAME_LEN 64

#define VM_COMM_LEN 16		/* TASK_COMM_LEN */

/* How many parts of the cgroup's path, from its end, and how long each may be, with the 0; longer ones are cut. */
#define VM_GROUPS 8
#define VM_GROUP_LEN 128

/* The most bytes of arguments. Behind them is room for a piece of a page, so that the verifier sees the end of each. */
#define VM_ARGS_MAX 16384
#define VM_ARGS_ROOM (VM_ARGS_MAX + 4096)

/**
 * struct vm_source - a process
 * @mm: kernel address of its struct mm_struct; never shown
 * @start: when it started, in nanoseconds of CLOCK_BOOTTIME
 * @group_count: number of @groups
 * @args_len: bytes of @args; 0 also if the page is not resident, or no page tables can be read
 * @comm: name of its first thread, ended by 0; any bytes
 * @groups: the parts of its path in the cgroup hierarchy of version 2, the last one first, without the root; each is
 *	    ended by 0, and may have any other byte
 * @args: the beginning of its arguments, each ended by 0; the process can write any bytes there
 */
struct vm_source {
	__u64 mm;
	__u64 start;
	__u32 group_count;
	__u32 args_len;
	char comm[VM_COMM_LEN];
	char groups[VM_GROUPS][VM_GROUP_LEN];
	char args[VM_ARGS_ROOM];
};

_Static_assert(offsetof(struct vm_source, args) == 40 + VM_GROUPS * VM_GROUP_LEN, "no padding");
_Static_assert(sizeof(struct vm_source) < 32768, "what an iterator writes at a time");

#endif
