// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace-misses.h"

#include "base/array.h"
#include "trace-hooks.h"

/* What a hook's programs missed since arming. */
struct since {
	const struct misses *before, *now;
};

static uint64_t missed(const struct since *s, int hook, int program)
{
	return s->now->of[hook][program] - s->before->of[hook][program];
}

static uint64_t missed_decisions(const struct since *s, uint64_t open)
{
	static const int hooks[] = { HOOK_USED_ONE, HOOK_USED_MANY, HOOK_SIGNAL };
	uint64_t entries = 0, returns = 0;

	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		entries += missed(s, hooks[i], AT_ENTRY);
		returns += missed(s, hooks[i], AT_RETURN);
	}
	/* A missed return leaves its decision open, unless the queue's next decision has replaced it. */
	return entries + (open > returns ? open : returns);
}

void trace_misses(const struct misses *before, const struct misses *now, uint64_t open, uint32_t events,
		  struct event_unattributed *t)
{
	const struct since s = { before, now };

	t->signals_missed = missed(&s, HOOK_EVENTFD, AT_ENTRY);
	t->missed[EVENT_CALL] = missed_decisions(&s, open);
	/* Not HOOK_POLL_KICK, which finds a kick at most once in the life of a device. */
	t->missed[EVENT_KICK] = missed(&s, HOOK_KICK, AT_ENTRY);
	t->missed[EVENT_INJECT] = missed(&s, HOOK_INJECT, AT_RETURN);
	t->missed[EVENT_DROP] = missed(&s, HOOK_DROP, AT_ENTRY);
	t->missed[EVENT_DISCARD] = missed(&s, HOOK_DISCARD, AT_ENTRY);
	t->missed[EVENT_DRIVER_NOTIFY] = missed(&s, HOOK_DRIVER_NOTIFY, AT_RETURN);
	t->missed[EVENT_DRIVER_INTERRUPT] = missed(&s, HOOK_DRIVER_INTERRUPT, AT_RETURN);
	t->missed[EVENT_DRIVER_ENABLE] = missed(&s, HOOK_DRIVER_ENABLE, AT_RETURN) +
					 missed(&s, HOOK_DRIVER_DELAYED, AT_RETURN);
	t->missed[EVENT_DRIVER_DISABLE] = missed(&s, HOOK_DRIVER_DISABLE, AT_RETURN);
	for (int k = 0; k < HOOK_PROGRAMS; k++) {
		t->missed[EVENT_RUN] += missed(&s, HOOK_SEND, k) + missed(&s, HOOK_RECEIVE, k);
		t->missed[EVENT_ARM] += missed(&s, HOOK_ARM, k);
		t->missed[EVENT_DISARM] += missed(&s, HOOK_DISARM, k);
		t->missed[EVENT_REPOLL] += missed(&s, HOOK_POLL_SOCKET, k);
		t->missed[EVENT_BUSYPOLL] += missed(&s, HOOK_BUSYPOLL, k);
		t->missed[EVENT_DRIVER_KICK] += missed(&s, HOOK_DRIVER_KICK, k);
		t->missed[EVENT_CONFIG] += missed(&s, HOOK_CONFIG, k) + missed(&s, HOOK_CONFIG_NET, k);
	}
	for (int i = 0; i < EVENT_TYPES; i++)
		if (!(events & (1U << i)))
			t->missed[i] = 0;
}
