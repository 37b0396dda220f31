/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INSPECT_RECORD_H
#define INSPECT_RECORD_H

#include <stddef.h>

#include <linux/types.h>

#include "backend.h"
#include "link-record.h"
#include "worker-record.h"

/*
 * The interface between the BPF iterator, which walks the open files of all processes, and the process that reads its
 * output. Both halves are built together, so it needs no version.
 *
 * For the first descriptor of a vhost device in each process (and in each thread that does not share the descriptors of
 * its process) the stream has one struct inspect_record, then @queues
 * times struct inspect_queue, then @regions times struct inspect_region. For each further descriptor of the same device
 * in the same process it has only a struct inspect_duplicate: a process may have a million of them.
 *
 * Behind the regions comes a struct inspect_worker for each worker of the device, if struct inspect_config has
 * @workers, and behind each the names of its cgroups.
 *
 * For the first descriptor of each open file of a tap in each process it has a struct inspect_tap_file, and for further
 * ones nothing. With these, user space finds the tap of a device that has no backend.
 */

#define INSPECT_NAME_LEN 16		/* TASK_COMM_LEN and IFNAMSIZ */

/* What is read of the name of a vhost-scsi's target. */
#define INSPECT_TARGET_LEN 32

/* Any more are left out: the output for one file must fit into the 32 KiB that an iterator writes at a time. */
#define INSPECT_QUEUES_MAX 96
#define INSPECT_REGIONS_MAX 64

enum inspect_kind { INSPECT_NET, INSPECT_VSOCK, INSPECT_SCSI, INSPECT_KINDS };

/* In place of enum inspect_kind: a struct inspect_duplicate. */
#define INSPECT_DUPLICATE INSPECT_KINDS

/* Likewise: a struct inspect_tap_file. */
#define INSPECT_TAP_FILE (INSPECT_KINDS + 1)

/* Likewise: a struct inspect_link, or a struct inspect_net; see link-record.h. */
#define INSPECT_LINK (INSPECT_KINDS + 2)
#define INSPECT_NET_STATE (INSPECT_KINDS + 3)

/* Likewise: a struct inspect_worker. */
#define INSPECT_WORKER (INSPECT_KINDS + 4)

/* Result of reading a word of the ring in the owner's memory. */
enum inspect_state {
	INSPECT_UNSET,		/* the ring has no address, or there is no such word without EVENT_IDX */
	INSPECT_OK,
	INSPECT_UNMAPPED,	/* nothing is mapped at its address */
	INSPECT_BARRED,		/* mapped with no access: PROT_NONE of mprotect(2) */
	INSPECT_ABSENT,		/* its page is not resident: swapped out, or still to come from a file's server */
	INSPECT_BLIND,		/* no memory of owners can be read; user space sets this */
	INSPECT_IOTLB,		/* behind a virtual IOMMU, and the kernel has cached no translation */
	INSPECT_ORPHAN,		/* the device has no owner, or has just lost it */
};

/**
 * struct inspect_word - a 16-bit word of the ring, in the host's byte order
 * @value: the word; valid with INSPECT_OK only
 * @state: enum inspect_state
 */
struct inspect_word {
	__u16 value;
	__u16 state;
};

/**
 * struct inspect_process - a process
 * @pid: in the reader's pid namespace; 0: no process, or it is not visible there
 * @state: the kernel's state of its first thread (TASK_* of linux/sched.h); 0: running or runnable. With
 *	   INSPECT_TASK_FROZEN if a cgroup has frozen it, which the state tells only of a cgroup of version 1
 * @start: when it started, in nanoseconds of CLOCK_BOOTTIME
 * @name: name of its first thread, ended by 0; any bytes
 */
struct inspect_process {
	__u32 pid;
	__u32 state;
	__u64 start;
	char name[INSPECT_NAME_LEN];
};

/* The kernel's task states: not part of its interface, but unchanged since long before 6.1. */
#define INSPECT_TASK_ASLEEP 0x01	/* TASK_INTERRUPTIBLE */
#define INSPECT_TASK_BLOCKED 0x02	/* TASK_UNINTERRUPTIBLE */
#define INSPECT_TASK_STOPPED 0x04	/* __TASK_STOPPED */
#define INSPECT_TASK_TRACED 0x08	/* __TASK_TRACED */
#define INSPECT_TASK_NOLOAD 0x400	/* TASK_NOLOAD */
#define INSPECT_TASK_FROZEN 0x8000	/* TASK_FROZEN */

/* Flags of struct inspect_record. */
#define INSPECT_HAS_IOTLB	(1 << 0)	/* VIRTIO_F_ACCESS_PLATFORM: addresses go through an IOTLB */
#define INSPECT_HAS_OWNER	(1 << 1)	/* VHOST_SET_OWNER was done */
#define INSPECT_BY_OWNER	(1 << 2)	/* @holder has the memory that the device works on */
#define INSPECT_RELEASING	(1 << 3)	/* it comes from a struct inspect_release; user space sets this */

/**
 * struct inspect_duplicate - one more descriptor of the device in the process that the last record of @id is about
 * @id: that of the device
 * @fd: the descriptor
 * @kind: INSPECT_DUPLICATE
 */
struct inspect_duplicate {
	__u64 id;
	__u32 fd;
	__u32 kind;
};

/**
 * struct inspect_tap_file - an open file of a tap or macvtap that a process holds
 * @socket: its socket, as in struct inspect_queue
 * @ifindex: the tap's
 * @kind: INSPECT_TAP_FILE
 * @start: start of the process, as in struct inspect_process
 * @pid: the process
 * @netns: inode number of the tap's network namespace
 * @name: the tap's name, ended by 0
 */
struct inspect_tap_file {
	__u64 socket;
	__u32 ifindex;
	__u32 kind;
	__u64 start;
	__u32 pid;
	__u32 netns;
	char name[INSPECT_NAME_LEN];
};

/**
 * struct inspect_release - a vhost device without a descriptor, which a thread is blocked releasing
 * @id: as in struct inspect_record, if the device could be found; else unique for the thread
 * @time: as in struct inspect_record
 * @kind: enum inspect_kind
 * @tid: the thread
 * @process: its process
 * @sleeps: how often the thread has gone to sleep: as long as it is the same, the thread has slept
 * @worker_ns: CPU time that the worker has used, nanoseconds
 * @worker: the worker of the device's first queue; 0: none, or not visible
 * @held: packets that vhost-net has sent without copying them, and that somebody still holds
 * @ifindex: the tap's; 0: not known
 * @netns: inode number of the tap's network namespace; 0: not known
 * @name: the tap's name, ended by 0; empty: not known
 * @worker_name: the worker's name, any bytes, ended by 0; empty without one
 */
struct inspect_release {
	__u64 id;
	__u64 time;
	__u32 kind;
	__u32 tid;
	struct inspect_process process;
	__u64 sleeps;
	__u64 worker_ns;
	__u32 worker;
	__u32 held;
	__u32 ifindex;
	__u32 netns;
	char name[INSPECT_NAME_LEN];
	char worker_name[INSPECT_NAME_LEN];
};

/**
 * struct inspect_record - a vhost device that a process holds
 * @id: unique for a device as long as it exists; a kernel address, so never shown
 * @fd: the holder's file descriptor
 * @kind: enum inspect_kind
 * @time: when it was read, nanoseconds of CLOCK_BOOTTIME
 * @holder: the process that holds it
 * @owner: the process whose memory it works on, if it still exists
 * @flags: INSPECT_HAS_IOTLB and so on
 * @nvqs: number of queues of the device
 * @queues: number of queues that follow, INSPECT_QUEUES_MAX at most
 * @nmaps: number of memory regions of the device
 * @regions: number of regions that follow, INSPECT_REGIONS_MAX at most
 * @tid: the thread whose descriptor it is, if it has a table of descriptors of its own; else the same as @holder.pid
 * @cid: of a vsock device, the guest's CID; 0: not set
 * @reserved: 0
 * @name: the name of a device that is no vhost-net, see other-kinds.bpf.h; ended by 0; empty: nothing is set
 * @target: of a scsi device, the name of its target, or the beginning of it; ended by 0; empty: none
 */
struct inspect_record {
	__u64 id;
	__u32 fd;
	__u32 kind;
	__u64 time;
	struct inspect_process holder;
	struct inspect_process owner;
	__u32 flags;
	__u32 nvqs;
	__u32 queues;
	__u32 nmaps;
	__u32 regions;
	__u32 tid;
	__u32 cid;
	__u32 reserved;
	char name[INSPECT_NAME_LEN];
	char target[INSPECT_TARGET_LEN];
};

/**
 * struct inspect_eventfd - an eventfd of a queue
 * @count: its counter; vhost never reads it, so the counter of a kick eventfd grows with each kick unless the owner
 *	   reads it
 * @id: eventfd-id of /proc/PID/fdinfo; -1: there is no eventfd
 * @reserved: 0
 */
struct inspect_eventfd {
	__u64 count;
	__s32 id;
	__u32 reserved;
};

/**
 * struct inspect_fd - an eventfd that a thread has open
 * @fd: its descriptor there
 * @id: the kernel's number for it, the same in every process; eventfd-id of /proc/PID/fdinfo
 */
struct inspect_fd {
	__u32 fd;
	__s32 id;
};

/* The most listeners of a call eventfd that are told. */
#define INSPECT_LISTENERS_MAX 8

/* Room for the name of a listener's function. */
#define INSPECT_SYMBOL_LEN 32

/* Who waits for an eventfd to be signalled. */
enum listener_kind {
	LISTENER_UNKNOWN,	/* another one */
	LISTENER_IRQFD,		/* KVM, which injects an interrupt */
	LISTENER_POLL,		/* a thread in poll(2), select(2) or the like */
	LISTENER_EPOLL,
	LISTENER_IO_URING,	/* a request of io_uring to poll or to read it */
	LISTENER_READ,		/* a thread blocked in read(2) */
	LISTENER_VHOST,		/* a vhost device, for which it is a kick eventfd */
	LISTENER_KINDS,
};

/**
 * struct inspect_listener - one that waits for an eventfd
 * @kind: enum listener_kind
 * @gsi: LISTENER_IRQFD: KVM's number of the interrupt
 * @pid: the process, in the reader's pid namespace; 0: not known, or not visible
 * @symbol: LISTENER_UNKNOWN: the kernel function that a signal calls, ended by 0, with " [MODULE]" if it is in one
 */
struct inspect_listener {
	__u32 kind;
	union {
		struct {
			__u32 gsi;
			__u32 pid;
		};
		char symbol[INSPECT_SYMBOL_LEN];
	};
};

/**
 * struct inspect_call - who hears the calls of a queue, at one moment
 * @id: the device, as in struct inspect_record
 * @number: position of the queue among the device's
 * @eventfd: the call eventfd, as in struct inspect_eventfd
 * @count: number of @listeners
 * @more: 1: there are more, or the list changed each time it was read; else 0
 * @listeners: those that wait for the eventfd
 */
struct inspect_call {
	__u64 id;
	__u32 number;
	__s32 eventfd;
	__u32 count;
	__u32 more;
	struct inspect_listener listeners[INSPECT_LISTENERS_MAX];
};

/* Any more of a VM's ioeventfds are left out. */
#define INSPECT_IOEVENTFDS_MAX 4096

/* In place of the number of an eventfd that KVM signals for a VM: there are more, or the list changed meanwhile. */
#define INSPECT_IOEVENTFDS_MORE (-1)

/* Number of words from @ring_avail_flags to @ring_avail_event. */
#define INSPECT_WORDS 6

/* Flags of struct inspect_queue. */
#define INSPECT_BACKEND		(1 << 0)	/* it has a backend; without one, the device does not use the queue */
#define INSPECT_VALID		(1 << 1)	/* signalled_used_valid */
#define INSPECT_EVENT_IDX	(1 << 2)	/* VIRTIO_RING_F_EVENT_IDX was acked */
#define INSPECT_KICK_POLLED	(1 << 3)	/* the device polls the kick eventfd */
#define INSPECT_WORK_QUEUED	(1 << 4)	/* the queue's work is queued for the worker */
#define INSPECT_BACKEND_POLLED	(1 << 5)	/* the device waits for its backend: for packets or for room */
#define INSPECT_LOG_USED	(1 << 6)	/* writes to the used ring are logged too */
#define INSPECT_BACKEND_WORK	(1 << 7)	/* the work of the backend's wake-up is queued for the worker */
#define INSPECT_MOVED		(1 << 8)	/* it changed while it was read: its words may not fit together */

/**
 * struct inspect_queue - a queue: the kernel's side and the ring that both sides share
 * @desc: address of the descriptor table in the owner's memory (with an IOTLB: before translation); 0: not set
 * @avail: address of the avail ring, likewise
 * @used: address of the used ring, likewise
 * @log_addr: guest-physical address of the used ring, for the log
 * @features: acked features, the lowest word first; the second is 0 up to Linux 6.16
 * @backend_features: acked backend features
 * @worker_ns: CPU time that the worker has used, nanoseconds
 * @socket: the backend, if it has one: the same for the same backend; a kernel address, so never shown
 * @kick: the driver's notification
 * @call: the device's notification
 * @err: the device's error notification
 * @num: ring size; 0: not set
 * @busyloop: how long the worker polls before it sleeps, in microseconds
 * @flags: INSPECT_BACKEND and so on
 * @number: position among the device's queues
 * @worker: the worker's thread, in the reader's pid namespace; 0: none, or not visible
 * @worker_state: the thread's state, as in struct inspect_process; also 0 until it has left the run queue
 * @last_avail_idx: the avail entry that the device takes next
 * @avail_idx: avail->idx when the device last read it
 * @last_used_idx: the used entry that the device writes next
 * @signalled_used: last_used_idx at the last decision whether to call; valid with EVENT_IDX and INSPECT_VALID only
 * @used_flags: VRING_USED_F_NO_NOTIFY: the device wants no kicks; valid with EVENT_IDX too, though then it is not
 *		written to the ring
 * @next_avail_head: with VIRTIO_F_IN_ORDER: the descriptor that the device takes next, modulo @num; else it means
 *		     nothing
 * @ring_avail_flags: avail->flags in the shared ring; the driver writes it
 * @ring_avail_idx: avail->idx; the driver writes it
 * @ring_used_event: behind the avail ring; the driver writes it: call when this used entry is written
 * @ring_used_flags: used->flags; the device writes it
 * @ring_used_idx: used->idx; the device writes it
 * @ring_avail_event: behind the used ring; the device writes it: kick when this avail entry is written
 * @ifindex: the tap's; 0 without one
 * @netns: inode number of the tap's network namespace; 0 without a tap
 * @backend: enum backend_kind; see INSPECT_BACKEND
 * @pair: the tap's queue, for BACKEND_TUN and BACKEND_TAP
 * @device: the tap's name, ended by 0; empty without one
 * @worker_name: the worker's name, any bytes, ended by 0; empty without one
 */
struct inspect_queue {
	__u64 desc;
	__u64 avail;
	__u64 used;
	__u64 log_addr;
	__u64 features[2];
	__u64 backend_features;
	__u64 worker_ns;
	__u64 socket;
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
	__u16 next_avail_head;
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
	char worker_name[INSPECT_NAME_LEN];
};

/**
 * struct inspect_region - consecutive memory that the device can access
 * @start: guest-physical address
 * @size: in bytes; 0: it was removed while the device was read
 * @addr: address in the owner's memory
 */
struct inspect_region {
	__u64 start;
	__u64 size;
	__u64 addr;
};

_Static_assert(sizeof(struct inspect_process) == 32, "no padding");
_Static_assert(sizeof(struct inspect_duplicate) == 16, "no padding");
_Static_assert(offsetof(struct inspect_record, kind) == offsetof(struct inspect_duplicate, kind), "tells them apart");
_Static_assert(offsetof(struct inspect_record, kind) == offsetof(struct inspect_tap_file, kind), "tells them apart");
_Static_assert(offsetof(struct inspect_record, kind) == offsetof(struct inspect_link, kind), "tells them apart");
_Static_assert(offsetof(struct inspect_record, kind) == offsetof(struct inspect_net, kind), "tells them apart");
_Static_assert(sizeof(struct inspect_tap_file) == 48, "no padding");
_Static_assert(sizeof(struct inspect_call) == 312, "no padding");
_Static_assert(INSPECT_QUEUES_MAX * sizeof(struct inspect_call) < 32768, "what an iterator writes at a time");
_Static_assert(sizeof(struct inspect_release) == 120, "no padding");
_Static_assert(offsetof(struct inspect_record, flags) == 88, "no padding");
_Static_assert(sizeof(struct inspect_record) == 168, "no padding");
_Static_assert(offsetof(struct inspect_queue, num) == 120, "no padding");
_Static_assert(offsetof(struct inspect_queue, ring_avail_flags) == 156, "no padding");
_Static_assert(offsetof(struct inspect_queue, ring_avail_event) - offsetof(struct inspect_queue, ring_avail_flags) ==
	       (INSPECT_WORDS - 1) * sizeof(struct inspect_word), "the words are one after the other");
_Static_assert(offsetof(struct inspect_queue, backend) == 188, "no padding");
_Static_assert(sizeof(struct inspect_queue) == 224, "no padding");
_Static_assert(offsetof(struct inspect_record, kind) == offsetof(struct inspect_worker, kind), "tells them apart");
_Static_assert(sizeof(struct inspect_record) + INSPECT_QUEUES_MAX * sizeof(struct inspect_queue) +
	       INSPECT_REGIONS_MAX * sizeof(struct inspect_region) +
	       INSPECT_WORKERS_MAX * (sizeof(struct inspect_worker) + INSPECT_CGROUP_MAX) < 32768,
	       "what an iterator writes at a time");
_Static_assert(sizeof(struct inspect_record) + 2 * sizeof(struct inspect_queue) +
	       INSPECT_REGIONS_MAX * sizeof(struct inspect_region) +
	       2 * (sizeof(struct inspect_worker) + INSPECT_CGROUP_MAX) + sizeof(struct inspect_net) +
	       sizeof(struct inspect_link) + LINK_QUEUES_MAX * sizeof(struct inspect_tap_queue) < 32768,
	       "likewise, for a vhost-net device");

/**
 * struct inspect_config - constants of the iterator; set before loading
 * @minors: minor numbers of vhost's misc devices from /proc/misc, by enum inspect_kind; 0: not there
 * @tun_minor: minor number of tun.c's misc device; 0: not there
 * @tap_majors: major numbers of macvtap and ipvtap from /proc/devices; 0: not there
 * @workers: not 0: write a struct inspect_worker for each worker
 */
struct inspect_config {
	__u32 minors[INSPECT_KINDS];
	__u32 tun_minor;
	__u32 tap_majors[2];
	__u32 workers;
};

#endif
