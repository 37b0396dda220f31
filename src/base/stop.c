// SPDX-License-Identifier: GPL-2.0-or-later
#include "stop.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A signal handler sets it, and any thread may read it: it must be lock-free. */
static atomic_bool requested;
static int fd = -1;

static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "atomic_bool is always lock-free");

void stop_request(void)
{
	const uint64_t one = 1;
	int saved = errno;

	atomic_store(&requested, true);
	/* Fails only with the counter at its maximum; then the eventfd is readable already. */
	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0)
		errno = saved;
}

static void on_signal(int sig)
{
	(void)sig;
	stop_request();
}

int stop_init(void)
{
	/* SA_RESTART: a line that is being written to a slow reader is written to its end. */
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND | SA_RESTART };

	fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (sigaction(SIGINT, &sa, NULL) || sigaction(SIGTERM, &sa, NULL))
		return -errno;
	sa = (struct sigaction){ .sa_handler = SIG_IGN };
	if (sigaction(SIGPIPE, &sa, NULL))
		return -errno;
	return 0;
}

bool stop_requested(void)
{
	return atomic_load(&requested);
}

int stop_fd(void)
{
	return fd;
}
