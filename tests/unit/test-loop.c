// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timers and descriptors of the loop: which callbacks it calls, in which order and how often, and that it leaves
 * nothing behind. No test depends on how long anything takes: a timer must not be early, but may be late by any time.
 * test-loop-stop.c is about signals and the stop flag.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/loop.h"
#include "loop-parts.h"
#include "tap-out.h"

#define HOUR (3600 * NSEC_PER_SEC)

/* --- timers */

struct moment {
	struct loop_timer timer;
	uint64_t due, called;
	unsigned int *order, place;
};

static int note(void *arg)
{
	struct moment *m = arg;

	m->called = now_ns();
	m->place = ++*m->order;
	return 0;
}

static void timers_in_order(void)
{
	static const unsigned int ms[] = { 3, 1, 2, 2 }, place[] = { 4, 1, 2, 3 };
	const uint64_t now = now_ns();
	struct moment m[ARRAY_SIZE(ms)];
	struct loop_timer last = { .due = now + 4 * NSEC_PER_MSEC, .fn = loop_end };
	unsigned int order = 0;
	bool early = false, ordered = true;
	struct loop l;

	must_open(&l);
	loop_add_timer(&l, &last);
	for (unsigned int i = 0; i < ARRAY_SIZE(ms); i++) {
		m[i] = (struct moment){ .due = now + ms[i] * NSEC_PER_MSEC, .order = &order };
		m[i].timer = (struct loop_timer){ .due = m[i].due, .fn = note, .arg = &m[i] };
		loop_add_timer(&l, &m[i].timer);
	}
	ok(!loop_run(&l) && order == ARRAY_SIZE(ms), "each timer is called once");
	for (unsigned int i = 0; i < ARRAY_SIZE(ms); i++) {
		early |= m[i].called < m[i].due;
		ordered &= m[i].place == place[i];
	}
	ok(!early, "none is early");
	ok(ordered, "in the order of their times, two of the same time in the order in which they were added");
	ok(m[0].timer.due == LOOP_NEVER, "then they are off");
	loop_close(&l);
}

/* Call a timer that is due at @due once. Return: its next time. */
static uint64_t next_after(uint64_t due, uint64_t interval)
{
	struct counter c = { .last = 1 };
	struct loop_timer t = { .due = due, .interval = interval, .fn = count, .arg = &c };
	struct loop l;

	must_open(&l);
	loop_add_timer(&l, &t);
	ok(!loop_run(&l) && c.calls == 1, "a timer with an interval is called at its time");
	loop_close(&l);
	return t.due;
}

static void intervals(void)
{
	const uint64_t now = now_ns(), third = now / 3;
	uint64_t next;

	ok(next_after(now, HOUR) == now + HOUR, "a late call does not move the next one");
	next = next_after(now - 2 * third, third);
	ok(next >= now + third && next <= now_ns() + third,
	   "later than an interval: the next comes an interval after it");
}

static void greedy_timers(void)
{
	struct counter c = { .last = 3 };
	struct greedy one, other;
	struct loop_fd f;
	struct loop l;

	must_open(&l);
	add_greedy(&l, &one);
	add_greedy(&l, &other);
	add_ready(&l, &f, &c);
	ok(!loop_run(&l) && c.calls == 3, "a timer that is always due does not starve a descriptor");
	ok(one.calls == 3 && other.calls == 3, "nor another timer");
	loop_close(&l);
	close(f.fd);
}

/**
 * struct pair - two callbacks, each of which removes both
 */
struct pair {
	struct loop *l;
	struct loop_timer *timers[2];
	struct loop_fd *fds[2];
	unsigned int calls;
};

static int remove_timers(void *arg)
{
	struct pair *p = arg;

	p->calls++;
	for (int i = 0; i < 2; i++) {
		loop_remove_timer(p->l, p->timers[i]);
		free(p->timers[i]);
		p->timers[i] = NULL;
	}
	return 0;
}

static void remove_timer(void)
{
	struct loop l;
	struct pair p = { .l = &l };
	struct loop_timer last = { .due = now_ns() + NSEC_PER_MSEC, .fn = loop_end };

	must_open(&l);
	for (int i = 0; i < 2; i++) {
		p.timers[i] = malloc(sizeof(*p.timers[i]));
		must(p.timers[i], "malloc");
		*p.timers[i] = (struct loop_timer){ .due = 1, .fn = remove_timers, .arg = &p };
		loop_add_timer(&l, p.timers[i]);
	}
	loop_add_timer(&l, &last);
	ok(!loop_run(&l) && p.calls == 1, "a timer that removes and frees itself and another that is due");
	loop_close(&l);
}

/* --- descriptors */

static void fair(void)
{
	struct counter c[3] = { { .last = 100 }, { .last = 100 }, { .last = 100 } };
	struct loop_fd f[3];
	struct loop l;
	int err;

	must_open(&l);
	for (int i = 0; i < 3; i++)
		add_ready(&l, &f[i], &c[i]);
	err = loop_run(&l);
	ok(!err && c[0].calls >= 99 && c[1].calls >= 99 && c[2].calls >= 99,
	   "three that are always ready are called in turn");
	for (int i = 0; i < 3; i++)
		close(f[i].fd);
	loop_close(&l);
}

static int remove_fds(void *arg)
{
	struct pair *p = arg;

	p->calls++;
	for (int i = 0; i < 2; i++) {
		loop_remove_fd(p->l, p->fds[i]);
		close(p->fds[i]->fd);
		free(p->fds[i]);
		p->fds[i] = NULL;
	}
	return 0;
}

static void remove_fd(void)
{
	struct loop l;
	struct pair p = { .l = &l };
	struct counter c = { .last = 5 };
	struct loop_fd last;

	must_open(&l);
	for (int i = 0; i < 2; i++) {
		p.fds[i] = malloc(sizeof(*p.fds[i]));
		must(p.fds[i], "malloc");
		*p.fds[i] = (struct loop_fd){ .fd = ready_fd(), .events = EPOLLIN, .fn = remove_fds, .arg = &p };
		must(!loop_add_fd(&l, p.fds[i]), "loop_add_fd");
	}
	add_ready(&l, &last, &c);
	ok(!loop_run(&l) && p.calls == 1 && c.calls == 5,
	   "a descriptor that removes, closes and frees itself and another that is ready");
	loop_close(&l);
	close(last.fd);
}

/* The ready events that a callback gets, and the error that it returns. */
static int take_ready(void *arg)
{
	const struct loop_fd *f = arg;
	char byte;

	if (f->ready & EPOLLIN)
		return read(f->fd, &byte, 1) == 1 ? 0 : -EIO;
	return f->ready & EPOLLHUP ? -ENOTCONN : -EPROTO;
}

static void hang_up(void)
{
	struct loop_fd f = { .events = EPOLLIN, .fn = take_ready, .arg = &f };
	struct loop l;
	int fds[2];

	must_open(&l);
	must(!pipe(fds) && write(fds[1], "ab", 2) == 2 && !close(fds[1]), "pipe");
	f.fd = fds[0];
	must(!loop_add_fd(&l, &f), "loop_add_fd");
	ok(loop_add_fd(&l, &f) == -EEXIST, "a descriptor cannot be added twice");
	ok(loop_run(&l) == -ENOTCONN, "all is read before the hang-up is seen; an error ends the loop");
	loop_remove_fd(&l, &f);
	close(f.fd);
	loop_close(&l);
}

static int close_fd(void *arg)
{
	int *fd = arg;

	close(*fd);
	return 0;
}

static void output(void)
{
	struct loop_timer leave = { .due = now_ns() + 2 * NSEC_PER_MSEC, .fn = close_fd };
	struct counter c = { .last = 5 };
	struct loop_fd f;
	struct loop l;
	int fds[2];

	must_open(&l);
	must(!pipe(fds), "pipe");
	leave.arg = &fds[0];
	ok(!loop_watch_output(&l, fds[1]), "a pipe can be watched");
	add_ready(&l, &f, &c);
	ok(!loop_run(&l), "as long as it has a reader, nothing comes of it");
	loop_remove_fd(&l, &f);
	close(f.fd);
	loop_add_timer(&l, &leave);
	ok(loop_run(&l) == -EPIPE, "once it has none, the loop ends");
	loop_close(&l);
	close(fds[1]);
}

static void output_file(const char *name)
{
	struct loop_timer last = { .due = 1, .fn = loop_end };
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct loop_fd f = { .fd = fd, .events = EPOLLIN, .fn = loop_end };
	struct loop l;

	must(fd >= 0, name);
	must_open(&l);
	ok(loop_add_fd(&l, &f) == -EPERM, "%s is always ready", name);
	ok(!loop_watch_output(&l, fd), "%s can be watched as output", name);
	loop_add_timer(&l, &last);
	ok(!loop_run(&l), "%s does not hang up", name);
	loop_close(&l);
	close(fd);
}

static void drain(void)
{
	struct counter c[2] = { { .last = 1 }, { .last = 0 } };
	struct loop_fd f[2];
	struct loop l;

	must_open(&l);
	ok(!loop_drain(&l, 10), "nothing is ready, and it is not waited for");
	add_ready(&l, &f[0], &c[0]);
	add_ready(&l, &f[1], &c[1]);
	ok(!loop_drain(&l, 10) && c[0].calls == 5 && c[1].calls == 5, "as many calls as allowed, to each in turn");
	loop_remove_fd(&l, &f[0]);
	loop_remove_fd(&l, &f[1]);
	ok(!loop_drain(&l, 10) && c[0].calls + c[1].calls == 10, "what was removed is not called");
	loop_close(&l);
	close(f[0].fd);
	close(f[1].fd);
}

int main(void)
{
	const unsigned int before = open_count();

	setvbuf(stdout, NULL, _IOLBF, 0);
	timers_in_order();
	intervals();
	greedy_timers();
	remove_timer();
	fair();
	remove_fd();
	hang_up();
	output();
	output_file("/dev/null");
	output_file("/proc/self/exe");
	drain();
	ok(open_count() == before, "nothing is left open");
	return tap_done();
}
