/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OWNER_MEMORY_H
#define OWNER_MEMORY_H

struct bpf_program;

/**
 * owner_memory_learn() - find out how to read this kernel's page tables
 * @prog: learn_page_tables of bpf/user-memory.bpf.c, loaded
 *
 * Until then, no program reads the memory of an owner, which is no error.
 *
 * Return: 0 or -errno: -EPERM if kernel.kptr_restrict is 2 or CAP_SYSLOG is missing; others if these page tables are
 * not known, as on other processors than those of x86-64.
 */
int owner_memory_learn(const struct bpf_program *prog);

#endif
