/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DESC_CHECK_H
#define DESC_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/virtio_ring.h>

/**
 * DOC: find the bad descriptor at which a ring stopped
 *
 * Theory of operation. When vhost-net refuses an available chain, it signals the queue's err eventfd and stops until
 * the next kick. It prints the reason only if its debug messages are on. So this module repeats the walk: the checks of
 * vhost_get_vq_desc(), get_indirect(), translate_desc(), get_tx_bufs() and get_rx_bufs() of drivers/vhost, in their
 * order, as of Linux 6.1; kernels up to 7.3 stop at the same places. There is one exception: with VIRTIO_F_IN_ORDER,
 * which vhost-net offers from 6.18 on, the device does not read the heads in the avail ring. It counts the descriptors
 * that it has taken (next_avail_head), so that a driver that uses them in another order has the device work on
 * descriptors that it did not mean. We compare each head with the descriptor that the device takes.
 *
 * Where to look. VHOST_GET_VRING_BASE returns the avail index of the chain that the device takes next. A chain that
 * could not be walked is there. A chain that was walked and then found to be of the wrong kind (written in a transmit
 * queue, read in a receive queue, or empty) was taken and is never given back: it is one index before. A receive queue
 * with mergeable buffers looks at as many chains as a packet needs and puts all of them back: the fault may be at a
 * later index. The device reports nothing for a chain that is too short for its header: a transmit queue tries it again
 * and again, a receive queue drops every packet.
 *
 * The driver may change the memory meanwhile, or be malicious: each word is read once, into a copy, and the copy is
 * checked. Numbers and addresses are checked before they are followed, and the walk ends whatever the memory holds.
 */

enum desc_fault {
	DESC_GOOD,		/* no fault seen: the driver may have repaired it, or the cause is not a descriptor */
	DESC_INDEX,		/* the avail index is more than a ring ahead */
	DESC_HEAD,		/* the head is outside the ring */
	DESC_UNORDERED,		/* VIRTIO_F_IN_ORDER: the head is not the descriptor that the device takes next */
	DESC_NEXT,		/* a chain goes on outside the ring */
	DESC_LOOP,		/* a chain is longer than the ring */
	DESC_ADDRESS,		/* a buffer or indirect table is not in the memory */
	DESC_ACCESS,		/* it is, but the IOTLB does not allow the device to read, or to write, there */
	DESC_MISS,		/* the IOTLB does not have it yet: no fault, but the queue waits for the translation */
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

/* Far more than any driver uses; a malicious driver can make the kernel walk 2^31 descriptors of 0 bytes. */
#define DESC_CHECK_MAX (1 << 20)

/**
 * struct desc_memory - the memory that descriptors point into
 * @pieces: returns of how many pieces, each of them contiguous in the owner's memory, the @len bytes from @gpa on
 *          consist; or -EFAULT unless all are there, -EPERM if they may not be read (or written, with @write), -EAGAIN
 *          if a translation is still to come. @len is not 0; @gpa + @len may wrap.
 * @read: copies bytes of descriptor @number's indirect table, which @pieces has found to be there; returns 0 or -errno
 * @ctx: passed on to both
 */
struct desc_memory {
	int (*pieces)(void *ctx, uint64_t gpa, uint64_t len, bool write);
	int (*read)(void *ctx, unsigned int number, uint64_t gpa, void *to, size_t len);
	void *ctx;
};

/**
 * struct desc_queue - the queue to look at
 * @vring: its size, which is vring_num_ok(), and its three parts, all of them accessible
 * @rx: receive queue: the device writes the buffers; else it reads them
 * @features: the acked features, 128 bits, the lowest word first; they decide on the header and on mergeable buffers.
 *            Indirect tables are always followed, since vhost does not check VIRTIO_RING_F_INDIRECT_DESC.
 * @base: the device's last_avail_idx, from VHOST_GET_VRING_BASE
 * @next_head: with VIRTIO_F_IN_ORDER: the device's next_avail_head; -1: not known
 * @start: with VIRTIO_F_IN_ORDER and without @next_head: the index at which the queue was started; -1: not known
 * @memory: what descriptors point into
 */
struct desc_queue {
	struct vring vring;
	bool rx;
	uint64_t features[2];
	uint16_t base;
	int next_head;
	int start;
	struct desc_memory memory;
};

/**
 * struct desc_finding - result of a check
 * @fault: the fault; members below that do not belong to it are 0
 * @rx: receive queue
 * @num: ring size
 * @avail_idx: the driver's avail index
 * @index: avail index of the chain
 * @taken: the device has taken the chain and gone on to the next, see above
 * @head: the chain's head
 * @number: number of the descriptor in the ring; UNORDERED: the one that the device takes
 * @place: its place in the chain, from 0
 * @entry: its place in the indirect table of descriptor @number, from 0; -1: it is descriptor @number itself
 * @desc: the descriptor, in the host's byte order
 * @bytes: bytes of the chain up to this descriptor
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
 * desc_check() - look for the fault at which a device may have stopped
 * @q: the queue
 * @f: filled in with the first fault, or DESC_GOOD
 */
void desc_check(const struct desc_queue *q, struct desc_finding *f);

/**
 * desc_finding_text() - one sentence for a human
 * @f: the finding
 * @queue: the queue's name, such as "tx0"
 * @buf: where to write; 256 bytes are enough unless the name is very long
 * @len: size of @buf
 */
void desc_finding_text(const struct desc_finding *f, const char *queue, char *buf, size_t len);

#endif
