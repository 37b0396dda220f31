// SPDX-License-Identifier: GPL-2.0-or-later
#include "ticker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/stop.h"

void ticker_ignore(void)
{
	signal(SIGUSR1, SIG_IGN);
}

int ticker_init(struct ticker *t, uint64_t interval, uint64_t duration, int output, int input)
{
	uint64_t now = now_ns();
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	*t = (struct ticker){
		.interval = interval,
		.next = interval ? now + interval : UINT64_MAX,
		.deadline = duration ? now + duration : UINT64_MAX,
		.output = output,
		.input = input,
		.asked = -1,
	};
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	t->asked = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return t->asked < 0 ? -errno : 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Return: -EAGAIN if nothing came until @until. */
static int wait_until(struct ticker *t, uint64_t until)
{
	enum { STOP, OUTPUT, ASKED, INPUT };
	struct pollfd fds[] = {
		[STOP] = { .fd = stop_fd(), .events = POLLIN },
		[OUTPUT] = { .fd = t->output },
		[ASKED] = { .fd = t->asked, .events = POLLIN },
		[INPUT] = { .fd = t->input, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	uint64_t now = now_ns(), left = until > now ? until - now : 0;
	struct timespec ts = { .tv_sec = (time_t)(left / NSEC_PER_SEC), .tv_nsec = (long)(left % NSEC_PER_SEC) };

	if (ppoll(fds, 4, until == UINT64_MAX ? NULL : &ts, NULL) < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (fds[STOP].revents)
		return TICK_END;
	if (fds[OUTPUT].revents & (POLLERR | POLLHUP))
		return TICK_GONE;
	if (fds[INPUT].revents)
		return TICK_KEY;
	if (fds[ASKED].revents && read(t->asked, &info, sizeof(info)) == sizeof(info))
		return TICK_ASKED;
	return -EAGAIN;
}

int ticker_wait(struct ticker *t, struct counters *c)
{
	for (;;) {
		int r = wait_until(t, least(counters_next(c), least(t->next, t->deadline)));
		uint64_t now = now_ns();

		if (r != -EAGAIN)
			return r;
		counters_switch(c);
		if (now >= t->deadline)
			return TICK_END;
		if (now < t->next)
			continue;
		/* A look that took longer than the interval is not made up for. */
		t->next = t->next + t->interval > now ? t->next + t->interval : now + t->interval;
		return TICK_DUE;
	}
}

void ticker_release(struct ticker *t)
{
	if (t->asked >= 0)
		close(t->asked);
	t->asked = -1;
}
