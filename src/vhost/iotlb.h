/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef IOTLB_H
#define IOTLB_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/vhost_types.h>

/**
 * DOC: the device's IOTLB, through messages on its descriptor
 *
 * With VIRTIO_F_ACCESS_PLATFORM acked, the addresses of the rings and all addresses in descriptors are I/O virtual
 * addresses (IOVAs). The kernel translates them by a table of its own, the IOTLB, which is empty at first. If a
 * translation is missing, the device queues a miss message for us to read, and waits until we write a message that
 * enters the translation. The memory table is needed all the same: logging uses it.
 *
 * One miss cannot be answered in time: VHOST_NET_SET_BACKEND writes the used ring's flags, and fails with -EFAULT if
 * their translation is missing (it signals the err eventfd, too). So enter the used rings first.
 *
 * A message has one of two layouts; the second, which has no holes, is used once VHOST_BACKEND_F_IOTLB_MSG_V2 is acked:
 * @v2 below. No function needs the owner's mm. Source: drivers/vhost/vhost.c, vhost_chr_write_iter().
 */

/* Translations are entered and removed in pages of this size, as by a VMM whose guest maps pages. */
#define IOTLB_PAGE UINT64_C(4096)

/**
 * struct iotlb_miss - a translation that the device needs
 * @iova: first address without a translation; the kernel does not report the length of the range
 * @perm: VHOST_ACCESS_RO, _WO or _RW: the access that the device needs now. Always give used rings _RW: the device both
 *        reads and writes them.
 */
struct iotlb_miss {
	uint64_t iova;
	uint8_t perm;
};

/**
 * iotlb_update() - enter a translation, and wake queues that wait for it
 * @vhost: the device
 * @v2: use the second layout
 * @iova: first address of the range
 * @size: its length in bytes
 * @uaddr: where it is in the owner's memory
 * @perm: VHOST_ACCESS_RO, _WO or _RW
 *
 * A translation that exists is not replaced: invalidate it first. Entering the same one twice does no harm.
 *
 * Return: 0 or -errno: -EINVAL if @size is 0; -EFAULT in all other cases: no IOTLB, an address that the owner cannot
 * map, a range beyond 2^64, no memory.
 */
int iotlb_update(int vhost, bool v2, uint64_t iova, uint64_t size, uint64_t uaddr, uint8_t perm);

/**
 * iotlb_invalidate() - remove every translation that overlaps a range, as a whole
 * @vhost: the device
 * @v2: use the second layout
 * @iova: first address of the range
 * @size: its length in bytes
 *
 * Return: As iotlb_update().
 */
int iotlb_invalidate(int vhost, bool v2, uint64_t iova, uint64_t size);

/**
 * iotlb_read_miss() - read the next miss
 * @vhost: the device, non-blocking as from vhost_open(); else this sleeps until there is a miss. poll() reports POLLIN
 *         while one waits.
 * @v2: use the second layout
 * @m: filled in
 *
 * The device reports a miss each time that the queue tries, so a miss may come again after it was answered. Taking a
 * backend away drops all misses.
 *
 * Return: 1, 0 if none waits, or -errno: -EPROTO for a message that is not a miss, or has the other layout.
 */
int iotlb_read_miss(int vhost, bool v2, struct iotlb_miss *m);

#endif
