// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces the worker's runs, and how it asks for kicks.
 *
 * Theory of operation. A kick queues the queue's work, see trace-kick.bpf.c. The worker then calls handle_tx() or
 * handle_rx(), which disables kicks, takes buffers until the ring is empty, enables kicks, and checks the ring once
 * more. One such call is a run. The state at its return tells why it ended: kicks are enabled (empty), the socket is
 * polled (full, idle), or the work is queued again (weight, busy). With none of these there was an error: the worker
 * then waits for the next kick, but does not enable kicks.
 *
 * With a virtual IOMMU an address may have no translation yet. The worker then asks the owner for it, and ends the run
 * as after an error; the owner's answer queues the work. Only -EAGAIN of translate_desc() tells this from an error.
 */
#include <linux/bpf.h>

#include <asm-generic/errno.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "run.bpf.h"
#include "trace.bpf.h"

/**
 * struct run_view - state of a queue at the end of a run of the worker
 * @id: the queue
 * @work_flags: flags of the work that a kick queues
 * @num: the ring's size
 * @busyloop_timeout: how long the worker polls before it sleeps, in microseconds
 * @last_avail_idx: the avail entry that the device takes next
 * @last_used_idx: the used entry that the device writes next
 * @used_flags: USED_F_NO_NOTIFY: the device wants no kicks
 * @untranslated: see untranslated()
 */
struct run_view {
	struct queue_id id;
	__u64 work_flags;
	__u32 num;
	__u32 busyloop_timeout;
	__u16 last_avail_idx;
	__u16 last_used_idx;
	__u16 used_flags;
	__u16 untranslated;
};

_Static_assert(sizeof(struct run_view) == 56, "no padding: the verifier wants all of it to be set");

static __always_inline void view_run(struct run_view *v, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	identify_queue(&v->id, dev, vq);
	v->work_flags = vq->poll.work.flags;
	v->num = vq->num;
	v->busyloop_timeout = vq->busyloop_timeout;
	v->last_avail_idx = vq->last_avail_idx;
	v->last_used_idx = vq->last_used_idx;
	v->used_flags = vq->used_flags;
	v->untranslated = untranslated(vq);
}

/* Begin a run. The queue's mutex is not held yet, but only this worker changes these indexes. */
__noinline int begin_run(struct thread *t, const struct queue_id *id, __u32 last_avail_idx, __u32 last_used_idx)
{
	struct traced_thread *r;
	struct trace_counts *c;
	struct queue_slot *s;

	if (!t || !id)
		return 0;
	r = traced_thread(t);
	r->run_slot = thread_slot(t, id);
	c = counts_at(r->run_slot);
	s = slot_at(r->run_slot);
	if (!c || !s)
		return no_slot();
	note_worker(s);
	follow_ring(&c->ring, last_avail_idx);
	r->busy_interrupted = false;
	r->untranslated = false;
	r->discarded = 0;
	r->run_start = bpf_ktime_get_boot_ns();
	r->run_old = last_avail_idx;
	r->run_used = last_used_idx;
	r->run_kicks = __sync_lock_test_and_set(&c->kicks, 0);
	r->run_kick = r->run_kicks ? c->time_kick : 0;
	return 0;
}

static __always_inline int run_begins(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct thread *t = beginning_thread();
	struct queue_id id;

	if (!t)
		return 0;
	identify_queue(&id, dev, vq);
	begin_run(t, &id, vq->last_avail_idx, vq->last_used_idx);
	return 0;
}

/* Find out why a run ended, as enum run_end; @socket_polled: the worker waits for the socket. */
static __always_inline int run_end(const struct traced_thread *r, const struct run_view *v, bool socket_polled,
				   bool sends)
{
	__u16 found = v->last_avail_idx - r->run_old;

	if (!v->id.private_data)
		return RUN_STOPPED;
	if (!found && v->untranslated)
		return RUN_IOTLB;
	if (!(v->used_flags & USED_F_NO_NOTIFY))
		return RUN_EMPTY;
	if (socket_polled)
		return sends ? RUN_FULL : RUN_IDLE;
	if (r->untranslated)
		return RUN_IOTLB;
	if (!(v->work_flags & WORK_QUEUED))
		return RUN_ERROR;
	if (r->busy_interrupted || (!found && v->busyloop_timeout))
		return RUN_BUSY;
	/* After an error, a kick may have queued the work. The next run then finds no buffers before the same error. */
	return found ? RUN_WEIGHT : RUN_ERROR;
}

__noinline int report_run(const struct traced_thread *r, const struct run_view *v, int end)
{
	struct run_event *e;
	__u16 found;

	if (!r || !v)
		return 0;
	found = v->last_avail_idx - r->run_old;
	if (!is_traced(EVENT_RUN) || found < filter.min_batch)
		return 0;
	e = begin_event(r->run_slot, EVENT_RUN, sizeof(*e));
	if (!e)
		return 0;
	e->head.reason = end;
	e->head.old = r->run_old;
	e->head.new = v->last_avail_idx;
	e->head.flags = r->run_kicks && !found && end == RUN_EMPTY ? RUN_SPURIOUS : 0;
	e->time_start = r->run_start;
	e->time_kick = r->run_kick;
	e->kicks = r->run_kicks;
	e->reserved = 0;
	submit(e);
	return 0;
}

/*
 * Find the avail entry whose chain failed. Usually last_avail_idx is there again: vhost gives back the chain, and those
 * taken before it for the same packet. But a chain of the wrong direction is dropped, that is, neither given back nor
 * used. Return: false if not known: with zero copy, chains are also unused as long as their packets are under way.
 */
static __always_inline bool failed_entry(const struct traced_thread *r, const struct run_view *v, __u16 *entry)
{
	const struct vhost_net_virtqueue *nvq = (void *)v->id.vq;
	__u16 dropped = (__u16)(v->last_avail_idx - r->run_old) - (__u16)(v->last_used_idx - r->run_used);

	*entry = v->last_avail_idx;
	if (dropped > 1 || (dropped && BPF_CORE_READ(nvq, ubufs)))
		return false;
	*entry += r->discarded - dropped;
	return true;
}

/* With VIRTIO_F_IN_ORDER vhost takes the next descriptor, and never reads the entry. */
static __always_inline bool next_in_order(const struct run_view *v, __u16 entry, __u16 *head)
{
	const struct vhost_virtqueue *vq = (void *)v->id.vq;

	if (entry != v->last_avail_idx || !bpf_core_field_exists(vq->next_avail_head))
		return false;
	*head = BPF_CORE_READ(vq, next_avail_head) & (v->num - 1);
	return true;
}

static __always_inline bool read_head(const struct run_view *v, __u16 entry, __u16 *head)
{
	const struct vhost_virtqueue *vq = (void *)v->id.vq;
	__u64 at = (__u64)BPF_CORE_READ(vq, avail) + offsetof(struct vring_avail, ring) +
		   (entry & (v->num - 1)) * sizeof(__u16);

	if (BPF_CORE_READ(vq, acked_features) & (1ULL << VIRTIO_F_IN_ORDER))
		return next_in_order(v, entry, head);
	if (BPF_CORE_READ(vq, iotlb) || bpf_probe_read_user(head, sizeof(*head), (void *)at))
		return false;
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && BPF_CORE_READ(vq, is_le))
		*head = __builtin_bswap16(*head);
	return true;
}

__noinline int report_error(const struct traced_thread *r, const struct run_view *v)
{
	struct vhost_virtqueue *vq;
	__u16 entry, head = 0;
	struct event *e;

	if (!r || !v || !is_traced(EVENT_ERROR))
		return 0;
	e = begin_event(r->run_slot, EVENT_ERROR, sizeof(*e));
	if (!e)
		return 0;
	vq = (void *)v->id.vq;
	if (failed_entry(r, v, &entry) && read_head(v, entry, &head))
		e->flags |= ERROR_HEAD;
	e->old = entry;
	e->new = head;
	if (BPF_CORE_READ(vq, error_ctx))
		e->flags |= ERROR_FD;
	submit(e);
	return 0;
}

__noinline int end_run(struct thread *t, const struct run_view *v, __u64 socket_wqh, bool sends)
{
	struct traced_thread *r;
	int end;

	if (!t || !v)
		return 0;
	r = traced_thread(t);
	end = run_end(r, v, socket_wqh, sends);
	report_run(r, v, end);
	if (end == RUN_ERROR)
		report_error(r, v);
	if (end == RUN_WEIGHT || end == RUN_BUSY)
		report_repoll(r->run_slot, end == RUN_WEIGHT ? REPOLL_WEIGHT : REPOLL_BUSY);
	r->run_start = 0;
	return 0;
}

static __always_inline int run_ends(struct vhost_dev *dev, struct vhost_virtqueue *vq, void *socket_wqh, bool sends)
{
	struct thread *t = ending_thread();
	struct run_view v;

	if (!t || !traced_thread(t)->run_start)
		return 0;
	view_run(&v, dev, vq);
	end_run(t, &v, (__u64)socket_wqh, sends);
	return 0;
}

#define RUN(name, index)								\
SEC("fentry")										\
int BPF_PROG(name##_entry, struct vhost_net *net)					\
{											\
	return run_begins(&net->dev, &net->vqs[index].vq);				\
}											\
											\
SEC("fexit")										\
int BPF_PROG(name##_return, struct vhost_net *net)					\
{											\
	return run_ends(&net->dev, &net->vqs[index].vq,					\
			BPF_CORE_READ(net, poll[index].wqh), index == VHOST_NET_VQ_TX);	\
}

RUN(send, VHOST_NET_VQ_TX)
RUN(receive, VHOST_NET_VQ_RX)

/* Look up an address that the driver has put into the ring. */
SEC("fexit")
int BPF_PROG(translate_return, struct vhost_virtqueue *vq, __u64 addr, __u32 len, void *iov, int iov_size, int access,
	     int ret)
{
	struct traced_thread *r = ret == -EAGAIN ? running_thread() : NULL;

	if (r)
		r->untranslated = true;
	return 0;
}

/* vhost asks for kicks, unless it did already. It publishes avail_idx as it read it before. */
SEC("fentry")
int BPF_PROG(arm_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct thread *t = beginning_thread();

	if (!t)
		return 0;
	traced_thread(t)->arming = vq->used_flags & USED_F_NO_NOTIFY;
	traced_thread(t)->arm_idx = vq->avail_idx;
	return 0;
}

static __always_inline void submit_asking(struct event *e, __u32 flags, __u32 published)
{
	if (!e)
		return;
	e->flags = flags;
	e->new = published;
	submit(e);
}

/* Report an event. @published: avail_event */
__noinline int report_arm(struct thread *t, const struct queue_id *id, __u32 flags, __u32 published)
{
	if (t && id)
		submit_asking(begin_event(working_slot(t, id), EVENT_ARM, sizeof(struct event)), flags, published);
	return 0;
}

/* The same. @published: used->flags */
__noinline int report_disarm(struct thread *t, const struct queue_id *id, __u32 flags, __u32 published)
{
	if (t && id)
		submit_asking(begin_event(working_slot(t, id), EVENT_DISARM, sizeof(struct event)), flags, published);
	return 0;
}

static __always_inline bool has_event_idx(const struct vhost_virtqueue *vq)
{
	return vq->acked_features & (1ULL << VIRTIO_RING_F_EVENT_IDX);
}

SEC("fexit")
int BPF_PROG(arm_return, struct vhost_dev *dev, struct vhost_virtqueue *vq, __u8 again)
{
	struct thread *t = ending_thread();
	bool event_idx;
	struct queue_id id;

	if (!t || !traced_thread(t)->arming)
		return 0;
	traced_thread(t)->arming = false;
	event_idx = has_event_idx(vq);
	identify_queue(&id, dev, vq);
	report_arm(t, &id, (again ? ARM_AGAIN : 0) | (event_idx ? ARM_EVENT_IDX : 0),
		   event_idx ? traced_thread(t)->arm_idx : 0);
	return 0;
}

SEC("fentry")
int BPF_PROG(disarm_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct queue_id id;
	struct thread *t;

	if (vq->used_flags & USED_F_NO_NOTIFY)
		return 0;
	t = beginning_thread();
	if (!t)
		return 0;
	identify_queue(&id, dev, vq);
	if (has_event_idx(vq))
		report_disarm(t, &id, ARM_EVENT_IDX, 0);
	else
		report_disarm(t, &id, 0, USED_F_NO_NOTIFY);
	return 0;
}

SEC("fentry")
int BPF_PROG(busypoll_entry, struct vhost_net *net, struct vhost_virtqueue *rvq, struct vhost_virtqueue *tvq,
	     bool *interrupted, bool receives)
{
	struct thread *t = beginning_thread();

	if (!t)
		return 0;
	traced_thread(t)->busy_start = bpf_ktime_get_boot_ns();
	traced_thread(t)->busy_queued = (receives ? tvq->poll.work.flags : rvq->poll.work.flags) & WORK_QUEUED;
	return 0;
}

static __always_inline void report_poll(const struct traced_thread *r, __u32 slot)
{
	struct thread_event *e;

	if (!is_traced(EVENT_BUSYPOLL))
		return;
	e = begin_event(slot, EVENT_BUSYPOLL, sizeof(*e));
	if (!e)
		return;
	e->head.flags = r->busy_interrupted ? POLL_INTERRUPTED : 0;
	e->time_start = r->busy_start;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	submit(e);
}

/*
 * Busy polling has ended. @id: the queue that the worker serves; @other: the other queue of the pair, whose work is
 * @queued if busy polling found something for it. If a kick had queued that work, it would have been counted.
 */
__noinline int end_busypoll(struct thread *t, const struct queue_id *id, const struct queue_id *other, bool queued,
			    bool interrupted)
{
	struct traced_thread *r;
	struct trace_counts *c;
	__u32 slot;

	if (!t || !id || !other)
		return 0;
	r = traced_thread(t);
	r->busy_interrupted = interrupted;
	report_poll(r, thread_slot(t, id));
	r->busy_start = 0;
	slot = search_slot(other->dev, other->vq);
	c = counts_at(slot);
	if (c && !c->kicks && !r->busy_queued && queued)
		report_repoll(slot, REPOLL_BUSY);
	return 0;
}

SEC("fexit")
int BPF_PROG(busypoll_return, struct vhost_net *net, struct vhost_virtqueue *rvq, struct vhost_virtqueue *tvq,
	     bool *interrupted, bool receives)
{
	struct thread *t = ending_thread();
	struct queue_id rx, tx;
	bool other_work = false;

	if (!t || !traced_thread(t)->busy_start)
		return 0;
	identify_queue(&rx, &net->dev, rvq);
	identify_queue(&tx, &net->dev, tvq);
	bpf_probe_read_kernel(&other_work, sizeof(other_work), (void *)ctx[3]);
	if (receives)
		end_busypoll(t, &rx, &tx, tvq->poll.work.flags & WORK_QUEUED, other_work);
	else
		end_busypoll(t, &tx, &rx, rvq->poll.work.flags & WORK_QUEUED, other_work);
	return 0;
}
