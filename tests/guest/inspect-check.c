// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * While they are looked at, owners of devices become other programs, or exit and leave their pid to another process.
 * A look must read the memory that the device works on, which outlives the owner, and no other process's.
 *
 * In each round the owner, a child of ours, fills its ring with one mark. The program or process that comes after it
 * has another mark at the very same addresses. We hold the device open too, so that it outlives them.
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/sched.h>

#include "../unit/tap-out.h"
#include "inspect-check.h"
#include "inspect/inspect.h"
#include "rig.h"

#define NUM 16

struct tally {
	unsigned int looks, seen, mine, owned, nobodys, odd;
};

static void fill(uint16_t mark)
{
	must(inspect_fill(mark) ? 0 : -EEXIST, "mmap");
}

static void say(int fd)
{
	must(write(fd, "!", 1) == 1 ? 0 : -errno, "write");
}

static void own(void)
{
	const struct vhost_vring_addr addr = {
		.desc_user_addr = AT, .avail_user_addr = AT + PART, .used_user_addr = AT + 2 * PART,
	};

	fill(MINE);
	must(vhost_set_owner(DEVICE_FD), "VHOST_SET_OWNER");
	must(vhost_set_features(DEVICE_FD, UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX), "VHOST_SET_FEATURES");
	must(vhost_set_vring_num(DEVICE_FD, 0, NUM), "VHOST_SET_VRING_NUM");
	must(vhost_set_vring_addr(DEVICE_FD, &addr), "VHOST_SET_VRING_ADDR");
}

/* A child with a number of our choice. Return: its number; 0 in the child. */
static pid_t fork_as(pid_t pid, int device, const int pair[2])
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = pid ? (uintptr_t)&pid : 0, .set_tid_size = pid > 0,
	};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	must(child < 0 ? -errno : 0, "clone3");
	if (!child) {
		must(dup2(device, DEVICE_FD), "dup2");
		must(dup2(pair[1], TALK_FD), "dup2");
		/* With our end open there, too, it would never hear that we are done. */
		close(pair[0]);
		close(pair[1]);
		closefrom(TALK_FD + 1);
	}
	return child;
}

static bool is(const struct inspect_word *w, uint16_t state, uint16_t value)
{
	return w->state == state && (state != INSPECT_OK || w->value == value);
}

static bool all_are(const struct inspect_queue *q, uint16_t state, uint16_t value)
{
	return is(&q->ring_avail_flags, state, value) && is(&q->ring_avail_idx, state, value) &&
	       is(&q->ring_used_event, state, value) && is(&q->ring_used_flags, state, value) &&
	       is(&q->ring_used_idx, state, value) && is(&q->ring_avail_event, state, value);
}

/* One look; the device is ours, and the only one. */
static void look(struct inspect *ins, struct tally *t, pid_t owner)
{
	const struct inspect_queue *q;
	struct inspect_host host;

	must(inspect_look(ins, &host), "inspect_look");
	t->looks++;
	if (host.count == 1 && host.devices[0].queue_count == 2) {
		q = &host.devices[0].queues[0];
		t->seen++;
		t->mine += all_are(q, INSPECT_OK, MINE);
		t->owned += host.devices[0].owner.pid == (uint32_t)owner;
		t->nobodys += !host.devices[0].owner.pid && host.devices[0].owner_fd < 0;
		t->odd += host.devices[0].owner.pid && host.devices[0].owner.pid != (uint32_t)owner;
	}
	inspect_free(&host);
}

/* Look on and on until a child has something to say, or has ended. */
static void look_until(struct inspect *ins, struct tally *t, pid_t owner, int talk)
{
	struct pollfd p = { .fd = talk, .events = POLLIN };
	char c;

	do
		look(ins, t, owner);
	while (!poll(&p, 1, 0));
	/* Nothing to read is the end of the child, which is what was waited for. */
	if (read(talk, &c, 1) < 0)
		must(-errno, "read");
}

struct totals {
	struct tally own, exec, after, exit, reused;
};

static void start(int pair[2])
{
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) ? -errno : 0, "socketpair");
}

static pid_t one_round(struct inspect *ins, struct totals *t, pid_t pid, const char *other)
{
	int device = must(vhost_open(), "vhost_open"), pair[2];
	pid_t owner;

	start(pair);
	owner = fork_as(pid, device, pair);
	if (!owner) {
		own();
		say(TALK_FD);
		inspect_hear(TALK_FD);
		execl(other, other, NULL);
		_exit(1);
	}
	close(pair[1]);
	inspect_hear(pair[0]);
	look(ins, &t->own, owner);
	say(pair[0]);
	look_until(ins, &t->exec, owner, pair[0]);
	look(ins, &t->after, owner);
	say(pair[0]);
	look_until(ins, &t->exit, owner, pair[0]);
	must(waitpid(owner, NULL, 0) == owner ? 0 : -errno, "waitpid");
	close(pair[0]);

	start(pair);
	if (!fork_as(owner, device, pair)) {
		fill(OTHER);
		say(TALK_FD);
		inspect_hear(TALK_FD);
		_exit(0);
	}
	close(pair[1]);
	inspect_hear(pair[0]);
	look(ins, &t->reused, owner);
	close(pair[0]);
	must(waitpid(owner, NULL, 0) == owner ? 0 : -errno, "waitpid");
	close(device);
	return owner;
}

static void report(const char *when, const struct tally *t, bool right)
{
	ok(!t->odd && t->seen == t->looks && t->mine == t->looks && right, "%s", when);
	diag("%u looks, the device in %u: its memory's words in %u; an owner in %u, none in %u, another in %u",
	     t->looks, t->seen, t->mine, t->owned, t->nobodys, t->odd);
}

int main(int argc, char **argv)
{
	unsigned int rounds = argc > 2 ? (unsigned int)strtoul(argv[1], NULL, 10) : 0;
	char why[INSPECT_WHY_MAX] = "";
	struct totals t = { 0 };
	struct inspect *ins;
	pid_t pid = 0;
	int err;

	must(rounds ? 0 : -EINVAL, "usage: inspect-check ROUNDS PROGRAM");
	err = inspect_open(&ins, 0, why, sizeof(why));
	must(err ? -1 : 0, why);
	for (unsigned int i = 0; i < rounds; i++)
		pid = one_round(ins, &t, pid, argv[2]);
	report("the owner as it is", &t.own, t.own.owned == rounds);
	report("while it becomes another program", &t.exec, t.exec.looks >= rounds);
	report("after that", &t.after, t.after.nobodys == rounds);
	report("while it exits", &t.exit, t.exit.looks >= rounds && t.exit.nobodys == t.exit.looks);
	report("its number is another process's", &t.reused, t.reused.nobodys == rounds);
	inspect_close(ins);
	return tap_done();
}
