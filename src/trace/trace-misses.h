/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACE_MISSES_H
#define TRACE_MISSES_H

#include "event/event-totals.h"
#include "probe/bpf-programs.h"

/**
 * trace_misses() - the events that no program could see
 * @before: misses when the programs were armed
 * @now: misses now
 * @open: decisions that were entered and not left; 0 as long as they may be under way
 * @events: bits of the traced types; others are not missed, although their hooks may be attached
 * @t: @missed and @signals_missed are filled in
 */
void trace_misses(const struct misses *before, const struct misses *now, uint64_t open, uint32_t events,
		  struct event_unattributed *t);

#endif
