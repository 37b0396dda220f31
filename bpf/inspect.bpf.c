// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes a record of every vhost device that a process has open, and of every tap's file.
 *
 * Theory of operation. The kernel calls the program for each open file of each process and holds a reference to both,
 * so neither can go away. The program recognizes a vhost device by its device number; the file's private data is then
 * the device.
 *
 * The program takes no lock of the device, and the worker goes on. It reads single words, each valid at its own moment.
 * Therefore it reads the kernel's words again after those of the ring: if none has changed, and the worker has slept
 * all the time, the device stood still and all words belong together. Otherwise it marks the queue as moved.
 *
 * If the owner replaces something by an ioctl at this moment (a table of regions, for example), the kernel frees memory
 * that the program still reads. That is safe, since every such read is checked, but the values may be wrong, and the
 * reader cannot see that.
 *
 * The program reads the ring from the memory that the device works on, the owner's, whoever has the file open. The
 * device holds a reference to it; the program checks afterwards that it still does. It never waits for the owner, see
 * user-memory.bpf.h.
 *
 * The kernel visits a process's descriptors in ascending order, and then those of the next process. So it is enough to
 * remember for each device, or tap's file, which process has had a record of it last.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "backend.bpf.h"
#include "inspect-links.bpf.h"
#include "inspect-record.h"
#include "inspect-rings.bpf.h"
#include "inspect-taps.bpf.h"
#include "inspect-walk.bpf.h"
#include "inspect.bpf.h"
#include "pids.bpf.h"
#include "types.bpf.h"

char LICENSE[] SEC("license") = "GPL";

const volatile struct inspect_config config;

/*
 * The larger functions are global: the verifier checks a global function once, and others once for each path to each
 * call (108 seconds instead of one). They take the kernel's pointers as numbers, which suffice for a checked read.
 */

__noinline int read_process(struct inspect_process *p, __u64 address)
{
	struct task_struct *first = (void *)address;

	if (!p)
		return 0;
	p->pid = pid_there((__u64)BPF_CORE_READ(first, thread_pid));
	p->state = BPF_CORE_READ(first, __state);
	if (bpf_core_field_exists(first->frozen) && BPF_CORE_READ_BITFIELD_PROBED(first, frozen))
		p->state |= INSPECT_TASK_FROZEN;
	p->start = BPF_CORE_READ(first, start_boottime);
	bpf_probe_read_kernel_str(p->name, sizeof(p->name), __builtin_preserve_access_index(&first->comm));
	return 0;
}

static __always_inline void read_eventfd(struct inspect_eventfd *e, struct eventfd_ctx *ctx)
{
	e->id = ctx ? BPF_CORE_READ(ctx, id) : -1;
	e->count = ctx ? BPF_CORE_READ(ctx, count) : 0;
}

/* A worker sets its state to sleeping, then looks for work once more. It sleeps only when it has left the run queue. */
static __always_inline __u32 sleep_state(struct task_struct *task)
{
	bool delayed = bpf_core_field_exists(struct sched_entity, sched_delayed) &&
		       BPF_CORE_READ(task, se.sched_delayed);

	/* on_rq is an int in 6.18 and a byte in 7.3: read it with the size that it has. */
	return BPF_CORE_READ_BITFIELD_PROBED(task, on_rq) && !delayed ? 0 : BPF_CORE_READ(task, __state);
}

/* Not a part of read_kernel_side(): the stacks of both would add up. */
__noinline int read_worker(struct inspect_queue *q, __u64 dev, __u64 vq)
{
	struct task_struct *task = worker_of((void *)dev, (void *)vq);

	if (!q || !task)
		return 0;
	q->worker = pid_there((__u64)BPF_CORE_READ(task, thread_pid));
	q->worker_state = sleep_state(task);
	q->worker_ns = BPF_CORE_READ(task, se.sum_exec_runtime);
	bpf_probe_read_kernel_str(q->worker_name, sizeof(q->worker_name), __builtin_preserve_access_index(&task->comm));
	return 0;
}

static __always_inline void read_backend(struct inspect_queue *q, struct vhost_dev *dev, void *private_data)
{
	struct net_device *netdev;
	struct backend b = {};

	identify_backend(&b, private_data, dev);
	q->backend = b.kind;
	q->pair = b.pair;
	netdev = b.netdev;
	if (!netdev)
		return;
	q->ifindex = BPF_CORE_READ(netdev, ifindex);
	q->netns = BPF_CORE_READ(netdev, nd_net.net, ns.inum);
	bpf_probe_read_kernel_str(q->device, sizeof(q->device), __builtin_preserve_access_index(&netdev->name));
}

/* Does vhost-net wait for its socket: for packets to receive, or for room to send? */
static __always_inline __u32 net_flags(struct vhost_dev *dev, __u32 number)
{
	struct vhost_net *net = (void *)dev - bpf_core_field_offset(struct vhost_net, dev);
	/* Use constant indexes: only then does CO-RE apply the kernel's size of the struct. */
	struct vhost_poll *receive = __builtin_preserve_access_index(&net->poll[VHOST_NET_VQ_RX]);
	struct vhost_poll *send = __builtin_preserve_access_index(&net->poll[VHOST_NET_VQ_TX]);
	struct vhost_poll *poll = number & 1 ? send : receive;
	__u32 flags = 0;

	if (BPF_CORE_READ(poll, wqh))
		flags |= INSPECT_BACKEND_POLLED;
	if (BPF_CORE_READ(poll, work.flags) & WORK_QUEUED)
		flags |= INSPECT_BACKEND_WORK;
	return flags;
}

static __always_inline __u32 queue_flags(struct vhost_dev *dev, struct vhost_virtqueue *vq, __u32 number, __u32 kind)
{
	__u32 flags = kind == INSPECT_NET ? net_flags(dev, number) : 0;

	if (BPF_CORE_READ(vq, private_data))
		flags |= INSPECT_BACKEND;
	if (BPF_CORE_READ(vq, signalled_used_valid))
		flags |= INSPECT_VALID;
	if (BPF_CORE_READ(vq, acked_features) & (1ULL << VIRTIO_RING_F_EVENT_IDX))
		flags |= INSPECT_EVENT_IDX;
	if (BPF_CORE_READ(vq, poll.wqh))
		flags |= INSPECT_KICK_POLLED;
	if (BPF_CORE_READ(vq, poll.work.flags) & WORK_QUEUED)
		flags |= INSPECT_WORK_QUEUED;
	if (BPF_CORE_READ(vq, log_used))
		flags |= INSPECT_LOG_USED;
	return flags;
}

/* Read all but the worker and the words of the ring. */
__noinline int read_kernel_side(struct inspect_queue *q, __u64 dev_address, __u64 vq_address, __u32 kind)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct file *kick = BPF_CORE_READ(vq, kick);
	void *private_data = BPF_CORE_READ(vq, private_data);

	if (!q)
		return 0;
	q->desc = (__u64)BPF_CORE_READ(vq, desc);
	q->avail = (__u64)BPF_CORE_READ(vq, avail);
	q->used = (__u64)BPF_CORE_READ(vq, used);
	q->log_addr = BPF_CORE_READ(vq, log_addr);
	q->features[0] = BPF_CORE_READ(vq, acked_features);
	if (bpf_core_field_exists(vq->acked_features_array))
		q->features[1] = BPF_CORE_READ(vq, acked_features_array[1]);
	q->backend_features = BPF_CORE_READ(vq, acked_backend_features);
	q->num = BPF_CORE_READ(vq, num);
	q->busyloop = BPF_CORE_READ(vq, busyloop_timeout);
	q->flags = queue_flags(dev, vq, q->number, kind);
	q->last_avail_idx = BPF_CORE_READ(vq, last_avail_idx);
	if (bpf_core_field_exists(vq->next_avail_head))
		q->next_avail_head = BPF_CORE_READ(vq, next_avail_head);
	q->avail_idx = BPF_CORE_READ(vq, avail_idx);
	q->last_used_idx = BPF_CORE_READ(vq, last_used_idx);
	q->signalled_used = BPF_CORE_READ(vq, signalled_used);
	q->used_flags = BPF_CORE_READ(vq, used_flags);
	read_eventfd(&q->kick, kick ? BPF_CORE_READ(kick, private_data) : NULL);
	read_eventfd(&q->call, BPF_CORE_READ(vq, call_ctx.ctx));
	read_eventfd(&q->err, BPF_CORE_READ(vq, error_ctx));
	q->socket = (__u64)private_data;
	if (private_data)
		read_backend(q, dev, private_data);
	return 0;
}

/* How often the worker has gone to sleep: its voluntary context switches. */
__noinline __u64 count_sleeps(__u64 dev, __u64 vq)
{
	struct task_struct *task = worker_of((void *)dev, (void *)vq);

	return task ? BPF_CORE_READ(task, nvcsw) : 0;
}

/* For read_barrier() only. */
__u32 barrier_word;

/* Orders the loads before it against those after it. BPF has no barriers before 6.15, but an exchange is a full one. */
static __always_inline void read_barrier(void)
{
	__sync_lock_test_and_set(&barrier_word, 0);
}

/*
 * Has any of the kernel's words changed since read_kernel_side(), or may it have, because the worker did not sleep all
 * the time? Call it after the ring was read, behind a barrier.
 */
__noinline int has_moved(struct inspect_queue *q, __u64 dev_address, __u64 vq_address, __u32 kind, __u64 sleeps)
{
	struct vhost_dev *dev = (void *)dev_address;
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct task_struct *task = worker_of(dev, vq);

	if (!q)
		return 0;
	return q->last_avail_idx != BPF_CORE_READ(vq, last_avail_idx) ||
	       q->avail_idx != BPF_CORE_READ(vq, avail_idx) ||
	       q->last_used_idx != BPF_CORE_READ(vq, last_used_idx) ||
	       q->signalled_used != BPF_CORE_READ(vq, signalled_used) ||
	       q->used_flags != BPF_CORE_READ(vq, used_flags) ||
	       q->flags != queue_flags(dev, vq, q->number, kind) ||
	       (task && (q->worker_state != sleep_state(task) || sleeps != BPF_CORE_READ(task, nvcsw)));
}

/*
 * Room for the queue that is being read: the stack has little. User space cannot write to it: the addresses of the
 * rings are in it. Only one thread reads an iterator of ours at a time.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(map_flags, BPF_F_RDONLY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct inspect_queue);
} queue_room SEC(".maps");

/* Callback of bpf_loop(), which goes on as long as it returns 0. */
static long write_queue(__u32 number, struct walk *w)
{
	struct vhost_dev *dev = w->dev;
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *vq = NULL;
	const __u32 zero = 0;
	struct inspect_queue *q = bpf_map_lookup_elem(&queue_room, &zero);
	__u64 sleeps;

	if (!q)
		return 1;
	__builtin_memset(q, 0, sizeof(*q));
	q->number = number;
	bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[number]);
	sleeps = count_sleeps((__u64)dev, (__u64)vq);
	read_barrier();
	read_kernel_side(q, (__u64)dev, (__u64)vq, w->kind);
	read_worker(q, (__u64)dev, (__u64)vq);
	read_barrier();
	read_rings(q, w->task, dev, vq);
	if (w->kind == INSPECT_NET && number == VHOST_NET_VQ_RX)
		read_rx_position((__u64)vq);
	read_barrier();
	if (has_moved(q, (__u64)dev, (__u64)vq, w->kind, sleeps))
		q->flags |= INSPECT_MOVED;
	w->failed = bpf_seq_write(w->seq, q, sizeof(*q));
	return w->failed;
}

/*
 * The list may change during the walk. The walk writes exactly as many regions as struct inspect_record announced; if
 * the list has become shorter, the rest have size 0.
 */
static long write_region(__u32 number, struct walk *w)
{
	struct vhost_iotlb_map *map = (void *)w->at - bpf_core_field_offset(struct vhost_iotlb_map, link);
	struct inspect_region r = {};

	if (w->at && w->at != w->end) {
		r.start = BPF_CORE_READ(map, start);
		r.size = BPF_CORE_READ(map, size);
		r.addr = BPF_CORE_READ(map, addr);
		w->at = BPF_CORE_READ(map, link.next);
	}
	w->failed = bpf_seq_write(w->seq, &r, sizeof(r));
	return w->failed;
}

/* Write a worker that is not the same as that of the queue before. */
static long write_worker(__u32 number, struct walk *w)
{
	struct vhost_dev *dev = w->dev;
	struct vhost_virtqueue **vqs = BPF_CORE_READ(dev, vqs), *vq = NULL;
	struct worker_room *room;
	__u32 zero = 0, len;
	__u64 task;

	bpf_probe_read_kernel(&vq, sizeof(vq), &vqs[number]);
	task = (__u64)worker_of(dev, vq);
	if (!task || task == w->worker)
		return 0;
	w->worker = task;
	len = read_placement((__u64)dev, (__u64)vq, task);
	room = bpf_map_lookup_elem(&worker_room, &zero);
	if (!room || len > INSPECT_CGROUP_MAX)
		return 1;
	w->failed = bpf_seq_write(w->seq, &room->worker, sizeof(room->worker) + len);
	return w->failed;
}

static __always_inline __u32 device_flags(struct task_struct *task, struct vhost_dev *dev)
{
	struct mm_struct *mm = BPF_CORE_READ(dev, mm);
	__u32 flags = 0;

	if (mm)
		flags |= INSPECT_HAS_OWNER;
	if (mm && BPF_CORE_READ(task, mm) == mm)
		flags |= INSPECT_BY_OWNER;
	if (BPF_CORE_READ(dev, iotlb))
		flags |= INSPECT_HAS_IOTLB;
	return flags;
}

static __always_inline __u32 at_most(__u32 n, __u32 max)
{
	return n < max ? n : max;
}

static __always_inline void read_device(struct inspect_record *r, struct task_struct *task, struct vhost_dev *dev,
					struct vhost_iotlb *umem)
{
	struct task_struct *owner = NULL, *first = BPF_CORE_READ(task, group_leader);

	r->id = (__u64)dev;
	r->time = bpf_ktime_get_boot_ns();
	r->flags = device_flags(task, dev);
	r->nvqs = BPF_CORE_READ(dev, nvqs);
	r->queues = at_most(r->nvqs, INSPECT_QUEUES_MAX);
	r->nmaps = umem ? BPF_CORE_READ(umem, nmaps) : 0;
	r->regions = at_most(r->nmaps, INSPECT_REGIONS_MAX);
	read_process(&r->holder, (__u64)first);
	/* The kernel visits the first thread, and those with another table of descriptors. */
	r->tid = task == first ? r->holder.pid : pid_there((__u64)BPF_CORE_READ(task, thread_pid));
	if (bpf_core_field_exists(struct mm_struct, owner))
		owner = BPF_CORE_READ(dev, mm, owner);
	if (owner)
		read_process(&r->owner, (__u64)BPF_CORE_READ(owner, group_leader));
	else if (r->flags & INSPECT_BY_OWNER)
		r->owner = r->holder;
}

/* What a device that is no vhost-net is called, and why. */
static __always_inline void read_other(struct inspect_record *r, struct vhost_dev *dev)
{
	if (r->kind == INSPECT_VSOCK) {
		r->cid = BPF_CORE_READ(vsock_of(dev), guest_cid);
		name_vsock(r->name, dev);
	} else if (r->kind == INSPECT_SCSI) {
		read_scsi_target(r->target, dev);
		name_scsi(r->name, dev);
	}
}

/* Not inline, so that its stack is free again when the queues are read. */
static __noinline int write_record(struct walk *w)
{
	struct inspect_record r = { .fd = w->fd, .kind = w->kind };

	read_device(&r, w->task, w->dev, w->umem);
	read_other(&r, w->dev);
	w->queues = r.queues;
	w->regions = r.regions;
	return bpf_seq_write(w->seq, &r, sizeof(r));
}

static __noinline void write_duplicate(const struct walk *w)
{
	struct inspect_duplicate d = { .id = (__u64)w->dev, .fd = w->fd, .kind = INSPECT_DUPLICATE };

	bpf_seq_write(w->seq, &d, sizeof(d));
}

/*
 * Write a device, but for its tap's link, and find that tap. Return: what to remember, or 0 if there is nothing, or if
 * it did not fit.
 */
static __noinline __u64 write_device(struct walk *w, struct tap_ref *tap)
{
	struct vhost_dev *dev = w->dev;
	struct vhost_iotlb *umem = BPF_CORE_READ(dev, umem);

	w->umem = umem;
	if (write_record(w))
		return 0;
	bpf_loop(w->queues, write_queue, w, 0);
	if (w->failed)
		return 0;
	w->at = BPF_CORE_READ(umem, list.next);
	w->end = __builtin_preserve_access_index(&umem->list);
	bpf_loop(w->regions, write_region, w, 0);
	w->worker = 0;
	if (!w->failed && config.workers)
		bpf_loop(at_most(w->queues, INSPECT_WORKERS_MAX), write_worker, w, 0);
	if (w->failed || (w->kind == INSPECT_NET && write_net(w->seq, dev)))
		return 0;
	if (w->kind == INSPECT_NET)
		find_tap(tap, (__u64)dev);
	return (__u64)dev;
}

/* Write the file, if it is a tap's, but for the link. Return: as write_device(). */
static __noinline __u64 write_tap_file(const struct walk *w, struct file *file, struct tap_ref *tap)
{
	struct inspect_tap_file t = { .kind = INSPECT_TAP_FILE };
	struct task_struct *task = w->task, *first;

	if (!read_tap_file(&t, file) || is_duplicate(w, t.socket))
		return 0;
	first = BPF_CORE_READ(task, group_leader);
	t.pid = pid_there((__u64)BPF_CORE_READ(first, thread_pid));
	t.start = BPF_CORE_READ(first, start_boottime);
	*tap = tap_of_file(file);
	return bpf_seq_write(w->seq, &t, sizeof(t)) ? 0 : t.socket;
}

/* Write the tap's link, unless the look has it. Return: 0, or not 0 if it did not fit. */
static __noinline int write_tap(const struct walk *w, const struct tap_ref *tap)
{
	__u64 id = tap->address ? (__u64)netdev_of(tap->address, tap->type) : 0;
	const struct seen *last = id ? bpf_map_lookup_elem(&seen, &id) : NULL;

	if (!id || (last && last->session == w->session))
		return 0;
	if (write_link(w->seq, tap))
		return 1;
	remember(w, id);
	return 0;
}

SEC("iter")
int look(struct bpf_iter__task_file *ctx)
{
	struct walk w = { .seq = ctx->meta->seq, .task = ctx->task, .fd = ctx->fd };
	struct file *file = ctx->file;
	struct tap_ref tap = {};
	struct vhost_dev *dev;
	__u64 id;

	if (!w.task || !file)
		return 0;
	w.session = ctx->meta->session_id;
	dev = find_device(file, &w.kind);
	if (dev) {
		w.dev = dev;
		if (is_duplicate(&w, (__u64)dev)) {
			write_duplicate(&w);
			return 0;
		}
		id = write_device(&w, &tap);
	} else {
		id = write_tap_file(&w, file, &tap);
	}
	/* It is remembered last of all: a record that did not fit would take the others of this file away again. */
	if (id && !write_tap(&w, &tap))
		remember(&w, id);
	return 0;
}
