// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts kicks and the worker's runs. trace-run.bpf.c says what a run of vhost-net is.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "counters.bpf.h"
#include "run.bpf.h"
#include "worker.bpf.h"

/*
 * A run takes at most 256 packets (VHOST_NET_PKT_WEIGHT) of at most 512 KiB in all (VHOST_NET_WEIGHT), so that the
 * indexes of 100 runs advance by less than 65,536.
 */
#define ACCOUNT_RUNS 100

/*
 * Another run ends. Return: whether it is to be accounted for: if it is counted, if the next one will be, and before
 * an index can go once round.
 */
static __always_inline bool count_down(struct queue_state *st)
{
	st->new_runs++;
	if (st->left)
		st->left--;
	return !st->left || st->new_runs >= ACCOUNT_RUNS;
}

/* After a counted run: choose one of the next block. */
static __always_inline void choose_run(struct queue_state *st)
{
	__u32 next = bpf_get_prandom_u32() % sample;

	st->left = st->behind + next;
	st->behind = sample - 1 - next;
}

static __always_inline void count_spurious(struct queue_state *st, __u64 kicks)
{
	/* The kick came while the run before already took its buffer, and caused this empty run. */
	if (kicks)
		st->counts.spurious += kicks;
	else if (st->requeued)
		st->counts.spurious++;
}

/*
 * Has a kick queued the work again, and found its buffer taken by this run? Of a run that found nothing, all kicks are
 * spurious, that one among them.
 */
static __always_inline bool is_requeued(unsigned long work_flags, bool found_nothing)
{
	return !found_nothing && work_flags & WORK_QUEUED;
}

/* @counted: this run is counted */
static __always_inline void account_run(const struct known_queue *q, const struct vhost_virtqueue *vq, __u32 run_kicks,
					bool counted)
{
	struct queue_state *st = q->state;
	bool known = st->avail_known;
	__u16 avail = vq->last_avail_idx;
	__u16 found = avail - st->avail;
	__u64 kicks = account(st, vq->kick, avail, vq->last_used_idx);

	if (counted && known) {
		if (!found && ended_empty(vq))
			count_spurious(st, kicks);
		if (want_hists && run_kicks)
			add_value(q->number, HIST_KICK_BATCH, found / run_kicks);
	}
	if (counted)
		st->counts.counted_runs++;
	if (!vq->private_data)
		forget_indexes(st);
	st->requeued = is_requeued(vq->poll.work.flags, known && !found) && ended_empty(vq);
}

/*
 * The first run of a queue that was at work before. If it has made no decision, the next one begins here. If nothing
 * was noted of the queue, its kicks count from here on.
 */
__noinline int find_run_start(struct queue_state *st, __u64 vq_address)
{
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct file *kick = BPF_CORE_READ(vq, kick);

	if (!st)
		return 0;
	find_start(st, vq_address);
	if (!st->notified.known)
		read_notified(&st->notified, vq);
	find_kicks(st, vq_address);
	if (!st->kick.file && kick)
		look_at_kick(&st->kick, kick);
	return 0;
}

/* @side: 0: the queue receives; 1: it sends */
static __always_inline int run_ends(struct vhost_net *net, struct vhost_virtqueue *vq, __u32 side)
{
	struct counted_thread *c;
	struct known_queue q;
	struct queue_id id;
	struct thread *t;
	bool counted;
	__u64 skip;

	if (!is_counting())
		return 0;
	t = likely_thread();
	if (!t)
		t = known_thread();
	if (!t)
		return 0;
	forget_signals(t);
	if (vq->iotlb) {
		identify_queue(&id, &net->dev, vq);
		note_stop(&id, (__u64)(side ? BPF_CORE_READ(net, poll[VHOST_NET_VQ_TX].wqh) :
				       BPF_CORE_READ(net, poll[VHOST_NET_VQ_RX].wqh)));
	}
	find_queue(&q, t, &net->dev, vq);
	if (!q.slot || !q.state || !(q.slot->wanted || is_undecided(q.slot)))
		return 0;
	if (!q.state->kick.file && vq->private_data)
		find_run_start(q.state, t->vqs[q.index]);
	c = counted_thread(t);
	counted = !is_sampled(q.slot) || is_counted_run(q.state);
	if (count_down(q.state))
		account_run(&q, vq, c->run_kicks, counted);
	if (counted && is_sampled(q.slot))
		choose_run(q.state);
	c->run_kicks = 0;
	if (sample <= 1)
		return 0;
	skip = q.state->left && !is_in_batch(q.state) ? (__u64)vq : 0;
	/* The decisions of skipped runs have left nothing behind. */
	if (c->skipped[side] && !skip)
		read_notified(&q.state->notified, vq);
	c->skipped[side] = skip;
	return 0;
}

SEC("fexit")
int BPF_PROG(send_return, struct vhost_net *net)
{
	return run_ends(net, &net->vqs[VHOST_NET_VQ_TX].vq, 1);
}

SEC("fexit")
int BPF_PROG(receive_return, struct vhost_net *net)
{
	return run_ends(net, &net->vqs[VHOST_NET_VQ_RX].vq, 0);
}

/* The beginning of a run is for histograms only: the kicks that a run serves, and the time of the first. */

static __always_inline struct queue_state *kicked_state(__u64 vq)
{
	__u32 *number = bpf_map_lookup_elem(&numbers, &vq);

	return number ? state_at(*number) : NULL;
}

/*
 * How long a thread has waited for a CPU so far. A worker lives as long as its device has an owner, so the task of a
 * queue that is kicked is there; should its memory have become another's, the value is wrong, and harmless.
 */
static __always_inline __u64 run_delay(__u64 address)
{
	struct task_struct *task = (void *)address;

	return bpf_core_field_exists(task->sched_info) ? BPF_CORE_READ(task, sched_info.run_delay) : 0;
}

/* Once for each queue: from then on its runs tell. */
__noinline __u64 find_worker(__u64 vq_address)
{
	struct vhost_virtqueue *vq = (void *)vq_address;

	return (__u64)worker_of(BPF_CORE_READ(vq, dev), vq);
}

static __always_inline void note_kick(struct queue_state *st, __u64 vq)
{
	if (!st->worker)
		st->worker = find_worker(vq);
	st->delay_kick = run_delay(st->worker);
	st->time_kick = bpf_ktime_get_boot_ns();
}

SEC("fentry")
int BPF_PROG(poll_woken, struct wait_queue_entry *wait, unsigned int mode, int sync, void *key)
{
	__u64 poll = argument(ctx, 0) - bpf_core_field_offset(struct vhost_poll, wait);
	/* The poll of a socket is in no struct vhost_virtqueue, so it has no slot. */
	__u64 vq = poll - bpf_core_field_offset(struct vhost_virtqueue, poll);
	struct queue_state *st;

	if (!is_counting() || !((__u64)key & POLL_KEY_IN))
		return 0;
	st = kicked_state(vq);
	if (!st)
		return 0;
	if (!st->pending)
		note_kick(st, vq);
	__sync_fetch_and_add(&st->pending, 1);
	return 0;
}

/*
 * A run begins @ns after its kick. Between the two the worker was woken, waited for a CPU, and served other work. For
 * the wait the scheduler has a sum, to which it adds when the worker gets a CPU. If the worker waited already when the
 * kick came, that includes the time before.
 */
static __always_inline void count_wait(__u32 slot, struct queue_state *st, __u64 ns)
{
	const struct task_struct *task = bpf_get_current_task_btf();
	__u64 waited;

	add_value(slot, HIST_KICK_TO_RUN, ns);
	if (bpf_core_field_exists(task->sched_info) && st->worker == (__u64)task) {
		waited = task->sched_info.run_delay - st->delay_kick;
		add_value(slot, HIST_WAIT_FOR_CPU, waited < ns ? waited : ns);
	}
	st->worker = (__u64)task;
}

__noinline int begin_run(struct thread *t, const struct queue_id *id)
{
	struct counted_thread *c;
	struct queue_state *st;
	__u32 slot;
	__u64 now;

	if (!t || !id)
		return 0;
	slot = thread_slot(t, id);
	st = state_at(slot);
	if (!st || !st->pending)
		return 0;
	c = counted_thread(t);
	c->run_kicks = __sync_lock_test_and_set(&st->pending, 0);
	now = bpf_ktime_get_boot_ns();
	if (now > st->time_kick && !st->left)
		count_wait(slot, st, now - st->time_kick);
	return 0;
}

static __always_inline int run_begins(struct vhost_dev *dev, struct vhost_virtqueue *vq)
{
	struct queue_id id;
	struct thread *t;

	if (!is_counting())
		return 0;
	t = known_thread();
	if (!t)
		return 0;
	identify_queue(&id, dev, vq);
	begin_run(t, &id);
	return 0;
}

SEC("fentry")
int BPF_PROG(send_entry, struct vhost_net *net)
{
	return run_begins(&net->dev, &net->vqs[VHOST_NET_VQ_TX].vq);
}

SEC("fentry")
int BPF_PROG(receive_entry, struct vhost_net *net)
{
	return run_begins(&net->dev, &net->vqs[VHOST_NET_VQ_RX].vq);
}

/*
 * vhost-vsock and vhost-scsi: one call of the function that serves a queue is a run.
 *
 * A device keeps some buffers until it has something to tell: what vsock receives, scsi's events. At the kick that
 * announces them it takes nothing, and yet the kick is not for nothing.
 */

static __always_inline void identify_other(struct queue_id *id, __u64 vq_address)
{
	struct vhost_virtqueue *vq = (void *)vq_address;
	struct vhost_dev *dev = BPF_CORE_READ(vq, dev);

	id->vq = vq_address;
	id->dev = (__u64)dev;
	id->mm = (__u64)BPF_CORE_READ(dev, mm);
	id->private_data = (__u64)BPF_CORE_READ(vq, private_data);
}

__noinline int other_run_begins(__u64 vq)
{
	struct queue_id id;
	struct thread *t;

	if (!is_counting())
		return 0;
	t = known_thread();
	if (!t)
		return 0;
	identify_other(&id, vq);
	return begin_run(t, &id);
}

/* See ended_empty(). With a virtual IOMMU the run may have waited for a translation, of which nothing is known here. */
static __always_inline bool other_ended_empty(struct vhost_virtqueue *vq)
{
	return BPF_CORE_READ(vq, private_data) && !(BPF_CORE_READ(vq, used_flags) & USED_F_NO_NOTIFY) &&
	       !BPF_CORE_READ(vq, iotlb);
}

static __always_inline void account_other_run(__u32 number, struct queue_state *st, struct vhost_virtqueue *vq,
					      __u32 run_kicks, bool keeps)
{
	const bool known = st->avail_known, empty = !keeps && other_ended_empty(vq);
	const __u16 avail = BPF_CORE_READ(vq, last_avail_idx);
	const __u16 found = avail - st->avail;
	__u64 kicks;

	st->new_runs++;
	st->counts.counted_runs++;
	kicks = account(st, BPF_CORE_READ(vq, kick), avail, BPF_CORE_READ(vq, last_used_idx));
	if (known && !found && empty)
		count_spurious(st, kicks);
	if (want_hists && known && run_kicks && !keeps)
		add_value(number, HIST_KICK_BATCH, found / run_kicks);
	if (!BPF_CORE_READ(vq, private_data))
		forget_indexes(st);
	st->requeued = is_requeued(BPF_CORE_READ(vq, poll.work.flags), known && !found) && empty;
}

/* @keeps: the device keeps the queue's buffers */
__noinline int other_run_ends(__u64 vq, __u32 keeps)
{
	struct counted_thread *c;
	struct queue_state *st;
	struct queue_slot *s;
	struct queue_id id;
	struct thread *t;
	__u32 number;

	if (!is_counting())
		return 0;
	t = known_thread();
	if (!t)
		return 0;
	identify_other(&id, vq);
	number = t->slots[remember_queue(t, &id) & (THREAD_QUEUES - 1)];
	s = slot_at(number);
	st = state_at(number);
	if (!s || !st || !(s->wanted || is_undecided(s)))
		return 0;
	if (!st->kick.file && id.private_data)
		find_run_start(st, vq);
	c = counted_thread(t);
	account_other_run(number, st, (void *)vq, c->run_kicks, keeps);
	c->run_kicks = 0;
	return 0;
}

/* The queue of the work that a kick queues. */
static __always_inline __u64 work_vq(__u64 work)
{
	return work - bpf_core_field_offset(struct vhost_virtqueue, poll.work);
}

#define OTHER_RUN(name, vq, keeps)			\
SEC("fentry")						\
int BPF_PROG(name##_entry)				\
{							\
	return other_run_begins(vq);			\
}							\
							\
SEC("fexit")						\
int BPF_PROG(name##_return)				\
{							\
	return other_run_ends(vq, keeps);		\
}

OTHER_RUN(vsock_send, work_vq(argument(ctx, 0)), false)
/* This one is called with the device and the queue. */
OTHER_RUN(vsock_receive, argument(ctx, 1), true)
OTHER_RUN(scsi_request, work_vq(argument(ctx, 0)), false)
OTHER_RUN(scsi_control, work_vq(argument(ctx, 0)), false)
OTHER_RUN(scsi_event, work_vq(argument(ctx, 0)), true)
