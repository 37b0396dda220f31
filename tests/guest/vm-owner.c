// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Owns a device, and may be called like a VMM, with any arguments:
 *
 *   vm-owner [ANYTHING...]
 *
 * VM_OWNER in the environment says what it does to its arguments:
 *
 *   lost        they are in memory of a userfaultfd that nobody reads
 *   forbidden   they are in memory that is forbidden after they were written there
 *   zapped      they are overwritten by bytes that are not 0
 *
 * Prints its process id and the device's descriptor. Each line of its input is a step: "send" sends a frame and waits
 * until it is sent; "forget" makes one available without a kick. A line answers each. It ends with its input.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/userfaultfd.h>

#include "rig.h"

#define PAGE 4096
#define TX 1

static void set_args(const char *start, size_t len)
{
	/* The beginning first: the kernel wants it before the end, and the stack is above all mappings. */
	must(prctl(PR_SET_MM, PR_SET_MM_ARG_START, start, 0, 0) ? -errno : 0, "PR_SET_MM_ARG_START");
	must(prctl(PR_SET_MM, PR_SET_MM_ARG_END, start + len, 0, 0) ? -errno : 0, "PR_SET_MM_ARG_END");
}

static void *map_page(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(page == MAP_FAILED ? -errno : 0, "mmap");
	return page;
}

static void lose(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = must((int)syscall(SYS_userfaultfd, 0), "userfaultfd");
	char *page = map_page();
	struct uffdio_register r = { .range = { (uintptr_t)page, PAGE }, .mode = UFFDIO_REGISTER_MODE_MISSING };

	must(ioctl(fd, UFFDIO_API, &api) ? -errno : 0, "UFFDIO_API");
	must(ioctl(fd, UFFDIO_REGISTER, &r) ? -errno : 0, "UFFDIO_REGISTER");
	set_args(page, PAGE);
}

static void forbid(char **argv, size_t len)
{
	char *page = map_page();

	must(len <= PAGE ? 0 : -E2BIG, "arguments");
	memcpy(page, argv[0], len);
	set_args(page, len);
	must(mprotect(page, PAGE, PROT_NONE) ? -errno : 0, "mprotect");
}

static void change_args(int argc, char **argv)
{
	const size_t len = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) + 1 - argv[0]);
	const char *how = getenv("VM_OWNER");

	if (!how)
		return;
	if (!strcmp(how, "lost"))
		lose();
	else if (!strcmp(how, "forbidden"))
		forbid(argv, len);
	else
		memset(argv[0], 'x', len);
}

static void step(const struct rig *r, const char *line)
{
	const uint16_t before = rig_used(r, TX);

	if (!strcmp(line, "send\n")) {
		rig_add(r, TX, 0);
		rig_wait_used(r, TX, (uint16_t)(before + 1));
	} else {
		rig_publish(r, TX, 0);
	}
	puts("done");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char line[16];
	struct rig r;
	int ifindex, tap = rig_tap(&ifindex);

	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	rig_desc(&r, TX, 0, guestmem_gpa(&r.mem, guestmem_alloc(&r.mem, RIG_FRAME, 64)), RIG_FRAME, 0);
	rig_start(&r, TX, tap);
	change_args(argc, argv);
	printf("%d %d\n", getpid(), r.vhost);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		step(&r, line);
	return 0;
}
