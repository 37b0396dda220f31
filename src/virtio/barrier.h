/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BARRIER_H
#define BARRIER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * DOC: access to the words that driver and device share
 *
 * Words of a ring that both sides touch concurrently (indexes, flags and events) are accessed with these functions; the
 * comment at each call says which barrier of the other side it pairs with. Descriptors and used entries are plain
 * memory: the index that publishes them orders them. The other side is the kernel, so only the hardware's ordering
 * counts: C's rules about data races do not reach across.
 */

/**
 * ring_load() - load a word that the other side may store meanwhile
 * @p: the word
 *
 * The compiler neither tears nor repeats the load. Nothing is ordered.
 */
static inline uint16_t ring_load(const uint16_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

/**
 * ring_copy() - copy bytes that the other side may store meanwhile
 * @to: the copy
 * @from: the bytes
 * @len: how many
 *
 * The compiler does not read @from again when the copy is used: @from may have changed meanwhile.
 */
static inline void ring_copy(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/**
 * ring_store() - store a word that the other side may load meanwhile
 * @p: the word
 * @v: its value
 *
 * The compiler neither tears nor repeats the store. Nothing is ordered.
 */
static inline void ring_store(uint16_t *p, uint16_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELAXED);
}

/**
 * ring_load_acquire() - load a word before all later loads
 * @p: the word
 *
 * Later loads see everything that was written before the returned value was stored by ring_store_release().
 */
static inline uint16_t ring_load_acquire(const uint16_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

/**
 * ring_store_release() - store a word after all earlier stores
 * @p: the word
 * @v: its value
 *
 * A side that sees @v by ring_load_acquire() sees everything that was written before it.
 */
static inline void ring_store_release(uint16_t *p, uint16_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

/**
 * ring_mb() - order an earlier store before a later load, which release and acquire do not
 */
static inline void ring_mb(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#endif
