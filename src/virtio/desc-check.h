/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DESC_CHECK_H
#define DESC_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_ring.h>

/**
 * DOC: what is wrong with the descriptors at which a ring stopped
 *
 * Theory of operation. When vhost-net does not like what the driver made available it signals the queue's err eventfd,
 * stops until the next kick, and says why only to those who have its debug messages on. So the same walk is made again
 * here: the checks of vhost_get_vq_desc(), get_indirect(), translate_desc(), get_tx_bufs() and get_rx_bufs() of
 * drivers/vhost, in their order, as of Linux 6.1; kernels up to 7.3 stop at the same places.
 *
 * Where to look. GET_VRING_BASE is the avail index of what the device takes next. A chain that could not be walked
 * stays there. But one that was walked and then found to be of the wrong kind (written in a transmit queue, read in a
 * receive queue, or empty) has been taken and is never given back: it is one before. A receive queue with mergeable
 * buffers looks at as many chains as a packet needs and puts all back, so that the fault may be later. Of a chain that
 * is too short for its header there is no word: a transmit queue tries it again and again, a receive queue drops all
 * that comes.
 *
 * The memory belongs to a driver that may be changing it, or be up to no good: each word is read once, into a copy, and
 * it is the copy that is checked. Numbers and addresses are checked before they are followed, and the walk ends,
 * whatever the memory holds.
 */

enum desc_fault {
	DESC_GOOD,		/* none seen: it may have been mended, or was not the descriptors' */
	DESC_INDEX,		/* the avail index is more than a ring ahead */
	DESC_HEAD,		/* the head is outside the ring */
	DESC_NEXT,		/* a chain goes on outside the ring */
	DESC_LOOP,		/* a chain is longer than the ring */
	DESC_ADDRESS,		/* a buffer or indirect table is not in the memory */
	DESC_ACCESS,		/* it is, but the IOTLB does not allow to read, or to write, there */
	DESC_MISS,		/* the IOTLB does not have it yet; no fault, but the queue waits for it */
	DESC_PIECES,		/* a chain, or an indirect table, is in more than DESC_PIECES_MAX pieces */
	DESC_TABLE_SIZE,	/* an indirect table's length is no multiple of a descriptor's */
	DESC_TABLE_EMPTY,	/* an indirect table has no entries */
	DESC_TABLE_LONG,	/* it has more than 65,536 */
	DESC_TABLE_NESTED,	/* an indirect table in an indirect table */
	DESC_TABLE_END,		/* the last entry of an indirect table says that another follows */
	DESC_ORDER,		/* a descriptor to be read follows one to be written */
	DESC_DIRECTION,		/* to be written in a transmit queue, or to be read in a receive queue */
	DESC_EMPTY,		/* a chain of no bytes */
	DESC_SHORT,		/* no room for a packet behind the header */
	DESC_ENDLESS,		/* more than DESC_CHECK_MAX descriptors: not walked to the end */
};

/* As many pieces of memory as the kernel's UIO_MAXIOV. */
#define DESC_PIECES_MAX 1024

/* Far more than any driver's; a malicious one can make the kernel walk 2^31 of no bytes. */
#define DESC_CHECK_MAX (1 << 20)

/**
 * struct desc_memory - the memory that descriptors point into
 * @pieces: in how many pieces, each of them consecutive in the owner's memory, are the @len bytes from @gpa on; or
 *          -EFAULT unless all are there, -EPERM if they may not be read (or written, with @write), -EAGAIN if a
 *          translation is still to come. @len is not 0; the sum of both may wrap.
 * @read: copies bytes of what @pieces has found to be there; 0 or -errno
 * @ctx: passed on to both
 */
struct desc_memory {
	int (*pieces)(void *ctx, uint64_t gpa, uint64_t len, bool write);
	int (*read)(void *ctx, uint64_t gpa, void *to, size_t len);
	void *ctx;
};

/**
 * struct desc_queue - the queue to look at
 * @vring: its size, which is vring_num_ok(), and its three parts, all of them accessible
 * @rx: it receives: the device writes the buffers; else it reads them
 * @features: those acked, 128 bits; they decide on the header and on mergeable buffers. Indirect tables are followed in
 *            any case, since vhost does not ask whether VIRTIO_RING_F_INDIRECT_DESC was acked.
 * @base: the device's last_avail_idx, from VHOST_GET_VRING_BASE
 * @memory: what descriptors point into
 */
struct desc_queue {
	struct vring vring;
	bool rx;
	uint64_t features[2];
	uint16_t base;
	struct desc_memory memory;
};

/**
 * struct desc_finding - what was found
 * @fault: what; those below that it does not concern are 0
 * @rx: of a queue that receives
 * @num: ring size
 * @avail_idx: the driver's avail index
 * @index: avail index of the chain
 * @taken: the device has taken the chain and gone on, see above
 * @head: the chain's head
 * @number: number of the descriptor in the ring
 * @place: its place in the chain, from 0
 * @entry: its place in the indirect table of descriptor @number, from 0; -1: it is descriptor @number itself
 * @desc: the descriptor, in the host's byte order
 * @bytes: bytes of the chain, up to there
 * @header: bytes of the header in front of each packet
 */
struct desc_finding {
	enum desc_fault fault;
	bool rx;
	unsigned int num;
	uint16_t avail_idx;
	uint16_t index;
	bool taken;
	uint16_t head;
	uint16_t number;
	unsigned int place;
	int entry;
	struct vring_desc desc;
	uint64_t bytes;
	unsigned int header;
};

/**
 * desc_check() - look for what a device may have stopped at
 * @q: the queue
 * @f: filled in with the first thing that is wrong, or DESC_GOOD
 */
void desc_check(const struct desc_queue *q, struct desc_finding *f);

/**
 * desc_finding_text() - one sentence for a human
 * @f: the finding
 * @queue: the queue's name, such as "tx0"
 * @buf: where to; 256 bytes are enough for any but a very long name
 * @len: room there
 */
void desc_finding_text(const struct desc_finding *f, const char *queue, char *buf, size_t len);

#endif
