// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers datagrams: "answerer PORT CPU WORKER [PID FD]". Says "ready" when it does, and "done" after an empty
 * datagram. Meanwhile it comes first, with the thread WORKER, vhost's, and the thread CPU of a machine last.
 *
 * With a call eventfd, descriptor FD of the process PID, it makes calls for which there is no work before it answers:
 * as many as a line on standard input says; then it says "called" and waits for another line or the first datagram. A
 * call that comes before the machine has taken the one before is merged with that, so that the user has to see how many
 * the machine has taken, and to ask for the rest. While it waits, it goes on with a few calls, since the kernel in the
 * machine forgets what it counted if no unhandled interrupt comes for a tenth of a second. After every thousandth call
 * or answer it says "more".
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Without a pause, nine of ten calls are merged on some kernels. By the clock of a guest that counts instructions, the
 * machine takes an interrupt in about a tenth of this.
 */
#define BETWEEN_CALLS_US 50
#define MEANWHILE_MS 40
#define SAY_AFTER 1000

static int failed(const char *what)
{
	fprintf(stderr, "answerer: %s: %s\n", what, strerror(errno));
	return 1;
}

static void say(const char *line)
{
	puts(line);
	fflush(stdout);
}

static int call(int eventfd)
{
	const uint64_t one = 1;

	return write(eventfd, &one, sizeof(one)) == sizeof(one) ? 0 : -1;
}

static int set_policy(pid_t tid, int policy)
{
	const struct sched_param p = { .sched_priority = policy == SCHED_FIFO };

	return sched_setscheduler(tid, policy, &p);
}

static int call_often(int eventfd, long count)
{
	for (long i = 1; i <= count; i++) {
		if (call(eventfd))
			return -1;
		usleep(BETWEEN_CALLS_US);
		if (i % SAY_AFTER == 0)
			say("more");
	}
	say("called");
	return 0;
}

static int call_as_asked(int eventfd)
{
	char line[32];
	const ssize_t n = read(STDIN_FILENO, line, sizeof(line) - 1);

	if (n <= 0)
		return -1;
	line[n] = 0;
	return call_often(eventfd, atol(line));
}

/* Until the first datagram is there. */
static int call_meanwhile(int eventfd, int fd)
{
	struct pollfd asked[] = { { .fd = fd, .events = POLLIN }, { .fd = STDIN_FILENO, .events = POLLIN } };
	int n;

	while ((n = poll(asked, 2, MEANWHILE_MS)) >= 0 && !asked[0].revents)
		if (n ? call_as_asked(eventfd) : call(eventfd))
			return -1;
	return n < 0 ? -1 : 0;
}

/* Let the first one be received in the usual way, by an interrupt. */
static int answer(int fd, pid_t cpu)
{
	long answers = 0;
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char data[2048];
	ssize_t n;

	while ((n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &len)) > 0) {
		if (answers && set_policy(cpu, SCHED_IDLE))
			return -1;
		if (sendto(fd, data, (size_t)n, 0, (struct sockaddr *)&from, len) < 0)
			return -1;
		if (++answers % SAY_AFTER == 0)
			say("more");
	}
	if (n < 0 || set_policy(cpu, SCHED_OTHER))
		return -1;
	say("done");
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), eventfd = -1;

	if (argc != 4 && argc != 6) {
		fputs("Usage: answerer PORT CPU WORKER [PID FD]\n", stderr);
		return 1;
	}
	/* While a guest waits for a page from its disk, its clock runs ahead, by more than that tenth of a second. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		return failed("mlockall");
	at.sin_port = htons((uint16_t)atoi(argv[1]));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return failed("bind");
	if (argc == 6) {
		eventfd = pidfd_getfd(pidfd_open(atoi(argv[4]), 0), atoi(argv[5]), 0);
		if (eventfd < 0)
			return failed("pidfd_getfd");
	}
	if (set_policy(0, SCHED_FIFO) || set_policy(atoi(argv[3]), SCHED_FIFO))
		return failed("sched_setscheduler");
	say("ready");
	if (eventfd >= 0 && call_meanwhile(eventfd, fd))
		return failed("call");
	return answer(fd, atoi(argv[2])) ? failed("answer") : 0;
}
