/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RING_CHECK_H
#define RING_CHECK_H

#include "inspect.h"
#include "virtio/desc-check.h"

/**
 * ring_check() - check the descriptors at which a queue may have stopped, in the owner's memory
 * @ins: the iterators, opened for copies
 * @d: its device, from inspect_look()
 * @q: the queue
 * @f: the finding
 *
 * The queue may have gone on after the look. So the caller must look again, and use the finding only if the queue is
 * still where it was.
 *
 * Return: 0 or -errno: -EOPNOTSUPP if not all memory regions are known, or the device has an IOTLB; -EFAULT if a part
 * of the rings or of a table is not resident; -EAGAIN if they changed meanwhile; -ETIME if the owner has so many tables
 * that they take more than a second.
 */
int ring_check(struct inspect *ins, const struct inspect_device *d, const struct inspect_queue *q,
	       struct desc_finding *f);

/**
 * ring_shortest() - measure the buffers that wait in a queue
 * @ins: the iterators, opened for copies
 * @d: its device, from inspect_look()
 * @q: the queue
 * @count: how many were measured; those in indirect tables are not
 * @bytes: the bytes of the shortest; valid if there is one
 *
 * Return: as ring_check().
 */
int ring_shortest(struct inspect *ins, const struct inspect_device *d, const struct inspect_queue *q, uint32_t *count,
		  uint32_t *bytes);

#endif
