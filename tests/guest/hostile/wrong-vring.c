// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A VMM that restores a TX ring wrongly: a library for LD_PRELOAD. While there is the file $WRONG_VRING, and it says
 *
 *   base   SET_VRING_BASE sets 5 less than was asked for, as if older state came back
 *   kick   SET_VRING_KICK gives an eventfd that nobody writes
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include <linux/vhost.h>

#define BEHIND 5
/* The number of the TX ring in its vhost-net device. */
#define TX 1

static bool is_wrong(const char *what, unsigned int queue)
{
	const char *file = getenv("WRONG_VRING");
	FILE *f = file && queue == TX ? fopen(file, "r") : NULL;
	char word[16] = "";

	if (!f)
		return false;
	if (fscanf(f, "%15s", word) != 1)
		word[0] = '\0';
	fclose(f);
	return !strcmp(word, what);
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int fd, unsigned long request, void *arg) = dlsym(RTLD_NEXT, "ioctl");
	struct vhost_vring_state base;
	struct vhost_vring_file kick;
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (request == VHOST_SET_VRING_BASE) {
		base = *(const struct vhost_vring_state *)arg;
		if (is_wrong("base", base.index))
			base.num = (base.num - BEHIND) & 0xffff;
		return real(fd, request, &base);
	}
	if (request == VHOST_SET_VRING_KICK) {
		kick = *(const struct vhost_vring_file *)arg;
		if (is_wrong("kick", kick.index))
			kick.fd = eventfd(0, EFD_CLOEXEC);
		return real(fd, request, &kick);
	}
	return real(fd, request, arg);
}
