/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SLOT_READ_H
#define SLOT_READ_H

#include <stddef.h>

#include "bpf/queue.h"

/**
 * DOC: memory that the programs write to while it is read
 *
 * The programs publish a slot's state, its time of naming and its worker by an exchange, after everything that belongs
 * to them (struct queue_slot). Here these are read with acquire semantics, before what belongs to them. Everything else
 * is read word by word: each word is valid, but two words may be of different moments.
 */

/**
 * slot_state() - read the state of a slot
 *
 * Read it before a queue's counts: if it is SLOT_RETIRED, the counts read after it are final.
 */
enum slot_state slot_state(const struct queue_slot *s);

/* Read when a slot's names were last written; read it before the names. */
__u64 slot_named(const struct queue_slot *s);

/**
 * slot_copy() - read a slot
 * @s: the slot
 * @copy: the result; nothing in it is older than its state, @named and @tid
 */
void slot_copy(const struct queue_slot *s, struct queue_slot *copy);

/**
 * words_copy() - copy counts
 * @to: destination
 * @from: memory that the programs write to, aligned to 8 bytes
 * @size: in bytes, a multiple of 8
 */
void words_copy(void *to, const void *from, size_t size);

#endif
