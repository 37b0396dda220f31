// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two ends of a vsock connection:
 *
 *   vsock-peer listen PORT           takes one connection, reads all of it, and answers with the number of bytes
 *   vsock-peer send CID PORT BYTES   sends so many, and prints the answer
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

static long must(long r, const char *what)
{
	if (r < 0) {
		fprintf(stderr, "vsock-peer: %s: %s\n", what, strerror(errno));
		exit(2);
	}
	return r;
}

static int open_socket(void)
{
	return (int)must(socket(AF_VSOCK, SOCK_STREAM, 0), "socket");
}

static void take(unsigned int port)
{
	const struct sockaddr_vm at = { .svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = port };
	int s = open_socket(), c;
	char buf[65536], answer[32];
	unsigned long total = 0;
	long n;

	must(bind(s, (const void *)&at, sizeof(at)), "bind");
	must(listen(s, 1), "listen");
	printf("listening\n");
	fflush(stdout);
	c = (int)must(accept(s, NULL, NULL), "accept");
	while ((n = must(read(c, buf, sizeof(buf)), "read")))
		total += (unsigned long)n;
	n = snprintf(answer, sizeof(answer), "%lu\n", total);
	must(write(c, answer, (size_t)n), "write");
	close(c);
	close(s);
}

static void give(unsigned int cid, unsigned int port, unsigned long bytes)
{
	const struct sockaddr_vm to = { .svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port };
	char buf[4096] = "", answer[32];
	int s = open_socket();
	long n;

	must(connect(s, (const void *)&to, sizeof(to)), "connect");
	while (bytes) {
		n = must(write(s, buf, bytes < sizeof(buf) ? bytes : sizeof(buf)), "write");
		bytes -= (unsigned long)n;
	}
	must(shutdown(s, SHUT_WR), "shutdown");
	n = must(read(s, answer, sizeof(answer)), "the answer");
	fwrite(answer, 1, (size_t)n, stdout);
	close(s);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "listen")) {
		take((unsigned int)strtoul(argv[2], NULL, 10));
	} else if (argc == 5 && !strcmp(argv[1], "send")) {
		give((unsigned int)strtoul(argv[2], NULL, 10), (unsigned int)strtoul(argv[3], NULL, 10),
		     strtoul(argv[4], NULL, 10));
	} else {
		fprintf(stderr, "usage: vsock-peer listen PORT | send CID PORT BYTES\n");
		return 2;
	}
	return 0;
}
