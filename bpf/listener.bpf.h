/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LISTENER_BPF_H
#define LISTENER_BPF_H

#include "types.bpf.h"

/*
 * The kernel types of those that wait for an eventfd, beside vhost: poll and select, epoll, io_uring, KVM. As in
 * types.bpf.h, each has only the fields that are read. Sources: include/linux/poll.h, fs/eventpoll.c,
 * io_uring/poll.h, include/linux/io_uring_types.h, include/linux/kvm_irqfd.h, include/linux/kvm_host.h,
 * virt/kvm/eventfd.c.
 */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct poll_wqueues {
	struct task_struct *polling_task;
};

struct poll_table_entry {
	unsigned long key;
	struct wait_queue_entry wait;		/* its private data is a struct poll_wqueues */
};

struct epoll_event {
	__u32 events;
};

struct eventpoll {
	struct wait_queue_head wq;		/* of threads in epoll_wait(2) */
};

struct epitem {
	struct eventpoll *ep;
	struct epoll_event event;
};

struct eppoll_entry {
	struct epitem *base;
	struct wait_queue_entry wait;
};

struct io_uring_task {
	struct task_struct *task;		/* after 6.12 */
};

struct io_kiocb {
	struct task_struct *task;		/* up to 6.12 */
	struct io_uring_task *tctx;
};

struct io_poll {
	__u32 events;
	struct wait_queue_entry wait;		/* its private data is a struct io_kiocb, with flags in the low bits */
};

struct _ioeventfd {
	struct list_head list;
	struct eventfd_ctx *eventfd;
};

struct kvm {
	struct mm_struct *mm;
	struct list_head ioeventfds;
};

struct kvm_kernel_irqfd {
	struct kvm *kvm;
	struct wait_queue_entry wait;
	int gsi;
};

struct file_operations {
	void *release;
};

#pragma clang attribute pop

/* EPOLLIN: an eventfd that is signalled wakes those that wait for it. */
#define LISTENS_FOR 1

#endif
