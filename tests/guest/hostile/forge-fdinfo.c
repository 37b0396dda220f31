// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner of a vhost-net device, whose /proc/PID/fdinfo lies:
 *
 *   forge-fdinfo [keep]
 *
 * An io_uring prints the names of the files that are registered with it, line breaks included. One is a memfd whose
 * name pretends to be the kick eventfd of tx0, another a file that pretends to be a tap called "victim". The io_uring
 * has a lower descriptor than the eventfd, and without "keep" the process has closed the eventfd itself.
 *
 * Prints the io_uring's descriptor and that of the eventfd (-1: closed), and ends with standard input.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/io_uring.h>

#include "../rig.h"

#define TX 1

static int own_id(int fd)
{
	char path[64], line[128];
	int id = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	while (f && id < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "eventfd-id: %d", &id) != 1)
			id = -1;
	if (f)
		fclose(f);
	return must(id < 0 ? -ENOENT : id, "eventfd-id");
}

static int forged_eventfd(int id)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "\neventfd-id: %d", id);
	fd = memfd_create(name, MFD_CLOEXEC);
	return must(fd < 0 ? -errno : fd, "memfd_create");
}

static int forged_tap(void)
{
	static const char name[] = "x\niff:\tvictim";
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	must(fd < 0 ? -errno : fd, "a file");
	unlink(name);
	return fd;
}

/* Make it appear at descriptor @at. */
static void make_uring(int at, const int *files, unsigned int count)
{
	struct io_uring_params params = { 0 };
	long fd = syscall(SYS_io_uring_setup, 1, &params);

	must(fd < 0 ? -errno : 0, "io_uring_setup");
	must(syscall(SYS_io_uring_register, fd, IORING_REGISTER_FILES, files, count) < 0 ? -errno : 0,
	     "io_uring_register");
	must(dup2((int)fd, at) < 0 ? -errno : 0, "dup2");
	close((int)fd);
}

int main(int argc, char **argv)
{
	int low = dup(STDIN_FILENO), files[2];
	const bool keep = argc == 2 && !strcmp(argv[1], "keep");
	struct rig r;
	char c;

	must(low < 0 ? -errno : 0, "dup");
	rig_open(&r, 0);
	files[0] = forged_eventfd(own_id(r.kick[TX]));
	files[1] = forged_tap();
	make_uring(low, files, 2);
	if (!keep)
		close(r.kick[TX]);
	printf("%d %d\n", low, keep ? r.kick[TX] : -1);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	return 0;
}
