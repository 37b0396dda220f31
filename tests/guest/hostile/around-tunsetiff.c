// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Acts at the worst moment: a library for LD_PRELOAD that runs a command of the shell right before or right after a
 * call of the program. Each is run once, and may be missing; one that fails ends the program with status 99.
 *
 * $BEFORE_TUNSETIFF, $AFTER_TUNSETIFF   TUNSETIFF, which opens a tap by its name: the first one, or that of number $NTH
 * $BEFORE_IPV6_OPEN, $AFTER_IPV6_OPEN   the opening of a link's setting disable_ipv6, by the link's name
 * $BEFORE_IPV6_WRITE                    the write to it
 * $BEFORE_BIND                          the first packet socket of a link, by its ifindex
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>

#define SETTING "/disable_ipv6"

/* How many TUNSETIFF there were. */
static unsigned int opened;

static int ipv6_fd = -1;

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

static void *third(va_list ap)
{
	return va_arg(ap, void *);
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*next)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	const char *nth = getenv("NTH");
	void *arg;
	va_list ap;
	int r;

	va_start(ap, request);
	arg = third(ap);
	va_end(ap);
	if (request != TUNSETIFF || ++opened != (nth ? strtoul(nth, NULL, 10) : 1))
		return next(fd, request, arg);
	act("BEFORE_TUNSETIFF");
	r = next(fd, request, arg);
	act("AFTER_TUNSETIFF");
	return r;
}

static bool is_setting(const char *path)
{
	const size_t len = strlen(path), wanted = strlen(SETTING);

	return len > wanted && !strcmp(path + len - wanted, SETTING);
}

int open(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
	void *mode;
	va_list ap;

	va_start(ap, flags);
	mode = third(ap);
	va_end(ap);
	if (!is_setting(path))
		return next(path, flags, mode);
	act("BEFORE_IPV6_OPEN");
	ipv6_fd = next(path, flags, mode);
	act("AFTER_IPV6_OPEN");
	return ipv6_fd;
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

ssize_t write(int fd, const void *buf, size_t size)
{
	ssize_t (*next)(int, const void *, size_t) =
		(ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");

	if (fd >= 0 && fd == ipv6_fd) {
		ipv6_fd = -1;
		act("BEFORE_IPV6_WRITE");
	}
	return next(fd, buf, size);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	int (*next)(int, const struct sockaddr *, socklen_t) =
		(int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "bind");

	if (addr->sa_family == AF_PACKET)
		act("BEFORE_BIND");
	return next(fd, addr, len);
}
