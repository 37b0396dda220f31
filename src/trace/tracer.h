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
 * DOC: tracing the kernel's notifications
 *
 * Theory of operation. tracer_open() checks the environment, chooses a function for every hook, loads the programs,
 * attaches them one by one, and arms them last, so that no decision is seen by only some of them. tracer_read() passes
 * their events to the caller. The programs never wake the reader, so it has to be called every TRACER_INTERVAL_MS.
 * tracer_stop() waits for the end of the decisions under way and counts nothing new. After tracer_read() has read the
 * rest, every queue and type has exactly
 *
 *	events counted == events received + events lost
 *
 * The kernel counts one side and this process the other, independently. Events that no program could see belong to no
 * queue: struct event_unattributed.
 */

/* Period in which tracer_read() has to be called while events come, milliseconds. */
#define TRACER_INTERVAL_MS 10

struct tracer;

/**
 * tracer_open() - begin to trace
 * @tracer: the result, for tracer_close()
 * @queues: which queues
 * @filter: which of their events
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
int tracer_open(struct tracer **tracer, const struct queue_filter *queues, const struct trace_filter *filter, char *why,
		size_t len);

/* Bits of the wanted types that cannot be seen on this kernel. */
uint32_t tracer_unseen(const struct tracer *p);

/* Bits of the types of which some events may be missing, since not all of their functions can be attached to. */
uint32_t tracer_incomplete(const struct tracer *p);

/* When the programs were armed, in nanoseconds of CLOCK_BOOTTIME. */
uint64_t tracer_armed_at(const struct tracer *p);

/* Has the filter's limit been reached? Some of the events may still have to be read. */
bool tracer_limit_reached(const struct tracer *p);

/*
 * Events lost so far, of all queues. The number that programs missed is updated once a second. After tracer_stop() the
 * result includes all lost events of struct event_unattributed and struct trace_counts.
 */
uint64_t tracer_lost(struct tracer *p);

/* The function that hook @i is attached to, or NULL. */
const char *tracer_function(const struct tracer *p, int i);

/**
 * typedef tracer_fn - receives an event
 * @q: its queue
 * @e: the event, which begins with struct event; its @type says which struct it is
 * @arg: the caller's
 */
typedef void tracer_fn(const struct traced_queue *q, const struct event *e, void *arg);

/**
 * tracer_read() - read the waiting events
 * @p: the tracer
 * @fn: called for each, in the order of the ring buffer
 * @arg: for @fn
 *
 * It reads a bounded number, so that the caller can do other work under any load.
 *
 * Return: 1 if more may wait, 0 if not, or -errno.
 */
int tracer_read(struct tracer *p, tracer_fn *fn, void *arg);

/**
 * tracer_stop() - count nothing new
 *
 * It returns when the decisions under way have ended, or after a second.
 *
 * Return: 0 or -errno.
 */
int tracer_stop(struct tracer *p);

/**
 * tracer_unattributed() - read the counts that belong to no queue
 *
 * Call it after tracer_stop() and after all events were read.
 *
 * Return: 0 or -errno.
 */
int tracer_unattributed(struct tracer *p, struct event_unattributed *t);

/**
 * typedef traced_queue_fn - receives a queue
 * @q: the queue and its received events
 * @counts: the kernel's counts
 * @arg: the caller's
 *
 * Return: 0, or -errno to end the walk.
 */
typedef int traced_queue_fn(const struct traced_queue *q, const struct trace_counts *counts, void *arg);

/**
 * tracer_queues() - call @fn for all queues that were seen and are wanted, those that are gone first
 *
 * Call it after tracer_unattributed().
 *
 * Return: 0, or what @fn returned.
 */
int tracer_queues(struct tracer *p, traced_queue_fn *fn, void *arg);

/* Detach and release everything; NULL is fine. */
void tracer_close(struct tracer *p);

#endif
