// SPDX-License-Identifier: GPL-2.0-or-later
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "stop.h"

int loop_end(void *arg)
{
	(void)arg;
	return LOOP_END;
}

static int add(struct loop *l, int fd, uint32_t events, struct loop_fd *f)
{
	struct epoll_event e = { .events = events, .data.ptr = f };

	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

int loop_open(struct loop *l)
{
	int err;

	*l = (struct loop){ .signal_fd.fd = -1 };
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0)
		return -errno;
	/* No struct loop_fd: it only has to wake us, since every round looks at the flag. */
	err = stop_fd() < 0 ? 0 : add(l, stop_fd(), EPOLLIN, NULL);
	if (err)
		loop_close(l);
	return err;
}

void loop_close(struct loop *l)
{
	if (l->signal_fd.fd >= 0)
		close(l->signal_fd.fd);
	if (l->epoll >= 0)
		close(l->epoll);
	l->signal_fd.fd = l->epoll = -1;
}

int loop_add_fd(struct loop *l, struct loop_fd *f)
{
	return add(l, f->fd, f->events, f);
}

void loop_remove_fd(struct loop *l, struct loop_fd *f)
{
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, f->fd, NULL);
}

void loop_add_timer(struct loop *l, struct loop_timer *t)
{
	struct loop_timer **at = &l->timers;

	while (*at)
		at = &(*at)->next;
	*at = t;
	t->next = NULL;
	/* A timer that a callback adds is called in the next round at the earliest. */
	t->round = l->round;
}

void loop_remove_timer(struct loop *l, struct loop_timer *t)
{
	struct loop_timer **at = &l->timers;

	while (*at && *at != t)
		at = &(*at)->next;
	if (*at)
		*at = t->next;
}

/* One signal per call: many signals must not starve the other descriptors. */
static int read_signal(void *arg)
{
	struct loop *l = arg;
	struct signalfd_siginfo info;

	if (read(l->signal_fd.fd, &info, sizeof(info)) != sizeof(info))
		return errno == EAGAIN ? 0 : -errno;
	for (struct loop_signal *s = l->signals; s; s = s->next)
		if ((uint32_t)s->number == info.ssi_signo)
			return s->fn(s->arg);
	return 0;
}

/* Make the signalfd, or change which signals it takes. */
static int set_signals(struct loop *l, const sigset_t *set)
{
	struct loop_fd *f = &l->signal_fd;
	int fd = signalfd(f->fd, set, SFD_CLOEXEC | SFD_NONBLOCK), err;

	if (fd < 0)
		return -errno;
	if (f->fd >= 0)
		return 0;
	*f = (struct loop_fd){ .fd = fd, .events = EPOLLIN, .fn = read_signal, .arg = l };
	err = loop_add_fd(l, f);
	if (err) {
		close(fd);
		f->fd = -1;
	}
	return err;
}

int loop_add_signal(struct loop *l, struct loop_signal *s)
{
	struct loop_signal **at = &l->signals;
	sigset_t set;
	int err;

	sigemptyset(&set);
	for (; *at; at = &(*at)->next)
		sigaddset(&set, (*at)->number);
	sigaddset(&set, s->number);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	err = set_signals(l, &set);
	if (err)
		return err;
	*at = s;
	s->next = NULL;
	return 0;
}

static int hung_up(void *arg)
{
	(void)arg;
	return -EPIPE;
}

int loop_watch_output(struct loop *l, int fd)
{
	int err;

	l->output = (struct loop_fd){ .fd = fd, .fn = hung_up };
	err = loop_add_fd(l, &l->output);
	return err == -EPERM ? 0 : err;
}

void loop_on_stop(struct loop *l, loop_fn *fn, void *arg)
{
	l->stop_fn = fn;
	l->stop_arg = arg;
}

static int see_stop(struct loop *l)
{
	if (!stop_requested())
		return 0;
	if (!l->stop_fn)
		return LOOP_END;
	if (l->stop_seen)
		return 0;
	l->stop_seen = true;
	/* The eventfd stays readable and would wake us for ever. */
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, stop_fd(), NULL);
	return l->stop_fn(l->stop_arg);
}

/* The first timer that is due at @now and was not called in this round, or NULL. */
static struct loop_timer *first_due(const struct loop *l, uint64_t now)
{
	struct loop_timer *first = NULL;

	for (struct loop_timer *t = l->timers; t; t = t->next)
		if (t->due <= now && t->round != l->round && (!first || t->due < first->due))
			first = t;
	return first;
}

static void advance(struct loop_timer *t, uint64_t now)
{
	if (!t->interval)
		t->due = LOOP_NEVER;
	else
		t->due = (t->due + t->interval > now ? t->due : now) + t->interval;
}

/* Search from the list's head after each call: the callback may have changed the list. */
static int call_timers(struct loop *l)
{
	const uint64_t now = now_ns();
	struct loop_timer *t;
	int r = 0;

	l->round++;
	while (!r && (t = first_due(l, now))) {
		t->round = l->round;
		advance(t, now);
		r = t->fn(t->arg);
	}
	return r;
}

static uint64_t next_due(const struct loop *l)
{
	uint64_t due = LOOP_NEVER;

	for (const struct loop_timer *t = l->timers; t; t = t->next)
		if (t->due < due)
			due = t->due;
	return due;
}

/* Wait until @until. Return: 1 if @e is an event, 0 if there is none, or -errno. */
static int wait_event(struct loop *l, uint64_t until, struct epoll_event *e)
{
	const uint64_t now = now_ns(), left = until > now ? until - now : 0;
	const struct timespec ts = { (time_t)(left / NSEC_PER_SEC), (long)(left % NSEC_PER_SEC) };
	int n = epoll_pwait2(l->epoll, e, 1, until == LOOP_NEVER ? NULL : &ts, NULL);

	/* A signal handler has run, such as the one that sets the stop flag. */
	if (n < 0 && errno == EINTR)
		return 0;
	return n < 0 ? -errno : n;
}

static int call_fd(const struct epoll_event *e)
{
	struct loop_fd *f = e->data.ptr;

	/* The stop flag's eventfd: a child that gets SIGTERM between fork() and exec() writes to it, but cannot set our
	 * flag. */
	if (!f) {
		stop_request();
		return 0;
	}
	f->ready = e->events;
	return f->fn(f->arg);
}

int loop_run(struct loop *l)
{
	struct epoll_event e;
	int r = 0;

	while (!r) {
		r = see_stop(l);
		if (!r)
			r = call_timers(l);
		if (r)
			break;
		r = wait_event(l, next_due(l), &e);
		if (r > 0)
			r = call_fd(&e);
	}
	return r < 0 ? r : 0;
}

int loop_drain(struct loop *l, unsigned int most)
{
	struct epoll_event e;
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < most; i++) {
		r = wait_event(l, 0, &e);
		if (!r)
			break;
		if (r > 0)
			r = call_fd(&e);
	}
	return r < 0 ? r : 0;
}
