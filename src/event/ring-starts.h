/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RING_STARTS_H
#define RING_STARTS_H

#include <stdint.h>

/**
 * DOC: generations of rings
 *
 * A driver that is loaded again, or a queue that is reset, often gets a ring at the address of the former one. So a
 * ring is told by its address, its size and its generation, which is the number of its start among those that were seen
 * at this address of this device. Both sides of the ring can count them.
 */

/* The most addresses that are remembered; then the one that was new first is forgotten. */
#define RING_STARTS_MAX 1024

/**
 * struct ring_starts - starts that were seen; to begin with all 0
 * @starts: the device, the address and how many starts
 * @added: number of addresses that were ever added
 */
struct ring_starts {
	struct {
		uint64_t device, address;
		uint32_t count;
	} starts[RING_STARTS_MAX];
	uint64_t added;
};

/**
 * ring_starts_add() - a start was seen
 * @s: the starts
 * @device: any number that tells the device from others
 * @address: the ring's address
 *
 * Return: the ring's generation, from 1 on.
 */
uint32_t ring_starts_add(struct ring_starts *s, uint64_t device, uint64_t address);

#endif
