// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces the driver's side of virtio rings, for devices whose driver runs in this kernel, as in a virtual machine
 * (drivers/virtio/virtio_ring.c).
 *
 * The driver decides by the same rule as vhost: virtqueue_kick_prepare() compares the device's word with the avail
 * index now and at the last decision; the difference of the two is num_added. It sets num_added to 0, so there is a
 * program at its entry as well as at its return. The state between the two is kept by queue, not by thread: a queue has
 * only one such call at a time, but an interrupt may bring a thread into a second call, for another queue.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "trace.bpf.h"
#include "virtio-types.bpf.h"

/**
 * struct driver_state - state at the entry of virtqueue_kick_prepare()
 * @before: the device's word
 * @num_added: buffers since the last decision
 * @entered: a decision is under way
 * @event: @before is an event index, not flags
 */
struct driver_state {
	struct reading before;
	__u32 num_added;
	bool entered;
	bool event;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u32);
	__type(value, struct driver_state);
} driver_states SEC(".maps");

/* Event suppression structure of a packed ring: a value of flags. */
#define PACKED_FLAG_DESC 2

static __always_inline struct reading read_kernel_word(const void *at)
{
	struct reading r = { .state = READING_FAULT };

	/* Little-endian is assumed: legacy rings have the host's byte order, which on x86 is the same. */
	if (!bpf_probe_read_kernel(&r.value, sizeof(r.value), at))
		r.state = READING_OK;
	return r;
}

static __always_inline struct reading read_split_word(struct vring_virtqueue *vvq, bool event)
{
	struct vring_used *used = BPF_CORE_READ(vvq, split.vring.used);
	__u32 num = BPF_CORE_READ(vvq, split.vring.num);

	return read_kernel_word(event ? (void *)&used->ring[num] : (void *)&used->flags);
}

/* @event: set if the device asks for a kick at a descriptor, not always or never. */
static __always_inline struct reading read_packed_word(struct vring_virtqueue *vvq, bool *event)
{
	struct vring_packed_desc_event *device = BPF_CORE_READ(vvq, packed.vring.device);
	struct reading flags = read_kernel_word(&device->flags), offset;

	*event = flags.state == READING_OK && flags.value == PACKED_FLAG_DESC;
	if (!*event)
		return flags;
	offset = read_kernel_word(&device->off_wrap);
	if (offset.value >> PACKED_WRAP != BPF_CORE_READ(vvq, packed.avail_wrap_counter))
		offset.value = (offset.value & PACKED_OFFSET) - BPF_CORE_READ(vvq, packed.vring.num);
	else
		offset.value &= PACKED_OFFSET;
	return offset;
}

static __always_inline struct reading read_device_word(struct vring_virtqueue *vvq, bool *event)
{
	if (is_packed(vvq))
		return read_packed_word(vvq, event);
	*event = BPF_CORE_READ(vvq, event);
	return read_split_word(vvq, *event);
}

/* virtio-net names its queues input.0, output.0 and so on; an input and an output queue are a pair. */
static __always_inline bool wanted_driver_queue(const struct queue_slot *s, __u32 number)
{
	bool input = s->worker[0] == 'i' && s->worker[5] == '.', output = s->worker[0] == 'o' && s->worker[6] == '.';

	if (queue_filter.owner || !is_on_chosen_tap(number))
		return false;
	if (queue_filter.choice == QUEUES_ALL)
		return true;
	if (queue_filter.choice == QUEUES_NUMBER)
		return s->number == queue_filter.queue;
	if (queue_filter.choice == QUEUES_RX ? !input : !output)
		return false;
	return queue_filter.queue == QUEUE_ANY_PAIR || s->pair == queue_filter.queue;
}

static __always_inline __u32 new_driver_slot(struct virtqueue *vq)
{
	__u32 number = take_slot();
	struct queue_slot *s = slot_at(number);

	if (!s)
		return QUEUE_SLOTS;
	s->private_data = (__u64)BPF_CORE_READ(vq, vdev);
	s->number = BPF_CORE_READ(vq, index);
	s->pair = s->number / 2;
	s->backend = BACKEND_DRIVER;
	bpf_probe_read_kernel_str(s->device, sizeof(s->device), BPF_CORE_READ(vq, vdev, dev.kobj.name));
	bpf_probe_read_kernel_str(s->worker, sizeof(s->worker), BPF_CORE_READ(vq, name));
	s->wanted = wanted_driver_queue(s, number);
	publish_names(s);
	return publish_slot(number, (__u64)vq);
}

/* As search_slot(), for a driver's queue. After a device is removed, another may be at the same address. */
__noinline __u32 search_driver_slot(__u64 address)
{
	struct virtqueue *vq = (void *)address;
	__u32 *number = bpf_map_lookup_elem(&numbers, &address);
	struct queue_slot *s = number ? slot_at(*number) : NULL;

	if (number && s && s->backend == BACKEND_DRIVER && s->private_data == (__u64)BPF_CORE_READ(vq, vdev) &&
	    s->number == (__u16)BPF_CORE_READ(vq, index))
		return *number;
	if (number)
		retire_slot(*number, address);
	return new_driver_slot(vq);
}

static __always_inline struct driver_state *driver_state(__u32 slot)
{
	return bpf_map_lookup_elem(&driver_states, &slot);
}

/*
 * The address of a ring that is new or has been reset is about to be given to the device. No event of it has come: its
 * driver gets it only later.
 */
SEC("fentry")
int BPF_PROG(driver_start_entry)
{
	struct trace_counts *c;

	if (current_phase() != PHASE_ARMED)
		return 0;
	c = counts_at(search_driver_slot(argument(ctx, 0)));
	if (c)
		start_ring(&c->ring, 0);
	return 0;
}

SEC("fentry")
int BPF_PROG(driver_kick_entry)
{
	struct vring_virtqueue *vvq = (void *)argument(ctx, 0);
	struct driver_state *st;
	struct trace_counts *c;
	struct positions p = {};
	struct queue_slot *s;
	__u32 number;

	if (current_phase() != PHASE_ARMED)
		return 0;
	number = search_driver_slot((__u64)vvq);
	st = driver_state(number);
	s = slot_at(number);
	c = counts_at(number);
	if (!st || !s || !c)
		return no_slot();
	find_driver_positions(&p, number);
	if (!s->wanted || !sampled(c, EVENT_DRIVER_KICK))
		return 0;
	st->before = read_device_word(vvq, &st->event);
	st->num_added = BPF_CORE_READ(vvq, num_added);
	st->entered = true;
	return 0;
}

static __always_inline bool wanted_kick(bool kicked, __u32 num_added, __u32 reason)
{
	if (filter.acts != ACTS_ALL && kicked != (filter.acts == ACTS_SIGNAL))
		return false;
	return num_added >= filter.min_batch && filter.reasons & (1 << reason);
}

static __always_inline void report_driver_kick(struct vring_virtqueue *vvq, struct driver_state *st, __u32 slot,
					       bool kicked)
{
	bool packed = is_packed(vvq), event;
	struct reading after = read_device_word(vvq, &event);
	__u16 new = packed ? BPF_CORE_READ(vvq, packed.next_avail_idx) : BPF_CORE_READ(vvq, split.avail_idx_shadow);
	const struct decision_state s = {
		.old = new - st->num_added, .new = new, .valid = true, .call_fd = true, .event_idx = event,
	};
	struct trace_counts *c = counts_at(slot);
	struct driver_kick_event *e;
	struct positions p = {};
	struct explanation why;

	/* The device of a packed ring may have changed from flags to an event: do not compare the two readings then. */
	if (st->event != event)
		st->before.state = READING_UNKNOWN;
	why = explain(&s, kicked, &st->before, &after);
	/* The program at the entry has checked that the queue is wanted. */
	if (!c || !wanted_kick(kicked, st->num_added, why.reason) || !take_ticket())
		return;
	e = reserve(c, EVENT_DRIVER_KICK, sizeof(*e), slot);
	if (!e)
		return;
	find_driver_positions(&p, slot);
	fill_head(&e->head, EVENT_DRIVER_KICK, slot, &p);
	e->head.reason = why.reason;
	e->head.old = s.old;
	e->head.new = s.new;
	e->head.flags = (kicked ? CALL_SIGNALLED : 0) | (event ? CALL_EVENT_IDX : 0) | (why.moved ? CALL_MOVED : 0) |
			(packed ? DRIVER_PACKED : 0);
	if (why.word.state == after.state && why.word.value == after.value)
		e->head.flags |= CALL_WORD_AFTER;
	e->before = st->before;
	e->after = after;
	e->num_added = st->num_added;
	e->reserved = 0;
	submit(e);
}

/* @kicked is a bool in the kernel: only the lowest byte of the register is defined. */
SEC("fexit")
int BPF_PROG(driver_kick_return, struct virtqueue *vq, __u8 kicked)
{
	struct vring_virtqueue *vvq = (void *)argument(ctx, 0);
	struct driver_state *st;
	__u32 number;

	if (current_phase() == PHASE_IDLE)
		return 0;
	number = search_driver_slot((__u64)vvq);
	st = driver_state(number);
	if (!st || !st->entered)
		return 0;
	st->entered = false;
	report_driver_kick(vvq, st, number, kicked);
	return 0;
}

static __always_inline void *driver_event(struct virtqueue *vq, int type, __u64 size)
{
	return current_phase() == PHASE_ARMED ? begin_event(search_driver_slot((__u64)vq), type, size) : NULL;
}

/* Report an event that has only flags and a published value. */
static __always_inline int report_driver(struct virtqueue *vq, int type, __u16 flags, __u16 published)
{
	struct event *e = driver_event(vq, type, sizeof(*e));

	if (!e)
		return 0;
	e->flags = flags;
	e->new = published;
	submit(e);
	return 0;
}

SEC("fexit")
int BPF_PROG(driver_notify_return, struct virtqueue *vq, __u8 done)
{
	return report_driver((void *)argument(ctx, 0), EVENT_DRIVER_NOTIFY, done ? 0 : NOTIFY_FAILED, 0);
}

/*
 * The word by which the driver asks for interrupts: used_event or avail->flags; for a packed ring the offset or flags
 * of the driver event suppression structure.
 */
static __always_inline __u16 published_word(struct vring_virtqueue *vvq, bool event)
{
	struct vring_packed_desc_event *driver;
	struct vring_avail *avail;

	if (is_packed(vvq)) {
		driver = BPF_CORE_READ(vvq, packed.vring.driver);
		return read_kernel_word(event ? &driver->off_wrap : &driver->flags).value;
	}
	avail = BPF_CORE_READ(vvq, split.vring.avail);
	return read_kernel_word(event ? (void *)&avail->ring[BPF_CORE_READ(vvq, split.vring.num)] :
				(void *)&avail->flags).value;
}

static __always_inline int report_driver_asking(struct virtqueue *vq, int type, __u16 flags)
{
	struct vring_virtqueue *vvq = (void *)vq;
	bool event = BPF_CORE_READ(vvq, event);

	return report_driver(vq, type, flags | (event ? ARM_EVENT_IDX : 0), published_word(vvq, event));
}

SEC("fexit")
int BPF_PROG(driver_enable_return)
{
	return report_driver_asking((void *)argument(ctx, 0), EVENT_DRIVER_ENABLE, 0);
}

/* virtqueue_enable_cb_delayed() looks at the ring itself, and returns whether the driver may wait for an interrupt. */
SEC("fexit")
int BPF_PROG(driver_delayed_return, struct virtqueue *vq, __u8 may_sleep)
{
	return report_driver_asking((void *)argument(ctx, 0), EVENT_DRIVER_ENABLE, may_sleep ? 0 : ARM_AGAIN);
}

SEC("fexit")
int BPF_PROG(driver_disable_return)
{
	return report_driver_asking((void *)argument(ctx, 0), EVENT_DRIVER_DISABLE, 0);
}

SEC("fexit")
int BPF_PROG(driver_interrupt_return, int irq, void *vq, int handled)
{
	struct interrupt_event *e = driver_event((void *)ctx[1], EVENT_DRIVER_INTERRUPT, sizeof(*e));

	if (!e)
		return 0;
	e->head.flags = handled ? 0 : INTERRUPT_NONE;
	e->irq = irq;
	e->reserved = 0;
	submit(e);
	return 0;
}
