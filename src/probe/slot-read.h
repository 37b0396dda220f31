/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SLOT_READ_H
#define SLOT_READ_H

#include <stddef.h>

#include "bpf/queue.h"

/**
 * DOC: memory that the programs write to while it is read
 *
 * The programs publish a slot's state and the time of its naming by an exchange, after all that goes with them (struct
 * queue_slot). They are read with acquire semantics here, and what goes with them after that. Everything else is read a
 * word at a time: each word is one that was written, and no two of them need be of the same moment.
 */

/**
 * slot_state() - what a slot is used for
 *
 * Who reads a queue's counts reads this first: if it says SLOT_RETIRED, what is read then is all that was counted.
 */
enum slot_state slot_state(const struct queue_slot *s);

/* When a slot's names were written last: the first thing to be read of them. */
__u64 slot_named(const struct queue_slot *s);

/**
 * slot_copy() - read a slot
 * @s: the slot
 * @copy: what it is; its state and names are of now or later
 */
void slot_copy(const struct queue_slot *s, struct queue_slot *copy);

/**
 * words_copy() - read counts
 * @to: where to
 * @from: what the programs write to, at a multiple of 8
 * @size: a multiple of 8
 */
void words_copy(void *to, const void *from, size_t size);

#endif
