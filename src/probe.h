/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decision.h"
#include "events.h"

/**
 * DOC: tracing the kernel's decisions
 *
 * Theory of operation. probe_open() checks what the environment offers, chooses for every hook the function to attach
 * to, loads the programs, attaches them one by one and arms them last, so that no decision is seen by some of them
 * only. probe_read() hands out what they saw; they never wake the reader, it has to come every PROBE_INTERVAL_MS.
 * probe_stop() lets the decisions that are under way end and counts no new ones; what probe_read() hands out then is
 * the rest, and with all of it read
 *
 *	probe_totals.decisions == decisions handed out + probe_totals.lost
 *
 * holds exactly. Both sides are counted independently, one in the kernel, the other by the caller.
 */

/* How often probe_read() is to be called while decisions come. */
#define PROBE_INTERVAL_MS 10

/* Room for the longest explanation of a failure. */
#define PROBE_WHY_MAX 256

struct probe;

/**
 * struct probe_decision - one decision of the kernel
 * @time: when the function that decided returned; all times are nanoseconds of CLOCK_BOOTTIME
 * @time_entry: when it was entered
 * @time_signal: just before the eventfd's counter was raised; 0 without a signal
 * @cpu: where
 * @tid: the worker, in the initial pid namespace
 * @owner: process that owns the device, in the initial pid namespace; 0 if unknown
 * @ifindex: the tap's; 0 without one
 * @queue: position among the device's queues, -1 if unknown
 * @worker: the worker's name
 * @device: the tap's name, or the kind of device; empty if unknown
 * @queue_name: "rx0", "tx0"... with the number of the tap's queue; the position for what is no network device
 * @signalled: what the kernel did; the rest explains it
 * @state: what the rule looks at
 * @before: the driver's word before the kernel read it
 * @after: the same after
 * @why: the explanation
 */
struct probe_decision {
	uint64_t time, time_entry, time_signal;
	uint32_t cpu, tid, owner, ifindex;
	int32_t queue;
	char worker[DECISION_NAME_LEN];
	char device[DECISION_NAME_LEN];
	char queue_name[12];
	bool signalled;
	struct decision_state state;
	struct decision_word before, after;
	struct explanation why;
};

/**
 * struct probe_totals - what the kernel counted between arming and stopping
 * @decisions: those that passed the filter, and the lost ones
 * @lost: of @decisions, those that were not handed out; the sum of the next three
 * @ring_full: for whose event there was no room
 * @no_memory: that could not be followed
 * @missed: that a program did not see, because it was running on that CPU already; these are not filtered
 * @signals_missed: eventfd signals that were not seen, whosoever they were; if one belonged to a decision, that one
 *		    was handed out as a suppression
 * @ns: time between arming and stopping
 */
struct probe_totals {
	uint64_t decisions;
	uint64_t lost;
	uint64_t ring_full, no_memory, missed;
	uint64_t signals_missed;
	uint64_t ns;
};

/**
 * struct probe_hook - one place that the programs attach to
 * @name: what it is for: used_one, used_many, signal, eventfd
 * @function: the kernel's function that was chosen, or NULL
 * @required: nothing can be traced without it
 * @why: without a function, or where attaching failed: the reason
 */
struct probe_hook {
	const char *name;
	const char *function;
	bool required;
	char why[PROBE_WHY_MAX];
};

#define PROBE_HOOKS 4

/**
 * probe_verbose() - let libbpf's messages pass to standard error, or hold them back
 *
 * libbpf keeps one such setting for the whole process; it is to be called before anything else here.
 */
void probe_verbose(bool verbose);

/**
 * probe_check() - can anything be traced here?
 * @why: if not: what is missing and what to do
 * @len: size of @why
 *
 * Return: 0 or -errno: -ENOSYS without bpf(2), -EPERM without a capability or under lockdown, -ENOENT without BTF or
 * without the module vhost.
 */
int probe_check(char *why, size_t len);

/**
 * probe_hooks() - try every hook: choose its function, load, attach, and take it all down again
 * @hooks: the outcomes
 *
 * Return: 0, or -errno if not every required hook could be attached.
 */
int probe_hooks(struct probe_hook hooks[PROBE_HOOKS]);

/**
 * probe_open() - begin to trace
 * @probe: the result, for probe_close()
 * @filter: which decisions
 * @why: on failure: the step that failed and what to do
 * @len: size of @why
 *
 * When it returns, all programs are attached and armed.
 *
 * Return: 0 or -errno.
 */
int probe_open(struct probe **probe, const struct decision_filter *filter, char *why, size_t len);

/* When the programs were armed, in nanoseconds of CLOCK_BOOTTIME. */
uint64_t probe_armed_at(const struct probe *p);

/* Have as many decisions been made as the filter's limit allows? Some of them may still have to be read. */
bool probe_limit_reached(const struct probe *p);

/* The function that hook @i is attached to, or NULL. */
const char *probe_function(const struct probe *p, int i);

typedef void probe_fn(const struct probe_decision *d, void *arg);

/**
 * probe_read() - hand out the decisions that wait
 * @p: the probe
 * @fn: called for each, in the order in which they ended
 * @arg: for @fn
 *
 * Hands out a bounded number, so that the caller can look at other things under any load.
 *
 * Return: 1 if more may wait, 0 if not, or -errno.
 */
int probe_read(struct probe *p, probe_fn *fn, void *arg);

/**
 * probe_stop() - count no new decisions
 *
 * Returns when those under way have ended, or after a second.
 *
 * Return: 0 or -errno.
 */
int probe_stop(struct probe *p);

/**
 * probe_totals() - read the kernel's counts, after probe_stop()
 *
 * Return: 0 or -errno.
 */
int probe_totals(const struct probe *p, struct probe_totals *t);

/* Detach and release everything; NULL is fine. */
void probe_close(struct probe *p);

#endif
