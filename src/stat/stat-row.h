/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STAT_ROW_H
#define STAT_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"
#include "counters.h"

/**
 * DOC: what was counted for a queue in a time, as a row of a table
 */

/**
 * struct stat_row - a queue
 * @id: see struct counted_queue
 * @time: when the time ended, in nanoseconds of CLOCK_BOOTTIME
 * @ns: its length
 * @counted_ns: of it, that counting was on
 * @device: NULL if unknown
 * @queue: its name
 * @worker: its worker's name, NULL if unknown
 * @counts: what was counted
 * @kicks: the same of @counts, negative if the worker's runs cannot be seen, with which kicks are counted
 * @spurious: likewise
 * @runs: likewise
 * @found: likewise
 * @signalled: decisions to notify that are explained
 * @suppressed: decisions not to that are explained
 * @unexplained: both kinds that are not
 * @buffers_rate: buffers a second; of all rates what was counted is taken for a sample of the whole time, but for
 *		  kicks, which are counted in any case
 * @kicks_rate: likewise; negative if they cannot be seen
 * @spurious_rate: likewise
 * @calls_rate: likewise
 * @suppressed_rate: likewise
 * @buffers_per_kick: negative without kicks
 * @buffers_per_call: negative without calls
 * @worker_use: what the worker used
 * @wakeups_rate: likewise a second; negative if another row of the same worker says it
 * @cpu: of the worker, in percent of one CPU; likewise
 */
struct stat_row {
	uint64_t id;
	uint64_t time, ns, counted_ns;
	const char *device, *queue, *worker;
	uint32_t owner, ifindex, tid;
	int32_t vq;
	struct queue_counts counts;
	int64_t kicks, spurious, runs, found;
	uint64_t signalled, suppressed, unexplained;
	double buffers_rate, kicks_rate, spurious_rate, calls_rate, suppressed_rate;
	double buffers_per_kick, buffers_per_call;
	struct worker_use worker_use;
	double wakeups_rate, cpu;
};

/**
 * struct stat_time - what counts were made in
 * @end: when it ended, in nanoseconds of CLOCK_BOOTTIME
 * @ns: its length
 * @counted_ns: of it, that counting was on
 */
struct stat_time {
	uint64_t end, ns, counted_ns;
};

/**
 * stat_row() - make a row
 * @q: the queue; what of it is kept in the row has to live as long
 * @total: all that was counted, not what was since the call before
 * @t: in which time
 * @same_worker: the queue has the worker of the row before
 */
struct stat_row stat_row(const struct counted_queue *q, bool total, const struct stat_time *t, bool same_worker);

/* The table of text: rates. */
extern const struct out_col stat_rates[];

/* The table of text: decisions by reason. */
extern const struct out_col stat_reasons[];

/* For programs: all there is. */
extern const struct out_col stat_values[];

/* All there is as JSON, for the caller. */
struct json_object *stat_json(const char *type, const struct stat_row *row);

#endif
