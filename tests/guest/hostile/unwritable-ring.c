// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Owns a device whose err eventfd is its call eventfd, too, and whose used ring cannot be written once it has started:
 *
 *   unwritable-ring all     neither its entries nor used->idx
 *   unwritable-ring idx     only used->idx
 *
 * used_event is far away, so that only the first decision is to call. Each buffer that is sent is an error within a
 * decision. Prints how many were sent.
 */
#include <sys/mman.h>

#include "../rig.h"

#define TX 1
#define PAGE 4096
#define SENT 20

/* A used ring whose flags and idx are at the end of a page, and its entries on the next. */
static struct vring_used *split_ring(void)
{
	char *p = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(p == MAP_FAILED ? -errno : 0, "mmap");
	return (void *)(p + PAGE - offsetof(struct vring_used, ring));
}

static void make_unwritable(const struct rig *r)
{
	const uintptr_t used = (uintptr_t)r->ring[TX].used;

	must(mprotect((void *)(used & ~(uintptr_t)(PAGE - 1)), PAGE, PROT_READ) ? -errno : 0, "mprotect");
}

int main(int argc, char **argv)
{
	int ifindex, tap = rig_tap(&ifindex);
	uint64_t buffer;
	struct rig r;

	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1 | UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX);
	must(vhost_set_vring_err(r.vhost, TX, r.call[TX]), "VHOST_SET_VRING_ERR");
	if (argc > 1 && !strcmp(argv[1], "idx")) {
		r.ring[TX].used = split_ring();
		must(rig_set_addr(&r, TX, 0, 0), "VHOST_SET_VRING_ADDR");
	}
	buffer = guestmem_gpa(&r.mem, guestmem_alloc(&r.mem, RIG_FRAME, 64));
	vring_used_event(&r.ring[TX]) = htole16(0x7000);
	rig_start(&r, TX, tap);
	make_unwritable(&r);
	for (unsigned int i = 0; i < SENT; i++) {
		rig_desc(&r, TX, i, buffer, RIG_FRAME, 0);
		rig_add(&r, TX, (uint16_t)i);
		must(signalled(r.call[TX]) ? 0 : -ETIMEDOUT, "wait for the error");
	}
	printf("%d\n", SENT);
	close(tap);
	rig_close(&r);
	return 0;
}
