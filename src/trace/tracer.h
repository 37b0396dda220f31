/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRACER_H
#define TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/events.h"
#include "event/event-totals.h"
#include "event/traced-queue.h"
#include "trace-hooks.h"

/**
 * DOC: tracing the story of the kernel's notifications
 *
 * Theory of operation. tracer_open() checks what the environment offers, chooses for every hook the function to attach
 * to, loads the programs, attaches them one by one and arms them last, so that no decision is seen by some of them
 * only. tracer_read() hands out what they saw; they never wake the reader, it has to come every TRACER_INTERVAL_MS.
 * tracer_stop() lets the decisions that are under way end and counts nothing new; what tracer_read() hands out then is
 * the rest, and with all of it read there is for every queue and type
 *
 *	events counted == events received + events lost
 *
 * exactly. Both sides are counted independently, one in the kernel, the other here. What programs could not see belongs
 * to no queue: struct event_unattributed.
 */

/* How often tracer_read() is to be called while events come. */
#define TRACER_INTERVAL_MS 10

struct tracer;

/**
 * struct tracer_hook - one place that the programs attach to
 * @name: what it is for
 * @function: the kernel's function that was chosen, or NULL
 * @shows: bits of enum event_type: what cannot be seen without it
 * @why: without a function, or where attaching failed: the reason
 */
struct tracer_hook {
	const char *name;
	const char *function;
	uint32_t shows;
	char why[PROBE_WHY_MAX];
};

/**
 * tracer_try_hooks() - try every hook: choose its function, load, attach, and take it all down again
 * @hooks: the outcomes
 *
 * Return: 0, or -errno if decisions cannot be traced.
 */
int tracer_try_hooks(struct tracer_hook hooks[TRACE_HOOKS]);

/**
 * tracer_open() - begin to trace
 * @tracer: the result, for tracer_close()
 * @filter: which events
 * @why: on failure: the step that failed and what to do
 * @len: size of @why
 *
 * When it returns, all programs are attached and armed. It fails if none of the events can be seen on this kernel; if
 * some can, tracer_unseen() says which cannot.
 *
 * No capability is needed afterwards: the caller should give up all of them, by privileges_give_up().
 *
 * Return: 0 or -errno.
 */
int tracer_open(struct tracer **tracer, const struct trace_filter *filter, char *why, size_t len);

/* Bits of the types that were asked for and cannot be seen on this kernel. */
uint32_t tracer_unseen(const struct tracer *p);

/* Bits of those of which some may be missing, since not all functions that they come from can be attached to. */
uint32_t tracer_incomplete(const struct tracer *p);

/* When the programs were armed, in nanoseconds of CLOCK_BOOTTIME. */
uint64_t tracer_armed_at(const struct tracer *p);

/* Have there been as many events as the filter's limit allows? Some of them may still have to be read. */
bool tracer_limit_reached(const struct tracer *p);

/*
 * Events lost so far, of all queues; those that programs missed are asked for once a second. After tracer_stop() it is
 * all of what is lost in struct event_unattributed and struct trace_counts.
 */
uint64_t tracer_lost(struct tracer *p);

/* The function that hook @i is attached to, or NULL. */
const char *tracer_function(const struct tracer *p, int i);

/**
 * typedef tracer_fn - gets an event
 * @q: its queue
 * @e: the head of the event, which is of the type that enum event_type says
 * @arg: the caller's
 */
typedef void tracer_fn(const struct traced_queue *q, const struct event *e, void *arg);

/**
 * tracer_read() - hand out the events that wait
 * @p: the tracer
 * @fn: called for each, in the order in which they ended
 * @arg: for @fn
 *
 * Hands out a bounded number, so that the caller can look at other things under any load.
 *
 * Return: 1 if more may wait, 0 if not, or -errno.
 */
int tracer_read(struct tracer *p, tracer_fn *fn, void *arg);

/**
 * tracer_stop() - count nothing new
 *
 * Returns when the decisions under way have ended, or after a second.
 *
 * Return: 0 or -errno.
 */
int tracer_stop(struct tracer *p);

/**
 * tracer_unattributed() - read what was counted for no queue, after tracer_stop() and with all events read
 *
 * Return: 0 or -errno.
 */
int tracer_unattributed(struct tracer *p, struct event_unattributed *t);

/**
 * typedef traced_queue_fn - gets a queue
 * @q: what was received of it
 * @counts: what the kernel counted
 * @arg: the caller's
 *
 * Return: 0, or -errno to end the walk.
 */
typedef int traced_queue_fn(const struct traced_queue *q, const struct trace_counts *counts, void *arg);

/**
 * tracer_queues() - hand out all queues that were met and are wanted, those that are gone first
 *
 * To be called after tracer_unattributed().
 *
 * Return: 0, or what @fn returned.
 */
int tracer_queues(const struct tracer *p, traced_queue_fn *fn, void *arg);

/* Detach and release everything; NULL is fine. */
void tracer_close(struct tracer *p);

#endif
