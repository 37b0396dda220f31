/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FRAME_SEQUENCE_H
#define FRAME_SEQUENCE_H

#include <stdint.h>

/* How far a number may be behind the highest one and still be told from a duplicate. Larger than two rings of packets,
 * so that no packet in flight falls out of it. */
#define FRAME_SEQUENCE_WINDOW 131072

/**
 * struct frame_sequence - which numbers of 0, 1, 2, … have come
 * @next: one more than the highest number that came
 * @base: numbers below it are settled: counted in @gone or not, for good; a multiple of 64
 * @gone: numbers below @base that never came
 * @seen: different numbers that came
 * @duplicates: numbers that came again, or came after they were given up
 * @reordered: numbers that came after a higher one
 * @bits: bit n % FRAME_SEQUENCE_WINDOW: number n, not below @base, has come
 */
struct frame_sequence {
	uint64_t next;
	uint64_t base;
	uint64_t gone;
	uint64_t seen;
	uint64_t duplicates;
	uint64_t reordered;
	uint64_t bits[FRAME_SEQUENCE_WINDOW / 64];
};

/**
 * frame_sequence_add() - note that a number has come
 * @s: the sequence
 * @n: the number
 */
void frame_sequence_add(struct frame_sequence *s, uint64_t n);

/**
 * frame_sequence_missing() - how many numbers have not come
 * @s: the sequence
 * @end: the first number that was not sent; not below the highest number settled
 */
uint64_t frame_sequence_missing(const struct frame_sequence *s, uint64_t end);

#endif
