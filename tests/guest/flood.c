// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends UDP datagrams in trains of 1 to 40, each of which is one system call, and reaches the NIC's driver as one: it
 * kicks once for all. The lengths of the trains are random and always the same.
 *
 *	flood ADDRESS COUNT
 *
 * With a number of flows, it sends one at a time, of each flow in turn; that needs no offloads of the interface.
 *
 *	flood ADDRESS COUNT FLOWS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#define TRAIN_MAX 40
#define DATAGRAM 1000
#define FLOWS_MAX 64

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* The flows differ in their source ports. Packets that lie in a macvtap's ring still count as being sent. */
static int send_single(const struct sockaddr_in *to, long count, long flows)
{
	const int room = 16 << 20;
	int sockets[FLOWS_MAX];
	const char byte = 0;

	if (flows < 1 || flows > FLOWS_MAX)
		return 1;
	for (long i = 0; i < flows; i++) {
		sockets[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (sockets[i] < 0 || connect(sockets[i], (const struct sockaddr *)to, sizeof(*to)) ||
		    setsockopt(sockets[i], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
			return fail("connect");
	}
	for (long i = 0; i < count; i++)
		if (send(sockets[i % flows], &byte, sizeof(byte), 0) < 0)
			return fail("send");
	return 0;
}

int main(int argc, char **argv)
{
	static char data[TRAIN_MAX * DATAGRAM];
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	const int size = DATAGRAM, s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned int random = 1;
	long left;

	if (argc < 3 || argc > 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
		return 1;
	left = strtol(argv[2], NULL, 10);
	if (argc == 4)
		return send_single(&to, left, strtol(argv[3], NULL, 10));
	if (s < 0 || setsockopt(s, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)))
		return fail("UDP_SEGMENT");
	while (left > 0) {
		long train;

		random = random * 1103515245 + 12345;
		train = 1 + (random >> 16) % TRAIN_MAX;
		if (train > left)
			train = left;
		if (sendto(s, data, (size_t)(train * DATAGRAM), 0, (const struct sockaddr *)&to, sizeof(to)) < 0)
			return fail("sendto");
		left -= train;
	}
	return 0;
}
