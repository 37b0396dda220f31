// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner of two vhost-net devices with the same descriptor: one is among the descriptors of the process, the other
 * among those of a thread that has a table of its own.
 *
 *   own-table
 *
 * The kick eventfd of the thread's tx0 is at the same descriptor in both tables, that of its rx0 only in the thread's.
 *
 * Prints process, thread and descriptor, and then, for each line of standard input, what has been written to the kick
 * eventfds since: the process's tx0, the thread's tx0, the thread's rx0.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../rig.h"

#define RX 0
#define TX 1

struct both {
	struct rig process, thread;
	int shared;
};

static uint64_t take(int fd)
{
	uint64_t count;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

/* All eventfds are in this thread's table. */
static void answer(const struct both *b)
{
	char line[16];

	printf("%d %ld %d\n", getpid(), syscall(SYS_gettid), b->process.vhost);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		printf("%llu %llu %llu\n", (unsigned long long)take(b->process.kick[TX]),
		       (unsigned long long)take(b->shared), (unsigned long long)take(b->thread.kick[RX]));
		fflush(stdout);
	}
}

static void *run_thread(void *arg)
{
	struct both *b = arg;

	must(unshare(CLONE_FILES) ? -errno : 0, "unshare");
	rig_open(&b->thread, 0);
	must(vhost_set_vring_kick(b->thread.vhost, TX, b->shared), "VHOST_SET_VRING_KICK");
	must(dup2(b->thread.vhost, b->process.vhost) < 0 ? -errno : 0, "dup2");
	close(b->thread.vhost);
	answer(b);
	return NULL;
}

int main(void)
{
	struct both b = { .shared = rig_eventfd() };
	pthread_t thread;

	rig_open(&b.process, 0);
	must(-pthread_create(&thread, NULL, run_thread, &b), "pthread_create");
	pthread_join(thread, NULL);
	return 0;
}
