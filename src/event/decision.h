/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECISION_H
#define DECISION_H

#include <stdint.h>

#include "bpf/decide.h"

/*
 * The reasons there are for each act (0: suppressed, 1: signalled), ended by REASON_UNEXPLAINED, in the order in which
 * the kernel looks at them.
 */
extern const enum reason reasons_of[2][6];

/**
 * reasons_sum() - the sum over all reasons but REASON_UNEXPLAINED
 * @reasons: counts by reason
 */
uint64_t reasons_sum(const __u64 reasons[REASON_COUNT]);

/**
 * reason_name() - "first", "empty", "flags", "crossed", "fault", "no_call_fd", "not_reached", "unexplained"
 * @reason: why a decision was made
 */
const char *reason_name(enum reason reason);

#endif
