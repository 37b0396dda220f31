// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "probe/pid-namespace.h"
#include "tap-out.h"

/* The result for a /proc/PID/status of these lines. */
static int numbers(const char *lines)
{
	char path[] = "/tmp/test-pid-namespace-XXXXXX";
	int fd = mkstemp(path), result;

	if (fd < 0 || dprintf(fd, "%s", lines) < 0)
		abort();
	close(fd);
	result = pid_numbers(path);
	unlink(path);
	return result;
}

int main(void)
{
	ok(numbers("Name:\tNSpid:\nNSpid:\t7\nNSpgid:\t7\n") == 1, "the namespace of /proc");
	ok(numbers("Pid:\t4711\nNSpid:\t4711\t1\nNSpgid:\t4711\t1\n") == 2, "one below it");
	ok(numbers("NSpid:\t4711\t12\t1\n") == 3, "two below it");
	ok(numbers("Name:\tx\nPid:\t7\n") == 1, "a kernel without pid namespaces");
	ok(pid_numbers("/nowhere/status") == -ENOENT, "no /proc");
	return tap_done();
}
