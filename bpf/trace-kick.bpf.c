// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces what wakes the worker: kicks, and sockets that are polled.
 *
 * Theory of operation. A kick calls vhost_poll_wakeup(), which queues the queue's work; so does a socket that the queue
 * polls because it was full or idle. The address of the poll tells which of the two it is, and of which queue.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "kick-source.bpf.h"
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

/* The address of avail->idx; with a virtual IOMMU by the cached translation, which may be replaced meanwhile. */
static __always_inline __u64 avail_idx_address(struct vhost_virtqueue *vq)
{
	const __u64 at = (__u64)BPF_CORE_READ(vq, avail) + offsetof(struct vring_avail, idx);
	const struct vhost_iotlb_map *map;
	__u64 user;

	if (!BPF_CORE_READ(vq, iotlb))
		return at;
	map = BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]);
	user = translated(vq, at, VHOST_ADDR_AVAIL);
	return BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]) == map ? user : 0;
}

/*
 * Read avail->idx, without waiting for a page. The ring is in the owner's memory, which a virtual CPU or another thread
 * of the owner has at hand. An interrupt that comes while such a thread runs has it, too; others cannot read it.
 */
static __always_inline bool read_avail_idx(const struct queue_slot *s, __u16 *index)
{
	struct vhost_virtqueue *vq = (void *)s->vq;
	__u64 at;

	if (!s->mm || (__u64)bpf_get_current_task_btf()->mm != s->mm)
		return false;
	at = avail_idx_address(vq);
	if (!at || bpf_probe_read_user(index, sizeof(*index), (void *)at))
		return false;
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && BPF_CORE_READ(vq, is_le))
		*index = __builtin_bswap16(*index);
	return true;
}

/* The owner's ioctls, in which a queue gets its eventfd and its backend, come one after the other. */
static __always_inline void hold_kick(struct trace_counts *c, const struct queue_slot *s, __u32 flags)
{
	struct early_kick *k = &c->early[0];

	for (int i = 1; i < EARLY_KICKS && k->time; i++)
		k = &c->early[i];
	k->flags = flags;
	k->new = 0;
	if (read_avail_idx(s, &k->new))
		k->flags |= KICK_AVAIL_IDX;
	k->tid = current_tid();
	k->cpu = bpf_get_smp_processor_id();
	bpf_get_current_comm(k->comm, sizeof(k->comm));
	k->time = bpf_ktime_get_boot_ns();
}

__noinline int report_kick(__u32 slot, __u32 flags)
{
	struct trace_counts *c = counts_at(slot);
	struct queue_slot *s = slot_at(slot);
	struct thread_event *e;
	__u16 index = 0;

	if (c)
		note_kick(c);
	if (!is_traced(EVENT_KICK))
		return 0;
	if (c && s && flags & KICK_EARLY && is_undecided(s)) {
		hold_kick(c, s, flags);
		return 0;
	}
	e = begin_event(slot, EVENT_KICK, sizeof(*e));
	if (!e)
		return 0;
	e->head.flags = flags;
	e->head.reason = flags & KICK_EARLY ? KICK_SOURCE_UNKNOWN : kick_source();
	if (s && read_avail_idx(s, &index)) {
		e->head.flags |= KICK_AVAIL_IDX;
		e->head.new = index;
	}
	e->time_start = 0;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	submit(e);
	return 0;
}

/* Report a kick that was held back, as it was then. @number: of the slot that has it; @i: which of them */
__noinline int report_held_kick(__u32 number, __u32 i, __u64 vq_address)
{
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct trace_counts *c = counts_at(number);
	struct thread_event *e;
	struct early_kick *k;

	if (!c || i >= EARLY_KICKS || !c->early[i].time)
		return 0;
	k = &c->early[i];
	/* The search lets the slot have its name. */
	e = begin_event(search_slot((__u64)BPF_CORE_READ(vq, dev), vq_address), EVENT_KICK, sizeof(*e));
	if (e) {
		e->head.time = k->time;
		e->head.tid = k->tid;
		e->head.cpu = k->cpu;
		e->head.reason = KICK_SOURCE_UNKNOWN;
		e->head.flags = k->flags;
		e->head.new = k->new;
		e->time_start = 0;
		__builtin_memcpy(e->comm, k->comm, sizeof(e->comm));
		submit(e);
	}
	k->time = 0;
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

/* A queue has got its backend. */
SEC("fexit")
int BPF_PROG(started_return, struct vhost_virtqueue *vq)
{
	__u64 address = argument(ctx, 0);
	__u32 *found = bpf_map_lookup_elem(&numbers, &address), number = found ? *found : QUEUE_SLOTS;

	if (!vq->private_data)
		return 0;
	if (is_traced(EVENT_DROP))
		note_tap((__u64)BPF_CORE_READ((struct vhost_virtqueue *)address, dev));
	if (current_phase() != PHASE_ARMED)
		return 0;
	for (__u32 i = 0; i < EARLY_KICKS; i++)
		report_held_kick(number, i, address);
	return 0;
}
