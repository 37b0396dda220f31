/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/counts.h"
#include "event/queue-name.h"

/**
 * DOC: counting the kernel's notifications
 *
 * Theory of operation. The programs count in memory that this process maps (bpf/counts.h); no event reaches this
 * process. counters_read() reads all queues and computes for each what happened since its last call. With sampling, the
 * programs count one run of the worker in @sample, chosen at random; decisions and spurious kicks are estimated from
 * these, and everything else is counted whole.
 */

struct counters;

/**
 * struct counters_options - what to count
 * @filter: which queues
 * @hists: count histograms as well
 * @sample: count one run in @sample; 1: all
 */
struct counters_options {
	struct queue_filter filter;
	bool hists;
	uint32_t sample;
};

/**
 * struct worker_use - what a worker used in a time
 * @ns: the time, nanoseconds; 0: the worker was not seen before
 * @cpu_ns: CPU time, nanoseconds
 * @wakeups: how often it was woken
 */
struct worker_use {
	uint64_t ns, cpu_ns, wakeups;
};

/**
 * struct counted_queue - a queue in the result of counters_read()
 * @name: its name; must be the first member, see struct gone_queues
 * @id: unique among all queues so far, even those of the same slot or the same name
 * @total: counts since the queue was first seen; with sampling, decisions and spurious kicks are estimates, and not
 *	   known if there were runs but no counted ones
 * @since: likewise, since the last counters_read()
 * @hists: histograms since the queue was first seen, for hist_update(); NULL unless wanted; valid until the next
 *	   counters_read()
 * @hist_pool: their blocks; likewise
 * @worker: what its worker used since the last counters_read(); the worker may have other queues
 * @worker_total: likewise, since the worker was first seen
 * @on_cpu: the CPU that its worker ran on last; negative if that is not known
 * @runs: the worker's runs are counted, and with them kicks, spurious kicks and buffers found
 * @discards: packets that vhost throws away are counted: of a queue that receives them
 * @gone: the queue is gone, and this is the last result for it
 * @drops: the drops of the tap are shown for this queue; see queue-drops.h
 */
struct counted_queue {
	struct queue_name name;
	uint64_t id;
	struct queue_counts total, since;
	const struct queue_hists *hists;
	const struct hist_block *hist_pool;
	struct worker_use worker, worker_total;
	int32_t on_cpu;
	bool runs, discards, gone, drops;
};

/**
 * struct counted - the result of counters_read(); all times are nanoseconds
 * @queues: the queues, sorted by device and number
 * @count: number of @queues
 * @ns: time since the last counters_read(), or since counting began
 * @total_ns: time since counting began
 * @lost: decisions since counting began that could not be counted; not filtered
 * @signals_missed: missed eventfd signals since counting began, of any queue or none; if one belonged to a decision,
 *		    that decision was counted as a suppression
 * @values_lost: values of histograms since counting began for which there was no room; of any queue
 */
struct counted {
	struct counted_queue *queues;
	int count;
	uint64_t ns, total_ns;
	uint64_t lost, signals_missed, values_lost;
};

/**
 * counters_open() - begin to count
 * @counters: the result, for counters_close()
 * @o: what
 * @why: on failure: the step that failed and what to do
 * @len: size of @why
 *
 * No capability is needed afterwards: the caller should give up all of them, by privileges_give_up().
 *
 * Return: 0 or -errno.
 */
int counters_open(struct counters **counters, const struct counters_options *o, char *why, size_t len);

/* Has any queue that the filter wants been found by counters_read() so far? */
bool counters_any(const struct counters *c);

/**
 * counters_unseen() - what cannot be counted on this kernel
 *
 * Return: bits of COUNT_RUNS, COUNT_HISTS and COUNT_DISCARDS.
 */
uint32_t counters_unseen(const struct counters *c);

/* Bits of what is counted only in part, since not all of its functions can be attached to. */
uint32_t counters_incomplete(const struct counters *c);

/**
 * counters_stop() - stop counting
 *
 * After it nothing changes any more: for every queue the number of decisions is the sum of its reasons.
 *
 * Return: 0 or -errno.
 */
int counters_stop(struct counters *c);

/**
 * counters_read() - read the counts of all queues
 * @c: the counters
 * @counted: the result; its array is valid until the next call
 *
 * Return: 0 or -errno.
 */
int counters_read(struct counters *c, struct counted *counted);

/**
 * counters_gone() - queues that counters_read() has reported as gone
 * @c: the counters
 * @count: how many
 *
 * Queues with the same name and owner are put together, and if there are many, so are all but the last ones, see struct
 * gone_queues. They have no histograms, and no counts since the last call.
 *
 * Return: the queues; valid until the next counters_read().
 */
const struct counted_queue *counters_gone(const struct counters *c, int *count);

/* Detach and release everything; NULL is fine. */
void counters_close(struct counters *c);

#endif
