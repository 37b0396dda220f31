// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tries to type a line into its terminal, which is standard input, so that the shell there executes it:
 *
 *   type-into LINE
 *
 * TIOCSTI types it. TIOCLINUX with TIOCL_SETSEL and TIOCL_PASTESEL does that on a virtual console, by selecting text of
 * the screen. Each is tried with every kind of system call that a program can make. Two requests of programs with good
 * intentions follow. Prints "REQUEST KIND RESULT" for each on standard error, RESULT the name of an error or 0. The
 * typed line is LINE with the KIND appended.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#define SELECTION 2	/* TIOCL_SETSEL, followed by a struct tiocl_selection */

/**
 * struct kind - a kind of system call
 * @name: for the output
 * @ioctl: ioctl() on standard input by such a call
 */
struct kind {
	const char *name;
	long (*ioctl)(unsigned long request, void *arg);
};

static long native(unsigned long request, void *arg)
{
	return syscall(SYS_ioctl, 0, request, arg);
}

#ifdef __x86_64__
#define X32_BIT 0x40000000
#define X32_IOCTL 514
#define I386_IOCTL 54

/* The kernel takes no notice of the upper half of the request; a filter compares all of it. */
static long upper(unsigned long request, void *arg)
{
	return syscall(SYS_ioctl, 0, request | 0xffffffff00000000ul, arg);
}

static long i386(unsigned long request, void *arg)
{
	long r;

	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(I386_IOCTL), "b"(0), "c"(request), "d"(arg)
			 : "memory", "r8", "r9", "r10", "r11");
	if (r >= 0)
		return r;
	errno = (int)-r;
	return -1;
}

static long x32(unsigned long request, void *arg)
{
	return syscall(X32_BIT | X32_IOCTL, 0, request, arg);
}

/* Kernels before 5.4 know ioctl() by this number, too. */
static long x32_as_64(unsigned long request, void *arg)
{
	return syscall(X32_BIT | SYS_ioctl, 0, request, arg);
}
#endif

static const struct kind kinds[] = {
	{ "native", native },
#ifdef __x86_64__
	{ "upper", upper },
	{ "i386", i386 },
	{ "x32", x32 },
	{ "x32-as-64", x32_as_64 },
#endif
};

static void tell(const char *request, const char *kind, long r)
{
	fprintf(stderr, "%s %s %s\n", request, kind, r < 0 ? strerrorname_np(errno) : "0");
}

/* @at: memory that 32-bit calls reach */
static void type(const struct kind *k, const char *line, char *at)
{
	char text[256];
	long r = 0;

	snprintf(text, sizeof(text), "%s%s\n", line, k->name);
	for (const char *p = text; !r && *p; p++) {
		*at = *p;
		r = k->ioctl(TIOCSTI, at);
	}
	tell("TIOCSTI", k->name, r);
}

static void copy_and_paste(const struct kind *k, char *at)
{
	memset(at, 0, 64);
	*at = SELECTION;
	tell("TIOCLINUX", k->name, k->ioctl(TIOCLINUX, at));
}

static void mean_well(const struct kind *k, void *at)
{
	tell("TCGETS", k->name, k->ioctl(TCGETS, at));
	tell("TIOCGWINSZ", k->name, k->ioctl(TIOCGWINSZ, at));
}

int main(int argc, char **argv)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	void *at;

	if (argc != 2)
		return 2;
#ifdef __x86_64__
	flags |= MAP_32BIT;
#endif
	at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (at == MAP_FAILED) {
		perror("mmap");
		return 2;
	}
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		type(&kinds[i], argv[1], at);
		copy_and_paste(&kinds[i], at);
	}
	mean_well(&kinds[0], at);
	return 0;
}
