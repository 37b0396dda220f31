/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BRACKET_BPF_H
#define BRACKET_BPF_H

#include <bpf/bpf_helpers.h>

#include "decide.h"
#include "word.bpf.h"

/*
 * How a decision is observed.
 *
 * Theory of operation. vhost_notify(), which decides, is a local function that the compiler inlines or renames, so no
 * program can be attached to it. Programs are attached to the functions around it: those that a device calls
 * (vhost_signal() and the two functions that inline it), and the function that signals an eventfd, which they call last
 * if the decision is to notify. Entry and return of the former are a bracket: one bracket is one decision. A signal of
 * the queue's call eventfd inside the bracket is the outcome; it is observed, not recomputed. A signal outside of it is
 * none, whatever eventfd it is: an error may be signalled by the same one, and the owner may exchange eventfds. An
 * error inside of it, when the entries cannot be written, is told from the outcome by what was written, see
 * end_bracket().
 *
 * If vhost_signal() is not inlined, the three functions nest: then the innermost takes the bracket over, and the outer
 * ones find it closed when they return. A bracket that stayed open, because the program at the return could not run,
 * does not harm the next decision either.
 *
 * The reason is recomputed from the state that the rule looks at. The queue's mutex protects all of that state except
 * one word: used_event or avail->flags, which the driver may change at any time. So that word is read before and after
 * the kernel reads it. The kernel has seen one of these two values, or one that the driver stored in between.
 *
 * A bracket belongs to a task, not to a CPU: the worker accesses user memory, so it may sleep inside the bracket and
 * wake up on another CPU.
 */

/**
 * struct bracket - a thread's decision under way
 * @vq: the queue; 0: no decision is under way
 * @ctx: its call eventfd; 0: none
 * @word: address of the driver's word
 * @slot: the queue's
 * @old: signalled_used at entry
 * @used: last_used_idx at entry
 * @before: the driver's word, read before the kernel reads it
 * @after: the driver's word, read at the signal, or at the return if there was none
 * @valid: signalled_used_valid at entry
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was acked
 * @signalled: how often the call eventfd was signalled
 * @adds: the function also writes entries to the used ring; no bool, which the verifier would not take to be 0 or 1
 * @errors: the call eventfd is the err eventfd, too; likewise
 */
struct bracket {
	__u64 vq;
	__u64 ctx;
	struct word_place word;
	__u32 slot;
	__u16 old;
	__u16 used;
	struct reading before;
	struct reading after;
	bool valid;
	bool event_idx;
	__u8 signalled;
	__u8 adds;
	__u8 errors;
};

static __always_inline void open_bracket(struct bracket *b, const struct decision_view *v, __u32 slot, __u8 adds)
{
	b->vq = v->id.vq;
	b->ctx = v->ctx;
	find_word(&b->word, v);
	b->slot = slot;
	b->old = v->signalled_used;
	b->used = v->last_used_idx;
	b->valid = v->valid;
	b->event_idx = view_has(v, VIRTIO_RING_F_EVENT_IDX);
	b->signalled = 0;
	b->adds = adds;
	b->errors = v->ctx == v->error;
	b->before = read_word(&b->word);
}

/* Would a signal of this eventfd be the first one of the bracket's call eventfd, or one of its errors? */
static __always_inline bool is_outcome(const struct bracket *b, __u64 eventfd)
{
	return b->ctx == eventfd && b->vq && (!b->signalled || b->errors);
}

static __always_inline void note_outcome(struct bracket *b)
{
	b->after = read_word(&b->word);
	b->signalled++;
}

/* Did the function write all its entries, and used->idx after them? The index moves between the two. */
static __always_inline bool entries_written(const struct bracket *b, const struct decision_view *v)
{
	struct vhost_virtqueue *vq = (void *)v->id.vq;
	__u64 at = (__u64)BPF_CORE_READ(vq, used) + offsetof(struct vring_used, idx);
	struct word_place place = { .at = v->iotlb ? translated(vq, at, VHOST_ADDR_USED) : at, .swap = v->swap };
	struct reading idx;

	if (v->last_used_idx == b->used)
		return false;
	idx = read_word(&place);
	return idx.state == READING_UNKNOWN || (idx.state == READING_OK && idx.value == v->last_used_idx);
}

/*
 * To be called at the return. If entries could not be written, the kernel has signalled the err eventfd before it
 * decided: that is no outcome. (The other error, that used_event cannot be read, comes with a call.)
 */
static __always_inline void end_bracket(struct bracket *b, const struct decision_view *v)
{
	if (b->signalled && b->errors && b->adds && !entries_written(b, v))
		b->signalled--;
	if (!b->signalled)
		b->after = read_word(&b->word);
}

/* __vhost_add_used_n() invalidates signalled_used when the used index passes it: no decision for 65536 entries. */
static __always_inline bool still_valid(const struct bracket *b, __u16 new)
{
	return b->valid && (__u16)(new - b->old) >= (__u16)(new - b->used);
}

/* The state that the rule looked at. @v: the queue at the return */
static __always_inline void bracket_state(struct decision_state *s, const struct bracket *b,
					  const struct decision_view *v)
{
	s->old = b->event_idx ? b->old : b->used;
	s->new = v->last_used_idx;
	s->valid = still_valid(b, v->last_used_idx);
	s->call_fd = b->ctx;
	s->event_idx = b->event_idx;
	s->empty = view_has(v, VIRTIO_F_NOTIFY_ON_EMPTY) && v->avail_idx == v->last_avail_idx;
}

/*
 * The programs of the three functions. User space chooses the functions to attach them to. They use only the first two
 * arguments, which are the same on every kernel.
 */
#define BRACKET(name, adds)								\
SEC("fentry")										\
int BPF_PROG(name##_entry, struct vhost_dev *dev, struct vhost_virtqueue *vq)		\
{											\
	enter(dev, vq, adds);								\
	return 0;									\
}											\
											\
SEC("fexit")										\
int BPF_PROG(name##_return, struct vhost_dev *dev, struct vhost_virtqueue *vq)		\
{											\
	leave(dev, vq);									\
	return 0;									\
}

#define BRACKETS									\
BRACKET(add_one, 1)									\
BRACKET(add_many, 1)									\
BRACKET(no_add, 0)

#endif
