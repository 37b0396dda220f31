/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKER_BPF_H
#define WORKER_BPF_H

#include <bpf/bpf_core_read.h>

#include "types.bpf.h"

/* Return: the thread that serves a queue; NULL: none. */
static __always_inline struct task_struct *worker_of(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct task_struct *task = NULL;
	struct vhost_worker *worker;

	if (bpf_core_field_exists(struct vhost_dev, worker)) {
		task = BPF_CORE_READ(dev, worker);
	} else if (bpf_core_field_exists(struct vhost_virtqueue, worker)) {
		worker = BPF_CORE_READ(vq, worker);
		task = BPF_CORE_READ(worker, vtsk, task);
		if (!task && bpf_core_field_exists(struct vhost_worker, kthread_task))
			task = BPF_CORE_READ(worker, kthread_task);
	}
	return task;
}

#endif
