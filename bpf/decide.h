/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECIDE_H
#define DECIDE_H

#include <stdbool.h>

#include <linux/types.h>

/**
 * DOC: why the kernel signals or does not
 *
 * vhost_signal() and vhost_notify() of drivers/vhost/vhost.c decide in this order, the same from 6.1 to 7.3:
 *
 * 1. no call eventfd: suppress (no_call_fd);
 * 2. VIRTIO_F_NOTIFY_ON_EMPTY was acked and avail_idx == last_avail_idx: signal (empty);
 * 3. without VIRTIO_RING_F_EVENT_IDX: avail->flags cannot be read: signal (fault); VRING_AVAIL_F_NO_INTERRUPT is set:
 *    suppress (flags), else signal (flags);
 * 4. with it: signalled_used is not valid: signal (first); used_event cannot be read: signal (fault);
 *    vring_need_event(used_event, new, old): signal (crossed), else suppress (not_reached).
 *
 * The rule is in a header that both halves share: the BPF programs filter and count by the reason, and the unit tests
 * test the same functions.
 */

/* Output and JSON use the same names; see reason_name(). */
enum reason {
	REASON_FIRST,
	REASON_EMPTY,
	REASON_FLAGS,
	REASON_CROSSED,
	REASON_FAULT,
	REASON_NO_CALL_FD,
	REASON_NOT_REACHED,
	REASON_UNSTABLE,	/* the word decides, and the kernel has read another value than both readings */
	REASON_UNEXPLAINED,	/* no value of the word explains the act */
	REASON_COUNT,
};

/* Outcome of reading the word by which the other side controls the decision: its event index or its flags. */
enum reading_state {
	READING_UNKNOWN,	/* the address could not be translated here; the kernel may have read the word */
	READING_OK,
	READING_FAULT,		/* not readable without sleeping */
};

/**
 * struct reading - one reading of used_event (with EVENT_IDX) or avail->flags (without), in the host's byte order
 * @value: the word; valid with READING_OK only
 * @state: enum reading_state
 */
struct reading {
	__u16 value;
	__u16 state;
};

_Static_assert(sizeof(struct reading) == 4, "no padding");

/**
 * struct decision_state - input of the rule, except for the word that the driver may change at any time
 * @old: signalled_used before the decision
 * @new: last_used_idx at the decision
 * @valid: signalled_used_valid at the decision
 * @call_fd: there is a call eventfd
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was acked
 * @empty: VIRTIO_F_NOTIFY_ON_EMPTY was acked and the avail ring is empty
 */
struct decision_state {
	__u16 old, new;
	bool valid;
	bool call_fd;
	bool event_idx;
	bool empty;
};

/**
 * struct verdict - result of the rule
 * @signal: notify or not
 * @reason: the reason for either
 */
struct verdict {
	bool signal;
	enum reason reason;
};

/**
 * struct explanation - the reason for what the kernel did
 * @reason: the reason; REASON_UNSTABLE or REASON_UNEXPLAINED if neither reading explains the act
 * @word: the reading that explains the act; the later valid one if none does
 * @moved: the two readings differ: the driver changed the word while the decision was under way
 */
struct explanation {
	enum reason reason;
	struct reading word;
	bool moved;
};

/* VRING_AVAIL_F_NO_INTERRUPT and VRING_USED_F_NO_NOTIFY of linux/virtio_ring.h, which the bpf target cannot include. */
#define DECIDE_FLAG 1

/* vring_need_event() of linux/virtio_ring.h. */
static inline bool decide_need_event(__u16 event, __u16 new, __u16 old)
{
	return (__u16)(new - event - 1) < (__u16)(new - old);
}

/**
 * decide() - apply the kernel's rule
 * @s: the state
 * @w: the driver's word
 */
static inline struct verdict decide(const struct decision_state *s, const struct reading *w)
{
	if (!s->call_fd)
		return (struct verdict){ false, REASON_NO_CALL_FD };
	if (s->empty)
		return (struct verdict){ true, REASON_EMPTY };
	if (s->event_idx && !s->valid)
		return (struct verdict){ true, REASON_FIRST };
	if (w->state != READING_OK)
		return (struct verdict){ true, REASON_FAULT };
	if (!s->event_idx)
		return (struct verdict){ !(w->value & DECIDE_FLAG), REASON_FLAGS };
	if (decide_need_event(w->value, s->new, s->old))
		return (struct verdict){ true, REASON_CROSSED };
	return (struct verdict){ false, REASON_NOT_REACHED };
}

/* Does the driver's word decide, and not the state alone? */
static inline bool word_decides(const struct decision_state *s)
{
	return s->call_fd && !s->empty && (s->valid || !s->event_idx);
}

/*
 * The reason for an act that no reading explains.
 *
 * Without new entries no used_event asks for a signal, so that only a fault leads to one. A word whose address is not
 * known here contradicts nothing: the act tells which kind of value the kernel has read.
 */
static inline enum reason unread_reason(const struct decision_state *s, bool signalled, const struct reading *before,
					const struct reading *after)
{
	if (!word_decides(s))
		return REASON_UNEXPLAINED;
	if (signalled && s->event_idx && s->new == s->old)
		return before->state == READING_OK && after->state == READING_OK ? REASON_UNEXPLAINED : REASON_FAULT;
	if (before->state != READING_UNKNOWN || after->state != READING_UNKNOWN)
		return REASON_UNSTABLE;
	if (!s->event_idx)
		return REASON_FLAGS;
	return signalled ? REASON_CROSSED : REASON_NOT_REACHED;
}

/**
 * explain() - find the reading that explains the act
 * @s: the state that the rule looks at
 * @signalled: the act: the call eventfd was signalled
 * @before: the word, read before the kernel read it
 * @after: the word, read after that
 *
 * The act is observed; the reason is recomputed. The driver may store a new value between the kernel's reading and
 * ours, so the kernel may have seen the value of either reading. The later one is preferred. A driver on another CPU
 * may even store a value before the kernel reads the word and replace it before we read it again. Then neither reading
 * explains the act, but some value does, and the reason is "unstable". "unexplained" is left for acts that no history
 * of the word explains.
 *
 * A failed reading counts only if the other one failed too: the programs cannot wait for a page, but the kernel can,
 * and so makes it present. Two failed readings explain a signal, as a fault, but no suppression: then the kernel did
 * read the word, whose memory came and went, and the word is unstable. If the address could not be translated here, the
 * kernel may still have read the word, so "fault" is no explanation then; see unread_reason().
 */
static inline struct explanation explain(const struct decision_state *s, bool signalled,
					 const struct reading *before, const struct reading *after)
{
	bool both = before->state == READING_OK && after->state == READING_OK;
	const struct reading *last = after->state == READING_OK || before->state != READING_OK ? after : before;
	struct explanation e = {
		.word = *last,
		.moved = both && before->value != after->value,
	};
	struct verdict v = decide(s, last);

	if (v.signal != signalled && e.moved) {
		v = decide(s, before);
		if (v.signal == signalled)
			e.word = *before;
	}
	if (v.signal == signalled && !(v.reason == REASON_FAULT && last->state == READING_UNKNOWN))
		e.reason = v.reason;
	else
		e.reason = unread_reason(s, signalled, before, after);
	return e;
}

#endif
