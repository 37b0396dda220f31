/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HOOKS_TRY_H
#define HOOKS_TRY_H

#include <stdint.h>

#include "trace-hooks.h"

/**
 * struct hook_result - result of trying a hook
 * @name: see struct hook
 * @function: the kernel's function that was chosen; NULL: none
 * @shows: bits of enum event_type: events that cannot be seen without it
 * @why: the reason, if there is no function or attaching failed
 */
struct hook_result {
	const char *name;
	const char *function;
	uint32_t shows;
	char why[PROBE_WHY_MAX];
};

/**
 * hooks_try() - try every hook: choose its function, load, attach, and release everything again
 * @hooks: the results
 */
void hooks_try(struct hook_result hooks[TRACE_HOOKS]);

#endif
