// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Owns a device with an IOTLB that maps the rings of tx0 to odd addresses, as the kernel permits: the halves of
 * avail->idx are in two pages, which are far from each other in the machine's memory. avail->idx is 0x1200, and the
 * device has taken all of it.
 *
 * Prints its process id and the device's descriptor, and goes on until it is killed.
 */
#include <sys/mman.h>

#include "../rig.h"
#include "vhost/iotlb.h"

#define PAGE 4096
#define PAGES 16
#define IOVA (UINT64_C(1) << 40)
#define IDX 0x1200

/* From the first page on: the descriptors; the avail ring, whose idx is at the end of a page but one; the used ring. */
#define AVAIL (2 * PAGE - 4)
#define USED (4 * PAGE)

/* Pages with other memory between them. */
static char *scattered(void)
{
	char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(p == MAP_FAILED ? -errno : 0, "mmap");
	for (int i = PAGES - 1; i >= 0; i--) {
		char *other = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		must(other == MAP_FAILED ? -errno : 0, "mmap");
		memset(other, 0xee, PAGE);
		memset(p + i * PAGE, 0, PAGE);
	}
	return p;
}

/*
 * Wait for the avail_event that the device writes before it sleeps: it has translated all its rings by then. Nothing
 * else tells, so that the memory is looked at now and then.
 */
static void wait_asleep(const char *memory)
{
	const char *at = memory + USED + offsetof(struct vring_used, ring) + RIG_NUM * sizeof(struct vring_used_elem);
	uint16_t event;

	for (int i = 0; memcpy(&event, at, sizeof(event)), le16toh(event) != IDX; i++) {
		must(i < RIG_WAITS ? 0 : -ETIMEDOUT, "wait for avail_event");
		usleep(RIG_WAIT_US);
	}
}

/* Return: the memory of its ring. */
static const char *set_queue(const struct rig *r, unsigned int queue, int tap)
{
	const uint64_t iova = IOVA + queue * PAGES * PAGE;
	const struct vhost_vring_addr addr = {
		.index = queue, .desc_user_addr = iova, .avail_user_addr = iova + AVAIL, .used_user_addr = iova + USED,
	};
	const uint16_t idx = htole16(IDX);
	char *memory = scattered() + 1;

	memcpy(memory + AVAIL + offsetof(struct vring_avail, idx), &idx, sizeof(idx));
	must(vhost_set_vring_base(r->vhost, queue, IDX), "VHOST_SET_VRING_BASE");
	must(vhost_set_vring_addr(r->vhost, &addr), "VHOST_SET_VRING_ADDR");
	must(iotlb_update(r->vhost, false, iova, PAGES * PAGE - 1, (uintptr_t)memory, VHOST_ACCESS_RW), "IOTLB");
	rig_start(r, queue, tap);
	return memory;
}

int main(void)
{
	const char *memory;
	struct rig r;
	int ifindex, tap = rig_tap(&ifindex);

	rig_open(&r, UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX | UINT64_C(1) << VIRTIO_F_VERSION_1 |
		     UINT64_C(1) << VIRTIO_F_ACCESS_PLATFORM);
	/* A queue for sending, since it is the one that the device looks at now. */
	memory = set_queue(&r, 1, tap);
	rig_kick(&r, 1);
	wait_asleep(memory);
	printf("%d %d\n", getpid(), r.vhost);
	fflush(stdout);
	for (;;)
		pause();
}
