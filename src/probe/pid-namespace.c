// SPDX-License-Identifier: GPL-2.0-or-later
#include "pid-namespace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error-text.h"

/* PROC_PID_INIT_INO of include/linux/proc_ns.h. */
#define INITIAL_PIDNS 0xeffffffc

int pid_numbers(const char *status)
{
	FILE *f = fopen(status, "re");
	char line[512];
	/* Without the line the kernel has no pid namespaces. */
	int numbers = 1;

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "NSpid:", 6))
			continue;
		numbers = 0;
		for (const char *p = strtok(line + 6, " \t\n"); p; p = strtok(NULL, " \t\n"))
			numbers++;
		break;
	}
	fclose(f);
	return numbers;
}

int pid_namespace(uint32_t *pidns, char *why, size_t len)
{
	int numbers = pid_numbers("/proc/self/status");
	struct stat st;

	if (numbers >= 0 && stat("/proc/self/ns/pid", &st))
		numbers = -errno;
	if (numbers < 0) {
		snprintf(why, len, "reading /proc/self: %s; mount /proc", error_text(numbers));
		return numbers;
	}
	if (numbers != 1) {
		snprintf(why, len, "/proc numbers processes as another PID namespace does; mount one for this "
			 "namespace, or use unshare --mount-proc");
		return -EXDEV;
	}
	*pidns = st.st_ino == INITIAL_PIDNS ? 0 : (uint32_t)st.st_ino;
	return 0;
}
