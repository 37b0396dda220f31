// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces kicks and the worker's runs.
 *
 * Theory of operation. A kick calls vhost_poll_wakeup(), which queues the queue's work. The worker then calls
 * handle_tx() or handle_rx(), which disables kicks, takes buffers until the ring is empty, enables kicks, and checks
 * the ring once more. One such call is a run. The state at its return tells why it ended: kicks are enabled (empty),
 * the socket is polled (full, idle), or the work is queued again (weight, busy). With none of these there was an error:
 * the worker then waits for the next kick, but does not enable kicks.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "run.bpf.h"
#include "trace.bpf.h"

/* Flag in the result of poll_number(): the poll is that of the queue's socket, not that of its kick eventfd. */
#define NUMBER_SOCKET (1U << 31)

/**
 * struct socket_queue - the queue that polls a socket
 * @vq: the queue
 * @number: number of its slot
 * @reserved: 0
 */
struct socket_queue {
	__u64 vq;
	__u32 number;
	__u32 reserved;
};

/*
 * By the address of the poll. A new device may be at the address of a former one, so the entry counts only if the slot
 * still belongs to the queue.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u64);
	__type(value, struct socket_queue);
} sockets SEC(".maps");

/* The struct vhost_virtqueue that contains the poll, if the poll is that of a kick eventfd. */
static __always_inline __u64 poll_vq(__u64 poll)
{
	return poll - bpf_core_field_offset(struct vhost_virtqueue, poll);
}

/* Find the queue of a new poll. */
static __always_inline __u32 identify_poll(__u64 poll_address)
{
	struct vhost_poll *poll = (void *)poll_address;
	__u64 vq_address = poll_vq(poll_address), first;
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct vhost_dev *dev = BPF_CORE_READ(poll, dev);
	struct vhost_net *net = (void *)dev;
	struct socket_queue socket = {};

	if (BPF_CORE_READ(poll, work.fn) == BPF_CORE_READ(vq, handle_kick))
		return search_slot((__u64)dev, vq_address);
	if (!bpf_core_type_exists(struct vhost_net))
		return QUEUE_SLOTS;
	first = (__u64)net + bpf_core_field_offset(struct vhost_net, poll);
	if (poll_address == first)
		socket.vq = (__u64)net + bpf_core_field_offset(struct vhost_net, vqs[VHOST_NET_VQ_RX].vq);
	else if (poll_address == first + bpf_core_type_size(struct vhost_poll))
		socket.vq = (__u64)net + bpf_core_field_offset(struct vhost_net, vqs[VHOST_NET_VQ_TX].vq);
	else
		return QUEUE_SLOTS;
	socket.number = search_slot((__u64)dev, socket.vq);
	bpf_map_update_elem(&sockets, &poll_address, &socket, BPF_ANY);
	return socket.number | NUMBER_SOCKET;
}

static __always_inline bool slot_of(__u32 number, __u64 vq)
{
	struct queue_slot *s = slot_at(number);

	return s && s->vq == vq;
}

/* The number of the slot of a poll's queue, with NUMBER_SOCKET if it polls the socket; QUEUE_SLOTS if unknown. */
__noinline __u32 poll_number(__u64 poll)
{
	__u64 vq = poll_vq(poll);
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq);
	struct socket_queue *socket;

	if (number && slot_of(*number, vq))
		return *number;
	socket = bpf_map_lookup_elem(&sockets, &poll);
	if (socket && slot_of(socket->number, socket->vq))
		return socket->number | NUMBER_SOCKET;
	return identify_poll(poll);
}

static __always_inline void note_kick(struct trace_counts *c)
{
	/* Store the time first, so that the run that takes the kick finds it. */
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

__noinline int report_kick(__u32 slot, __u32 flags)
{
	struct trace_counts *c = counts_at(slot);
	struct thread_event *e;

	if (c)
		note_kick(c);
	if (!is_traced(EVENT_KICK))
		return 0;
	e = begin_event(slot, EVENT_KICK, sizeof(*e));
	if (!e)
		return 0;
	e->head.flags = flags;
	e->time_start = 0;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	submit(e);
	return 0;
}

__noinline int report_repoll(__u32 slot, __u32 cause)
{
	struct event *e;

	if (!is_traced(EVENT_REPOLL))
		return 0;
	e = begin_event(slot, EVENT_REPOLL, sizeof(*e));
	if (!e)
		return 0;
	e->reason = cause;
	submit(e);
	return 0;
}

SEC("fentry")
int BPF_PROG(poll_woken, struct wait_queue_entry *wait, unsigned int mode, int sync, void *key)
{
	struct vhost_poll *poll = (void *)(argument(ctx, 0) - bpf_core_field_offset(struct vhost_poll, wait));
	__u32 number;

	/* A mode of 0: the caller is vhost_poll_start(), see poll_entry. */
	if (current_phase() != PHASE_ARMED || !mode || !((__u64)key & BPF_CORE_READ(poll, mask)))
		return 0;
	number = poll_number((__u64)poll);
	if (number & NUMBER_SOCKET)
		report_repoll(number & ~NUMBER_SOCKET, REPOLL_SOCKET);
	else
		report_kick(number, kick_flags(poll));
	return 0;
}

/*
 * If the file is ready when polling starts, vhost_poll_start() itself queues the work, by a call of
 * vhost_poll_wakeup() that compilers inline. The worker that starts to poll a socket is the one that will do the work,
 * so the work is still queued at the return.
 */
SEC("fentry")
int BPF_PROG(poll_entry, struct vhost_poll *poll)
{
	struct thread *t = beginning_thread();

	if (t)
		traced_thread(t)->poll_idle = !(poll->work.flags & WORK_QUEUED);
	return 0;
}

SEC("fexit")
int BPF_PROG(poll_return, struct vhost_poll *poll)
{
	struct thread *t = ending_thread();
	__u32 number;

	if (!t || !traced_thread(t)->poll_idle)
		return 0;
	traced_thread(t)->poll_idle = false;
	if (!(poll->work.flags & WORK_QUEUED))
		return 0;
	number = poll_number(argument(ctx, 0));
	if (number & NUMBER_SOCKET)
		report_repoll(number & ~NUMBER_SOCKET, REPOLL_SOCKET);
	return 0;
}

/*
 * VHOST_SET_VRING_KICK may start to poll the eventfd without vhost_poll_start(), but always calls vhost_poll_func(),
 * which puts the poll into the eventfd's wait queue. If the count is not 0, a kick came before that: only the owner
 * would reset the count, and a kick that came later would have queued the work.
 */
SEC("fexit")
int BPF_PROG(kick_polled, struct file *file, void *wqh, struct poll_table_struct *table)
{
	struct vhost_poll *poll = (void *)(argument(ctx, 2) - bpf_core_field_offset(struct vhost_poll, table));
	struct eventfd_ctx *kick;
	__u32 number;

	if (current_phase() != PHASE_ARMED || BPF_CORE_READ(poll, work.flags) & WORK_QUEUED)
		return 0;
	number = poll_number((__u64)poll);
	kick = BPF_CORE_READ(file, private_data);
	if (!(number & NUMBER_SOCKET) && BPF_CORE_READ(kick, count))
		report_kick(number, KICK_EARLY);
	return 0;
}

/* Begin a run. The queue's mutex is not held yet, but only this worker changes last_avail_idx. */
__noinline int begin_run(struct thread *t, const struct queue_id *id, __u32 last_avail_idx)
{
	struct traced_thread *r;
	struct trace_counts *c;

	if (!t || !id)
		return 0;
	r = traced_thread(t);
	r->run_slot = thread_slot(t, id);
	c = counts_at(r->run_slot);
	if (!c)
		return no_slot();
	r->busy_interrupted = false;
	r->run_start = bpf_ktime_get_boot_ns();
	r->run_old = last_avail_idx;
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
	begin_run(t, &id, vq->last_avail_idx);
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

/* Report an error. The worker stopped at the head at last_avail_idx, the first one that it did not take. */
__noinline int report_error(__u32 slot, const struct run_view *v)
{
	struct vhost_virtqueue *vq;
	struct event *e;
	__u16 head = 0;
	__u64 at;

	if (!v || !is_traced(EVENT_ERROR))
		return 0;
	e = begin_event(slot, EVENT_ERROR, sizeof(*e));
	if (!e)
		return 0;
	vq = (void *)v->id.vq;
	e->old = v->last_avail_idx;
	at = (__u64)BPF_CORE_READ(vq, avail) + offsetof(struct vring_avail, ring) +
	     (v->last_avail_idx & (v->num - 1)) * sizeof(__u16);
	if (!BPF_CORE_READ(vq, iotlb) && !bpf_probe_read_user(&head, sizeof(head), (void *)at))
		e->flags |= ERROR_HEAD;
	e->new = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && BPF_CORE_READ(vq, is_le) ? __builtin_bswap16(head) : head;
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
		report_error(r->run_slot, v);
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

/* Report an event. @type: EVENT_ARM or EVENT_DISARM; @published: avail_event or used->flags */
__noinline int report_asking(struct thread *t, const struct queue_id *id, int type, __u32 flags, __u32 published)
{
	struct event *e;

	if (!t || !id)
		return 0;
	if (type == EVENT_ARM)
		e = begin_event(thread_slot(t, id), EVENT_ARM, sizeof(*e));
	else
		e = begin_event(thread_slot(t, id), EVENT_DISARM, sizeof(*e));
	if (!e)
		return 0;
	e->flags = flags;
	e->new = published;
	submit(e);
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
	report_asking(t, &id, EVENT_ARM, (again ? ARM_AGAIN : 0) | (event_idx ? ARM_EVENT_IDX : 0),
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
		report_asking(t, &id, EVENT_DISARM, ARM_EVENT_IDX, 0);
	else
		report_asking(t, &id, EVENT_DISARM, 0, USED_F_NO_NOTIFY);
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
