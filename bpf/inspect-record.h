/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INSPECT_RECORD_H
#define INSPECT_RECORD_H

#include <stddef.h>

#include <linux/types.h>

#include "backend.h"

/*
 * The contract between the iterator in the kernel, which walks the open files of all processes, and the process that
 * reads what it writes: everything that crosses, and nothing else. Both halves are built together, so that it has no
 * version.
 *
 * For each open file that is a vhost device the stream has one struct inspect_record, then @queues times struct
 * inspect_queue, then @regions times struct inspect_region. A device that several processes hold comes once for each.
 */

#define INSPECT_NAME_LEN 16		/* TASK_COMM_LEN and IFNAMSIZ */

/* More than these are left out: all that a file has must fit the 32 KiB that an iterator writes at a time. */
#define INSPECT_QUEUES_MAX 96
#define INSPECT_REGIONS_MAX 64

enum inspect_kind { INSPECT_NET, INSPECT_VSOCK, INSPECT_SCSI, INSPECT_KINDS };

/* What became of reading a word of the ring in the owner's memory. */
enum inspect_state {
	INSPECT_UNSET,		/* the ring has no address, or the word is not there without EVENT_IDX */
	INSPECT_OK,
	INSPECT_FAULT,		/* nothing is mapped at its address */
	INSPECT_IOTLB,		/* behind a virtual IOMMU, and the kernel has no translation at hand */
	INSPECT_FOREIGN,	/* nobody who holds the device has the owner's memory */
};

/**
 * struct inspect_word - a 16-bit word of the ring, in the host's byte order
 * @value: the word
 * @state: enum inspect_state; unless INSPECT_OK @value means nothing
 */
struct inspect_word {
	__u16 value;
	__u16 state;
};

/**
 * struct inspect_process - a process
 * @pid: in the reader's pid namespace; 0: none, or it is not visible from there
 * @state: the kernel's state of its first thread, 0 while it runs or could (TASK_* of linux/sched.h)
 * @start: when it started, in nanoseconds of CLOCK_BOOTTIME
 * @name: of its first thread, ended by 0; any bytes
 */
struct inspect_process {
	__u32 pid;
	__u32 state;
	__u64 start;
	char name[INSPECT_NAME_LEN];
};

/* The kernel's task states; unchanged since long before 6.1, though not part of its interface. */
#define INSPECT_TASK_ASLEEP 0x01	/* TASK_INTERRUPTIBLE */
#define INSPECT_TASK_BLOCKED 0x02	/* TASK_UNINTERRUPTIBLE */
#define INSPECT_TASK_STOPPED 0x04	/* __TASK_STOPPED */
#define INSPECT_TASK_TRACED 0x08	/* __TASK_TRACED */

#define INSPECT_HAS_IOTLB	(1 << 0)	/* VIRTIO_F_ACCESS_PLATFORM: addresses go through an IOTLB */
#define INSPECT_HAS_OWNER	(1 << 1)	/* VHOST_SET_OWNER was done */
#define INSPECT_BY_OWNER	(1 << 2)	/* @holder has the memory that the device works on */

/**
 * struct inspect_record - a vhost device, as one process holds it
 * @id: the same for the same device as long as it exists; a kernel address, not to be shown
 * @time: when it was looked at, nanoseconds of CLOCK_BOOTTIME
 * @holder: the process that holds it
 * @owner: the process whose memory it works on, if it still exists
 * @fd: the holder's descriptor
 * @kind: enum inspect_kind
 * @flags: INSPECT_*
 * @nvqs: how many queues the device has
 * @queues: how many of these follow
 * @nmaps: how many memory regions it has
 * @regions: how many of these follow
 */
struct inspect_record {
	__u64 id;
	__u64 time;
	struct inspect_process holder;
	struct inspect_process owner;
	__u32 fd;
	__u32 kind;
	__u32 flags;
	__u32 nvqs;
	__u32 queues;
	__u32 nmaps;
	__u32 regions;
	__u32 reserved;
};

/**
 * struct inspect_eventfd - an eventfd of a queue
 * @count: its counter; vhost never reads it, so that a kick eventfd's grows with each kick unless its owner reads it
 * @id: as eventfd-id in /proc/PID/fdinfo; -1: there is none
 */
struct inspect_eventfd {
	__u64 count;
	__s32 id;
	__u32 reserved;
};

#define INSPECT_BACKEND		(1 << 0)	/* it has a backend; without, the device does nothing with it */
#define INSPECT_VALID		(1 << 1)	/* signalled_used_valid */
#define INSPECT_EVENT_IDX	(1 << 2)	/* VIRTIO_RING_F_EVENT_IDX was acked */
#define INSPECT_KICK_POLLED	(1 << 3)	/* the device listens for kicks */
#define INSPECT_WORK_QUEUED	(1 << 4)	/* a kick, or the backend, has given the worker something to do */
#define INSPECT_BACKEND_POLLED	(1 << 5)	/* the device waits for its backend: for packets or for room */
#define INSPECT_LOG_USED	(1 << 6)	/* what it writes to the used ring is logged too */
#define INSPECT_BACKEND_WORK	(1 << 7)	/* the backend's wake-up is in the worker's list */
#define INSPECT_MOVED		(1 << 8)	/* it moved while it was looked at: its words do not go together */

/**
 * struct inspect_queue - a queue: the kernel's side and the ring that both sides share
 * @desc: addresses in the owner's memory (with an IOTLB: before translation); 0: not set
 * @avail: the same
 * @used: the same
 * @log_addr: guest-physical address of the used ring, for the log
 * @features: those acked
 * @backend_features: those acked
 * @worker_ns: CPU time that the worker has used
 * @kick: the driver's notification
 * @call: the device's notification
 * @err: the device's complaint
 * @num: ring size; 0: not set
 * @busyloop: how long it polls before it sleeps, in microseconds
 * @flags: INSPECT_*, the queue's
 * @number: position among the device's queues
 * @worker: its thread, in the reader's pid namespace; 0: none, or not visible
 * @worker_state: the thread's state, as in struct inspect_process; but 0 too while it is still on its way to sleep
 * @last_avail_idx: the avail entry that the device takes next
 * @avail_idx: the driver's index when the device last looked
 * @last_used_idx: where the device writes the next used entry
 * @signalled_used: last_used_idx when it last decided whether to call; with EVENT_IDX and INSPECT_VALID only
 * @used_flags: what it asks of the driver: VRING_USED_F_NO_NOTIFY: it wants no kicks. Right with EVENT_IDX too, where
 *		it is not written to the ring.
 * @reserved: 0
 * @ring_avail_flags: of the shared ring: avail->flags, the driver's
 * @ring_avail_idx: avail->idx, the driver's
 * @ring_used_event: behind the avail ring, the driver's: call when this used entry was written
 * @ring_used_flags: used->flags, the device's
 * @ring_used_idx: used->idx, the device's
 * @ring_avail_event: behind the used ring, the device's: kick when this avail entry was written
 * @ifindex: the tap's; 0 without one
 * @netns: inode number of the network namespace that the tap is in; 0 without one
 * @backend: enum backend_kind; see INSPECT_BACKEND
 * @pair: the tap's queue, for BACKEND_TUN and BACKEND_TAP
 * @device: the tap's name, ended by 0; empty without one
 */
struct inspect_queue {
	__u64 desc;
	__u64 avail;
	__u64 used;
	__u64 log_addr;
	__u64 features;
	__u64 backend_features;
	__u64 worker_ns;
	struct inspect_eventfd kick;
	struct inspect_eventfd call;
	struct inspect_eventfd err;
	__u32 num;
	__u32 busyloop;
	__u32 flags;
	__u32 number;
	__u32 worker;
	__u32 worker_state;
	__u16 last_avail_idx;
	__u16 avail_idx;
	__u16 last_used_idx;
	__u16 signalled_used;
	__u16 used_flags;
	__u16 reserved;
	struct inspect_word ring_avail_flags;
	struct inspect_word ring_avail_idx;
	struct inspect_word ring_used_event;
	struct inspect_word ring_used_flags;
	struct inspect_word ring_used_idx;
	struct inspect_word ring_avail_event;
	__u32 ifindex;
	__u32 netns;
	__u16 backend;
	__u16 pair;
	char device[INSPECT_NAME_LEN];
};

/**
 * struct inspect_region - consecutive memory that the device can reach
 * @start: guest-physical address
 * @size: in bytes; 0: it was removed while the device was looked at
 * @addr: where it is in the owner's memory
 */
struct inspect_region {
	__u64 start;
	__u64 size;
	__u64 addr;
};

_Static_assert(sizeof(struct inspect_process) == 32, "no padding");
_Static_assert(offsetof(struct inspect_record, fd) == 80, "no padding");
_Static_assert(sizeof(struct inspect_record) == 112, "no padding");
_Static_assert(offsetof(struct inspect_queue, num) == 104, "no padding");
_Static_assert(offsetof(struct inspect_queue, ring_avail_flags) == 140, "no padding");
_Static_assert(offsetof(struct inspect_queue, backend) == 172, "no padding");
_Static_assert(sizeof(struct inspect_queue) == 192, "no padding");
_Static_assert(sizeof(struct inspect_record) + INSPECT_QUEUES_MAX * sizeof(struct inspect_queue) +
	       INSPECT_REGIONS_MAX * sizeof(struct inspect_region) < 32768, "what an iterator writes at a time");

/* Which misc devices are vhost's: their minor numbers, 0 for none; from /proc/misc. */
struct inspect_config {
	__u32 minors[INSPECT_KINDS];
	__u32 pidns;			/* inode number of the reader's pid namespace */
};

#endif
