/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COUNTS_H
#define COUNTS_H

#include <stddef.h>

#include <linux/types.h>

#include "decide.h"
#include "hist-counts.h"
#include "queue.h"

/*
 * The contract between the programs that count and the process that reads their counts, without a system call, whenever
 * it likes. Nothing makes the members of a queue's counts change together: who reads them meanwhile may find a decision
 * that has no reason yet.
 */

/**
 * struct queue_counts - what happened on a queue
 * @decisions: whether to notify the driver
 * @reasons: of these, by act (0: suppressed, 1: signalled) and reason
 * @moved: of these, the driver's word, read after the act, does not explain it: the driver had changed it meanwhile
 * @buffers: used entries
 * @kicks: of the driver
 * @spurious: of these, found nothing in the ring
 * @runs: of the worker, on this queue
 * @found: avail entries that they took
 */
struct queue_counts {
	__u64 decisions;
	__u64 reasons[2][REASON_COUNT];
	__u64 moved;
	__u64 buffers;
	__u64 kicks;
	__u64 spurious;
	__u64 runs;
	__u64 found;
};

_Static_assert(sizeof(struct queue_counts) == 23 * 8, "no padding");

/**
 * struct queue_state - a queue's counts, and what the programs remember of it
 * @counts: see struct queue_counts
 * @kick: its kick eventfd's file, to the kernel
 * @kick_ctx: that eventfd
 * @kick_count: its count when it was looked at last
 * @unsignalled_since: when the first used entry was published that the driver was not told of; 0: there is none
 * @time_kick: when the first kick came that no run has taken up
 * @pending: kicks that no run has taken up; counted for histograms only
 * @unsignalled: number of used entries that the driver was not told of
 * @window: the window that the rest is from
 * @kick_window: the window that @time_kick and @pending are from
 * @old: signalled_used after the last decision
 * @used: last_used_idx then
 * @avail: last_avail_idx after the last run
 * @synced: @old and @used are known
 * @avail_known: @avail is
 * @first: the queue was started, and there was no decision since
 * @requeued: at the end of the last run the queue was to be run again, not for its weight
 * @reserved: 0
 */
struct queue_state {
	struct queue_counts counts;
	__u64 kick;
	__u64 kick_ctx;
	__u64 kick_count;
	__u64 unsignalled_since;
	__u64 time_kick;
	__u32 pending;
	__u32 unsignalled;
	__u32 window;
	__u32 kick_window;
	__u16 old;
	__u16 used;
	__u16 avail;
	__u8 synced;
	__u8 avail_known;
	__u8 first;
	__u8 requeued;
	__u8 reserved[6];
};

_Static_assert(sizeof(struct queue_state) == sizeof(struct queue_counts) + 72, "no padding");

/**
 * enum counting - whether anything is counted; the process says it, the programs obey
 * @COUNTING_OFF: nothing is
 * @COUNTING_SIGNALS: signals are looked at, so that a decision that ends next knows of them
 * @COUNTING_ALL: everything
 */
enum counting { COUNTING_OFF, COUNTING_SIGNALS, COUNTING_ALL };

/* What histograms there are of a queue. */
enum queue_hist {
	HIST_CALL_BATCH,	/* used entries that a call told the driver of */
	HIST_KICK_BATCH,	/* avail entries that a run took for kicks, by kick */
	HIST_ENTRIES,		/* new - old of a decision */
	HIST_EVENT,		/* event - old of a decision, modulo 65536 */
	HIST_KICK_TO_RUN,	/* ns from a kick to the run that takes it up */
	HIST_USED_TO_CALL,	/* ns from the first used entry that the driver was not told of to the call */
	QUEUE_HISTS,
};

struct queue_hists {
	struct hist_counts of[QUEUE_HISTS];
};

#endif
