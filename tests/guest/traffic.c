// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packets between a machine and us, counted at both ends:
 *
 *   traffic send udp ADDR PORT COUNT SIZE   sends COUNT datagrams of SIZE bytes, and prints how many it sent
 *   traffic recv udp PORT                   counts datagrams until one is empty, and prints how many came
 *   traffic send tcp ADDR PORT BYTES        sends a pattern
 *   traffic recv tcp PORT                   takes one connection; prints how many bytes came, and fails if one is wrong
 *   traffic poll udp ADDR PORT COUNT        sends a datagram, polls the interface's queue until there is an answer, and
 *                                           so on; prints how many answers it got
 *
 * recv prints "ready" first. It needs no library, so that it runs in any machine.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536
/* The pattern repeats after a prime number of bytes, so that no shift by whole packets or pages goes unnoticed. */
#define PERIOD 251
/* How often the end of a flood is said: any of them may be dropped. There is a while between them, for room to come. */
#define GOODBYES 50
#define GOODBYE_US 10000
/* How long an answer may take. */
#define ANSWER_S 10
/* Between two questions the CPU sleeps, so that an interrupt that comes too late for its packet is taken meanwhile. */
#define PAUSE_US 1000
/* What SO_BUSY_POLL takes is a time, but a receiver that does not block polls once in any case. */
#define BUSY_POLL_US 50

static int failed(const char *what)
{
	fprintf(stderr, "traffic: %s: %s\n", what, strerror(errno));
	return 1;
}

static struct sockaddr_in address(const char *addr, const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };

	inet_pton(AF_INET, addr, &to.sin_addr);
	return to;
}

static int send_udp(int fd, long count, size_t size)
{
	char data[2048] = {};
	long sent = 0;

	for (; sent < count; sent++)
		if (send(fd, data, size, 0) < 0)
			return failed("send");
	for (int i = 0; i < GOODBYES; i++) {
		usleep(GOODBYE_US);
		/* The receiver has gone once it has heard one. */
		if (send(fd, data, 0, 0) < 0)
			break;
	}
	printf("%ld\n", sent);
	return 0;
}

static int recv_udp(int fd)
{
	char data[2048];
	long count = 0;
	ssize_t len;

	while ((len = recv(fd, data, sizeof(data), 0)) > 0)
		count++;
	if (len < 0)
		return failed("recv");
	printf("%ld\n", count);
	return 0;
}

/* The first answer tells the socket which queue to poll; polling begins with the second. Return: whether one came. */
static bool ask(int fd, bool polling)
{
	const time_t end = time(NULL) + ANSWER_S;
	char data[64] = "?";

	if (send(fd, data, sizeof(data), 0) < 0)
		return false;
	while (recv(fd, data, sizeof(data), polling ? MSG_DONTWAIT : 0) < 0)
		if (errno != EAGAIN || !polling || time(NULL) > end)
			return false;
	return true;
}

static int poll_udp(int fd, long count)
{
	const struct timeval limit = { .tv_sec = ANSWER_S };
	const int busy_poll = BUSY_POLL_US;
	long answers = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &busy_poll, sizeof(busy_poll)))
		return failed("SO_BUSY_POLL");
	for (; answers < count; answers++) {
		if (!ask(fd, answers))
			return failed("no answer");
		usleep(PAUSE_US);
	}
	printf("%ld\n", answers);
	fflush(stdout);
	send(fd, NULL, 0, 0);
	return 0;
}

static int send_tcp(int fd, long bytes)
{
	static char data[CHUNK + PERIOD];
	long sent = 0;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = i % PERIOD;
	while (sent < bytes) {
		long len = bytes - sent < CHUNK ? bytes - sent : CHUNK;
		ssize_t done = send(fd, data + sent % PERIOD, len, 0);

		if (done < 0)
			return failed("send");
		sent += done;
	}
	printf("%ld\n", sent);
	return 0;
}

static int recv_tcp(int listener)
{
	int fd = accept(listener, NULL, NULL);
	static char data[CHUNK];
	long count = 0;
	ssize_t len;

	if (fd < 0)
		return failed("accept");
	while ((len = recv(fd, data, sizeof(data), 0)) > 0)
		for (ssize_t i = 0; i < len; i++, count++)
			if (data[i] != (char)(count % PERIOD)) {
				fprintf(stderr, "traffic: byte %ld is wrong\n", count);
				return 1;
			}
	if (len < 0)
		return failed("recv");
	printf("%ld\n", count);
	return 0;
}

static int take(const char *port, bool tcp)
{
	struct sockaddr_in to = address("0.0.0.0", port);
	int fd = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0), room = 8 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) || (tcp && listen(fd, 1)))
		return failed("bind");
	puts("ready");
	fflush(stdout);
	return tcp ? recv_tcp(fd) : recv_udp(fd);
}

static int give(char **argv, bool tcp, bool poll)
{
	struct sockaddr_in to = address(argv[0], argv[1]);
	int fd = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);

	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return failed("connect");
	if (poll)
		return poll_udp(fd, atol(argv[2]));
	return tcp ? send_tcp(fd, atol(argv[2])) : send_udp(fd, atol(argv[2]), atol(argv[3]));
}

int main(int argc, char **argv)
{
	bool tcp = argc > 2 && !strcmp(argv[2], "tcp");

	if (argc == 4 && !strcmp(argv[1], "recv"))
		return take(argv[3], tcp);
	if (argc == (tcp ? 6 : 7) && !strcmp(argv[1], "send"))
		return give(argv + 3, tcp, false);
	if (argc == 6 && !tcp && !strcmp(argv[1], "poll"))
		return give(argv + 3, tcp, true);
	fputs("Usage: traffic send|recv|poll udp|tcp [ADDR] PORT [COUNT [SIZE] | BYTES]\n", stderr);
	return 1;
}
