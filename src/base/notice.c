// SPDX-License-Identifier: GPL-2.0-or-later
#include "notice.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

/* Back to the first column, and erase the line. */
#define ERASE "\r\033[K"

/* Wait for the end, for @ms milliseconds at most; -1: no limit. Return: has it ended? */
static bool wait_end(const struct notice *n, int ms)
{
	const uint64_t until = now_ns() + (uint64_t)ms * NSEC_PER_MSEC;
	struct pollfd fd = { .fd = n->end[0] };

	for (;;) {
		int r = poll(&fd, 1, ms);

		if (r >= 0 || errno != EINTR)
			return r;
		if (ms >= 0)
			ms = until > now_ns() ? (int)((until - now_ns()) / NSEC_PER_MSEC) : 0;
	}
}

static void *say(void *arg)
{
	const struct notice *n = arg;

	if (wait_end(n, n->after_ms))
		return NULL;
	dprintf(n->fd, "%s", n->text);
	wait_end(n, -1);
	dprintf(n->fd, ERASE);
	return NULL;
}

static bool can_erase(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && strcmp(term, "dumb");
}

void notice_begin(struct notice *n, int fd, int after_ms, const char *command, const char *doing)
{
	*n = (struct notice){ .fd = fd, .after_ms = after_ms };
	if (!can_erase(fd) || pipe2(n->end, O_CLOEXEC))
		return;
	snprintf(n->text, sizeof(n->text), "vhostctl %s: %s...", command, doing);
	n->running = !pthread_create(&n->thread, NULL, say, n);
	if (n->running)
		return;
	close(n->end[0]);
	close(n->end[1]);
}

void notice_end(struct notice *n)
{
	if (!n->running)
		return;
	close(n->end[1]);
	pthread_join(n->thread, NULL);
	close(n->end[0]);
	n->running = false;
}
