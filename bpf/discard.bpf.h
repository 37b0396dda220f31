/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DISCARD_BPF_H
#define DISCARD_BPF_H

#include <linux/types.h>

#include "discard.h"

/**
 * find_discard() - has vhost-net thrown away a packet?
 * @d: the packet; filled in
 * @vq: a queue that receives, which gives back buffers
 * @count: how many; not 0
 * @backend: enum backend_kind of the queue
 *
 * For the entry of vhost_discard_vq_desc().
 *
 * Return: 1: yes; 0: no, or an argument is NULL.
 */
int find_discard(struct discard *d, __u64 vq, __u32 count, __u32 backend);

#endif
