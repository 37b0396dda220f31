/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RING_LAYOUT_H
#define RING_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/step.h"

/**
 * struct ring_place - where a ring is
 * @name: "rx0" and so on, for messages
 * @num: ring size, vring_num_ok()
 * @placed: the addresses are given, not to be chosen
 * @item: with @placed, the number of the option that gave them, for struct step; else -1
 * @desc: guest-physical address of the descriptor table
 * @avail: of the avail ring
 * @used: of the used ring
 */
struct ring_place {
	char name[8];
	unsigned int num;
	bool placed;
	int item;
	uint64_t desc, avail, used;
};

/**
 * ring_desc_size() - size of a descriptor table (virtio 1.2, 2.7)
 * @num: ring size
 *
 * Return: Bytes.
 */
uint64_t ring_desc_size(unsigned int num);

/**
 * ring_avail_size() - size of an avail ring with its used_event (virtio 1.2, 2.7)
 * @num: ring size
 *
 * Return: Bytes.
 */
uint64_t ring_avail_size(unsigned int num);

/**
 * ring_used_size() - size of a used ring with its avail_event (virtio 1.2, 2.7)
 * @num: ring size
 *
 * Return: Bytes.
 */
uint64_t ring_used_size(unsigned int num);

/**
 * ring_layout() - choose the addresses that are not given, and check all of them
 * @rings: the rings
 * @count: how many
 * @gpa: where the memory begins
 * @size: how large it is; @gpa + @size fits 64 bits
 * @step: where to say what is wrong; its key is "ring"
 *
 * The kernel looks at no more than alignment and would take rings that lie upon each other. A part has to be aligned
 * as virtio 1.2, 2.7 says (16, 2 and 4 bytes), to lie in the memory, and to overlap no other.
 *
 * Return: 0; -EINVAL when an address that was given will not do; -ENOSPC when there is no room for the others.
 */
int ring_layout(struct ring_place *rings, int count, uint64_t gpa, uint64_t size, struct step *step);

#endif
