/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CPU_TIMES_H
#define CPU_TIMES_H

#include <stdint.h>

/**
 * struct cpu_times - the times of all CPUs so far
 * @idle: time with nothing to do, or waiting for a disk, clock ticks of sysconf(3)
 * @ns: when it was read, nanoseconds of CLOCK_BOOTTIME
 * @cpus: number of CPUs that are on; 0: not known
 */
struct cpu_times {
	uint64_t idle;
	uint64_t ns;
	uint32_t cpus;
};

/* Read them from /proc/stat. */
void cpu_times_read(struct cpu_times *t);

/* Return: how many CPUs had nothing to do between two readings, on average; 0 if that is not known. */
double cpu_times_idle(const struct cpu_times *before, const struct cpu_times *now);

#endif
