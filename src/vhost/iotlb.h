/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOTLB_H
#define IOTLB_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/vhost_types.h>

/**
 * DOC: the device's IOTLB, through messages on its descriptor
 *
 * With VIRTIO_F_ACCESS_PLATFORM acked, all addresses that the device finds in rings and descriptors, and those of the
 * rings themselves, are I/O virtual ones (IOVAs), for which the kernel keeps a table of its own that starts empty. What
 * is missing there it asks for by a message to be read, and goes on when one that is written puts it in. The memory
 * table must be there all the same: logging goes by it.
 *
 * One translation cannot be asked for: VHOST_NET_SET_BACKEND writes the used ring's flags, and fails with -EFAULT when
 * the table does not have them (the err eventfd is signalled, too). So the used rings go in first.
 *
 * A message has one of two layouts; the second, which is free of holes, is used once VHOST_BACKEND_F_IOTLB_MSG_V2 is
 * acked: @v2 below. No function needs the owner's mm. Source: drivers/vhost/vhost.c, vhost_chr_write_iter().
 */

/* Translations come and go by pages of this size, as a VMM whose guest maps pages would have it. */
#define IOTLB_PAGE UINT64_C(4096)

/**
 * struct iotlb_miss - a translation that the device needs
 * @iova: first address that has none; how long the range is the kernel does not say
 * @perm: VHOST_ACCESS_RO, _WO or _RW: what the device is about to do there. Give used rings _RW even so: it does both.
 */
struct iotlb_miss {
	uint64_t iova;
	uint8_t perm;
};

/**
 * iotlb_update() - put a translation in, and let queues that wait for it go on
 * @vhost: the device
 * @v2: which layout
 * @iova: first address of the range
 * @size: its length in bytes
 * @uaddr: where it is in the owner's memory
 * @perm: VHOST_ACCESS_RO, _WO or _RW
 *
 * What is there for the range is not replaced: to change it, invalidate it first. To put in the same twice does no
 * harm.
 *
 * Return: 0 or -errno: -EINVAL if @size is 0; -EFAULT for all else: no IOTLB, an address that the owner cannot have, a
 * range beyond 2^64, no memory.
 */
int iotlb_update(int vhost, bool v2, uint64_t iova, uint64_t size, uint64_t uaddr, uint8_t perm);

/**
 * iotlb_invalidate() - take out every translation that overlaps a range, as a whole
 * @vhost: the device
 * @v2: by messages of version 2
 * @iova: where the range begins
 * @size: its bytes
 *
 * Return: As iotlb_update().
 */
int iotlb_invalidate(int vhost, bool v2, uint64_t iova, uint64_t size);

/**
 * iotlb_read_miss() - read what the device needs
 * @vhost: the device; with O_NONBLOCK, as vhost_open() makes it, else this sleeps until there is a miss. poll() says
 *         POLLIN while one waits.
 * @v2: which layout
 * @m: filled in
 *
 * A miss is told each time that the queue tries, so that it may come again although it was answered meanwhile. All are
 * forgotten when a backend is taken away.
 *
 * Return: 1, 0 if none waits, or -errno: -EPROTO for a message that is not a miss, or has the other layout.
 */
int iotlb_read_miss(int vhost, bool v2, struct iotlb_miss *m);

#endif
