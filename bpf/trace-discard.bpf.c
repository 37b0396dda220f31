// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces packets that vhost throws away; discard.bpf.c says how they are known.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "discard.bpf.h"
#include "trace.bpf.h"

__noinline int report_discard(struct thread *t, const struct queue_id *id, __u32 count)
{
	struct discard_event *e;
	struct queue_slot *s;
	struct discard d = {};
	__u32 slot;

	if (!t || !id)
		return 0;
	slot = working_slot(t, id);
	s = slot_at(slot);
	if (!s || !queue_receives_packets(s->backend, s->number) || !find_discard(&d, id->vq, count, s->backend))
		return 0;
	e = begin_event(slot, EVENT_DISCARD, sizeof(*e));
	if (!e)
		return 0;
	e->head.reason = d.reason;
	e->length = d.length;
	e->buffers = count;
	submit(e);
	return 0;
}

/*
 * The worker gives back the last @count entries that it took. It does so at each error of a queue that receives, and,
 * with none, at each empty ring: then this has to return at once.
 */
SEC("fentry")
int BPF_PROG(discard_entry, struct vhost_virtqueue *vq, int count)
{
	struct traced_thread *r = is_traced(EVENT_ERROR) ? running_thread() : NULL;
	struct queue_id id;
	struct thread *t;

	if (r)
		r->discarded = count;
	if (!count || !is_traced(EVENT_DISCARD))
		return 0;
	t = beginning_thread();
	if (!t)
		return 0;
	identify_queue(&id, vq->dev, vq);
	report_discard(t, &id, count);
	return 0;
}
