/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/**
 * DOC: the stop flag
 *
 * The one mutable global of the program: a signal handler has nowhere else to put its message. Set by SIGINT and
 * SIGTERM, or by the program itself, it is never cleared. A loop (loop.h) ends when it is set, or calls the function
 * given to loop_on_stop(). Other threads may look at the flag.
 */

/**
 * stop_init() - catch SIGINT and SIGTERM, ignore SIGPIPE
 *
 * A second SIGINT or SIGTERM kills as usual, in case the orderly end does not come. With SIGPIPE ignored, a write to a
 * pipe without a reader fails with EPIPE.
 *
 * Return: 0 or -errno.
 */
int stop_init(void);

/**
 * stop_request() - ask everybody to stop; async-signal-safe
 */
void stop_request(void);

/**
 * stop_requested() - has anybody asked to stop? Any thread may call it
 */
bool stop_requested(void);

/**
 * stop_fd() - the descriptor that loop.c waits for
 *
 * Return: an eventfd that is readable from stop_request() on; do not read or close it; -1 before stop_init().
 */
int stop_fd(void);

#endif
