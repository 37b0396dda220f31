/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STAT_ROW_H
#define STAT_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"
#include "base/time-column.h"
#include "counters.h"

/**
 * DOC: the counts of a queue in a period of time, as a row of a table
 */

/**
 * struct stat_row - a queue
 * @id: see struct counted_queue
 * @time: end of the period, in nanoseconds of CLOCK_BOOTTIME
 * @ns: its length, nanoseconds
 * @device: NULL if unknown
 * @netns: inode number of the tap's network namespace; 0 if unknown
 * @netns_name: its name; NULL if it has none
 * @shown_device: the device in text; NULL if unknown
 * @queue: its name
 * @worker: its worker's name, NULL if unknown
 * @vm: name of its owner's VM, NULL if unknown
 * @tid: its worker; negative if unknown, or not visible in this pid namespace
 * @on_cpu: the CPU that it ran on last; negative if unknown
 * @counts: the counts; reasons of -1 if they are not known
 * @kicks: that member of @counts; negative if the worker's runs cannot be seen, since kicks are counted at runs
 * @spurious: likewise
 * @runs: likewise
 * @found: likewise
 * @decisions: that member of @counts; negative if not known, since with sampling no run was counted
 * @moved: likewise
 * @signalled: explained decisions to notify; likewise
 * @suppressed: explained decisions to suppress; likewise
 * @unexplained: decisions that are not explained; likewise
 * @other: those of rare reasons: empty, fault, unstable; and unexplained ones; likewise
 * @discards: packets that vhost threw away; negative if they are not counted: of a queue that receives none
 * @discards_rate: those per second; likewise
 * @buffers_rate: buffers per second
 * @kicks_rate: kicks per second; negative if runs cannot be seen
 * @spurious_rate: spurious kicks per second; likewise
 * @calls_rate: calls per second; negative if not known
 * @suppressed_rate: suppressed calls per second; negative if not known
 * @buffers_per_kick: negative without kicks
 * @buffers_per_call: negative without calls
 * @drops: packets that the tap has dropped; negative if not known, or if another queue of the tap has it
 * @drops_rate: likewise, per second
 * @wakeups: how often the worker was woken; negative if it was not seen, or is not visible in this pid namespace
 * @worker_cpu: CPU time that it used, in seconds; likewise
 * @worker_seconds: in which time; likewise
 * @wakeups_rate: wake-ups of the worker per second; negative if another row of the same worker has it
 * @cpu: CPU time of the worker, in percent of one CPU; likewise
 * @shown: @time as the user wants to see it; filled in by others
 * @ambiguous: another row has the same name, but another owner; filled in by others
 * @owner_device: room for a name with the owner
 */
struct stat_row {
	uint64_t id;
	uint64_t time, ns;
	const char *device, *netns_name, *shown_device, *queue, *worker, *vm;
	uint32_t owner, ifindex, netns, others;
	int32_t tid, on_cpu, vq;
	struct queue_counts counts;
	int64_t kicks, spurious, runs, found;
	int64_t decisions, moved, signalled, suppressed, unexplained, other, discards, drops;
	double buffers_rate, kicks_rate, spurious_rate, calls_rate, suppressed_rate, discards_rate, drops_rate;
	double buffers_per_kick, buffers_per_call;
	int64_t wakeups;
	double worker_cpu, worker_seconds;
	double wakeups_rate, cpu;
	struct shown_time shown;
	bool ambiguous;
	char owner_device[48];
};

/**
 * struct stat_time - a period of counting
 * @end: when it ended, in nanoseconds of CLOCK_BOOTTIME
 * @ns: its length, nanoseconds
 */
struct stat_time {
	uint64_t end, ns;
};

/**
 * stat_row() - make a row
 * @q: the queue; the row points into it
 * @total: use @q->total, not @q->since
 * @t: the period
 * @same_worker: the row before has the same worker
 */
struct stat_row stat_row(const struct counted_queue *q, bool total, const struct stat_time *t, bool same_worker);

/* Columns of text: rates. */
extern const struct out_col stat_rates[];

/* Columns of text: decisions by reason. */
extern const struct out_col stat_reasons[];

/* Columns of all values, for programs. */
extern const struct out_col stat_values[];

/* All values as JSON; owned by the caller. @type: the object's "type". */
struct json_object *stat_json(const char *type, const struct stat_row *row);

#endif
