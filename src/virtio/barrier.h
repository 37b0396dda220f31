/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BARRIER_H
#define BARRIER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * DOC: access to the words that driver and device share
 *
 * Every word of a ring that both sides touch concurrently, the indexes, flags and events, goes through these; the comment
 * at each call says which barrier of the other side it pairs with. Descriptors and used entries are plain memory: the
 * index that publishes them orders them. The other side is the kernel, so that only what the
 * hardware orders counts: a compiler's notion of a data race does not reach across.
 */

/* A plain load that the compiler neither tears nor repeats. */
static inline uint16_t ring_load(const uint16_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

/* What is looked at afterwards is the copy: the compiler does not go back to what may have changed since. */
static inline void ring_copy(void *to, const void *from, size_t len)
{
	memcpy(to, from, len);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* A plain store that the compiler neither tears nor repeats. */
static inline void ring_store(uint16_t *p, uint16_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELAXED);
}

/* What is read after this is no older than the word that was loaded. */
static inline uint16_t ring_load_acquire(const uint16_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

/* Whoever sees the word stored sees all that was written before it. */
static inline void ring_store_release(uint16_t *p, uint16_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

/* Orders an earlier store before a later load, which release and acquire do not. */
static inline void ring_mb(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#endif
