/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COUNTERS_HOOKS_H
#define COUNTERS_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "probe/bpf-programs.h"

/* What is counted: the bits in struct hook. */
#define COUNT_DECISIONS (1U << 0)
#define COUNT_RUNS (1U << 1)
#define COUNT_HISTS (1U << 2)
#define COUNT_DISCARDS (1U << 3)

enum counters_hook_number {
	COUNTERS_HOOK_EVENTFD,
	COUNTERS_HOOK_ONE,
	COUNTERS_HOOK_MANY,
	COUNTERS_HOOK_SIGNAL,
	COUNTERS_HOOK_STARTED,
	COUNTERS_HOOK_VRING,
	COUNTERS_HOOK_CLOSED,
	COUNTERS_HOOK_SEND,
	COUNTERS_HOOK_RECEIVE,
	COUNTERS_HOOK_VSOCK_SEND,
	COUNTERS_HOOK_VSOCK_RECEIVE,
	COUNTERS_HOOK_SCSI_REQUEST,
	COUNTERS_HOOK_SCSI_CONTROL,
	COUNTERS_HOOK_SCSI_EVENT,
	COUNTERS_HOOK_KICK,
	COUNTERS_HOOK_SEND_ENTRY,
	COUNTERS_HOOK_RECEIVE_ENTRY,
	COUNTERS_HOOK_VSOCK_SEND_ENTRY,
	COUNTERS_HOOK_VSOCK_RECEIVE_ENTRY,
	COUNTERS_HOOK_SCSI_REQUEST_ENTRY,
	COUNTERS_HOOK_SCSI_CONTROL_ENTRY,
	COUNTERS_HOOK_SCSI_EVENT_ENTRY,
	COUNTERS_HOOK_DISCARD,
	COUNTERS_HOOK_MESSAGE,
	COUNTERS_HOOK_TRANSLATION,
	COUNTERS_HOOK_START,
	COUNTERS_HOOK_LINKS,
	COUNTERS_HOOK_VM,
	COUNTERS_HOOKS,
};

extern const struct hook counters_hook_table[COUNTERS_HOOKS];

/**
 * counters_hooks_see_runs() - are the runs of a queue seen, and with them its kicks?
 * @p: the programs, attached
 * @backend: the queue's, enum backend_kind
 */
bool counters_hooks_see_runs(const struct bpf_programs *p, uint16_t backend);

#endif
