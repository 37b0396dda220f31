/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * DOC: the one way to wait
 *
 * A loop waits for descriptors, timers, signals and the stop flag (stop.h), and calls a function for each that is
 * ready. One thread opens, runs and closes it. Theory of operation: each round of loop_run()
 *
 *	1. looks at the stop flag,
 *	2. calls every timer that is due, once, in the order of their times,
 *	3. waits until the next timer is due, and calls one descriptor that is ready.
 *
 * One descriptor a round needs no array of events, in which one that a callback has removed could still stand, and
 * nothing starves: epoll hands out ready descriptors in turn (epoll_wait(2)), and between any two of them the stop flag
 * and the timers are looked at. A callback therefore reads a bounded amount. What it leaves unread calls it again.
 *
 * Times are nanoseconds of CLOCK_BOOTTIME, as now_ns() has them. A timer is never early. It may be late by what the
 * kernel allows any wait, a thousandth of it but 50 us at least, and waiting does not go on in a suspended machine.
 */

/* What a callback returns, instead of 0, to end loop_run() without an error. */
#define LOOP_END 1

/* The time of a timer that is off. */
#define LOOP_NEVER UINT64_MAX

/**
 * typedef loop_fn - what a loop calls
 * @arg: the caller's
 *
 * It may add, change and remove anything, also what called it.
 *
 * Return: 0 to go on, LOOP_END, or -errno to end loop_run() with it.
 */
typedef int loop_fn(void *arg);

/* A loop_fn that ends loop_run(). */
int loop_end(void *arg);

/**
 * struct loop_fd - a descriptor to wait for
 * @fd: the descriptor; the caller's, who removes it from the loop before closing it
 * @events: EPOLLIN, EPOLLOUT or both; EPOLLERR and EPOLLHUP are always waited for
 * @fn: called with @ready set while one of them is true
 * @arg: for @fn
 * @ready: set by the loop: which events are true
 */
struct loop_fd {
	int fd;
	uint32_t events;
	loop_fn *fn;
	void *arg;
	uint32_t ready;
};

/**
 * struct loop_timer - a time to wait for
 * @due: when @fn is to be called, or LOOP_NEVER; may be set at any time
 * @interval: nanoseconds to the next call, 0 for a single one; may be set at any time. A call that comes later than one
 *	      interval is not made up for: the next one is an interval after it.
 * @fn: called once @due has come, with @due set to the next time already
 * @arg: for @fn
 * @round: the loop's: when it was last called
 * @next: the loop's
 */
struct loop_timer {
	uint64_t due, interval;
	loop_fn *fn;
	void *arg;
	uint64_t round;
	struct loop_timer *next;
};

/**
 * struct loop_signal - a signal to wait for
 * @number: which
 * @fn: called when it came, once for any number of them that came in between
 * @arg: for @fn
 * @next: the loop's
 */
struct loop_signal {
	int number;
	loop_fn *fn;
	void *arg;
	struct loop_signal *next;
};

/**
 * struct loop - a loop; it must stay where it is, and all of it is the loop's own
 * @epoll: what is waited for
 * @round: number of the current round
 * @timers: in the order in which they were added
 * @signals: likewise
 * @signal_fd: the signalfd of @signals; its descriptor is -1 without any
 * @output: see loop_watch_output()
 * @stop_fn: see loop_on_stop()
 * @stop_arg: for @stop_fn
 * @stop_seen: the stop flag was seen
 */
struct loop {
	int epoll;
	uint64_t round;
	struct loop_timer *timers;
	struct loop_signal *signals;
	struct loop_fd signal_fd, output;
	loop_fn *stop_fn;
	void *stop_arg;
	bool stop_seen;
};

/**
 * loop_open() - make a loop that waits for nothing but the stop flag, if stop_init() was called before
 *
 * loop_close() may be called even if it failed.
 *
 * Return: 0 or -errno.
 */
int loop_open(struct loop *l);

/* Release the loop. Signals stay blocked: one that comes late must not kill. */
void loop_close(struct loop *l);

/**
 * loop_add_fd() - wait for a descriptor
 * @l: the loop
 * @f: the descriptor; stays where it is until it is removed
 *
 * Return: 0 or -errno: -EPERM for a file that is always ready, such as a regular one.
 */
int loop_add_fd(struct loop *l, struct loop_fd *f);

/* Wait for it no longer. */
void loop_remove_fd(struct loop *l, struct loop_fd *f);

/* Wait for a time; @t stays where it is until it is removed. Of two with the same time, the first added comes first. */
void loop_add_timer(struct loop *l, struct loop_timer *t);

/* Wait for it no longer. */
void loop_remove_timer(struct loop *l, struct loop_timer *t);

/**
 * loop_add_signal() - block a signal, and wait for it
 * @l: the loop
 * @s: the signal; stays where it is until the loop is closed
 *
 * For signals that ask for something. SIGINT and SIGTERM set the stop flag.
 *
 * Return: 0 or -errno.
 */
int loop_add_signal(struct loop *l, struct loop_signal *s);

/**
 * loop_watch_output() - let loop_run() end with -EPIPE once nobody can read what is written to a descriptor
 * @l: the loop
 * @fd: the descriptor; of a file, of which this cannot be said, nothing is waited for
 *
 * Return: 0 or -errno.
 */
int loop_watch_output(struct loop *l, int fd);

/**
 * loop_on_stop() - what to do, instead of ending loop_run(), when the stop flag is set
 * @l: the loop
 * @fn: called once
 * @arg: for @fn
 */
void loop_on_stop(struct loop *l, loop_fn *fn, void *arg);

/**
 * loop_run() - wait and call, until a callback ends it or the stop flag is set
 *
 * Return: 0, or -errno of a callback or of waiting.
 */
int loop_run(struct loop *l);

/**
 * loop_drain() - after loop_run(), call for the descriptors that are ready already, without waiting
 * @l: the loop
 * @most: how many calls at most; at least the number of descriptors, for each to have its turn
 *
 * For those that became ready with the one that ended the loop. It must have been removed, or it is called again.
 *
 * Return: 0, or -errno of a callback.
 */
int loop_drain(struct loop *l, unsigned int most);

#endif
