/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIRTQUEUE_H
#define VIRTQUEUE_H

#include <linux/types.h>

/**
 * DOC: the records of virtqueues that have their driver in this kernel
 *
 * bpf/virtqueues.bpf.c and bpf/irq-line.bpf.c write them, src/inspect/virtio-look.c reads them.
 */

/* The most queues of one run: their records fit into the buffer of an iterator, 32 KiB. */
#define VIRTQUEUE_BATCH 128

#define VIRTQUEUE_NAME_LEN 32

/* Bits of @flags in struct virtqueue_record. */
#define VIRTQUEUE_PACKED	(1 << 0)
#define VIRTQUEUE_IN_ORDER	(1 << 1)
#define VIRTQUEUE_EVENT_IDX	(1 << 2)
#define VIRTQUEUE_INDIRECT	(1 << 3)	/* indirect descriptors are used */
#define VIRTQUEUE_BROKEN	(1 << 4)	/* the driver's core has given the queue up */
#define VIRTQUEUE_CALLBACK	(1 << 5)	/* the driver has a function for its interrupts */
#define VIRTQUEUE_AVAIL_WRAP	(1 << 6)	/* packed: the driver's wrap counter */
#define VIRTQUEUE_MOVED		(1 << 7)	/* it was used while it was read */
#define VIRTQUEUE_UNREAD	(1 << 8)	/* the words of the ring could not be read */
#define VIRTQUEUE_IRQ_DISABLED	(1 << 9)	/* the kernel gave its interrupt line up: nobody cared */
#define VIRTQUEUE_IRQ_OF_DEVICE	(1 << 10)	/* its interrupt line is that of all queues of the device */
#define VIRTQUEUE_IRQ_SHARED	(1 << 11)	/* ... and may be that of other devices, too */

/* The words of a split ring. */
enum { SPLIT_AVAIL_FLAGS, SPLIT_AVAIL_IDX, SPLIT_USED_EVENT, SPLIT_USED_FLAGS, SPLIT_USED_IDX, SPLIT_AVAIL_EVENT };

/*
 * Those of a packed ring: both event suppression structures, the driver's first, and the flags of the descriptor that
 * the driver takes back next.
 */
enum { PACKED_DRIVER_FLAGS, PACKED_DRIVER_EVENT, PACKED_DEVICE_FLAGS, PACKED_DEVICE_EVENT, PACKED_NEXT_FLAGS };

#define VIRTQUEUE_WORDS 6

/**
 * struct virtqueue_record - a queue
 * @address: of the kernel's struct; only to recognize it
 * @ring: guest-physical address of the ring, or what the IOMMU makes of it
 * @features: of the device
 * @index: its number in the device
 * @num: ring size
 * @num_free: free descriptors, as the driver counts them
 * @num_added: buffers that were published since the driver decided last whether to kick
 * @flags: VIRTQUEUE_*
 * @irq: its interrupt line; 0: it has none, or it is not known. The reader fills it in, and VIRTQUEUE_IRQ_*
 * @avail: next entry to publish: an index, or the position in a packed ring
 * @last_used: next entry to take back; of a packed ring bit 15 is the wrap counter
 * @wants: the driver's own copy of the flags by which it asks for interrupts; with an event index, too
 * @words: the ring's words
 * @name: of the queue, cut to fit
 */
struct virtqueue_record {
	__u64 address;
	__u64 ring;
	__u64 features;
	__u32 index;
	__u32 num;
	__u32 num_free;
	__u32 num_added;
	__u32 flags;
	__u32 irq;
	__u16 avail;
	__u16 last_used;
	__u16 wants;
	__u16 words[VIRTQUEUE_WORDS];
	char name[VIRTQUEUE_NAME_LEN];
	__u16 reserved[3];
};

_Static_assert(sizeof(struct virtqueue_record) == 104, "no padding");
_Static_assert(VIRTQUEUE_BATCH * sizeof(struct virtqueue_record) <= 8 * 4096, "a batch fits into the buffer");

/**
 * struct virtqueue_request - what a run of the iterator is to read
 * @fd: the reader's descriptor of the device's directory in sysfs
 * @first: leave out so many queues
 * @written: result: records that were written
 * @alive: result: the device was there until the end
 */
struct virtqueue_request {
	__u32 fd;
	__u32 first;
	__u32 written;
	__u32 alive;
};

/**
 * struct irq_line_request - an interrupt line, and its state
 * @fd: the reader's descriptor of the line's directory in sysfs
 * @disabled: result: the kernel disabled it, since nobody handled its interrupts
 * @alive: result: the line was there until the end
 */
struct irq_line_request {
	__u32 fd;
	__u32 disabled;
	__u32 alive;
};

#endif
