// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/notice.h"
#include "tap-out.h"

/* The longest time that a notice may take on a busy machine; a test that passes does not wait for it. */
#define LIMIT_S 60

static int terminal, master;

/* Read from the terminal as many bytes as @wanted has. Return: are they @wanted? */
static bool shows(const char *wanted)
{
	char got[256] = "";
	size_t len = 0;

	while (len < strlen(wanted) && len < sizeof(got) - 1) {
		ssize_t n = read(master, got + len, sizeof(got) - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	return !strcmp(got, wanted);
}

static bool shows_nothing(void)
{
	struct pollfd fd = { .fd = master, .events = POLLIN };

	return !poll(&fd, 1, 0);
}

static int open_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 64; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void test_slow(void)
{
	struct notice n;

	notice_begin(&n, terminal, 1, "top", "loading the BPF programs");
	ok(shows("vhostctl top: loading the BPF programs..."), "what takes long is said");
	ok(shows_nothing(), "once");
	notice_end(&n);
	ok(shows("\r\033[K"), "and goes away at the end");
}

static void test_quick(void)
{
	struct notice n;

	notice_begin(&n, terminal, LIMIT_S * 1000, "top", "loading the BPF programs");
	notice_end(&n);
	ok(shows_nothing(), "of what is quick nothing is said");
}

static void test_elsewhere(void)
{
	struct notice n;
	int fds[2];
	char c;

	if (pipe2(fds, O_NONBLOCK)) {
		ok(false, "a pipe");
		return;
	}
	notice_begin(&n, fds[1], 0, "top", "loading the BPF programs");
	ok(!n.running && read(fds[0], &c, 1) < 0, "in a pipe nothing is said");
	notice_end(&n);
	close(fds[0]);
	close(fds[1]);
	setenv("TERM", "dumb", 1);
	notice_begin(&n, terminal, 0, "top", "loading the BPF programs");
	ok(!n.running, "nor on a terminal that cannot erase it");
	notice_end(&n);
}

static int heard[2];

static void hear(int sig)
{
	(void)sig;
	if (write(heard[1], "x", 1) < 0)
		_exit(1);
}

/* A process with a step that has no end; it has a handler for the first signal, if @handles. */
static pid_t slow_process(bool handles)
{
	const struct sigaction sa = { .sa_handler = hear, .sa_flags = (int)SA_RESETHAND };
	pid_t pid = fork();
	struct notice n;

	if (pid)
		return pid;
	alarm(LIMIT_S);
	if (handles)
		sigaction(SIGINT, &sa, NULL);
	notice_begin(&n, terminal, 1, "top", "loading the BPF programs");
	for (;;)
		pause();
}

static bool dies(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT;
}

static void test_signals(void)
{
	pid_t pid = slow_process(false);
	char c;

	ok(pid > 0 && shows("vhostctl top: loading the BPF programs..."), "a signal: the notice is there");
	ok(!kill(pid, SIGINT) && dies(pid), "a signal: it ends the process");
	ok(shows("\r\033[K") && shows_nothing(), "a signal: and the notice");
	if (pipe(heard)) {
		ok(false, "a pipe");
		return;
	}
	pid = slow_process(true);
	ok(pid > 0 && shows("vhostctl top: loading the BPF programs..."), "a handler: the notice is there");
	ok(!kill(pid, SIGINT) && read(heard[0], &c, 1) == 1, "a handler: it gets the signal");
	ok(shows("\r\033[K") && shows_nothing(), "a handler: and the notice ends");
	ok(!kill(pid, SIGINT) && dies(pid), "a handler: the next signal ends the process");
	close(heard[0]);
	close(heard[1]);
}

int main(void)
{
	int before;

	alarm(LIMIT_S);
	setenv("TERM", "xterm", 1);
	if (openpty(&master, &terminal, NULL, NULL, NULL))
		return tap_skip_all("no terminal can be made here");
	before = open_descriptors();
	test_slow();
	test_quick();
	test_signals();
	test_elsewhere();
	ok(open_descriptors() == before, "no descriptor remains");
	return tap_done();
}
