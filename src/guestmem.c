// SPDX-License-Identifier: GPL-2.0-or-later
#include "guestmem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* What the kernel thinks that can be had without swapping; no limit where it does not say. */
static uint64_t available(void)
{
	uint64_t kib = UINT64_MAX / 1024;
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];

	if (!f)
		return UINT64_MAX;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1)
			break;
	fclose(f);
	return kib * 1024;
}

int guestmem_open(struct guestmem *mem, size_t size, uint64_t gpa)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int err;

	*mem = (struct guestmem){ .gpa = gpa, .size = (size + page - 1) & ~(page - 1) };
	/* Nothing below refuses what is too much: the kernel would rather kill processes, and not only this one. */
	if (mem->size > available())
		return -ENOMEM;
	mem->fd = memfd_create("vhostctl-guestmem", MFD_CLOEXEC);
	if (mem->fd < 0)
		return -errno;
	/* Takes the pages now: a memfd that outgrows the memory would show as SIGBUS at the first touch. */
	err = posix_fallocate(mem->fd, 0, (off_t)mem->size);
	if (err)
		goto close_fd;
	mem->base = mmap(NULL, mem->size, PROT_READ | PROT_WRITE, MAP_SHARED, mem->fd, 0);
	if (mem->base == MAP_FAILED) {
		err = errno;
		goto close_fd;
	}
	return 0;

close_fd:
	close(mem->fd);
	mem->base = NULL;
	return -err;
}

void guestmem_close(struct guestmem *mem)
{
	if (!mem->base)
		return;
	munmap(mem->base, mem->size);
	close(mem->fd);
	mem->base = NULL;
}

void *guestmem_alloc(struct guestmem *mem, size_t size, size_t align)
{
	size_t start = (mem->used + align - 1) & ~(align - 1);

	if (start > mem->size || size > mem->size - start)
		return NULL;
	mem->used = start + size;
	return (char *)mem->base + start;
}

uint64_t guestmem_gpa(const struct guestmem *mem, const void *p)
{
	return mem->gpa + (uint64_t)((const char *)p - (const char *)mem->base);
}

struct vhost_memory *guestmem_table(const struct guestmem *mem)
{
	struct vhost_memory *table = calloc(1, sizeof(*table) + sizeof(table->regions[0]));

	if (!table)
		return NULL;
	table->nregions = 1;
	table->regions[0] = (struct vhost_memory_region){
		.guest_phys_addr = mem->gpa,
		.memory_size = mem->size,
		.userspace_addr = (uintptr_t)mem->base,
	};
	return table;
}
