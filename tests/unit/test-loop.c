// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop: which callbacks it calls, in which order and how often, and that it leaves nothing behind. No test depends
 * on how long anything takes: a timer must not be early, but may be late by any time.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/stop.h"
#include "tap-out.h"

#define HOUR (3600 * NSEC_PER_SEC)

/* Seconds that a loop may take: then the test is killed. */
#define TOO_LONG 60

/* More calls than any correct run makes. */
#define FAR_TOO_MANY 100000

static void must(bool cond, const char *what)
{
	if (cond)
		return;
	perror(what);
	exit(2);
}

static void must_open(struct loop *l)
{
	alarm(TOO_LONG);
	must(!loop_open(l), "loop_open");
}

static unsigned int open_count(void)
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
static int ready_fd(void)
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

static int count(void *arg)
{
	struct counter *c = arg;

	return ++c->calls == c->last ? LOOP_END : 0;
}

/* A descriptor that is always ready, for @c. */
static void add_ready(struct loop *l, struct loop_fd *f, struct counter *c)
{
	*f = (struct loop_fd){ .fd = ready_fd(), .events = EPOLLIN, .fn = count, .arg = c };
	must(!loop_add_fd(l, f), "loop_add_fd");
}

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

/**
 * struct greedy - a timer that is due again at once
 */
struct greedy {
	struct loop_timer timer;
	unsigned int calls;
};

static int due_again(void *arg)
{
	struct greedy *g = arg;

	g->calls++;
	g->timer.due = 1;
	return 0;
}

static void add_greedy(struct loop *l, struct greedy *g)
{
	*g = (struct greedy){ .timer = { .due = 1, .fn = due_again, .arg = g } };
	loop_add_timer(l, &g->timer);
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

/* --- signals */

static void signals(void)
{
	static const int numbers[] = { SIGUSR1, SIGUSR2, SIGWINCH };
	struct counter c[3] = { { .last = 0 } }, rounds = { .last = 10 };
	struct loop_signal s[3];
	struct loop_fd f;
	struct loop l;

	must_open(&l);
	for (int i = 0; i < 3; i++) {
		s[i] = (struct loop_signal){ .number = numbers[i], .fn = count, .arg = &c[i] };
		must(!loop_add_signal(&l, &s[i]), "loop_add_signal");
	}
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGWINCH);
	add_ready(&l, &f, &rounds);
	ok(!loop_run(&l), "signals do not kill");
	ok(c[0].calls == 1, "two of a kind are one call");
	ok(c[1].calls == 0, "none is no call");
	ok(c[2].calls == 1, "another kind");
	rounds.calls = 0;
	raise(SIGUSR2);
	ok(!loop_run(&l) && c[0].calls == 1 && c[1].calls == 1 && c[2].calls == 1, "one that comes later");
	loop_close(&l);
	close(f.fd);
}

/**
 * struct helper - a thread that waits until the main thread sleeps, and then acts on it
 */
struct helper {
	pthread_t thread, main;
	pid_t tid;
	void (*act)(const struct helper *h);
};

static bool sleeps(pid_t tid)
{
	char name[64], state = 0;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", tid);
	f = fopen(name, "re");
	must(f, name);
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(f);
	return state == 'S';
}

static void *help(void *arg)
{
	const struct helper *h = arg;

	while (!sleeps(h->tid))
		sched_yield();
	h->act(h);
	return NULL;
}

static int run_with_helper(struct loop *l, void (*act)(const struct helper *h))
{
	struct helper h = { .main = pthread_self(), .tid = (pid_t)syscall(SYS_gettid), .act = act };
	int r;

	fflush(stdout);
	must(!pthread_create(&h.thread, NULL, help, &h), "pthread_create");
	r = loop_run(l);
	pthread_join(h.thread, NULL);
	return r;
}

static int signal_fd;

/* The signal interrupts the wait with EINTR; then this write ends the loop. */
static void on_signal(int sig)
{
	const uint64_t one = 1;

	(void)sig;
	if (write(signal_fd, &one, sizeof(one)) < 0)
		_exit(2);
}

static void send_signal(const struct helper *h)
{
	pthread_kill(h->main, SIGPROF);
}

static void interrupted(void)
{
	const struct sigaction sa = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	struct loop_fd f = { .events = EPOLLIN, .fn = loop_end };
	struct loop l;

	must_open(&l);
	signal_fd = f.fd = eventfd(0, EFD_CLOEXEC);
	must(f.fd >= 0 && !loop_add_fd(&l, &f) && !sigaction(SIGPROF, &sa, NULL), "sigaction");
	ok(!run_with_helper(&l, send_signal), "a signal handler does not end the loop");
	loop_close(&l);
	close(f.fd);
}

/* --- the stop flag */

/**
 * struct late_stop - a callback of an always ready descriptor; it raises SIGTERM
 * @calls: how often it was called
 * @at: at which call it raises SIGTERM
 */
struct late_stop {
	unsigned int calls, at;
};

static int stop_at(void *arg)
{
	struct late_stop *s = arg;

	if (++s->calls == s->at)
		raise(SIGTERM);
	return s->calls == FAR_TOO_MANY ? LOOP_END : 0;
}

static bool run_until_stop(void)
{
	struct late_stop s = { .at = 10 };
	struct counter c = { .last = FAR_TOO_MANY };
	struct greedy greedy;
	struct loop_fd always = { .fd = ready_fd(), .events = EPOLLIN, .fn = stop_at, .arg = &s }, f;
	struct loop l;

	must_open(&l);
	must(!loop_add_fd(&l, &always), "loop_add_fd");
	add_ready(&l, &f, &c);
	add_greedy(&l, &greedy);
	return !loop_run(&l) && s.calls == 10 && c.calls <= 10 && greedy.calls <= 20;
}

/* A child gets SIGTERM between fork() and exec(). */
static bool run_until_child_stops(void)
{
	struct loop l;
	pid_t pid;

	must_open(&l);
	pid = fork();
	must(pid >= 0, "fork");
	if (!pid) {
		raise(SIGTERM);
		_exit(0);
	}
	return !loop_run(&l) && waitpid(pid, NULL, 0) == pid;
}

/* Run @run in its own process, since the flag is never cleared. Return: the result of @run. */
static bool with_stop_flag(bool (*run)(void))
{
	int status;
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (!pid) {
		must(!stop_init(), "stop_init");
		_exit(!run());
	}
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void request_stop(const struct helper *h)
{
	(void)h;
	stop_request();
}

static void stop_wakes(void)
{
	struct loop l;

	must_open(&l);
	ok(!run_with_helper(&l, request_stop), "another thread's request to stop ends a loop that sleeps");
	loop_close(&l);
}

/* After the flag was set. */
static void stop_callback(void)
{
	struct counter stop = { .last = 0 }, fd = { .last = 5 };
	struct epoll_event e;
	struct loop_fd f;
	struct loop l;

	must_open(&l);
	loop_on_stop(&l, count, &stop);
	add_ready(&l, &f, &fd);
	ok(!loop_run(&l) && stop.calls == 1 && fd.calls == 5, "one who has something to do at a stop is called once");
	loop_remove_fd(&l, &f);
	ok(epoll_wait(l.epoll, &e, 1, 0) == 0, "and not woken for it again");
	loop_close(&l);
	close(f.fd);
}

int main(void)
{
	const unsigned int before = open_count();
	unsigned int after;

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
	signals();
	interrupted();
	after = open_count();
	ok(after == before, "nothing is left open");
	ok(with_stop_flag(run_until_stop),
	   "SIGTERM ends a loop at once whose timers and descriptors are always ready");
	ok(with_stop_flag(run_until_child_stops), "SIGTERM to a child before its exec ends the loop, too");
	must(!stop_init(), "stop_init");
	stop_wakes();
	stop_callback();
	ok(open_count() == after + 1, "nothing but the stop flag's own descriptor");
	return tap_done();
}
