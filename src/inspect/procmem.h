/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROCMEM_H
#define PROCMEM_H

#include "inspect.h"
#include "virtio/desc-check.h"

/**
 * procmem_check() - check the descriptors at which a queue may have stopped, in the owner's memory
 * @d: its device, from inspect_look()
 * @q: the queue
 * @f: the finding
 *
 * The owner may have ended after the look, and another process may have its pid. So the caller must look again, and use
 * the finding only if the owner is the same.
 *
 * Return: 0 or -errno: -EOPNOTSUPP if the owner is not visible, not all memory regions are known, or the device has an
 * IOTLB.
 */
int procmem_check(const struct inspect_device *d, const struct inspect_queue *q, struct desc_finding *f);

#endif
