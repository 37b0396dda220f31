/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACE_HOOKS_H
#define TRACE_HOOKS_H

#include "probe/bpf-programs.h"

/* The hooks of the programs that trace; their bits are those of enum event_type. */
enum trace_hook_number {
	HOOK_USED_ONE,
	HOOK_USED_MANY,
	HOOK_SIGNAL,
	HOOK_EVENTFD,
	HOOK_INJECT,
	HOOK_KICK,
	HOOK_POLL_KICK,
	HOOK_STARTED,
	HOOK_POLL_SOCKET,
	HOOK_SEND,
	HOOK_RECEIVE,
	HOOK_TRANSLATE,
	HOOK_DISCARD,
	HOOK_DROP,
	HOOK_ARM,
	HOOK_DISARM,
	HOOK_BUSYPOLL,
	HOOK_CONFIG,
	HOOK_CONFIG_NET,
	HOOK_CLOSED,
	HOOK_DRIVER_KICK,
	HOOK_DRIVER_NOTIFY,
	HOOK_DRIVER_INTERRUPT,
	HOOK_DRIVER_ENABLE,
	HOOK_DRIVER_DELAYED,
	HOOK_DRIVER_DISABLE,
	HOOK_DRIVER_START,
	TRACE_HOOKS,
	/* It sees no events, so that nobody asks whether it can be attached. */
	HOOK_VM = TRACE_HOOKS,
	HOOK_TAPS,
	TRACE_PROGRAM_HOOKS,
};

extern const struct hook trace_hook_table[TRACE_PROGRAM_HOOKS];

#endif
