/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VRING_H
#define VRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_ring.h>

/**
 * DOC: the driver's side of a split virtqueue
 *
 * Theory of operation. The driver writes descriptors and publishes their heads in the avail ring; the device gives
 * them back in the used ring. All indexes run freely modulo 65536, so a number of entries is always a 16-bit difference
 * and never a comparison. Here each buffer is one descriptor, and both have the same number: a caller that keeps its
 * buffers in an array needs no other book-keeping (virtio 1.2, 2.7).
 *
 * Each side may ask the other not to notify it yet. With VIRTIO_RING_F_EVENT_IDX the driver writes to used_event the
 * used index at which it wants a call, and reads from avail_event the avail index at which the device wants a kick.
 * Without it, a flag in each ring says "do not notify" (2.7.7 and 2.7.10). Both sides need a full barrier in two
 * places: between publishing and reading the other side's event (or flag), and between writing their own event (or
 * flag) and looking for new entries. Without the barriers each can miss the other's write, and both sleep for ever.
 *
 * With VIRTIO_F_IN_ORDER the driver uses the descriptors in the order of their table, so the device need not read the
 * avail ring to know which one is next, and it may write one used entry for a batch of buffers: that of the last one,
 * at the place of the first (2.7.9 of virtio 1.2). The other buffers of the batch were used in full.
 */

/* The largest ring that a 16-bit index allows (virtio 1.2, 2.7). */
#define VRING_NUM_MAX 32768

/* Negotiated features, for virtq_init(). */
#define VIRTQ_EVENT_IDX 1	/* VIRTIO_RING_F_EVENT_IDX */
#define VIRTQ_IN_ORDER 2	/* VIRTIO_F_IN_ORDER */

/**
 * struct virtq - one split virtqueue as its driver sees it
 * @vring: the three parts of the ring; shared with the device, little-endian
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was negotiated
 * @in_order: VIRTIO_F_IN_ORDER was negotiated
 * @avail_idx: avail index after the last buffer added; private, published by virtq_publish()
 * @kicked_idx: avail index at the last virtq_kick_prepare(): old of the EVENT_IDX rule
 * @used_idx: used index up to which the driver has taken buffers back
 * @num_free: descriptors that the driver owns
 * @free: their numbers, a stack; unused with @in_order
 * @next: with @in_order: the descriptor to reserve next, modulo the ring size
 * @batch: with @in_order: how many buffers of the present batch are still to be taken back
 * @batch_len: bytes that the device wrote into the last one of the batch
 */
struct virtq {
	struct vring vring;
	bool event_idx;
	bool in_order;
	uint16_t avail_idx;
	uint16_t kicked_idx;
	uint16_t used_idx;
	unsigned int num_free;
	uint16_t *free;
	uint16_t next;
	uint16_t batch;
	uint32_t batch_len;
};

/**
 * vring_num_ok() - may a split ring have this size: a power of two from 1 to VRING_NUM_MAX?
 * @num: the size
 */
bool vring_num_ok(uint64_t num);

/**
 * vring_parse_num() - read a ring size, as an option's parse function
 * @field: uint64_t, the size
 * @arg: the text
 *
 * Return: NULL, or a phrase that says what is wrong with @arg.
 */
const char *vring_parse_num(void *field, const char *arg);

/**
 * virtq_init() - lay a ring out and clear it
 * @q: the queue
 * @num: ring size, vring_num_ok()
 * @mem: vring_size(@num, VIRTQ_ALIGN) bytes, aligned to VIRTQ_ALIGN; owned by the caller and outliving @q
 * @features: mask of VIRTQ_EVENT_IDX and VIRTQ_IN_ORDER
 * @base: the index that both rings start at; the device must be told the same (VHOST_SET_VRING_BASE). With
 *        VIRTQ_IN_ORDER it is also the number of the first descriptor, modulo @num, as it is for vhost.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int virtq_init(struct virtq *q, unsigned int num, void *mem, unsigned int features, uint16_t base);

/* Alignment of the used ring in the legacy layout (virtio 1.2, 2.7.2, legacy interfaces). */
#define VIRTQ_ALIGN 4096

/**
 * virtq_fini() - release what virtq_init() allocated; the rings stay the caller's
 * @q: the queue
 */
void virtq_fini(struct virtq *q);

/**
 * virtq_reserve() - take a free descriptor for a buffer
 *
 * With VIRTIO_F_IN_ORDER, buffers must be added in the order in which their descriptors were reserved.
 *
 * Return: its number, or -ENOSPC.
 */
int virtq_reserve(struct virtq *q);

/**
 * virtq_add() - put a buffer into the ring, not yet visible to the device
 * @q: the queue
 * @id: a descriptor from virtq_reserve(), or one that virtq_take_used() returned and that was not released; with
 *      VIRTIO_F_IN_ORDER the latter only while all others are in the ring
 * @addr: guest-physical address of the buffer
 * @len: its length in bytes
 * @writable: the device writes it
 */
void virtq_add(struct virtq *q, uint16_t id, uint64_t addr, uint32_t len, bool writable);

/**
 * virtq_release() - give a descriptor back to the free ones
 * @q: the queue
 * @id: a descriptor from virtq_reserve() or virtq_take_used()
 */
void virtq_release(struct virtq *q, uint16_t id);

/**
 * virtq_publish() - make all buffers added so far visible to the device
 * @q: the queue
 */
void virtq_publish(struct virtq *q);

/**
 * virtq_kick_prepare() - does the device want a kick for the buffers published since this was last asked?
 *
 * Call it once after each virtq_publish(). It applies the rule of virtio 1.2, 2.7.10 with old = avail index at the last
 * virtq_kick_prepare() and new = avail index now.
 */
bool virtq_kick_prepare(struct virtq *q);

/**
 * virtq_take_used() - take one used buffer back
 * @q: the queue
 * @id: its descriptor
 * @len: bytes that the device wrote into it
 *
 * Return: 1 if there was one, 0 if not, -EPROTO if the device gave back a number outside the ring, or more buffers than
 * it had; with VIRTIO_F_IN_ORDER also if a batch has more buffers than the used index says.
 */
int virtq_take_used(struct virtq *q, uint16_t *id, uint32_t *len);

/**
 * virtq_pending() - how many used buffers wait to be taken back
 * @q: the queue
 *
 * Return: at most virtq_outstanding(); more if the device is broken.
 */
uint16_t virtq_pending(const struct virtq *q);

/**
 * virtq_outstanding() - how many buffers were added and not yet taken back
 * @q: the queue
 */
uint16_t virtq_outstanding(const struct virtq *q);

/**
 * virtq_enable_call() - ask for a call once @after more buffers are used
 * @q: the queue
 * @after: number of buffers, 1 or more; without EVENT_IDX the call always comes for the next one
 *
 * Return: true if the caller may sleep; false if that many are used already, and no call may come for them.
 */
bool virtq_enable_call(struct virtq *q, uint16_t after);

/**
 * virtq_disable_call() - ask for no calls
 *
 * With EVENT_IDX it writes nothing: the old used_event suppresses calls until the used index wraps round to it.
 */
void virtq_disable_call(struct virtq *q);

/**
 * virtq_used_event() - the used_event that the driver has set
 * @q: the queue; without EVENT_IDX the word means nothing
 */
uint16_t virtq_used_event(const struct virtq *q);

/**
 * virtq_wish() - the driver's present wish for calls, as the device reads it
 * @q: the queue
 *
 * Return: used_event, or avail->flags without EVENT_IDX.
 */
uint16_t virtq_wish(const struct virtq *q);

#endif
