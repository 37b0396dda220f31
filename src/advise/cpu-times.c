// SPDX-License-Identifier: GPL-2.0-or-later
#include "cpu-times.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

void cpu_times_read(struct cpu_times *t)
{
	FILE *f = fopen("/proc/stat", "re");
	char line[512];

	*t = (struct cpu_times){ .ns = now_ns() };
	while (f && fgets(line, sizeof(line), f)) {
		uint64_t idle, iowait;

		if (strncmp(line, "cpu", 3) || line[3] == ' ')	/* the line of all CPUs together */
			continue;
		if (sscanf(line, "cpu%*u %*u %*u %*u %" SCNu64 " %" SCNu64, &idle, &iowait) != 2)
			continue;
		t->idle += idle + iowait;
		t->cpus++;
	}
	if (f)
		fclose(f);
}

double cpu_times_idle(const struct cpu_times *before, const struct cpu_times *now)
{
	const double seconds = (double)(now->ns - before->ns) / 1e9;

	if (!now->cpus || now->cpus != before->cpus || now->idle < before->idle || seconds <= 0)
		return 0;
	return (double)(now->idle - before->idle) / (double)sysconf(_SC_CLK_TCK) / seconds;
}
