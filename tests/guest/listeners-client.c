// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Owns a vhost device for each way to hear an eventfd. The call eventfd of its first queue is heard in this way, by a
 * child; the second queue has none. A line for each device says how: descriptor, kind, and process if the kernel can
 * know it. When its input ends, all of it ends.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include <linux/aio_abi.h>
#include <linux/io_uring.h>

#include "rig.h"

/* More than are told. */
#define MANY 9

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

static void by_nobody(int fd)
{
	(void)fd;
	sleep_for_ever();
}

static void by_poll(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	poll(&p, 1, -1);
}

static void by_many(int fd)
{
	struct pollfd p[MANY];

	for (int i = 0; i < MANY; i++)
		p[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
	poll(p, MANY, -1);
}

static void fill(int fd)
{
	const uint64_t most = UINT64_MAX - 1;

	must(write(fd, &most, sizeof(most)) < 0 ? -errno : 0, "filling an eventfd");
}

/* It waits for room, and hears no signal. */
static void by_poll_to_write(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	fill(fd);
	poll(&p, 1, -1);
}

static void by_select(int fd)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	select(fd + 1, &set, NULL, NULL, NULL);
}

static int add_to_epoll(int fd)
{
	struct epoll_event e = { .events = EPOLLIN };
	int ep = epoll_create1(0);

	must(ep < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e) ? -errno : 0, "epoll");
	return ep;
}

static void by_epoll(int fd)
{
	struct epoll_event e;

	epoll_wait(add_to_epoll(fd), &e, 1, -1);
}

/* Nobody waits in epoll_wait(). */
static void by_busy_epoll(int fd)
{
	add_to_epoll(fd);
	sleep_for_ever();
}

static void block(int fd)
{
	must(fcntl(fd, F_SETFL, 0) ? -errno : 0, "fcntl");
}

static void by_read(int fd)
{
	uint64_t count;

	block(fd);
	must(read(fd, &count, sizeof(count)) < 0 ? -errno : 0, "read");
}

static void by_write(int fd)
{
	const uint64_t one = 1;

	block(fd);
	fill(fd);
	must(write(fd, &one, sizeof(one)) < 0 ? -errno : 0, "write");
}

static void by_io_uring(int fd)
{
	struct io_uring_params p = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &p);
	char *sq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *e = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);

	must(ring < 0 || sq == MAP_FAILED || e == MAP_FAILED ? -errno : 0, "io_uring");
	*e = (struct io_uring_sqe){ .opcode = IORING_OP_POLL_ADD, .fd = fd, .poll32_events = POLLIN };
	*(uint32_t *)(sq + p.sq_off.array) = 0;
	*(uint32_t *)(sq + p.sq_off.tail) = 1;
	must(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0 ? -errno : 0, "io_uring");
}

/* A listener that nobody has a name for. */
static void by_aio(int fd)
{
	struct iocb poll = { .aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = (uint32_t)fd, .aio_buf = POLLIN };
	struct iocb *list[] = { &poll };
	aio_context_t aio = 0;

	must(syscall(SYS_io_setup, 1, &aio) ? -errno : 0, "io_setup");
	must(syscall(SYS_io_submit, aio, 1, list) < 0 ? -errno : 0, "io_submit");
	sleep_for_ever();
}

static void by_vhost(int fd)
{
	int vhost = must(vhost_open(), "/dev/vhost-net");

	must(vhost_set_owner(vhost), "VHOST_SET_OWNER");
	must(vhost_set_vring_kick(vhost, 0, fd), "VHOST_SET_VRING_KICK");
	sleep_for_ever();
}

static const struct way {
	const char *kind;
	void (*hear)(int fd);
	bool anonymous;
} ways[] = {
	{ "nobody", by_nobody, true },
	{ "poll", by_poll },
	{ "many", by_many },
	{ "nobody", by_poll_to_write, true },
	{ "poll", by_select },
	{ "epoll", by_epoll },
	{ "epoll", by_busy_epoll, true },
	{ "read", by_read },
	{ "nobody", by_write, true },
	{ "io_uring", by_io_uring },
	{ "unknown", by_aio, true },
	{ "vhost", by_vhost },
};

static pid_t start(const struct way *w, int fd)
{
	pid_t pid = fork();

	must(pid < 0 ? -errno : 0, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	w->hear(fd);
	exit(0);
}

int main(void)
{
	char end;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		int vhost = must(vhost_open(), "/dev/vhost-net"), call = rig_eventfd();
		pid_t pid;

		must(vhost_set_owner(vhost), "VHOST_SET_OWNER");
		must(vhost_set_vring_call(vhost, 0, call), "VHOST_SET_VRING_CALL");
		must(vhost_set_vring_kick(vhost, 0, rig_eventfd()), "VHOST_SET_VRING_KICK");
		pid = start(&ways[i], call);
		printf("%d %s %d\n", vhost, ways[i].kind, ways[i].anonymous ? 0 : pid);
	}
	puts("ready");
	fflush(stdout);
	return read(0, &end, 1) < 0;
}
