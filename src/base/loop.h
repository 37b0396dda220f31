/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * DOC: the event loop
 *
 * A loop waits for descriptors, timers, signals and the stop flag (stop.h), and calls a function for each that is
 * ready. One thread opens, runs and closes it. Theory of operation: each round of loop_run()
 *
 *	1. looks at the stop flag,
 *	2. calls every timer that is due, once, in the order of their times,
 *	3. waits until the next timer is due, and calls one descriptor that is ready.
 *
 * A round calls one descriptor only: an array of events could hold one that a callback has removed meanwhile. Nothing
 * starves: epoll returns ready descriptors in turn (epoll_wait(2)), and the loop looks at the stop flag and the timers
 * between any two. A callback therefore reads a bounded amount. If it leaves data unread, it is called again.
 *
 * Times are nanoseconds of CLOCK_BOOTTIME, as from now_ns(). A timer is never early. It may be late by the slack that
 * the kernel allows any wait: a thousandth of the wait, but 50 us at least. A wait stands still while the machine is
 * suspended.
 */

/* A callback returns this instead of 0 to end loop_run() without an error. */
#define LOOP_END 1

/* The time of a timer that is off. */
#define LOOP_NEVER UINT64_MAX

/**
 * typedef loop_fn - a callback of the loop
 * @arg: the @arg of the struct that it belongs to
 *
 * It may add, change and remove anything, including the struct that it was called for.
 *
 * Return: 0 to go on, LOOP_END, or -errno to end loop_run() with it.
 */
typedef int loop_fn(void *arg);

/* A loop_fn that ends loop_run(). */
int loop_end(void *arg);

/**
 * struct loop_fd - a descriptor to wait for
 * @fd: the descriptor; owned by the caller, who removes it from the loop before closing it
 * @events: EPOLLIN, EPOLLOUT or both; EPOLLERR and EPOLLHUP are always waited for
 * @fn: called, with @ready set, in each round in which an event is true
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
 * @due: when to call @fn, or LOOP_NEVER; may be set at any time
 * @interval: nanoseconds to the next call, 0 for a single one; may be set at any time. Missed calls are not made up
 *	      for: after a call that is late by an interval or more, the next is an interval after it.
 * @fn: called when @due has come; @due is then the next time already
 * @arg: for @fn
 * @round: private: the round in which it was last called
 * @next: private
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
 * @number: the signal's number
 * @fn: called when it came; several that come before the call make one call
 * @arg: for @fn
 * @next: private
 */
struct loop_signal {
	int number;
	loop_fn *fn;
	void *arg;
	struct loop_signal *next;
};

/**
 * struct loop - a loop; it must not move in memory, and all its members are private
 * @epoll: the epoll descriptor
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
 * loop_open() - make a loop that waits for the stop flag only, if stop_init() was called before
 *
 * loop_close() may be called even if it failed.
 *
 * Return: 0 or -errno.
 */
int loop_open(struct loop *l);

/* Release the loop. Signals stay blocked: a late one must not kill the process. */
void loop_close(struct loop *l);

/**
 * loop_add_fd() - wait for a descriptor
 * @l: the loop
 * @f: the descriptor; stays where it is until it is removed
 *
 * Return: 0 or -errno: -EPERM for a file that is always ready, such as a regular one.
 */
int loop_add_fd(struct loop *l, struct loop_fd *f);

/* Stop waiting for a descriptor. */
void loop_remove_fd(struct loop *l, struct loop_fd *f);

/* Wait for a time; @t stays where it is until it is removed. Timers due together are called in the order added. */
void loop_add_timer(struct loop *l, struct loop_timer *t);

/* Stop waiting for a time. */
void loop_remove_timer(struct loop *l, struct loop_timer *t);

/**
 * loop_add_signal() - block a signal, and wait for it
 * @l: the loop
 * @s: the signal; stays where it is until the loop is closed
 *
 * Not for SIGINT and SIGTERM, which set the stop flag.
 *
 * Return: 0 or -errno.
 */
int loop_add_signal(struct loop *l, struct loop_signal *s);

/**
 * loop_watch_output() - end loop_run() with -EPIPE once the reader of an output is gone
 * @l: the loop
 * @fd: the output; no effect if epoll cannot watch it, as with a regular file
 *
 * Return: 0 or -errno.
 */
int loop_watch_output(struct loop *l, int fd);

/**
 * loop_on_stop() - call a function when the stop flag is set, instead of ending loop_run()
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
 * @most: the most calls to make; at least the number of descriptors, for each to have its turn
 *
 * For descriptors that became ready together with the one that ended the loop. Remove that one before, or it is called
 * again.
 *
 * Return: 0, or -errno of a callback.
 */
int loop_drain(struct loop *l, unsigned int most);

#endif
