// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Acts at the worst moment: a library for LD_PRELOAD that runs $BEFORE_TUNSETIFF right before the first TUNSETIFF of a
 * program, which opens a tap by its name, and $AFTER_TUNSETIFF right after it. Both are commands of the shell, and may
 * be missing. One that fails ends the program with status 99.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if_tun.h>

/* Each is run once. */
static void act(const char *variable)
{
	const char *command = getenv(variable);

	if (!command)
		return;
	unsetenv("LD_PRELOAD");
	if (system(command)) {
		fprintf(stderr, "%s failed\n", variable);
		_exit(99);
	}
	unsetenv(variable);
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*next)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	void *arg;
	va_list ap;
	int r;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (request != TUNSETIFF)
		return next(fd, request, arg);
	act("BEFORE_TUNSETIFF");
	r = next(fd, request, arg);
	act("AFTER_TUNSETIFF");
	return r;
}
