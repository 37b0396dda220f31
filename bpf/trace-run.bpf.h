/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_RUN_BPF_H
#define TRACE_RUN_BPF_H

/*
 * Part of trace.bpf.c: the way of the driver's buffers to the worker.
 *
 * Theory of operation. A kick wakes vhost_poll_wakeup(), which queues the queue's work; the worker runs handle_tx() or
 * handle_rx(), which forbids kicks, takes buffers until there are none, asks for
 * kicks again, and looks once more. A run is that function's call. Why it ended is seen from what it leaves behind:
 * kicks asked for (empty), the socket polled (full, idle), or its work queued anew (weight, busy); with none of these it
 * has met an error, after which it waits for the next kick without asking for one.
 */

/* In what poll_number() returns: the poll is that of the queue's socket, not of its kicks. */
#define NUMBER_SOCKET (1U << 31)

/**
 * struct socket_queue - whose a poll of a socket is
 * @vq: the queue
 * @number: the number that its slot had
 */
struct socket_queue {
	__u64 vq;
	__u32 number;
	__u32 reserved;
};

/* By the address of the poll. Where a device was, another one may be, so that the slot is asked whether it is the queue's. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u64);
	__type(value, struct socket_queue);
} sockets SEC(".maps");

/* The struct vhost_virtqueue around a poll, if it is one of those. */
static __always_inline __u64 poll_vq(__u64 poll)
{
	return poll - bpf_core_field_offset(struct vhost_virtqueue, poll);
}

/* A poll seen for the first time: whose is it? */
static __noinline __u32 identify_poll(struct vhost_poll *poll)
{
	struct vhost_virtqueue *vq = (void *)poll_vq((__u64)poll);
	struct vhost_dev *dev = BPF_CORE_READ(poll, dev);
	struct vhost_net *net = (void *)dev;
	struct socket_queue socket = {};
	__u64 key = (__u64)poll, first;

	if (BPF_CORE_READ(poll, work.fn) == BPF_CORE_READ(vq, handle_kick))
		return search_slot(dev, vq);
	if (!bpf_core_type_exists(struct vhost_net))
		return QUEUE_SLOTS;
	first = (__u64)net + bpf_core_field_offset(struct vhost_net, poll);
	if (key == first)
		vq = (void *)net + bpf_core_field_offset(struct vhost_net, vqs[VHOST_NET_VQ_RX].vq);
	else if (key == first + bpf_core_type_size(struct vhost_poll))
		vq = (void *)net + bpf_core_field_offset(struct vhost_net, vqs[VHOST_NET_VQ_TX].vq);
	else
		return QUEUE_SLOTS;
	socket.vq = (__u64)vq;
	socket.number = search_slot(dev, vq);
	bpf_map_update_elem(&sockets, &key, &socket, BPF_ANY);
	return socket.number | NUMBER_SOCKET;
}

static __always_inline bool slot_of(__u32 number, __u64 vq)
{
	struct queue_slot *s = slot_at(number);

	return s && s->vq == vq;
}

static __always_inline __u32 poll_number(struct vhost_poll *poll)
{
	__u64 vq = poll_vq((__u64)poll), key = (__u64)poll;
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq);
	struct socket_queue *socket;

	if (number && slot_of(*number, vq))
		return *number;
	socket = bpf_map_lookup_elem(&sockets, &key);
	if (socket && slot_of(socket->number, socket->vq))
		return socket->number | NUMBER_SOCKET;
	return identify_poll(poll);
}

static __always_inline void note_kick(struct trace_counts *c)
{
	/* The time first: a run that takes the kick up finds it. */
	if (!c->kicks)
		c->time_kick = bpf_ktime_get_boot_ns();
	__sync_fetch_and_add(&c->kicks, 1);
}

static __always_inline __u16 kick_flags(struct vhost_poll *poll)
{
	struct vhost_virtqueue *vq = (void *)poll_vq((__u64)poll);
	__u16 flags = 0;

	if (BPF_CORE_READ(poll, work.flags) & WORK_QUEUED)
		flags |= KICK_MERGED;
	if (BPF_CORE_READ(vq, used_flags) & USED_F_NO_NOTIFY)
		flags |= KICK_UNASKED;
	return flags;
}

static __always_inline void report_kick(__u32 number, __u16 flags)
{
	struct trace_counts *c = counts_at(number);
	struct thread_event *e;

	if (c)
		note_kick(c);
	if (!(filter.events & (1 << EVENT_KICK)) || !wanted_event(number, EVENT_KICK, &c))
		return;
	e = reserve(c, EVENT_KICK, sizeof(*e));
	if (!e)
		return;
	fill_head(&e->head, EVENT_KICK, number);
	e->head.flags = flags;
	e->time_start = 0;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	submit(e);
}

static __always_inline void report_repoll(__u32 number, int cause)
{
	struct trace_counts *c;
	struct event *e;

	if (!(filter.events & (1 << EVENT_REPOLL)) || !wanted_event(number, EVENT_REPOLL, &c))
		return;
	e = reserve(c, EVENT_REPOLL, sizeof(*e));
	if (!e)
		return;
	fill_head(e, EVENT_REPOLL, number);
	e->reason = cause;
	submit(e);
}

SEC("fentry")
int BPF_PROG(poll_woken, struct wait_queue_entry *wait, unsigned int mode, int sync, void *key)
{
	struct vhost_poll *poll = (void *)((__u64)ctx[0] - bpf_core_field_offset(struct vhost_poll, wait));
	__u32 number;

	/* Without a mode it is vhost_poll_start() that calls, see there. */
	if (current_phase() != PHASE_ARMED || !mode || !((__u64)key & BPF_CORE_READ(poll, mask)))
		return 0;
	number = poll_number(poll);
	if (number & NUMBER_SOCKET)
		report_repoll(number & ~NUMBER_SOCKET, REPOLL_SOCKET);
	else
		report_kick(number, kick_flags(poll));
	return 0;
}

/*
 * What is polled for may be there when polling starts. Then vhost_poll_start() queues the work by itself, with a call of
 * vhost_poll_wakeup() that compilers inline. A socket's polling is started by the worker that is to do the work: so it
 * has not begun at the return.
 */
SEC("fentry")
int BPF_PROG(poll_entry, struct vhost_poll *poll)
{
	struct thread *t = beginning_thread();

	if (t)
		t->poll_idle = !(poll->work.flags & WORK_QUEUED);
	return 0;
}

SEC("fexit")
int BPF_PROG(poll_return, struct vhost_poll *poll)
{
	struct thread *t = ending_thread();
	__u32 number;

	if (!t || !t->poll_idle)
		return 0;
	t->poll_idle = false;
	if (!(poll->work.flags & WORK_QUEUED))
		return 0;
	number = poll_number((void *)ctx[0]);
	if (number & NUMBER_SOCKET)
		report_repoll(number & ~NUMBER_SOCKET, REPOLL_SOCKET);
	return 0;
}

/*
 * The ioctl that gives vhost an eventfd may start its polling without that function, but not without this one, which
 * puts the poll into the eventfd's queue. The eventfd still has its count, since nobody but the owner would read it;
 * had it been raised only now, the work would be queued.
 */
SEC("fexit")
int BPF_PROG(kick_polled, struct file *file, void *wqh, struct poll_table_struct *table)
{
	struct vhost_poll *poll = (void *)((__u64)ctx[2] - bpf_core_field_offset(struct vhost_poll, table));
	struct eventfd_ctx *kick;
	__u32 number;

	if (current_phase() != PHASE_ARMED || BPF_CORE_READ(poll, work.flags) & WORK_QUEUED)
		return 0;
	number = poll_number(poll);
	kick = BPF_CORE_READ(file, private_data);
	if (!(number & NUMBER_SOCKET) && BPF_CORE_READ(kick, count))
		report_kick(number, KICK_EARLY);
	return 0;
}

/* The beginning of a run. The queue's mutex is not held yet, but only its worker moves last_avail_idx. */
static __always_inline int run_begins(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct thread *t = beginning_thread();
	struct trace_counts *c;

	if (!t)
		return 0;
	t->run_slot = thread_slot(t, dev, vq);
	c = counts_at(t->run_slot);
	if (!c) {
		__sync_fetch_and_add(&unfollowed.no_slot, 1);
		return 0;
	}
	t->busy_interrupted = false;
	t->run_start = bpf_ktime_get_boot_ns();
	t->run_old = vq->last_avail_idx;
	t->run_kicks = __sync_lock_test_and_set(&c->kicks, 0);
	t->run_kick = t->run_kicks ? c->time_kick : 0;
	return 0;
}

static __always_inline int run_end(const struct thread *t, struct vhost_virtqueue *vq, void *socket_wqh, bool sends)
{
	__u16 found = vq->last_avail_idx - t->run_old;

	if (!vq->private_data)
		return RUN_STOPPED;
	if (!found && untranslated(vq))
		return RUN_IOTLB;
	if (!(vq->used_flags & USED_F_NO_NOTIFY))
		return RUN_EMPTY;
	if (socket_wqh)
		return sends ? RUN_FULL : RUN_IDLE;
	if (!(vq->poll.work.flags & WORK_QUEUED))
		return RUN_ERROR;
	if (t->busy_interrupted || (!found && vq->busyloop_timeout))
		return RUN_BUSY;
	/* After an error a kick may have queued it. The next run meets the error again, and finds nothing before. */
	return found ? RUN_WEIGHT : RUN_ERROR;
}

static __always_inline void report_run(const struct thread *t, struct vhost_virtqueue *vq, int end)
{
	__u16 found = vq->last_avail_idx - t->run_old;
	struct trace_counts *c;
	struct run_event *e;

	if (!(filter.events & (1 << EVENT_RUN)) || found < filter.min_batch ||
	    !wanted_event(t->run_slot, EVENT_RUN, &c))
		return;
	e = reserve(c, EVENT_RUN, sizeof(*e));
	if (!e)
		return;
	fill_head(&e->head, EVENT_RUN, t->run_slot);
	e->head.reason = end;
	e->head.old = t->run_old;
	e->head.new = vq->last_avail_idx;
	e->head.flags = t->run_kicks && !found && end == RUN_EMPTY ? RUN_SPURIOUS : 0;
	e->time_start = t->run_start;
	e->time_kick = t->run_kick;
	e->kicks = t->run_kicks;
	e->reserved = 0;
	submit(e);
}

/* The head that the worker stopped at is the first one that it did not take. */
static __always_inline void report_error(const struct thread *t, struct vhost_virtqueue *vq)
{
	struct trace_counts *c;
	volatile __u64 at;
	struct event *e;
	__u16 head = 0;

	if (!(filter.events & (1 << EVENT_ERROR)) || !wanted_event(t->run_slot, EVENT_ERROR, &c))
		return;
	e = reserve(c, EVENT_ERROR, sizeof(*e));
	if (!e)
		return;
	fill_head(e, EVENT_ERROR, t->run_slot);
	e->old = vq->last_avail_idx;
	at = (__u64)vq->avail;
	at += offsetof(struct vring_avail, ring) + (vq->last_avail_idx & (vq->num - 1)) * sizeof(__u16);
	if (!vq->iotlb && !bpf_probe_read_user(&head, sizeof(head), (void *)at))
		e->flags |= ERROR_HEAD;
	e->new = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && vq->is_le ? __builtin_bswap16(head) : head;
	if (vq->error_ctx)
		e->flags |= ERROR_FD;
	submit(e);
}

static __always_inline int run_ends(struct vhost_virtqueue *vq, void *socket_wqh, bool sends)
{
	struct thread *t = ending_thread();
	int end;

	if (!t || !t->run_start)
		return 0;
	end = run_end(t, vq, socket_wqh, sends);
	report_run(t, vq, end);
	if (end == RUN_ERROR)
		report_error(t, vq);
	if (end == RUN_WEIGHT || end == RUN_BUSY)
		report_repoll(t->run_slot, end == RUN_WEIGHT ? REPOLL_WEIGHT : REPOLL_BUSY);
	t->run_start = 0;
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
	return run_ends(&net->vqs[index].vq, BPF_CORE_READ(net, poll[index].wqh),		\
			index == VHOST_NET_VQ_TX);					\
}

RUN(send, VHOST_NET_VQ_TX)
RUN(receive, VHOST_NET_VQ_RX)

/* Asking for kicks, unless they were asked for already. What is published is what vhost had read before. */
SEC("fentry")
int BPF_PROG(arm_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct thread *t = beginning_thread();

	if (!t)
		return 0;
	t->arming = vq->used_flags & USED_F_NO_NOTIFY;
	t->arm_idx = vq->avail_idx;
	return 0;
}

SEC("fexit")
int BPF_PROG(arm_return, struct vhost_dev *dev, struct vhost_virtqueue *vq, __u8 again)
{
	struct thread *t = ending_thread();
	struct trace_counts *c;
	struct event *e;
	__u32 number;

	if (!t || !t->arming)
		return 0;
	t->arming = false;
	number = thread_slot(t, dev, vq);
	if (!wanted_event(number, EVENT_ARM, &c))
		return 0;
	e = reserve(c, EVENT_ARM, sizeof(*e));
	if (!e)
		return 0;
	fill_head(e, EVENT_ARM, number);
	e->flags = again ? ARM_AGAIN : 0;
	if (has_feature(vq, VIRTIO_RING_F_EVENT_IDX)) {
		e->flags |= ARM_EVENT_IDX;
		e->new = t->arm_idx;
	}
	submit(e);
	return 0;
}

SEC("fentry")
int BPF_PROG(disarm_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct trace_counts *c;
	struct thread *t;
	struct event *e;
	__u32 number;

	if (vq->used_flags & USED_F_NO_NOTIFY)
		return 0;
	t = beginning_thread();
	if (!t)
		return 0;
	number = thread_slot(t, dev, vq);
	if (!wanted_event(number, EVENT_DISARM, &c))
		return 0;
	e = reserve(c, EVENT_DISARM, sizeof(*e));
	if (!e)
		return 0;
	fill_head(e, EVENT_DISARM, number);
	if (has_feature(vq, VIRTIO_RING_F_EVENT_IDX))
		e->flags |= ARM_EVENT_IDX;
	else
		e->new = USED_F_NO_NOTIFY;
	submit(e);
	return 0;
}

SEC("fentry")
int BPF_PROG(busypoll_entry, struct vhost_net *net, struct vhost_virtqueue *rvq, struct vhost_virtqueue *tvq,
	     bool *interrupted, bool receives)
{
	struct thread *t = beginning_thread();

	if (!t)
		return 0;
	t->busy_start = bpf_ktime_get_boot_ns();
	t->busy_queued = (receives ? tvq->poll.work.flags : rvq->poll.work.flags) & WORK_QUEUED;
	return 0;
}

/* Of the pair's other queue, for which busy polling has found something to do. A kick would have been noted. */
static __always_inline void report_other(const struct thread *t, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	__u32 number = search_slot(dev, vq);
	struct trace_counts *c = counts_at(number);

	if (c && !c->kicks && !t->busy_queued && vq->poll.work.flags & WORK_QUEUED)
		report_repoll(number, REPOLL_BUSY);
}

static __always_inline void report_busypoll(const struct thread *t, __u32 number)
{
	struct thread_event *e;
	struct trace_counts *c;

	if (!(filter.events & (1 << EVENT_BUSYPOLL)) || !wanted_event(number, EVENT_BUSYPOLL, &c))
		return;
	e = reserve(c, EVENT_BUSYPOLL, sizeof(*e));
	if (!e)
		return;
	fill_head(&e->head, EVENT_BUSYPOLL, number);
	e->head.flags = t->busy_interrupted ? POLL_INTERRUPTED : 0;
	e->time_start = t->busy_start;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	submit(e);
}

SEC("fexit")
int BPF_PROG(busypoll_return, struct vhost_net *net, struct vhost_virtqueue *rvq, struct vhost_virtqueue *tvq,
	     bool *interrupted, bool receives)
{
	struct thread *t = ending_thread();

	if (!t || !t->busy_start)
		return 0;
	bpf_probe_read_kernel(&t->busy_interrupted, sizeof(t->busy_interrupted), (void *)ctx[3]);
	if (receives) {
		report_busypoll(t, thread_slot(t, &net->dev, rvq));
		report_other(t, &net->dev, tvq);
	} else {
		report_busypoll(t, thread_slot(t, &net->dev, tvq));
		report_other(t, &net->dev, rvq);
	}
	t->busy_start = 0;
	return 0;
}

#endif
