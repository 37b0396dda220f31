// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap-peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_packet.h>

#include "base/clock.h"
#include "flow.h"

/* Packets per system call. */
#define BURST 64

/* When the flow is finished, packets still missing count as lost after this time without another packet. */
#define SETTLE_MS 1000

/* More than the kernel's memory for a packet besides its data (struct sk_buff and skb_shared_info). */
#define PACKET_OVERHEAD 2048

/**
 * struct burst - buffers for BURST packets
 * @memory: all buffers; owned
 * @iov: one per packet
 * @msgs: for sendmmsg() and recvmmsg()
 */
struct burst {
	char *memory;
	struct iovec iov[BURST];
	struct mmsghdr msgs[BURST];
};

static int burst_init(struct burst *b, size_t size)
{
	*b = (struct burst){ .memory = malloc(BURST * size) };
	if (!b->memory)
		return -ENOMEM;
	for (int i = 0; i < BURST; i++) {
		b->iov[i] = (struct iovec){ b->memory + (size_t)i * size, size };
		b->msgs[i].msg_hdr = (struct msghdr){ .msg_iov = &b->iov[i], .msg_iovlen = 1 };
	}
	return 0;
}

static int set_options(int fd, size_t frame_size, unsigned int window)
{
	const uint64_t want = window * (frame_size + PACKET_OVERHEAD);
	const int one = 1, room = want < INT_MAX / 2 ? (int)want : INT_MAX / 2;

	if (window && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		return -errno;
	/* Straight to the tap: a queueing discipline has a limit of its own. */
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)))
		return -errno;
	return 0;
}

int tap_peer_open(int ifindex, size_t frame_size, unsigned int window)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		/* Protocol 0 receives nothing: packets that nobody reads would only fill the socket. */
		.sll_protocol = window ? htons(FRAME_ETHERTYPE) : 0,
		.sll_ifindex = ifindex,
	};
	/* No protocol yet: with one, the socket would receive packets of every link before bind(). */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return -errno;
	r = set_options(fd, frame_size, window);
	if (!r && bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		r = -errno;
	if (r) {
		close(fd);
		return r;
	}
	return fd;
}

/* Returns how many packets arrived, 0 if there are none now, or -errno. */
static int receive_burst(int fd, struct flow *flow, struct burst *b)
{
	int n = recvmmsg(fd, b->msgs, BURST, MSG_DONTWAIT, NULL);
	uint64_t ours = 0;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++)
		ours += flow_receive(flow, b->iov[i].iov_base, b->msgs[i].msg_len);
	flow_give(flow, ours);
	return n;
}

/* Returns false once there is nothing more to wait for. */
static bool wait_packets(int fd, struct flow *flow, int *finished_fd)
{
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = *finished_fd, .events = POLLIN } };
	bool finished = atomic_load(&flow->finished);
	int n;

	if (finished && atomic_load(&flow->delivered) == atomic_load(&flow->submitted))
		return false;
	n = poll(fds, 2, finished ? SETTLE_MS : -1);
	if (n > 0 && fds[1].revents)
		*finished_fd = -1;
	return n != 0;
}

int tap_peer_receive(int fd, struct flow *flow, int finished_fd)
{
	struct burst b;
	int r = burst_init(&b, flow->frame.size + 1);	/* one byte more detects a frame that is too long */

	if (r)
		return r;
	do {
		while ((r = receive_burst(fd, flow, &b)) > 0)
			;
	} while (!r && wait_packets(fd, flow, &finished_fd));
	free(b.memory);
	return r;
}

/* Counts packets that the tap has no room for as refused. Returns 0 or -errno. */
static int send_burst(int fd, struct flow *flow, struct burst *b, unsigned int count)
{
	unsigned int done = 0;

	while (done < count) {
		int n = sendmmsg(fd, b->msgs + done, count - done, 0);

		if (n > 0) {
			done += (unsigned int)n;
		} else if (errno == ENOBUFS) {
			atomic_fetch_add(&flow->refused, 1);
			flow_give(flow, 1);
			done++;
		} else if (errno == EAGAIN) {
			/* The socket's own send buffer is full until the tap has passed packets on. */
			struct pollfd pfd = { .fd = fd, .events = POLLOUT };

			poll(&pfd, 1, -1);
		} else if (errno != EINTR) {
			int err = -errno;

			/* The rest was not sent and cannot arrive. */
			atomic_fetch_add(&flow->refused, count - done);
			return err;
		}
	}
	return 0;
}

static int send_some(int fd, struct flow *flow, struct burst *b, unsigned int count)
{
	uint64_t seq = atomic_load(&flow->submitted);

	for (unsigned int i = 0; i < count; i++)
		frame_set_seq(b->iov[i].iov_base, seq + i);
	atomic_store(&flow->submitted_ns, clock_ns(CLOCK_MONOTONIC));
	/* Raise it before sending: the driver may see the packets at once. */
	atomic_store(&flow->submitted, seq + count);
	return send_burst(fd, flow, b, count);
}

int tap_peer_send(int fd, struct flow *flow, unsigned int batch)
{
	struct burst b;
	uint64_t wanted;
	int r = burst_init(&b, flow->frame.size);

	if (r)
		return r;
	for (int i = 0; i < BURST; i++)
		frame_write(&flow->frame, b.iov[i].iov_base, 0);
	while (!r && (wanted = flow_wanted(flow))) {
		unsigned int count = wanted < batch ? (unsigned int)wanted : batch;

		/* Wait for ever: the receiver decides when that is too long, and closes the flow. */
		r = flow_take(flow, count, UINT64_MAX / 2);
		for (unsigned int i = 0; !r && i < count; i += BURST)
			r = send_some(fd, flow, &b, count - i < BURST ? count - i : BURST);
	}
	free(b.memory);
	return r == -ECANCELED ? 0 : r;
}
