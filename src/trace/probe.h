/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/events.h"
#include "probe-hooks.h"
#include "event/queue-name.h"

/**
 * DOC: tracing the story of the kernel's notifications
 *
 * Theory of operation. probe_open() checks what the environment offers, chooses for every hook the function to attach
 * to, loads the programs, attaches them one by one and arms them last, so that no decision is seen by some of them
 * only. probe_read() hands out what they saw; they never wake the reader, it has to come every PROBE_INTERVAL_MS.
 * probe_stop() lets the decisions that are under way end and counts nothing new; what probe_read() hands out then is
 * the rest, and with all of it read there is for every queue and type
 *
 *	events counted == events received + events lost
 *
 * exactly. Both sides are counted independently, one in the kernel, the other here. What programs could not see belongs
 * to no queue: struct probe_totals.
 */

/* How often probe_read() is to be called while events come. */
#define PROBE_INTERVAL_MS 10

struct probe;

/**
 * struct probe_queue - a queue whose events are traced
 * @name: which it is
 * @received: for each type how many were handed out
 * @reasons: decisions by act (0: suppressed, 1: signalled) and reason; a queue of vhost's has those to call, one of a
 *	     driver's those to kick
 * @moved: decisions during which the other side changed its word
 */
struct probe_queue {
	struct queue_name name;
	uint64_t received[EVENT_TYPES];
	__u64 reasons[2][REASON_COUNT];
	uint64_t moved;
};

/**
 * struct probe_totals - what the kernel counted for no queue, between arming and stopping
 * @missed: for each type those that a program did not see, because it was running on that CPU already; not filtered
 * @no_slot: events on queues for which there was no room
 * @no_memory: decisions that could not be followed
 * @signals_missed: eventfd signals that were not seen, whosoever they were; if one belonged to a decision, that one
 *		    was handed out as a suppression
 * @ns: time between arming and stopping
 */
struct probe_totals {
	uint64_t missed[EVENT_TYPES];
	uint64_t no_slot, no_memory;
	uint64_t signals_missed;
	uint64_t ns;
};

/**
 * struct probe_hook - one place that the programs attach to
 * @name: what it is for
 * @function: the kernel's function that was chosen, or NULL
 * @shows: bits of enum event_type: what cannot be seen without it
 * @why: without a function, or where attaching failed: the reason
 */
struct probe_hook {
	const char *name;
	const char *function;
	uint32_t shows;
	char why[PROBE_WHY_MAX];
};

/**
 * probe_hooks() - try every hook: choose its function, load, attach, and take it all down again
 * @hooks: the outcomes
 *
 * Return: 0, or -errno if decisions cannot be traced.
 */
int probe_hooks(struct probe_hook hooks[PROBE_HOOKS]);

/**
 * probe_open() - begin to trace
 * @probe: the result, for probe_close()
 * @filter: which events
 * @why: on failure: the step that failed and what to do
 * @len: size of @why
 *
 * When it returns, all programs are attached and armed. It fails if none of the events can be seen on this kernel; if
 * some can, probe_unseen() says which cannot.
 *
 * What attaching takes is not needed afterwards: this process gives up all capabilities, for good.
 *
 * Return: 0 or -errno.
 */
int probe_open(struct probe **probe, const struct trace_filter *filter, char *why, size_t len);

/* Bits of the types that were asked for and cannot be seen on this kernel. */
uint32_t probe_unseen(const struct probe *p);

/* Bits of those of which some may be missing, since not all functions that they come from can be attached to. */
uint32_t probe_incomplete(const struct probe *p);

/* When the programs were armed, in nanoseconds of CLOCK_BOOTTIME. */
uint64_t probe_armed_at(const struct probe *p);

/* Have there been as many events as the filter's limit allows? Some of them may still have to be read. */
bool probe_limit_reached(const struct probe *p);

/*
 * Events lost so far, of all queues; those that programs missed are asked for once a second. After probe_stop() it is
 * all of what is lost in struct probe_totals and struct trace_counts.
 */
uint64_t probe_lost(struct probe *p);

/* The function that hook @i is attached to, or NULL. */
const char *probe_function(const struct probe *p, int i);

/**
 * typedef probe_fn - gets an event
 * @q: its queue
 * @e: the head of the event, which is of the type that enum event_type says
 * @arg: the caller's
 */
typedef void probe_fn(const struct probe_queue *q, const struct event *e, void *arg);

/**
 * probe_read() - hand out the events that wait
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
 * probe_stop() - count nothing new
 *
 * Returns when the decisions under way have ended, or after a second.
 *
 * Return: 0 or -errno.
 */
int probe_stop(struct probe *p);

/**
 * probe_totals() - read what was counted for no queue, after probe_stop() and with all events read
 *
 * Return: 0 or -errno.
 */
int probe_totals(struct probe *p, struct probe_totals *t);

/**
 * typedef probe_queue_fn - gets a queue
 * @q: what was received of it
 * @counts: what the kernel counted
 * @arg: the caller's
 */
typedef void probe_queue_fn(const struct probe_queue *q, const struct trace_counts *counts, void *arg);

/* Hand out all queues that were met and are wanted, those that are gone first; after probe_totals(). */
void probe_queues(const struct probe *p, probe_queue_fn *fn, void *arg);

/* Detach and release everything; NULL is fine. */
void probe_close(struct probe *p);

#endif
