// SPDX-License-Identifier: GPL-2.0-or-later
/* Guest memory: wrong configurations, allocation, translation of addresses, the memory table. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "tap-out.h"
#include "vhost/guestmem.h"

#define GPA UINT64_C(0x100000000)
#define PAGE UINT64_C(4096)

/* For our posix_fallocate(), which replaces libc's: how many more calls a signal interrupts. */
static int interruptions;

int posix_fallocate(int fd, off_t offset, off_t len)
{
	if (interruptions > 0 && interruptions--)
		return EINTR;
	return fallocate(fd, 0, offset, len) ? errno : 0;
}

static void must_open(struct guestmem *m, size_t size, uint64_t gpa, unsigned int regions)
{
	const struct guestmem_conf c = { .size = size, .gpa = gpa, .regions = regions };

	if (guestmem_open(m, &c))
		exit(2);
}

static void refused(void)
{
	static const struct {
		struct guestmem_conf conf;
		int err;
		const char *what;
	} cases[] = {
		{ { 0, GPA, 1 }, -EINVAL, "no bytes" },
		{ { PAGE, GPA, 0 }, -EINVAL, "no regions" },
		{ { 4 * PAGE, GPA, 5 }, -EINVAL, "more regions than pages" },
		{ { PAGE + 1, GPA, 3 }, -EINVAL, "more regions than pages after rounding" },
		{ { PAGE, GPA + 1, 1 }, -EINVAL, "an address within a page" },
		{ { PAGE, UINT64_MAX, 1 }, -EINVAL, "the last address" },
		{ { PAGE, UINT64_MAX - PAGE + 1, 1 }, -ERANGE, "the last page" },
		{ { PAGE + 1, UINT64_MAX - 2 * PAGE + 1, 1 }, -ERANGE, "beyond the last page after rounding" },
		{ { (size_t)1 << 62, UINT64_C(3) << 62, 1 }, -ERANGE, "the last quarter of all addresses" },
		{ { (size_t)1 << 52, GPA, 1 }, -ENOMEM, "more than there is" },
		{ { SIZE_MAX, 0, 1 }, -ENOMEM, "so much that rounding would wrap" },
		{ { SIZE_MAX - PAGE + 1, 0, 1 }, -ENOMEM, "as many whole pages as there can be" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct guestmem m;
		int r = guestmem_open(&m, &cases[i].conf);

		if (!ok(r == cases[i].err && !m.base, "refused: %s", cases[i].what))
			diag("%d", r);
		guestmem_close(&m);
	}
}

static void at_the_end(void)
{
	const uint64_t gpa = UINT64_MAX - 2 * PAGE + 1;
	struct guestmem m;

	must_open(&m, PAGE, gpa, 1);
	ok(guestmem_gpa(&m, (char *)m.base + PAGE - 1) == gpa + PAGE - 1, "the last page but one can be had");
	ok(guestmem_translate(&m, gpa + PAGE - 1, 1) == (char *)m.base + PAGE - 1, "its last byte is found");
	ok(!guestmem_translate(&m, gpa + PAGE, 1), "the byte behind it is not");
	ok(!guestmem_translate(&m, gpa + 1, UINT64_MAX), "nor is a range that wraps round to its start");
	guestmem_close(&m);
}

static void pieces(void)
{
	struct guestmem m;
	char *a, *b;

	must_open(&m, 5000, GPA, 1);
	ok(m.size == 8192, "memory comes in pages");
	a = guestmem_alloc(&m, 10, 1);
	b = guestmem_alloc(&m, 100, 4096);
	ok(a && b && b - a == 4096, "a piece is aligned");
	ok(guestmem_gpa(&m, b + 5) == GPA + 4096 + 5, "a guest-physical address is the offset from the base");
	ok(!guestmem_alloc(&m, 8192, 1), "what is left is too little");
	ok(!guestmem_alloc(&m, SIZE_MAX, 4096), "for more than an address can say, too");
	ok(guestmem_alloc(&m, 4096 - 100, 1) == b + 100, "all of what is left can be had");
	ok(!guestmem_alloc(&m, 1, 1), "and then nothing");
	guestmem_close(&m);
	ok(!m.base, "closed");
	guestmem_close(&m);
}

static void translate(void)
{
	static const struct {
		uint64_t gpa, len;
		long at;	/* -1: not in the memory */
		const char *what;
	} cases[] = {
		{ GPA, 1, 0, "the first byte" },
		{ GPA, 2 * PAGE, 0, "all of it" },
		{ GPA + 100, 50, 100, "some of it" },
		{ GPA + 2 * PAGE - 1, 1, 2 * PAGE - 1, "the last byte" },
		{ GPA + PAGE - 1, 2, PAGE - 1, "across two regions" },
		{ GPA - 1, 1, -1, "the byte before" },
		{ GPA - 1, 2, -1, "from the byte before on" },
		{ GPA + 2 * PAGE, 1, -1, "the byte behind" },
		{ GPA + 2 * PAGE - 1, 2, -1, "to the byte behind" },
		{ GPA, 2 * PAGE + 1, -1, "one byte more than there is" },
		{ 0, 1, -1, "address 0" },
		{ 0, UINT64_MAX, -1, "all addresses but one" },
		{ UINT64_MAX, 1, -1, "the last address" },
		{ UINT64_MAX, UINT64_MAX, -1, "a sum that wraps" },
		{ GPA + 1, UINT64_MAX, -1, "a sum that wraps to the base" },
		{ GPA + 1, -GPA, -1, "a sum that wraps to 1" },
	};
	struct guestmem m;

	must_open(&m, 2 * PAGE, GPA, 2);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *wanted = cases[i].at < 0 ? NULL : (char *)m.base + cases[i].at;

		ok(guestmem_translate(&m, cases[i].gpa, cases[i].len) == wanted, "translate %s", cases[i].what);
	}
	guestmem_close(&m);
}

/* The regions cover the memory from the first byte to the last, each page once, in both kinds of address. */
static bool covers(const struct vhost_memory *t, const struct guestmem *m)
{
	uint64_t at = 0;

	for (unsigned int i = 0; i < t->nregions; i++) {
		const struct vhost_memory_region *r = &t->regions[i];

		if (r->guest_phys_addr != m->gpa + at || r->userspace_addr != (uintptr_t)m->base + at ||
		    !r->memory_size || r->memory_size % PAGE || r->flags_padding)
			return false;
		at += r->memory_size;
	}
	return at == m->size && !t->padding;
}

static void table(void)
{
	static const struct {
		unsigned int pages, regions, each, last;
	} cases[] = {
		{ 7, 1, 7, 7 }, { 7, 2, 3, 4 }, { 7, 3, 2, 3 }, { 7, 6, 1, 2 }, { 7, 7, 1, 1 }, { 128, 64, 2, 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const unsigned int n = cases[i].regions;
		struct vhost_memory *t;
		struct guestmem m;

		must_open(&m, cases[i].pages * PAGE, GPA, n);
		t = guestmem_table(&m);
		ok(t && t->nregions == n && covers(t, &m), "%u pages in %u regions", cases[i].pages, n);
		ok(t && t->regions[0].memory_size == cases[i].each * PAGE &&
		   t->regions[n - 1].memory_size == cases[i].last * PAGE,
		   "of %u pages each, the last of %u", cases[i].each, cases[i].last);
		free(t);
		guestmem_close(&m);
	}
}

/* Another process that gets the descriptor can map the memory, but not change its size. */
static void shared(void)
{
	struct guestmem m;
	char *other;

	must_open(&m, 2 * PAGE, GPA, 1);
	ok(fcntl(m.fd, F_GETFD) & FD_CLOEXEC, "the memfd is close-on-exec");
	other = mmap(NULL, m.size, PROT_READ | PROT_WRITE, MAP_SHARED, m.fd, 0);
	if (other == MAP_FAILED)
		exit(2);
	strcpy((char *)m.base + PAGE, "seen");
	ok(!strcmp(other + PAGE, "seen"), "mapped again it is the same memory");
	munmap(other, m.size);
	ok(ftruncate(m.fd, PAGE) && errno == EPERM, "nobody can cut it short");
	ok(ftruncate(m.fd, 4 * PAGE) && errno == EPERM, "or make it longer");
	guestmem_close(&m);
}

/* Few machines that build this have huge pages to spare: tests/guest/ioctls does. */
static void hugepages(void)
{
	const struct guestmem_conf within = { .size = PAGE, .gpa = GPA + PAGE, .regions = 1, .hugepages = true };
	const struct guestmem_conf most = { .size = (size_t)1 << 52, .gpa = GPA, .regions = 1, .hugepages = true };
	struct guestmem_hugepages huge;
	struct guestmem m;
	int r = guestmem_hugepages(&huge);

	if (r) {
		ok(r == -ENOSYS && guestmem_open(&m, &within) == -ENOSYS, "no huge pages: ENOSYS");
		return;
	}
	ok(huge.size > PAGE && !(huge.size & (huge.size - 1)) && huge.free <= huge.total, "huge pages are counted");
	ok(guestmem_open(&m, &within) == -EINVAL, "an address within a huge page is refused");
	r = guestmem_open(&m, &most);
	if (!ok(r == -ENOMEM || r == -ENOSPC, "more huge pages than there are"))
		diag("%d", r);
}

static void interrupted(void)
{
	const struct guestmem_conf c = { .size = 4 * PAGE, .gpa = GPA, .regions = 1 };
	struct guestmem m;
	int r;

	interruptions = 2;
	r = guestmem_open(&m, &c);
	ok(!r && m.size == 4 * PAGE && !interruptions, "signals while the pages are taken: they are taken");
	guestmem_close(&m);
}

int main(void)
{
	refused();
	at_the_end();
	pieces();
	translate();
	table();
	shared();
	hugepages();
	interrupted();
	return tap_done();
}
