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
 * Theory of operation. The programs count in memory that is ours, too (bpf/counts.h); no event reaches this process.
 * counters_read() looks at all queues and says for each what happened since it was called before. Sampling switches the
 * counting on for a slice of time in every so many: counters_next() says when, counters_switch() does it.
 */

struct counters;

/**
 * struct counters_options - what to count
 * @filter: of which queues
 * @hists: histograms as well
 * @sample: in one slice of so many; 1: all the time
 */
struct counters_options {
	struct queue_filter filter;
	bool hists;
	uint32_t sample;
};

/**
 * struct worker_use - what a worker used
 * @ns: in which time; 0: it was not met before
 * @cpu_ns: CPU time
 * @wakeups: how often it was woken
 */
struct worker_use {
	uint64_t ns, cpu_ns, wakeups;
};

/**
 * struct counted_queue - what counters_read() says of a queue
 * @name: which it is; comes first, see struct gone_queues
 * @id: differs from that of every other queue that was met, also at the same place and with the same name
 * @total: since it was met
 * @since: since counters_read() was called before
 * @hists: since it was met; NULL unless wanted; good until the next counters_read()
 * @worker: what its worker used since then; the worker may have other queues
 * @worker_total: likewise since the worker was met
 * @runs: the worker's runs are counted, and with them kicks, spurious ones and buffers found
 * @gone: counters_read() will not speak of it again
 */
struct counted_queue {
	struct queue_name name;
	uint64_t id;
	struct queue_counts total, since;
	const struct queue_hists *hists;
	struct worker_use worker, worker_total;
	bool runs, gone;
};

/**
 * struct counted - what counters_read() says
 * @queues: one for each queue, by device and number
 * @count: how many
 * @ns: time since counters_read() was called before, or since counting began
 * @counted_ns: of it, that counting was on
 * @total_ns: time since counting began
 * @total_counted_ns: of it, that counting was on
 * @lost: decisions since counting began that could not be counted; not filtered
 * @signals_missed: eventfd signals since then that were not seen, whosoever they were; if one belonged to a decision,
 *		    that was counted as a suppression
 */
struct counted {
	struct counted_queue *queues;
	int count;
	uint64_t ns, counted_ns;
	uint64_t total_ns, total_counted_ns;
	uint64_t lost, signals_missed;
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

/**
 * counters_unseen() - what this kernel does not let be counted
 *
 * Return: bits of COUNT_RUNS and COUNT_HISTS.
 */
uint32_t counters_unseen(const struct counters *c);

/* Bits of what is counted, but not all of it, since not all functions that it comes from can be attached to. */
uint32_t counters_incomplete(const struct counters *c);

/* When counting is to be switched, in nanoseconds of CLOCK_BOOTTIME; UINT64_MAX: never. */
uint64_t counters_next(const struct counters *c);

/* Switch it, if it is time. */
void counters_switch(struct counters *c);

/**
 * counters_stop() - count no longer
 *
 * When it returns nothing changes any more: for every queue there are as many decisions as there are reasons.
 *
 * Return: 0 or -errno.
 */
int counters_stop(struct counters *c);

/**
 * counters_read() - look at everything
 * @c: the counters
 * @counted: the result; its array is good until the next call
 *
 * Return: 0 or -errno.
 */
int counters_read(struct counters *c, struct counted *counted);

/**
 * counters_gone() - queues that counters_read() spoke of as gone
 * @c: the counters
 * @count: how many
 *
 * Those of the same name and owner are put together; there are no histograms of them, nor a time since a call before.
 *
 * Return: them; good until the next counters_read().
 */
const struct counted_queue *counters_gone(const struct counters *c, int *count);

/* Detach and release everything; NULL is fine. */
void counters_close(struct counters *c);

#endif
