/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VM_NAMES_H
#define VM_NAMES_H

#include <stdint.h>

#include "vm-name.h"

/**
 * DOC: names of the VMs that the owners of devices run
 *
 * Theory of operation. /proc/PID/cmdline waits for locks and pages of the process, and a process can make that last for
 * ever. So an iterator (bpf/vm-source.bpf.c), run for the owner alone, copies the beginning of its arguments by its
 * page tables, and its cgroup from the kernel's memory. No capability is needed for that once the program is loaded.
 */

struct bpf_program;

/* Owners to remember, so that each is asked once, however many queues it has. */
#define VM_NAMES_KNOWN 64

/**
 * struct vm_owner - a process, as far as the caller knows it
 * @pid: in our pid namespace; 0: it is not known, or not visible here
 * @mm: kernel address of its struct mm_struct; 0: not known
 * @start: when it started, in nanoseconds of CLOCK_BOOTTIME; 0: not known
 *
 * A process of the same pid with another @mm or @start is another one.
 */
struct vm_owner {
	uint32_t pid;
	uint64_t mm, start;
};

/**
 * struct vm_names - a source of names
 * @prog: the iterator; NULL: there is none, and all names are empty
 * @known: the owners that were asked last, and the names of their VMs
 * @next: which of them is replaced next
 */
struct vm_names {
	const struct bpf_program *prog;
	struct vm_known {
		struct vm_owner owner;
		char name[VM_NAME_LEN];
	} known[VM_NAMES_KNOWN];
	unsigned int next;
};

/**
 * vm_names_find() - the name of the VM that an owner runs
 * @v: the source; all 0 but @prog at first. The program has to stay loaded
 * @owner: the owner
 * @name: filled in; empty if it is not known: the owner tells none, is gone, or cannot be asked
 */
void vm_names_find(struct vm_names *v, const struct vm_owner *owner, char name[VM_NAME_LEN]);

#endif
