/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COUNTS_H
#define COUNTS_H

#include <stddef.h>

#include <linux/types.h>

#include "decide.h"
#include "discard.h"
#include "hist-counts.h"
#include "queue.h"

/*
 * The interface between the programs that count and the process that reads the counts in shared memory at any time. The
 * members of a queue's counts do not change together: a reader may find a decision that has no reason yet.
 */

/**
 * struct queue_counts - counts of a queue
 * @decisions: decisions whether to notify the driver
 * @reasons: @decisions by act (0: suppressed, 1: signalled) and reason
 * @moved: those of @decisions that the driver's word, as it was read, contradicts: the driver changed it meanwhile
 * @spurious: kicks of the driver that found nothing in the ring
 * @counted_runs: those of @runs of which all this was counted: with sampling not all
 * @buffers: used entries
 * @kicks: kicks of the driver
 * @runs: runs of the worker on this queue
 * @found: avail entries that these runs took
 * @discards: packets that vhost threw away, by enum discard_reason
 * @iotlb_misses: addresses that the IOTLB had no translation of, as far as the owner has read of them
 * @iotlb_answers: those of @iotlb_misses that the owner has answered
 * @iotlb_ns: sum of the times that these answers took, nanoseconds
 * @drops: packets that the tap has dropped, over all of its queues: for the driver, if the queue receives; else from it
 */
struct queue_counts {
	__u64 decisions;
	__u64 reasons[2][REASON_COUNT];
	__u64 moved;
	__u64 spurious;
	__u64 counted_runs;
	__u64 buffers;
	__u64 kicks;
	__u64 runs;
	__u64 found;
	__u64 discards[DISCARD_REASONS];
	__u64 iotlb_misses;
	__u64 iotlb_answers;
	__u64 iotlb_ns;
	__u64 drops;
};

_Static_assert(sizeof(struct queue_counts) == 33 * 8, "no padding");

/**
 * struct notified - how far a queue's driver had been told at the end of a decision, which is where the next one begins
 * @old: signalled_used
 * @used: last_used_idx
 * @valid: signalled_used_valid
 * @known: all this is known
 * @reserved: 0
 */
struct notified {
	__u16 old;
	__u16 used;
	__u8 valid;
	__u8 known;
	__u8 reserved[2];
};

_Static_assert(sizeof(struct notified) == 8, "no padding");

/**
 * struct kick_eventfd - a kick eventfd, as it was once
 * @file: kernel address of its struct file
 * @ctx: kernel address of its struct eventfd_ctx
 * @count: its count
 */
struct kick_eventfd {
	__u64 file;
	__u64 ctx;
	__u64 count;
};

/**
 * struct queue_state - a queue's counts, and what the programs remember of it
 * @counts: see struct queue_counts
 * @notified: see struct notified
 * @kick: the kick eventfd at the last account
 * @unsignalled_since: time of the first decision since the last call, ns of CLOCK_BOOTTIME; 0: none
 * @time_kick: time of the first of @pending, ns of CLOCK_BOOTTIME
 * @delay_kick: how long the worker had waited for a CPU then, nanoseconds, see struct sched_info; for histograms only
 * @worker: kernel address of the worker's task; 0: not known; likewise
 * @pending: kicks that no run has served yet; counted for histograms only
 * @unsignalled: used entries since the last call
 * @version: odd while @counts, @used, @avail, @kick and @new_runs are written; used with sampling only
 * @left: runs that are not counted until the next that is; 0: the current run is counted
 * @behind: runs of the block of @sample runs that are behind the last counted one
 * @new_runs: runs since the last account
 * @used: last_used_idx at the last account
 * @avail: last_avail_idx at the last account
 * @used_known: @used is valid
 * @avail_known: @avail is valid
 * @requeued: the last run ended with an empty ring, and its work was queued again already
 * @chosen: @left is valid
 * @batch_known: the last call, from which @unsignalled counts, was in a counted run; used with sampling only
 * @reserved: 0
 * @word: the driver's word, as read at the last decision
 */
struct queue_state {
	struct queue_counts counts;
	struct notified notified;
	struct kick_eventfd kick;
	__u64 unsignalled_since;
	__u64 time_kick;
	__u64 delay_kick;
	__u64 worker;
	__u32 pending;
	__u32 unsignalled;
	__u32 version;
	__u32 left;
	__u32 behind;
	__u32 new_runs;
	__u16 used;
	__u16 avail;
	__u8 used_known;
	__u8 avail_known;
	__u8 requeued;
	__u8 chosen;
	__u8 batch_known;
	__u8 reserved[3];
	struct reading word;
};

_Static_assert(sizeof(struct queue_state) == sizeof(struct queue_counts) + 104, "no padding");

/**
 * struct queue_edge - the counts of a queue at one moment, with what is still to be accounted for
 * @buffers: see struct queue_counts
 * @kicks: likewise
 * @runs: likewise
 * @found: likewise
 */
struct queue_edge {
	__u64 buffers;
	__u64 kicks;
	__u64 runs;
	__u64 found;
};

/* The histograms of a queue. */
enum queue_hist {
	HIST_CALL_BATCH,	/* used entries per call */
	HIST_KICK_BATCH,	/* avail entries that a run took, divided by its kicks */
	HIST_ENTRIES,		/* new - old of a decision */
	HIST_EVENT,		/* event - old of a decision, if the event is not behind */
	HIST_KICK_TO_RUN,	/* ns from a kick to the run that serves it */
	HIST_WAIT_FOR_CPU,	/* the part of it in which the worker was ready to run, and had no CPU */
	HIST_USED_TO_CALL,	/* ns from the first used entry since the last call to the next call */
	HIST_MISS_TO_ANSWER,	/* ns from a miss of the IOTLB to the owner's answer */
	QUEUE_HISTS,
};

/**
 * struct queue_hists - the histograms of a queue
 * @of: by enum queue_hist
 * @event_passed: decisions at which the event was behind, see hist_event_passed()
 */
struct queue_hists {
	struct hist_counts of[QUEUE_HISTS];
	__u64 event_passed;
};

_Static_assert(sizeof(struct queue_hists) == QUEUE_HISTS * sizeof(struct hist_counts) + 8, "no padding");

#endif
