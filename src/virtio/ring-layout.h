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
 * @placed: the addresses are given; else ring_layout() chooses them
 * @item: with @placed, the number of the option that gave them (struct step); else -1
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
 * ring_layout() - check the given addresses, and choose the others
 * @rings: the rings
 * @count: how many
 * @gpa: guest-physical address of the memory
 * @size: its size in bytes; @gpa + @size fits 64 bits
 * @step: where to say what is wrong; its key is "ring", or "memory" for -ENOSPC
 *
 * The kernel checks the alignment only and would accept rings that overlap. Here each part must be aligned as virtio
 * 1.2, 2.7 says (16, 2 and 4 bytes), lie in the memory, and not overlap any other part.
 *
 * Return: 0; -EINVAL if a given address is wrong; -ENOSPC if there is no room for the others.
 */
int ring_layout(struct ring_place *rings, int count, uint64_t gpa, uint64_t size, struct step *step);

#endif
