// SPDX-License-Identifier: GPL-2.0-or-later
#include "steer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/filter.h>
#include <linux/if_packet.h>

#include "base/array.h"
#include "frame.h"
#include "net/tap.h"

/* The kernel takes the returned number modulo the tap's queues, in the order in which they were opened. */
int steer_to_queues(int tap, struct step *step)
{
	/* A frame that leaves the host begins with its Ethernet header. Past its end, BPF_ABS makes the result 0. */
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6, .src_reg = BPF_REG_1 },
		{ .code = BPF_LD | BPF_ABS | BPF_H, .imm = FRAME_PAIR },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int r, prog;

	step_at(step, NULL, "load the BPF program that chooses a packet's queue");
	prog = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, NULL, "GPL", insns, ARRAY_SIZE(insns), NULL);
	if (prog == -EPERM)
		return step_why(step, prog, "%s; it needs CAP_BPF", strerror(EPERM));
	if (prog < 0)
		return prog;
	step_at(step, NULL, "have a BPF program choose a packet's queue (TUNSETSTEERINGEBPF)");
	r = tap_set_steering(tap, prog);
	close(prog);
	return r;
}

/* A fanout group delivers a packet to one of its sockets, numbered in the order in which they joined. One program runs
 * per packet, where a filter on each socket would run once per pair. */
static int join(int sock, int *group)
{
	socklen_t len = sizeof(*group);

	if (setsockopt(sock, SOL_PACKET, PACKET_FANOUT, group, sizeof(*group)))
		return -errno;
	/* The others join the group whose number the kernel chose for the first. */
	return getsockopt(sock, SOL_PACKET, PACKET_FANOUT, group, &len) ? -errno : 0;
}

int steer_to_sockets(const int *socks, unsigned int count, struct step *step)
{
	/* For a packet into the host, offsets start behind the Ethernet header, except those from SKF_LL_OFF on. */
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_ABS | BPF_H, (uint32_t)SKF_LL_OFF + FRAME_PAIR),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	const struct sock_fprog prog = { ARRAY_SIZE(insns), insns };
	int group = (PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_UNIQUEID) << 16;

	step_at(step, NULL, "join the packet sockets of the pairs (PACKET_FANOUT)");
	for (unsigned int i = 0; i < count; i++) {
		int r = join(socks[i], &group);

		if (r)
			return r;
	}
	step_at(step, NULL, "have a program choose a packet's socket (PACKET_FANOUT_DATA)");
	return setsockopt(socks[0], SOL_PACKET, PACKET_FANOUT_DATA, &prog, sizeof(prog)) ? -errno : 0;
}
