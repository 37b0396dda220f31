/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INSPECT_COPY_H
#define INSPECT_COPY_H

#include <linux/types.h>

/**
 * DOC: a copy of a queue's rings, or of one indirect table
 *
 * User space fills in struct inspect_copy, reads the iterator copy_memory to its end, and finds the copy in the map
 * copied_memory. It chooses a queue and a descriptor, never an address.
 */

/* The largest indirect table: 65,536 descriptors. The rings of 32,768 entries are smaller. */
#define INSPECT_COPY_MAX (1 << 20)

/* Beyond it there is room for one more piece of a page, so that the verifier sees the end of each. */
#define INSPECT_COPY_ROOM (INSPECT_COPY_MAX + 4096)

/* In place of a descriptor's number: copy the rings. */
#define INSPECT_COPY_RINGS (~0U)

/**
 * struct inspect_copy - what to copy, and how it went
 * @device: @id of struct inspect_record
 * @queue: number of the queue
 * @desc: number of the descriptor in the ring whose indirect table is to be copied, or INSPECT_COPY_RINGS
 * @num: result: ring size. The copy has the descriptor table, the avail ring and the used ring without their event
 *	 words, one after the other
 * @len: result: length of the copy, bytes
 * @addr: result: guest-physical address of the indirect table
 * @err: result: 0 or -errno: -ENOENT (to be set by user space: no such queue was found), -EOPNOTSUPP behind an IOTLB,
 *	 -EFAULT if a part of the memory is not resident or not there, -EINVAL for a descriptor without a table, or with
 *	 one that is too large, -EAGAIN if the queue changed meanwhile
 * @reserved: 0
 */
struct inspect_copy {
	__u64 device;
	__u32 queue;
	__u32 desc;
	__u32 num;
	__u32 len;
	__u64 addr;
	__s32 err;
	__u32 reserved;
};

_Static_assert(sizeof(struct inspect_copy) == 40, "no padding");

#endif
