// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows the kernel's decisions whether to notify the driver.
 *
 * Theory of operation. vhost_notify(), which decides, is a local function that the compiler inlines or renames, so
 * that nothing can be attached to it. What can be attached to are the functions around it: those that a device calls
 * (vhost_signal() and the two that it is inlined into), and the eventfd's signalling, which they end with if the
 * decision is to notify. Entry and return of the first are a bracket: whatever the task does in between is one
 * decision. A signal of that queue's call eventfd inside the bracket is the decision's outcome; nothing is recomputed
 * to know it.
 *
 * The reason is recomputed, by the reader, from the state that the rule looks at. All of that state is the kernel's and
 * stays put under the queue's mutex, but for one word: used_event, or avail->flags, which the driver may store into at
 * any time. So it is read before the kernel reads it and after; what the kernel saw is one of the two, or came and went
 * between them.
 *
 * A bracket belongs to a task, not to a CPU: the worker may sleep in it (it touches user memory) and wake elsewhere.
 * All counters are raised atomically, because a program can be preempted by another one on the same CPU.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "backend.bpf.h"
#include "events.h"
#include "types.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * Room for 80,000 events. The programs never wake the reader, since the wake-up is what tracing costs; it comes by
 * itself every 10 ms, so that this lasts for 8 million decisions a second.
 */
#define RING_BYTES (8 << 20)

/* The most queues a device has: vhost-scsi's 128 I/O queues, control and event. */
#define QUEUES_MAX 130

const volatile struct decision_filter filter;

/* enum decision_phase, set by the process. */
__u32 phase;

/* Decisions that have taken a ticket; only with a limit, since one word for all CPUs is dear. */
__u64 tickets;

/**
 * struct bracket - a decision under way on a task
 * @vq: the queue it is for; 0 if none is under way
 * @ctx: its call eventfd, or 0
 * @word: where the driver's word is in the owner's memory, or 0
 * @time_entry: see struct decision_event
 * @time_signal: see struct decision_event
 * @old: signalled_used at entry
 * @used: last_used_idx at entry
 * @before: see struct decision_event
 * @after: see struct decision_event
 * @valid: signalled_used_valid at entry
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was acked
 * @swap: the ring's byte order is not the host's
 */
struct bracket {
	__u64 vq;
	__u64 ctx;
	__u64 word;
	__u64 time_entry;
	__u64 time_signal;
	__u16 old;
	__u16 used;
	struct decision_reading before;
	struct decision_reading after;
	bool valid;
	bool event_idx;
	bool swap;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct bracket);
} brackets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct decision_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} events SEC(".maps");

#define COUNT(member)									\
do {											\
	__u32 zero = 0;									\
	struct decision_counts *c_ = bpf_map_lookup_elem(&counts, &zero);		\
											\
	if (c_)										\
		__sync_fetch_and_add(&c_->member, 1);					\
} while (0)

static __always_inline __u32 current_phase(void)
{
	return *(volatile __u32 *)&phase;
}

static __always_inline struct bracket *find_bracket(__u64 flags)
{
	return bpf_task_storage_get(&brackets, bpf_get_current_task_btf(), NULL, flags);
}

static __always_inline bool has_feature(const struct vhost_virtqueue *vq, int bit)
{
	return vq->acked_features & (1ULL << bit);
}

/*
 * Where the kernel reads the word from, as vhost_get_user() finds it: at a user address, unless there is a virtual
 * IOMMU; then through the translation that is cached for the avail ring. Without a cached one the kernel searches its
 * tree, which is not repeated here.
 */
static __always_inline __u64 word_address(struct vhost_virtqueue *vq, bool event_idx)
{
	/* Not vq->avail: that would be a pointer to the verifier, which allows no arithmetic on it. */
	__u64 addr = (__u64)BPF_CORE_READ(vq, avail);
	const struct vhost_iotlb_map *map;

	if (event_idx)
		addr += offsetof(struct vring_avail, ring) + vq->num * sizeof(__u16);
	if (!vq->iotlb)
		return addr;
	map = BPF_CORE_READ(vq, meta_iotlb[VHOST_ADDR_AVAIL]);
	if (!map)
		return 0;
	return BPF_CORE_READ(map, addr) + addr - BPF_CORE_READ(map, start);
}

/* A read that fails leaves a zero behind, which would pass for a word: the helper's answer decides. */
static __always_inline struct decision_reading read_word(const struct bracket *b)
{
	struct decision_reading r = { .state = READING_UNKNOWN };
	__u16 value = 0;

	if (!b->word)
		return r;
	r.state = bpf_probe_read_user(&value, sizeof(value), (void *)b->word) ? READING_FAULT : READING_OK;
	r.value = b->swap ? __builtin_bswap16(value) : value;
	return r;
}

static __always_inline __u16 queue_number(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct vhost_virtqueue **vqs = dev->vqs, *one = NULL;
	int nvqs = dev->nvqs;

	for (int i = 0; i < QUEUES_MAX && i < nvqs; i++) {
		bpf_probe_read_kernel(&one, sizeof(one), &vqs[i]);
		if (one == vq)
			return i;
	}
	return DECISION_NO_QUEUE;
}

static __always_inline void name_device(struct decision_event *e, struct net_device *dev)
{
	e->ifindex = BPF_CORE_READ(dev, ifindex);
	bpf_probe_read_kernel_str(e->device, sizeof(e->device), __builtin_preserve_access_index(&dev->name));
}

static __always_inline void identify(struct decision_event *e, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct backend b = {};

	if (bpf_core_field_exists(struct mm_struct, owner))
		e->owner = BPF_CORE_READ(dev, mm, owner, tgid);
	e->queue = queue_number(dev, vq);
	identify_backend(&b, vq->private_data, dev);
	e->backend = b.kind;
	e->pair = b.pair;
	if (b.netdev)
		name_device(e, b.netdev);
}

static __always_inline bool wanted_queue(const struct decision_event *e)
{
	if (filter.queues == QUEUES_ALL)
		return true;
	if (filter.queues == QUEUES_NUMBER)
		return e->queue == filter.queue;
	if (e->backend == BACKEND_OTHER || e->backend == BACKEND_VSOCK ||
	    (e->queue & 1) != (filter.queues == QUEUES_TX))
		return false;
	return filter.queue == DECISION_ANY_PAIR || e->pair == filter.queue;
}

static __always_inline bool wanted_device(const struct decision_event *e)
{
	if (!filter.device[0])
		return true;
	for (int i = 0; i < DECISION_NAME_LEN; i++)
		if (e->device[i] != filter.device[i])
			return false;
	return true;
}

static __always_inline bool wanted(const struct decision_event *e)
{
	return (!filter.owner || e->owner == filter.owner) && wanted_queue(e) && wanted_device(e);
}

static __always_inline bool wanted_act(bool signalled)
{
	return filter.acts == ACTS_ALL || signalled == (filter.acts == ACTS_SIGNAL);
}

/* One ticket a decision makes a limit exact, however many CPUs decide at once. */
static __always_inline bool take_ticket(void)
{
	return !filter.limit || __sync_fetch_and_add(&tickets, 1) < filter.limit;
}

/* A decision that cannot be followed is one all the same. Which way it goes is not known, whatever the filter asks. */
static __always_inline void count_unfollowed(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct decision_event e = {};

	identify(&e, dev, vq);
	if (!wanted(&e) || !take_ticket())
		return;
	COUNT(decisions);
	COUNT(no_state);
}

/*
 * The beginning of a bracket. The three functions may nest, where vhost_signal() is not inlined into the others; then
 * the innermost takes the bracket over and the outer ones find it closed when they return. So a bracket that was left
 * open, because the program at the return could not run, does no harm to the next decision either.
 */
static __always_inline int enter(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct bracket *b;

	if (current_phase() != PHASE_ARMED)
		return 0;
	b = find_bracket(BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!b) {
		count_unfollowed(dev, vq);
		return 0;
	}
	if (b->vq != (__u64)vq)
		COUNT(entered);
	b->vq = (__u64)vq;
	b->ctx = (__u64)vq->call_ctx.ctx;
	b->old = vq->signalled_used;
	b->used = vq->last_used_idx;
	b->valid = vq->signalled_used_valid;
	b->event_idx = has_feature(vq, VIRTIO_RING_F_EVENT_IDX);
	b->swap = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ && vq->is_le;
	b->word = word_address(vq, b->event_idx);
	b->time_signal = 0;
	b->time_entry = bpf_ktime_get_boot_ns();
	b->before = read_word(b);
	return 0;
}

/* The outcome. This runs for every eventfd of the host, so what is not ours must leave at once. */
static __always_inline int signal_seen(struct eventfd_ctx *ctx)
{
	struct bracket *b;

	if (current_phase() == PHASE_IDLE)
		return 0;
	b = find_bracket(0);
	if (!b || !b->vq || b->ctx != (__u64)ctx || b->time_signal)
		return 0;
	b->after = read_word(b);
	b->time_signal = bpf_ktime_get_boot_ns();
	return 0;
}

/* __vhost_add_used_n() invalidates signalled_used when the used index passes it: nobody was told for 65536 entries. */
static __always_inline bool still_valid(const struct bracket *b, __u16 new)
{
	return b->valid && (__u16)(new - b->old) >= (__u16)(new - b->used);
}

static __always_inline __u32 decision_flags(const struct bracket *b, const struct vhost_virtqueue *vq)
{
	__u32 flags = 0;

	if (b->time_signal)
		flags |= DECISION_SIGNALLED;
	if (b->ctx)
		flags |= DECISION_CALL_FD;
	if (b->event_idx)
		flags |= DECISION_EVENT_IDX;
	if (still_valid(b, vq->last_used_idx))
		flags |= DECISION_VALID;
	if (has_feature(vq, VIRTIO_F_NOTIFY_ON_EMPTY) && vq->avail_idx == vq->last_avail_idx)
		flags |= DECISION_EMPTY;
	return flags;
}

/*
 * Filtered here and not at the entry, so that one place decides what counts. The event is built on the stack rather
 * than in the ring, where what the filter refuses would take room until the reader has passed it.
 */
static __always_inline void report(const struct bracket *b, struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct decision_event e = {
		.time_entry = b->time_entry,
		.time_signal = b->time_signal,
		.old = b->event_idx ? b->old : b->used,
		.new = vq->last_used_idx,
		.before = b->before,
		.after = b->after,
		.flags = decision_flags(b, vq),
	};

	identify(&e, dev, vq);
	if (!wanted(&e) || !wanted_act(b->time_signal) || !take_ticket())
		return;
	COUNT(decisions);
	e.cpu = bpf_get_smp_processor_id();
	e.tid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(e.worker, sizeof(e.worker));
	e.time = bpf_ktime_get_boot_ns();
	if (bpf_ringbuf_output(&events, &e, sizeof(e), BPF_RB_NO_WAKEUP))
		COUNT(ring_full);
}

/* The end of a bracket. It is counted as left when its event is in the ring: then a reader may stop waiting for it. */
static __always_inline int leave(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct bracket *b;

	if (current_phase() == PHASE_IDLE)
		return 0;
	b = find_bracket(0);
	if (!b || b->vq != (__u64)vq)
		return 0;
	if (!b->time_signal)
		b->after = read_word(b);
	report(b, dev, vq);
	b->vq = 0;
	COUNT(left);
	return 0;
}

/*
 * The programs. What each is attached to, the process chooses; all that they need of the arguments are the first two,
 * which are the same on every kernel.
 */
#define BRACKET(name)									\
SEC("fentry")										\
int BPF_PROG(name##_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)		\
{											\
	return enter(dev, vq);								\
}											\
											\
SEC("fexit")										\
int BPF_PROG(name##_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)		\
{											\
	return leave(dev, vq);								\
}

BRACKET(add_one)
BRACKET(add_many)
BRACKET(no_add)

SEC("fentry")
int BPF_PROG(eventfd_signalled, struct eventfd_ctx *eventfd)
{
	return signal_seen(eventfd);
}
