/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECISION_H
#define DECISION_H

#include <stdint.h>

#include "bpf/decide.h"

/*
 * The possible reasons by act (0: suppressed, 1: signalled), in the kernel's order, then REASON_UNSTABLE, ended by
 * REASON_UNEXPLAINED.
 */
extern const enum reason reasons_of[2][7];

/**
 * reasons_sum() - sum of all counts but that of REASON_UNEXPLAINED
 * @reasons: counts by reason
 */
uint64_t reasons_sum(const __u64 reasons[REASON_COUNT]);

/**
 * reason_name() - "first", "empty", "flags", "crossed", "fault", "no_call_fd", "not_reached", "unstable",
 *		   "unexplained"
 * @reason: the reason
 */
const char *reason_name(enum reason reason);

#endif
