// SPDX-License-Identifier: GPL-2.0-or-later
#include "notice.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "array.h"
#include "clock.h"
#include "terminal.h"

/* Back to the first column, and erase the line. */
#define ERASE "\r\033[K"

enum event { EVENT_NONE, EVENT_END, EVENT_SIGNAL };

/* Wait for @ms milliseconds at most; -1: no limit. */
static enum event wait_event(const struct notice *n, int ms)
{
	const uint64_t until = now_ns() + (uint64_t)ms * NSEC_PER_MSEC;
	struct pollfd fds[] = { { .fd = n->end[0], .events = POLLIN }, { .fd = n->signals, .events = POLLIN } };

	for (;;) {
		int r = poll(fds, ARRAY_SIZE(fds), ms);

		if (r >= 0 || errno != EINTR)
			return r <= 0 ? EVENT_NONE : fds[1].revents & POLLIN ? EVENT_SIGNAL : EVENT_END;
		if (ms >= 0)
			ms = until > now_ns() ? (int)((until - now_ns()) / NSEC_PER_MSEC) : 0;
	}
}

static void ending_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGQUIT);
}

/* Receive the pending signal, and any further one, until the end. */
static void let_signals_in(struct notice *n)
{
	sigset_t set;

	close(n->signals);
	n->signals = -1;
	ending_signals(&set);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	wait_event(n, -1);
}

static void *say(void *arg)
{
	struct notice *n = arg;
	enum event event = wait_event(n, n->after_ms);

	if (event == EVENT_NONE) {
		dprintf(n->fd, "%s", n->text);
		event = wait_event(n, -1);
		dprintf(n->fd, ERASE);
	}
	if (event == EVENT_SIGNAL)
		let_signals_in(n);
	return NULL;
}

static void close_files(struct notice *n)
{
	close(n->end[0]);
	if (n->signals >= 0)
		close(n->signals);
}

/* Start the thread, with the signals blocked in all threads. */
static void start(struct notice *n)
{
	sigset_t set;

	ending_signals(&set);
	n->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (n->signals >= 0) {
		pthread_sigmask(SIG_BLOCK, &set, &n->mask);
		n->running = !pthread_create(&n->thread, NULL, say, n);
		if (n->running)
			return;
		pthread_sigmask(SIG_SETMASK, &n->mask, NULL);
	}
	close(n->end[1]);
	close_files(n);
}

void notice_begin(struct notice *n, int fd, int after_ms, const char *command, const char *doing)
{
	*n = (struct notice){ .fd = fd, .after_ms = after_ms };
	if (!terminal_has_escapes(fd) || pipe2(n->end, O_CLOEXEC))
		return;
	snprintf(n->text, sizeof(n->text), "vhostctl %s: %s...", command, doing);
	start(n);
}

void notice_end(struct notice *n)
{
	if (!n->running)
		return;
	close(n->end[1]);
	pthread_join(n->thread, NULL);
	close_files(n);
	pthread_sigmask(SIG_SETMASK, &n->mask, NULL);
	n->running = false;
}
