// SPDX-License-Identifier: GPL-2.0-only
/*
 * The beginning and the end of a queue, and what its counts are at one moment.
 */
#include <linux/bpf.h>
#include <linux/ioctl.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counters-links.bpf.h"
#include "counters.bpf.h"

struct edges_map edges SEC(".maps");

/* Of linux/vhost.h, which the bpf target cannot include. */
struct vhost_vring_file {
	__u32 index;
	__s32 fd;
};

#define VHOST_SET_VRING_KICK _IOW(0xaf, 0x20, struct vhost_vring_file)

/* What the queue has done up to now, with the backend that it has or had. */
__noinline int account_queue(__u32 slot, __u64 vq_address)
{
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct queue_state *st = state_at(slot);

	/* Before the first account nothing can be missing. */
	if (st && st->avail_known)
		account(st, BPF_CORE_READ(vq, kick), BPF_CORE_READ(vq, last_avail_idx),
			BPF_CORE_READ(vq, last_used_idx));
	return 0;
}

/*
 * A queue that gets another backend gets another slot. With sampling its last runs may still have to be accounted for
 * in the former one.
 */
static __always_inline void account_former(const struct queue_id *id)
{
	__u64 vq = id->vq;
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq);

	if (number && !slot_is(slot_at(*number), id))
		account_queue(*number, vq);
}

__noinline int start_queue(const struct queue_id *id)
{
	struct vhost_virtqueue *vq;
	struct queue_state *st;
	struct file *kick;
	__u32 slot;

	if (!id)
		return 0;
	vq = (void *)id->vq;
	/* vhost-scsi starts all the queues that it has, though few of them have a ring. */
	if (!BPF_CORE_READ(vq, desc))
		return 0;
	if (sample > 1)
		account_former(id);
	slot = search_slot(id->dev, id->vq);
	st = state_at(slot);
	if (!st)
		return 0;
	/* The backend was taken away. */
	if (!id->private_data) {
		account_queue(slot, id->vq);
		forget_indexes(st);
		return 0;
	}
	/* The first run may find buffers that are in the ring already. */
	forget_indexes(st);
	find_kicks(st, id->vq);
	forget_start(id->vq);
	read_notified(&st->notified, vq);
	st->word.state = READING_UNKNOWN;
	kick = BPF_CORE_READ(vq, kick);
	/* Nothing is known of its kicks: they count from here on. */
	if (kick && st->kick.file != (__u64)kick)
		look_at_kick(&st->kick, kick);
	account(st, kick, BPF_CORE_READ(vq, last_avail_idx), BPF_CORE_READ(vq, last_used_idx));
	return 0;
}

static __always_inline int starts(struct vhost_virtqueue *vq)
{
	struct queue_id id;

	if (!is_counting())
		return 0;
	identify_queue(&id, vq->dev, vq);
	start_queue(&id);
	if (id.private_data)
		note_tap(id.dev);
	else
		forget_tap(id.dev);
	return 0;
}

/* The backend of a queue is set, or taken away. If it is set, the queue may be at another index than before. */
SEC("fexit")
int BPF_PROG(started_return, struct vhost_virtqueue *vq)
{
	return starts(vq);
}

/*
 * A queue has been given a kick eventfd, or has lost it. One that is signalled already is a kick: vhost acts on it at
 * once, before there is a backend. QEMU makes every one with a count of 1. However often it was signalled before, vhost
 * takes it for one kick. The former eventfd is still there, since this thread releases it on its way to user space.
 */
__noinline int begin_kicks(__u64 dev, __u64 vq_address)
{
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct file *kick = BPF_CORE_READ(vq, kick);
	struct kick_eventfd now = {};
	struct queue_state *st;

	st = state_at(search_slot(dev, vq_address));
	find_kicks(st, vq_address);
	if (!st || st->kick.file == (__u64)kick)
		return 0;
	if (kick)
		look_at_kick(&now, kick);
	if (now.count)
		now.count--;
	turn_version(st);
	if (st->kick.file)
		st->counts.kicks += kicks_since(&st->kick);
	st->kick = now;
	turn_version(st);
	return 0;
}

__noinline int kick_set(__u64 dev, __u64 user)
{
	struct device_queues queues;
	__u32 index;

	if (bpf_probe_read_user(&index, sizeof(index), (void *)user) || index >= find_queues(&queues, (void *)dev))
		return 0;
	return begin_kicks(dev, nth_queue(&queues, index));
}

/* An ioctl that fails has set it all the same if the eventfd cannot be polled, since its count is at the end. */
SEC("fexit")
int BPF_PROG(vring_set, struct vhost_dev *dev, unsigned int ioctl)
{
	if (is_counting() && ioctl == VHOST_SET_VRING_KICK)
		kick_set(argument(ctx, 0), ctx[2]);
	return 0;
}

/*
 * The device is closed. The run for a kick that vhost found in a new eventfd may have ended before begin_kicks(). What
 * was noted of the queue is out of date: another device may come to be at the same address, and its eventfds at those
 * of the eventfds that were noted.
 */
static int close_nth(__u32 i, struct device_queues *q)
{
	__u64 address = nth_queue(q, i);
	__u32 *number = bpf_map_lookup_elem(&numbers, &address);
	struct vhost_virtqueue *vq = (void *)address;
	struct queue_state *st;

	forget_start(address);
	if (!number)
		return 0;
	if (sample > 1)
		account_queue(*number, address);
	st = state_at(*number);
	if (!st)
		return 0;
	turn_version(st);
	st->counts.kicks += new_kicks(st, BPF_CORE_READ(vq, kick));
	turn_version(st);
	return 0;
}

__noinline int close_queues(__u64 dev_address)
{
	struct device_queues q;
	__u32 count = find_queues(&q, (void *)dev_address);

	bpf_loop(count, close_nth, &q, 0);
	return 0;
}

SEC("fentry")
int BPF_PROG(closed_entry, struct vhost_dev *dev)
{
	close_queues(argument(ctx, 0));
	forget_tap(argument(ctx, 0));
	forget_workers(argument(ctx, 0));
	retire_device(argument(ctx, 0));
	return 0;
}

/* As account(), but nothing is written. */
static __always_inline void find_edge(struct queue_edge *e, const struct queue_state *st, __u64 vq_address)
{
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct eventfd_ctx *ctx = (void *)st->kick.ctx;
	__u64 kicks = 0;

	if (ctx && st->kick.file == (__u64)BPF_CORE_READ(vq, kick)) {
		kicks = BPF_CORE_READ(ctx, count);
		if (kicks >= st->kick.count)
			kicks -= st->kick.count;
	}
	e->kicks = st->counts.kicks + kicks;
	e->runs = st->counts.runs + st->new_runs;
	e->found = st->counts.found;
	if (st->avail_known)
		e->found += (__u16)(BPF_CORE_READ(vq, last_avail_idx) - st->avail);
	e->buffers = st->counts.buffers;
	if (st->used_known)
		e->buffers += (__u16)(BPF_CORE_READ(vq, last_used_idx) - st->used);
}

#define TRIES 8

/*
 * Pairs with turn_version(): if the version is even and the same before and after, all is of one
 * moment, but for what the device does meanwhile. Without luck the counts of the last account remain.
 */
static int read_edge(__u32 slot, void *unused)
{
	struct queue_slot *s = slot_at(slot);
	struct queue_state *st = state_at(slot);
	struct queue_edge *e = bpf_map_lookup_elem(&edges, &slot);
	__u32 version;

	if (!s || !st || !e)
		return 0;
	for (int i = 0; i < TRIES; i++) {
		struct queue_edge edge;
		__u64 vq = s->vq;

		version = __sync_fetch_and_add(&st->version, 0);
		find_edge(&edge, st, vq);
		if (__sync_fetch_and_add(&st->version, 0) == version && !(version & 1) && s->vq == vq && vq) {
			*e = edge;
			return 0;
		}
	}
	*e = (struct queue_edge){ st->counts.buffers, st->counts.kicks, st->counts.runs, st->counts.found };
	return 0;
}

/* User space calls this before it reads. */
SEC("syscall")
int read_edges(void *unused)
{
	bpf_loop(slots_taken, read_edge, NULL, 0);
	return 0;
}
