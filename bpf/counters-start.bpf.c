// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the counts of queues begin that were at work before counting began.
 *
 * Theory of operation. Once decisions are counted, an iterator over all open files notes for each queue its indexes,
 * the count of its kick eventfd, and how far its driver has been told. A queue without a slot has made no decision
 * since, so its first one begins there. It may be that a decision is under way when its queue is noted, and has the new
 * indexes already: then no entries are new at its return, and what was noted is no beginning.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counters-links.bpf.h"
#include "counters.bpf.h"

/* Of linux/miscdevice.h, as in struct inode. That of vhost-scsi is set before loading; 0: there is none. */
#define MISC_RDEV(minor) (10 << 20 | (minor))
#define VHOST_NET_MINOR 238
#define VHOST_VSOCK_MINOR 241
const volatile __u32 scsi_minor;

/**
 * struct queue_start - a queue before its first run or decision that is counted
 * @notified: see struct notified; not known of a queue that had no backend
 * @kick: its kick eventfd; all 0 without one
 * @avail: last_avail_idx
 */
struct queue_start {
	struct notified notified;
	struct kick_eventfd kick;
	__u64 avail;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, QUEUE_SLOTS);
	__type(key, __u64);
	__type(value, struct queue_start);
} starts_at SEC(".maps");

__noinline int find_start(struct queue_state *st, __u64 address)
{
	struct vhost_virtqueue *vq = (void *)address;
	struct queue_start *s = bpf_map_lookup_elem(&starts_at, &address);

	if (!st || !s || !s->notified.known)
		return 0;
	if (!st->notified.known && s->notified.used != BPF_CORE_READ(vq, last_used_idx))
		st->notified = s->notified;
	turn_version(st);
	if (!st->kick.file)
		st->kick = s->kick;
	if (!st->avail_known) {
		st->avail = s->avail;
		st->avail_known = 1;
	}
	if (!st->used_known) {
		st->used = s->notified.used;
		st->used_known = 1;
	}
	turn_version(st);
	bpf_map_delete_elem(&starts_at, &address);
	return 0;
}

/*
 * The state of the slot that the queue had before, up to which its kicks were counted. Of a queue that was not wanted
 * none were, but when its backend was taken away.
 */
static __always_inline struct queue_state *former_state(__u64 vq)
{
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq);
	struct queue_slot *s = number ? slot_at(*number) : NULL;
	struct queue_slot *former;
	struct queue_state *st;

	if (!s || !s->former)
		return NULL;
	former = slot_at(s->former - 1);
	st = state_at(s->former - 1);
	if (!former || !st)
		return NULL;
	return former->wanted || !st->avail_known ? st : NULL;
}

static __always_inline void begin_at(struct queue_state *st, const struct kick_eventfd *kick, __u64 address)
{
	struct vhost_virtqueue *vq = (void *)address;

	/* It may be that of another queue, which was at this address, or has got the slot. */
	if (kick->file != (__u64)BPF_CORE_READ(vq, kick))
		return;
	turn_version(st);
	st->kick = *kick;
	turn_version(st);
}

__noinline int find_kicks(struct queue_state *st, __u64 address)
{
	struct queue_start *noted;
	struct queue_state *former;

	if (!st || st->kick.file)
		return 0;
	former = former_state(address);
	if (former) {
		begin_at(st, &former->kick, address);
		return 0;
	}
	noted = bpf_map_lookup_elem(&starts_at, &address);
	if (noted)
		begin_at(st, &noted->kick, address);
	return 0;
}

__noinline int forget_start(__u64 vq)
{
	bpf_map_delete_elem(&starts_at, &vq);
	return 0;
}

static int note_nth(__u32 i, struct device_queues *q)
{
	__u64 address = nth_queue(q, i);
	struct vhost_virtqueue *vq = (void *)address;
	struct queue_start s = {};
	struct file *kick;

	if (BPF_CORE_READ(vq, private_data))
		read_notified(&s.notified, vq);
	kick = BPF_CORE_READ(vq, kick);
	if (kick)
		look_at_kick(&s.kick, kick);
	s.avail = BPF_CORE_READ(vq, last_avail_idx);
	bpf_map_update_elem(&starts_at, &address, &s, BPF_NOEXIST);
	return 0;
}

static __always_inline struct vhost_dev *file_device(struct file *file)
{
	void *device = BPF_CORE_READ(file, private_data);
	__u32 rdev = BPF_CORE_READ(file, f_inode, i_rdev);

	/* A file opened with O_PATH has no private data. */
	if (!device)
		return NULL;
	if (rdev == MISC_RDEV(VHOST_NET_MINOR) && bpf_core_type_exists(struct vhost_net))
		return device + bpf_core_field_offset(struct vhost_net, dev);
	if (rdev == MISC_RDEV(VHOST_VSOCK_MINOR) && bpf_core_type_exists(struct vhost_vsock))
		return device + bpf_core_field_offset(struct vhost_vsock, dev);
	if (scsi_minor && rdev == MISC_RDEV(scsi_minor) && bpf_core_type_exists(struct vhost_scsi))
		return device + bpf_core_field_offset(struct vhost_scsi, dev);
	return NULL;
}

SEC("iter")
int note_starts(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;
	struct device_queues q;
	struct vhost_dev *dev;

	if (!file)
		return 0;
	dev = file_device(file);
	if (!dev)
		return 0;
	bpf_loop(find_queues(&q, dev), note_nth, &q, 0);
	note_tap((__u64)dev);
	return 0;
}
