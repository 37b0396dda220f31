// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of the driver that need no device: call_after(), flows, queues with their eventfds; workers in /proc. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "driver/flow.h"
#include "driver/netdrv.h"
#include "probe/scan.h"
#include "tap-out.h"

static void late_calls(void)
{
	static const struct {
		struct call_after a;
		unsigned int outstanding;
		uint16_t after;
		const char *what;
	} cases[] = {
		{ { .count = 1 }, 100, 1, "the next one" },
		{ { .count = 100 }, 100, 100, "the last one" },
		{ { .count = 101 }, 100, 100, "never more than are outstanding" },
		{ { .count = 5 }, 0, 1, "with none outstanding, the next one" },
		/* virtqueue_enable_cb_delayed(): used_event = last_used_idx + outstanding * 3 / 4, the entry that has
		 * three quarters of them before it. */
		{ { .fraction = 0.75 }, 1, 1, "3/4 of 1" },
		{ { .fraction = 0.75 }, 4, 4, "3/4 of 4" },
		{ { .fraction = 0.75 }, 8, 7, "3/4 of 8" },
		{ { .fraction = 0.75 }, 256, 193, "3/4 of 256" },
		{ { .fraction = 1 }, 256, 256, "all of 256" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ok(call_after(&cases[i].a, cases[i].outstanding) == cases[i].after, "call after: %s", cases[i].what);
}

static void flows(void)
{
	static struct flow f;

	ok(flow_init(&f, 10, 3) == 0 && flow_wanted(&f) == 10, "a new flow wants all its packets");
	ok(flow_take(&f, 3, 0) == 0, "credits for the window");
	ok(flow_take(&f, 1, NSEC_PER_MSEC) == -ETIME, "and no more");
	flow_give(&f, 1);
	ok(flow_take(&f, 2, NSEC_PER_MSEC) == -ETIME, "two cannot be had of one");
	ok(flow_take(&f, 1, 0) == 0, "nor was the one taken by the attempt");
	atomic_store(&f.submitted, 4);
	ok(flow_wanted(&f) == 6, "what is submitted is wanted no more");
	flow_close(&f);
	ok(flow_wanted(&f) == 0, "a closed flow wants none");
	ok(flow_take(&f, 1, NSEC_PER_SEC) == -ECANCELED, "and gives no credit");
	flow_fini(&f);
}

static void received(void)
{
	static const uint8_t mac[6] = { 2 };
	static struct flow f;
	char buf[64];

	if (flow_init(&f, 10, 3) || frame_init(&f.frame, sizeof(buf), FRAME_RX, 3, mac))
		exit(2);
	atomic_store(&f.submitted, 2);
	for (uint64_t seq = 0; seq < 3; seq++) {
		frame_write(&f.frame, buf, seq);
		flow_receive(&f, buf, sizeof(buf));
	}
	ok(atomic_load(&f.delivered) == 2, "those that were submitted are delivered");
	ok(f.corrupt == 1, "one that nobody submitted is corrupt");
	ok(flow_receive(&f, buf, 40) && f.corrupt == 2 && atomic_load(&f.delivered) == 2, "so is half of one");
	buf[12] ^= 1;
	ok(!flow_receive(&f, buf, sizeof(buf)) && f.corrupt == 2, "one of another protocol is none of ours");
	ok(!f.strays, "nor is it a stray");
	buf[12] ^= 1;
	buf[FRAME_PAIR + 1] ^= 1;
	ok(!flow_receive(&f, buf, sizeof(buf)) && f.corrupt == 2 && atomic_load(&f.delivered) == 2,
	   "one of another pair is none of this flow");
	ok(f.strays == 1, "but noticed");
	flow_fini(&f);
}

/* A queue on plain memory; the test plays the device. */
static char ring[65536] __attribute__((aligned(VIRTQ_ALIGN)));

static void open_queue(struct netq *q, bool event_idx)
{
	*q = (struct netq){ .name = "tx0" };
	q->kick = eventfd(0, EFD_NONBLOCK);
	q->call = eventfd(0, EFD_NONBLOCK);
	if (q->kick < 0 || q->call < 0 || virtq_init(&q->vq, 8, ring, event_idx ? VIRTQ_EVENT_IDX : 0, 0))
		exit(2);
}

static void close_queue(struct netq *q)
{
	virtq_fini(&q->vq);
	close(q->kick);
	close(q->call);
}

static uint64_t eventfd_count(int fd)
{
	uint64_t count;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static void send_one(struct netq *q)
{
	netq_add(q, (uint16_t)virtq_reserve(&q->vq), 100, false);
	if (netq_publish(q))
		exit(2);
}

static void kicks(void)
{
	struct netq q;

	open_queue(&q, true);
	q.drop_kick = 2;
	send_one(&q);	/* avail_event is 0: the device wants a kick */
	ok(q.stats.kicks == 1 && eventfd_count(q.kick) == 1, "a kick that is due is sent");
	send_one(&q);	/* avail_event is still 0 */
	ok(q.stats.kicks == 1 && q.stats.kicks_suppressed == 1 && !eventfd_count(q.kick), "one that is not is counted");
	*(uint16_t *)&q.vq.vring.used->ring[8] = 2;
	send_one(&q);
	ok(q.stats.kicks == 1 && q.stats.kicks_dropped == 1 && !eventfd_count(q.kick), "the one to drop is not sent");
	*(uint16_t *)&q.vq.vring.used->ring[8] = 3;
	send_one(&q);
	ok(q.stats.kicks == 2 && eventfd_count(q.kick) == 1, "the next is");
	close_queue(&q);
}

static void calls(void)
{
	const uint64_t three = 3;
	struct netq q;
	int other = eventfd(1, 0);

	open_queue(&q, true);
	ok(netq_wait(&q, -1, NSEC_PER_MSEC) == -ETIME, "no call: the time is up");
	ok(netq_wait(&q, other, NSEC_PER_SEC) == 0, "another descriptor ends the wait");
	if (write(q.call, &three, sizeof(three)) < 0)
		exit(2);
	ok(netq_wait(&q, other, NSEC_PER_SEC) == 1 && q.stats.calls == 3, "calls are counted, not wake-ups");
	ok(netq_collect_calls(&q) == 0 && q.stats.calls == 3, "and only once");
	close_queue(&q);
	close(other);
}

static void suppressed(void)
{
	struct netq q;

	open_queue(&q, true);
	q.vq.avail_idx = 4;
	netq_enable_call(&q, 3);	/* used_event 2 */
	q.vq.used_idx = 2;
	netq_account_used(&q, 0);
	ok(q.stats.calls_suppressed == 1, "an advance that ends before used_event asks for no call");
	q.vq.used_idx = 3;
	netq_account_used(&q, 2);
	ok(q.stats.calls_suppressed == 1, "one that passes it does");
	close_queue(&q);

	open_queue(&q, false);
	netq_disable_call(&q);
	netq_account_used(&q, 0);
	ok(q.stats.calls_suppressed == 1, "with the flag set none is asked for");
	netq_enable_call(&q, 1);
	netq_disable_call(&q);
	netq_account_used(&q, 0);
	ok(q.stats.calls_suppressed == 1, "with the flag clear in between one is");
	close_queue(&q);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		exit(2);
}

static void make_dir(const char *dir, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (mkdir(path, 0755))
		exit(2);
}

/* Flags of a kernel thread, as in PF_KTHREAD. */
#define KERNEL_THREAD "0 (vhost-5) S 2 0 0 0 -1 2129984 0 0\n"

static void processes(void)
{
	char dir[] = "/tmp/vhostctl-scan-XXXXXX", command[64];
	uint64_t ns = 0;

	if (!mkdtemp(dir))
		exit(2);
	make_dir(dir, "77");
	write_file(dir, "77/comm", "vhost-50\n");
	write_file(dir, "77/schedstat", "50 5 6\n");
	ok(scan_workers_cpu_ns(dir, 5, &ns) == -ENOENT, "another's worker is none, though its name begins alike");
	make_dir(dir, "78");
	write_file(dir, "78/comm", "vhost-5\n");
	write_file(dir, "78/stat", KERNEL_THREAD);
	ok(scan_workers_cpu_ns(dir, 5, &ns) == -ENOENT, "the time of a thread that is gone meanwhile is none");
	write_file(dir, "78/schedstat", "123456789012 5 6\n");
	ok(scan_workers_cpu_ns(dir, 5, &ns) == 0 && ns == 123456789012, "a kernel thread's time is the first number");
	make_dir(dir, "79");
	write_file(dir, "79/comm", "vhost-5\n");
	write_file(dir, "79/schedstat", "1000000000000 5 6\n");
	write_file(dir, "79/stat", "79 (vhost-5) S 2 0 0 0 -1 4194304 0 0\n");
	ok(scan_workers_cpu_ns(dir, 5, &ns) == 0 && ns == 123456789012,
	   "a process that has the name of a worker is none");
	write_file(dir, "79/stat", KERNEL_THREAD);
	ok(scan_workers_cpu_ns(dir, 5, &ns) == 0 && ns == 1123456789012, "of several it is the sum");
	make_dir(dir, "5");
	make_dir(dir, "5/task");
	make_dir(dir, "5/task/90");
	write_file(dir, "5/task/90/comm", "vhost-5\n");
	write_file(dir, "5/task/90/schedstat", "7 5 6\n");
	ok(scan_workers_cpu_ns(dir, 5, &ns) == 0 && ns == 7, "with threads of the owner, theirs alone");
	make_dir(dir, "5/task/91");
	write_file(dir, "5/task/91/comm", "vhost-5\n");
	make_dir(dir, "5/task/92");
	write_file(dir, "5/task/92/comm", "vhost-5\n");
	write_file(dir, "5/task/92/schedstat", "8 5 6\n");
	ok(scan_workers_cpu_ns(dir, 5, &ns) == 0 && ns == 15, "one that has ended does not hide the others");
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ok(system(command) == 0, "clean up");
}

int main(void)
{
	late_calls();
	flows();
	received();
	kicks();
	calls();
	suppressed();
	processes();
	return tap_done();
}
