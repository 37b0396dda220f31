/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROCMEM_H
#define PROCMEM_H

#include "inspect.h"
#include "virtio/desc-check.h"

/**
 * procmem_check() - look, in the owner's memory, for what a queue may have stopped at
 * @d: its device, as inspect_look() found it
 * @q: the queue
 * @f: what was found
 *
 * The owner may have gone meanwhile, and its pid be another's: the caller has to look once more, and to believe nothing
 * unless the owner is still the same.
 *
 * Return: 0 or -errno: -EOPNOTSUPP where not all of its memory is known, or it is behind an IOTLB.
 */
int procmem_check(const struct inspect_device *d, const struct inspect_queue *q, struct desc_finding *f);

#endif
