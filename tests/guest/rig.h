/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RIG_H
#define RIG_H

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_ring.h>

#include "net/tap.h"
#include "vhost/guestmem.h"
#include "vhost/vhost.h"
#include "virtio/barrier.h"

/**
 * DOC: a vhost-net device for test programs, as bare as the kernel has it
 *
 * Memory, two rings, eventfds, a tap. Nothing is driven: what is in the rings the test puts there, right or wrong. What
 * must succeed for a test to make sense at all ends the program if it does not.
 */

#define RIG_GPA UINT64_C(0x100000000)
#define RIG_SIZE (4 << 20)
#define RIG_NUM 256
#define RIG_HEADER 12
#define RIG_FRAME 1000

#define RIG_QUEUES 2

struct rig {
	int vhost;
	struct guestmem mem;
	struct vring ring[RIG_QUEUES];
	int kick[RIG_QUEUES], call[RIG_QUEUES], err[RIG_QUEUES];
};

static inline int must(int r, const char *what)
{
	if (r < 0) {
		printf("Bail out! %s: %s\n", what, strerror(-r));
		exit(2);
	}
	return r;
}

static inline int rig_eventfd(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	return must(fd < 0 ? -errno : fd, "eventfd");
}

static inline void rig_set_table(const struct rig *r)
{
	struct vhost_memory *table = guestmem_table(&r->mem);

	must(table ? vhost_set_mem_table(r->vhost, table) : -ENOMEM, "VHOST_SET_MEM_TABLE");
	free(table);
}

/* The addresses of a ring; those of an IOTLB are @shift beyond the guest-physical ones, if @shift is not 0. */
static inline int rig_set_addr(const struct rig *r, unsigned int queue, uint64_t shift, unsigned int flags)
{
	const struct vring *v = &r->ring[queue];
	const uint64_t less = shift ? (uintptr_t)r->mem.base - r->mem.gpa - shift : 0;
	const struct vhost_vring_addr addr = {
		.index = queue,
		.flags = flags,
		.desc_user_addr = (uintptr_t)v->desc - less,
		.avail_user_addr = (uintptr_t)v->avail - less,
		.used_user_addr = (uintptr_t)v->used - less,
		.log_guest_addr = guestmem_gpa(&r->mem, v->used),
	};

	return vhost_set_vring_addr(r->vhost, &addr);
}

static inline void rig_open_queue(struct rig *r, unsigned int queue)
{
	void *ring = guestmem_alloc(&r->mem, vring_size(RIG_NUM, 4096), 4096);

	/* As every driver does. It makes the pages resident, too. */
	memset(ring, 0, vring_size(RIG_NUM, 4096));
	vring_init(&r->ring[queue], RIG_NUM, ring, 4096);
	r->kick[queue] = rig_eventfd();
	r->call[queue] = rig_eventfd();
	r->err[queue] = rig_eventfd();
	must(vhost_set_vring_num(r->vhost, queue, RIG_NUM), "VHOST_SET_VRING_NUM");
	must(vhost_set_vring_base(r->vhost, queue, 0), "VHOST_SET_VRING_BASE");
	must(rig_set_addr(r, queue, 0, 0), "VHOST_SET_VRING_ADDR");
	must(vhost_set_vring_kick(r->vhost, queue, r->kick[queue]), "VHOST_SET_VRING_KICK");
	must(vhost_set_vring_call(r->vhost, queue, r->call[queue]), "VHOST_SET_VRING_CALL");
	must(vhost_set_vring_err(r->vhost, queue, r->err[queue]), "VHOST_SET_VRING_ERR");
}

/* All but the backends. */
static inline void rig_open(struct rig *r, uint64_t features)
{
	const struct guestmem_conf conf = { .size = RIG_SIZE, .gpa = RIG_GPA, .regions = 3 };

	r->vhost = must(vhost_open(), VHOST_NET_DEVICE);
	must(vhost_set_owner(r->vhost), "VHOST_SET_OWNER");
	must(vhost_set_features(r->vhost, features), "VHOST_SET_FEATURES");
	must(guestmem_open(&r->mem, &conf), "memory");
	rig_set_table(r);
	for (unsigned int queue = 0; queue < RIG_QUEUES; queue++)
		rig_open_queue(r, queue);
}

static inline void rig_close(struct rig *r)
{
	close(r->vhost);
	for (unsigned int queue = 0; queue < RIG_QUEUES; queue++) {
		close(r->kick[queue]);
		close(r->call[queue]);
		close(r->err[queue]);
	}
	guestmem_close(&r->mem);
}

static inline void rig_start(const struct rig *r, unsigned int queue, int tap)
{
	must(vhost_net_set_backend(r->vhost, queue, tap), "VHOST_NET_SET_BACKEND");
}

/* Write a descriptor. */
static inline void rig_desc(const struct rig *r, unsigned int queue, unsigned int id, uint64_t addr, uint32_t len,
			    uint16_t flags)
{
	r->ring[queue].desc[id] = (struct vring_desc){
		.addr = htole64(addr), .len = htole32(len), .flags = htole16(flags),
	};
}

static inline void rig_kick(const struct rig *r, unsigned int queue)
{
	const uint64_t one = 1;

	if (write(r->kick[queue], &one, sizeof(one)) < 0)
		must(-errno, "kick");
}

/* Make a chain available, without a kick. */
static inline void rig_publish(const struct rig *r, unsigned int queue, uint16_t head)
{
	struct vring_avail *avail = r->ring[queue].avail;
	const uint16_t idx = le16toh(avail->idx);

	avail->ring[idx % RIG_NUM] = htole16(head);
	/* The entry before the index, for the device's worker (vhost_get_vq_desc()). */
	ring_store_release(&avail->idx, htole16((uint16_t)(idx + 1)));
}

/* Make a chain available and kick. */
static inline void rig_add(const struct rig *r, unsigned int queue, uint16_t head)
{
	rig_publish(r, queue, head);
	rig_kick(r, queue);
}

static inline uint16_t rig_used(const struct rig *r, unsigned int queue)
{
	return le16toh(ring_load_acquire(&r->ring[queue].used->idx));
}

#define RIG_WAIT_US 100
#define RIG_WAITS (60000000 / RIG_WAIT_US)

/*
 * Wait until the used index is at least the given one. Calls are what these tests are about, so that a driver that
 * waits for none looks into the ring now and then.
 */
static inline void rig_wait_used(const struct rig *r, unsigned int queue, uint16_t used)
{
	for (int i = 0; (int16_t)(rig_used(r, queue) - used) < 0; i++) {
		must(i < RIG_WAITS ? 0 : -ETIMEDOUT, "wait for used buffers");
		usleep(RIG_WAIT_US);
	}
}

/* Is an eventfd signalled before ten seconds are over? Its count is taken. */
static inline bool signalled(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t count;

	return poll(&p, 1, 10000) == 1 && read(fd, &count, sizeof(count)) == sizeof(count);
}

/* A tap that is up. No frames of its own cross it when IPv6 is off, as the script sees to. */
static inline int rig_tap_with(int *ifindex, int flags)
{
	struct ifreq ifr = { 0 };
	int tap = must(tap_open("rig%d", IFF_VNET_HDR | flags, ifr.ifr_name), "tap");
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	must(tap_set_vnet_hdr_size(tap, RIG_HEADER), "TUNSETVNETHDRSZ");
	if (ioctl(s, SIOCGIFINDEX, &ifr))
		must(-errno, "SIOCGIFINDEX");
	*ifindex = ifr.ifr_ifindex;
	ifr.ifr_flags = IFF_UP;
	if (ioctl(s, SIOCSIFFLAGS, &ifr))
		must(-errno, "SIOCSIFFLAGS");
	close(s);
	return tap;
}

static inline int rig_tap(int *ifindex)
{
	return rig_tap_with(ifindex, 0);
}

/* A frame of RIG_FRAME bytes to the receiver. @s: a packet socket */
static inline void rig_receive_by(int s, int ifindex)
{
	const struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = ifindex };
	char frame[RIG_FRAME] = { 2, [12] = 0x88, 0xb5 };

	if (sendto(s, frame, sizeof(frame), 0, (const struct sockaddr *)&to, sizeof(to)) != sizeof(frame))
		must(-errno, "send a frame to the tap");
}

static inline int rig_packet_socket(void)
{
	int s = socket(AF_PACKET, SOCK_RAW, 0);

	return must(s < 0 ? -errno : s, "packet socket");
}

static inline void rig_receive(int ifindex)
{
	int s = rig_packet_socket();

	rig_receive_by(s, ifindex);
	close(s);
}

#endif
