/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NUMA_H
#define NUMA_H

#include <stddef.h>
#include <stdint.h>

/* CPUs beyond these are in no node. */
#define NUMA_CPUS_MAX 1024

/**
 * struct numa_node - a NUMA node
 * @number: its number
 * @cpus: its CPUs, as base/cpu-list.h has them
 */
struct numa_node {
	int number;
	uint64_t cpus[NUMA_CPUS_MAX / 64];
};

/**
 * struct numa - the CPUs and the NUMA nodes of the machine
 * @possible: the CPUs that there can be; all bits set: not known
 * @nodes: those that are online; owned
 * @count: how many; 0: not known
 */
struct numa {
	uint64_t possible[NUMA_CPUS_MAX / 64];
	struct numa_node *nodes;
	size_t count;
};

/**
 * numa_read() - read the CPUs and the nodes
 * @n: the result, for numa_free(), even after a failure
 * @dir: /sys/devices/system
 *
 * Return: 0 or -errno: -ENOENT if the kernel knows of no NUMA, or sysfs is not mounted.
 */
int numa_read(struct numa *n, const char *dir);

/* Return: the node of a CPU; -1: not known. */
int numa_node_of(const struct numa *n, unsigned int cpu);

void numa_free(struct numa *n);

#endif
