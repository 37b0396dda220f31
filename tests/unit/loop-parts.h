/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LOOP_PARTS_H
#define LOOP_PARTS_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/loop.h"

/**
 * DOC: loops for tests, with callbacks that count
 *
 * What must succeed for a test to make sense at all ends the program if it does not.
 */

/* Seconds that a loop may take: then the test is killed. */
#define TOO_LONG 60

/* More calls than any correct run makes. */
#define FAR_TOO_MANY 100000

static inline void must(bool cond, const char *what)
{
	if (cond)
		return;
	perror(what);
	exit(2);
}

static inline void must_open(struct loop *l)
{
	alarm(TOO_LONG);
	must(!loop_open(l), "loop_open");
}

static inline unsigned int open_count(void)
{
	unsigned int count = 0;
	DIR *dir = opendir("/proc/self/fd");

	must(dir, "/proc/self/fd");
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* An eventfd that is readable, and stays so. */
static inline int ready_fd(void)
{
	int fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);

	must(fd >= 0, "eventfd");
	return fd;
}

/**
 * struct counter - a callback that counts, and ends the loop
 * @calls: how often it was called
 * @last: at which call it ends the loop; 0: never
 */
struct counter {
	unsigned int calls, last;
};

static inline int count(void *arg)
{
	struct counter *c = arg;

	return ++c->calls == c->last ? LOOP_END : 0;
}

/* A descriptor that is always ready, for @c. */
static inline void add_ready(struct loop *l, struct loop_fd *f, struct counter *c)
{
	*f = (struct loop_fd){ .fd = ready_fd(), .events = EPOLLIN, .fn = count, .arg = c };
	must(!loop_add_fd(l, f), "loop_add_fd");
}

/**
 * struct greedy - a timer that is due again at once
 */
struct greedy {
	struct loop_timer timer;
	unsigned int calls;
};

static inline int due_again(void *arg)
{
	struct greedy *g = arg;

	g->calls++;
	g->timer.due = 1;
	return 0;
}

static inline void add_greedy(struct loop *l, struct greedy *g)
{
	*g = (struct greedy){ .timer = { .due = 1, .fn = due_again, .arg = g } };
	loop_add_timer(l, &g->timer);
}

#endif
