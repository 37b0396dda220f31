// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the state of an interrupt line, of which sysfs shows nothing: the reader opens the line's directory in sysfs,
 * whose kobject is a part of the kernel's struct irq_desc. See virtqueues.bpf.c.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "types.bpf.h"
#include "virtio-types.bpf.h"
#include "virtqueue.h"

/* Set by the reader before each run, and the result. */
struct irq_line_request irq_line_request;

/* The name of this field, istate in the code, is to keep drivers away from it. This bit is the same since Linux 3.0. */
#define IRQS_SPURIOUS_DISABLED 2

SEC("iter")
int read_irq_line(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct kernfs_node *node;
	struct irq_desc *desc = NULL;

	/* Without CONFIG_SPARSE_IRQ there is neither a kobject nor a directory. */
	if (!ctx->task || !file || ctx->fd != irq_line_request.fd || !bpf_core_field_exists(desc->kobj))
		return 0;
	node = BPF_CORE_READ(file, f_inode, i_private);
	desc = BPF_CORE_READ(node, priv) - bpf_core_field_offset(struct irq_desc, kobj);
	irq_line_request.disabled = !!(BPF_CORE_READ(desc, core_internal_state__do_not_mess_with_it) &
				       IRQS_SPURIOUS_DISABLED);
	irq_line_request.alive = BPF_CORE_READ(node, active.counter) >= 0;
	return 0;
}
