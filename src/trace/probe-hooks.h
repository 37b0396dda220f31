/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_HOOKS_H
#define PROBE_HOOKS_H

#include "probe/bpf-programs.h"

/* Where the programs that trace are attached; the bits of the hooks are those of enum event_type. */
enum probe_hook_number {
	HOOK_USED_ONE,
	HOOK_USED_MANY,
	HOOK_SIGNAL,
	HOOK_EVENTFD,
	HOOK_KICK,
	HOOK_POLL_KICK,
	HOOK_POLL_SOCKET,
	HOOK_SEND,
	HOOK_RECEIVE,
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
	PROBE_HOOKS,
};

extern const struct hook probe_hook_table[PROBE_HOOKS];

#endif
