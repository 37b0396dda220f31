/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/step.h"
#include "guestmem.h"
#include "vhost.h"
#include "virtio/ring-layout.h"

/**
 * DOC: one vhost-net device: a pair of rings
 *
 * Configures a descriptor of /dev/vhost-net step by step as a VMM does: owner, features, memory table, dirty log, then
 * size, base, addresses and eventfds of each ring, and last the backend, which starts the ring (drivers/vhost/vhost.c
 * and net.c; QEMU's hw/virtio/vhost.c). bench drives such a device, setup holds one.
 */

/* Rings of a vhost-net device: VHOST_NET_VQ_RX and VHOST_NET_VQ_TX. */
#define DEVICE_RINGS 2

/* In place of a descriptor: make an eventfd, or use none. */
#define DEVICE_FD_MAKE (-1)
#define DEVICE_FD_NONE (-2)

/**
 * struct device_ring_conf - one ring
 * @place: its size and addresses
 * @base: index at which it starts
 * @busyloop_timeout: busy polling, in microseconds; 0: unchanged
 * @kick: eventfd that wakes the device, owned by the caller; or DEVICE_FD_MAKE or DEVICE_FD_NONE
 * @call: eventfd that wakes the driver, likewise
 * @err: eventfd that signals an error, likewise
 */
struct device_ring_conf {
	struct ring_place place;
	uint16_t base;
	unsigned int busyloop_timeout;
	int kick, call, err;
};

/* In place of a value: leave the kernel's default. */
#define DEVICE_LEAVE (-1)

/**
 * struct device_conf - configuration of a device
 * @features: the bits to acknowledge; those beyond 64 need a kernel with VHOST_SET_FEATURES_ARRAY
 * @backend_features: the bits of VHOST_SET_BACKEND_FEATURES to acknowledge
 * @fork_from_owner: workers are threads of the owner (1) or of the kernel (0), or DEVICE_LEAVE
 * @endian: VHOST_VRING_LITTLE_ENDIAN, VHOST_VRING_BIG_ENDIAN, or DEVICE_LEAVE
 * @own_workers: one worker for each ring, instead of one for both
 * @iotlb: translate addresses by an IOTLB. At first it holds the used rings only, without which no ring starts; the
 *         caller answers the misses.
 * @mem: the memory
 * @log_base: bitmap of dirty pages, with VHOST_F_LOG_ALL among the features; NULL: none
 * @log_fd: eventfd that is signalled when pages were logged; -1: none
 * @rings: by queue number
 */
struct device_conf {
	uint64_t features[VHOST_FEATURES_WORDS];
	uint64_t backend_features;
	int fork_from_owner;
	int endian;
	bool own_workers;
	bool iotlb;
	const struct guestmem *mem;
	void *log_base;
	int log_fd;
	struct device_ring_conf rings[DEVICE_RINGS];
};

/**
 * struct device_ring - a configured ring
 * @conf: its configuration
 * @kick: its kick eventfd, made or given; -1: none
 * @call: likewise
 * @err: likewise
 * @worker: id of its own worker; -1: it has none of its own
 */
struct device_ring {
	struct device_ring_conf conf;
	int kick, call, err;
	int worker;
};

/**
 * struct device - a configured device
 * @vhost: its descriptor; owned
 * @rings: by queue number
 */
struct device {
	int vhost;
	struct device_ring rings[DEVICE_RINGS];
};

/**
 * device_open() - configure a device
 * @d: filled in
 * @vhost: a descriptor of /dev/vhost-net that nobody owns yet; taken over, even on failure
 * @c: its configuration
 * @step: where to say what failed
 *
 * Nothing runs before device_start().
 *
 * Return: 0, or -errno with everything released; -ENOTTY, with the reason in @step, if this kernel lacks an ioctl.
 */
int device_open(struct device *d, int vhost, const struct device_conf *c, struct step *step);

/**
 * device_start() - set the backend of both rings, which starts them
 * @d: the device
 * @tap: a queue of a tap; the caller keeps it open until device_close()
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int device_start(struct device *d, int tap, struct step *step);

/**
 * struct device_ring_state - state of a ring, read from the kernel
 * @base: last_avail_idx: the avail index up to which the device has taken buffers
 * @busyloop_timeout: in microseconds
 */
struct device_ring_state {
	uint16_t base;
	unsigned int busyloop_timeout;
};

/**
 * device_read() - read the state of a ring
 * @d: the device
 * @ring: which one, below DEVICE_RINGS
 * @s: filled in
 * @step: where to say what failed
 *
 * Return: 0 or -errno.
 */
int device_read(const struct device *d, unsigned int ring, struct device_ring_state *s, struct step *step);

/**
 * device_fork_from_owner() - is the worker a thread of the owner or of the kernel?
 *
 * Return: 1: of the owner, 0: of the kernel, DEVICE_LEAVE if the kernel cannot tell.
 */
int device_fork_from_owner(const struct device *d);

/**
 * device_close() - stop the rings and release everything
 * @d: the device; do not release its memory before
 */
void device_close(struct device *d);

#endif
