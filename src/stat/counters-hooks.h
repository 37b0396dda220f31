/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COUNTERS_HOOKS_H
#define COUNTERS_HOOKS_H

#include "probe/bpf-programs.h"

/* What is counted: the bits in struct hook. */
#define COUNT_DECISIONS (1U << 0)
#define COUNT_RUNS (1U << 1)
#define COUNT_HISTS (1U << 2)

enum counters_hook_number {
	COUNTERS_HOOK_EVENTFD,
	COUNTERS_HOOK_ONE,
	COUNTERS_HOOK_MANY,
	COUNTERS_HOOK_SIGNAL,
	COUNTERS_HOOK_STARTED,
	COUNTERS_HOOK_CLOSED,
	COUNTERS_HOOK_SEND,
	COUNTERS_HOOK_RECEIVE,
	COUNTERS_HOOK_KICK,
	COUNTERS_HOOK_SEND_ENTRY,
	COUNTERS_HOOK_RECEIVE_ENTRY,
	COUNTERS_HOOK_VM,
	COUNTERS_HOOKS,
};

extern const struct hook counters_hook_table[COUNTERS_HOOKS];

#endif
