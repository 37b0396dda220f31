// SPDX-License-Identifier: GPL-2.0-or-later
#include "decision.h"

#include <linux/virtio_ring.h>

struct verdict decide(const struct decision_state *s, const struct decision_word *w)
{
	if (!s->call_fd)
		return (struct verdict){ false, REASON_NO_CALL_FD };
	if (s->empty)
		return (struct verdict){ true, REASON_EMPTY };
	if (s->event_idx && !s->valid)
		return (struct verdict){ true, REASON_FIRST };
	if (!w->readable)
		return (struct verdict){ true, REASON_FAULT };
	if (!s->event_idx)
		return (struct verdict){ !(w->value & VRING_AVAIL_F_NO_INTERRUPT), REASON_FLAGS };
	if (vring_need_event(w->value, s->new, s->old))
		return (struct verdict){ true, REASON_CROSSED };
	return (struct verdict){ false, REASON_NOT_REACHED };
}

static bool same(const struct decision_word *a, const struct decision_word *b)
{
	return a->readable == b->readable && (!a->readable || a->value == b->value);
}

struct explanation explain(const struct decision_state *s, bool signalled, const struct decision_word *words,
			   int count)
{
	struct explanation e = { .reason = REASON_UNEXPLAINED, .word = words[count - 1] };

	for (int i = 1; i < count; i++)
		if (!same(&words[i], &words[i - 1]))
			e.moved = true;
	for (int i = count - 1; i >= 0; i--) {
		struct verdict v = decide(s, &words[i]);

		if (v.signal == signalled) {
			e.reason = v.reason;
			e.word = words[i];
			break;
		}
	}
	return e;
}

const char *reason_name(enum reason reason)
{
	static const char *const names[REASON_COUNT] = {
		[REASON_FIRST] = "first",
		[REASON_EMPTY] = "empty",
		[REASON_FLAGS] = "flags",
		[REASON_CROSSED] = "crossed",
		[REASON_FAULT] = "fault",
		[REASON_NO_CALL_FD] = "no_call_fd",
		[REASON_NOT_REACHED] = "not_reached",
		[REASON_UNEXPLAINED] = "unexplained",
	};

	return names[reason];
}
