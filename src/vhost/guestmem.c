// SPDX-License-Identifier: GPL-2.0-or-later
#include "guestmem.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Read a number from /proc/meminfo, in the unit used there; -ENOENT if the key is missing. */
static int meminfo(const char *key, uint64_t *value)
{
	const size_t len = strlen(key);
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];
	int r = -ENOENT;

	if (!f)
		return -errno;
	while (r && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, len) && line[len] == ':' && sscanf(line + len + 1, "%" SCNu64, value) == 1)
			r = 0;
	fclose(f);
	return r;
}

/* Bytes that the kernel estimates to be available without swapping; no limit if it does not report them. */
static uint64_t available(void)
{
	uint64_t kib;

	return meminfo("MemAvailable", &kib) ? UINT64_MAX : kib * 1024;
}

int guestmem_hugepages(struct guestmem_hugepages *huge)
{
	uint64_t kib, promised;

	if (meminfo("Hugepagesize", &kib) || meminfo("HugePages_Total", &huge->total) ||
	    meminfo("HugePages_Free", &huge->free) || meminfo("HugePages_Rsvd", &promised))
		return -ENOSYS;
	huge->size = kib * 1024;
	/* A page that is reserved for a mapping counts as free until it is touched. */
	huge->free -= promised < huge->free ? promised : huge->free;
	return 0;
}

static int find_page_size(struct guestmem *mem, bool hugepages)
{
	struct guestmem_hugepages huge;
	int r;

	if (!hugepages) {
		mem->page = (size_t)sysconf(_SC_PAGESIZE);
		return 0;
	}
	r = guestmem_hugepages(&huge);
	if (!r)
		mem->page = huge.size;
	return r;
}

/* Check the configuration and set sizes and addresses, before anything is allocated. */
static int lay_out(struct guestmem *mem, const struct guestmem_conf *conf)
{
	int r = find_page_size(mem, conf->hugepages);

	if (r)
		return r;
	if (!conf->size || !conf->regions || conf->gpa % mem->page)
		return -EINVAL;
	if (conf->size > SIZE_MAX - (mem->page - 1))
		return -ENOMEM;
	mem->size = (conf->size + mem->page - 1) & ~(mem->page - 1);
	if (conf->regions > mem->size / mem->page)
		return -EINVAL;
	if (mem->size > UINT64_MAX - conf->gpa)
		return -ERANGE;
	return 0;
}

/* A memfd of that size, with all its pages. */
static int make_memfd(const struct guestmem *mem, bool hugepages)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
	int err, fd;

	/*
	 * The calls below do not refuse too large a size: the kernel would kill processes instead, and not only this
	 * one. For huge pages, which are set aside, it refuses by itself.
	 */
	if (!hugepages && mem->size > available())
		return -ENOMEM;
	fd = memfd_create("vhostctl-guestmem", MFD_CLOEXEC | MFD_ALLOW_SEALING | (hugepages ? MFD_HUGETLB : 0));
	if (fd < 0)
		return -errno;
	/* Allocate the pages now: a page that cannot be had later would mean SIGBUS at the first touch. */
	do {
		err = posix_fallocate(fd, 0, (off_t)mem->size);
	} while (err == EINTR);
	if (!err && fcntl(fd, F_ADD_SEALS, seals))
		err = errno;
	if (err) {
		close(fd);
		return -err;
	}
	return fd;
}

int guestmem_open(struct guestmem *mem, const struct guestmem_conf *conf)
{
	int r;

	*mem = (struct guestmem){ .gpa = conf->gpa, .regions = conf->regions };
	r = lay_out(mem, conf);
	if (r)
		return r;
	mem->fd = make_memfd(mem, conf->hugepages);
	if (mem->fd < 0)
		return mem->fd;
	mem->base = mmap(NULL, mem->size, PROT_READ | PROT_WRITE, MAP_SHARED, mem->fd, 0);
	if (mem->base == MAP_FAILED) {
		r = -errno;
		close(mem->fd);
		mem->base = NULL;
	}
	return r;
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

void *guestmem_translate(const struct guestmem *mem, uint64_t gpa, uint64_t len)
{
	if (gpa < mem->gpa || len > mem->size || gpa - mem->gpa > mem->size - len)
		return NULL;
	return (char *)mem->base + (gpa - mem->gpa);
}

struct vhost_memory *guestmem_table(const struct guestmem *mem)
{
	const size_t each = mem->size / mem->page / mem->regions * mem->page;
	struct vhost_memory *table = calloc(1, sizeof(*table) + mem->regions * sizeof(table->regions[0]));

	if (!table)
		return NULL;
	table->nregions = mem->regions;
	for (unsigned int i = 0; i < mem->regions; i++) {
		const size_t start = i * each;
		const size_t size = i + 1 < mem->regions ? each : mem->size - start;

		table->regions[i] = (struct vhost_memory_region){
			.guest_phys_addr = mem->gpa + start,
			.memory_size = size,
			.userspace_addr = (uintptr_t)mem->base + start,
		};
	}
	return table;
}
