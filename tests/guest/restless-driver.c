// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * restless-driver event_idx|flags: a driver that sends one buffer after another, while a second thread stores into
 * used_event, or into the avail ring's flags, in turn a value that asks for a call and one that does not. Both threads
 * know nothing of the device's decisions, so that the word changes at any moment of them, and back again.
 *
 * It ends when its standard input does, and prints a JSON object: how many buffers were sent, each with a decision of
 * its own, and how many calls came.
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#include <linux/perf_event.h>

#include "rig.h"

#define TX 1
#define EVENT_IDX (UINT64_C(1) << 29)
#define VERSION_1 (UINT64_C(1) << 32)

/* Distance of a used_event that no decision reaches. */
#define FAR 0x4000

/**
 * struct driver - the driver, and what its two threads share
 * @rig: the device
 * @event_idx: calls are asked for by used_event, else by the flags
 * @index: the used index of the buffer that is on its way
 * @ended: the second thread is to end
 */
struct driver {
	struct rig rig;
	bool event_idx;
	_Atomic uint16_t index;
	atomic_bool ended;
};

static void *change_word(void *arg)
{
	struct driver *d = arg;
	struct vring *v = &d->rig.ring[TX];

	/* One store each time: an emulated CPU is interrupted only between two rounds of a loop as short as this. */
	for (bool ask = false; !atomic_load_explicit(&d->ended, memory_order_relaxed); ask = !ask) {
		const uint16_t index = atomic_load_explicit(&d->index, memory_order_relaxed);

		if (d->event_idx)
			ring_store(&vring_used_event(v), htole16((uint16_t)(ask ? index : index + FAR)));
		else
			ring_store(&v->avail->flags, htole16(ask ? 0 : VRING_AVAIL_F_NO_INTERRUPT));
	}
	return NULL;
}

/*
 * Interrupt each CPU every 50 us. Where one thread of the host emulates all CPUs, an interrupt is also when it goes on
 * with another one. The descriptors live as long as the process.
 */
static void interrupt_often(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 50000,
	};

	for (long cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++)
		if (syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC) < 0)
			must(-errno, "a clock of a CPU");
}

/* On the last CPU, away from the worker, which is to run at the same time. */
static pthread_t start_changing(struct driver *d)
{
	pthread_t thread;
	cpu_set_t last;

	CPU_ZERO(&last);
	CPU_SET((size_t)sysconf(_SC_NPROCESSORS_ONLN) - 1, &last);
	must(-pthread_create(&thread, NULL, change_word, d), "a thread");
	must(-pthread_setaffinity_np(thread, sizeof(last), &last), "a CPU for it");
	return thread;
}

static bool input_ended(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static uint64_t send_until_told(struct driver *d)
{
	uint64_t sent = 0;

	while (!input_ended()) {
		rig_add(&d->rig, TX, 0);
		sent++;
		rig_wait_used(&d->rig, TX, (uint16_t)sent);
		atomic_store(&d->index, (uint16_t)sent);
	}
	return sent;
}

int main(int argc, char **argv)
{
	struct driver d = { .event_idx = argc > 1 && !strcmp(argv[1], "event_idx") };
	uint64_t sent, calls = 0, buffer;
	pthread_t thread;
	int ifindex, tap = rig_tap(&ifindex);

	rig_open(&d.rig, VERSION_1 | (d.event_idx ? EVENT_IDX : 0));
	buffer = guestmem_gpa(&d.rig.mem, guestmem_alloc(&d.rig.mem, RIG_FRAME, 64));
	rig_desc(&d.rig, TX, 0, buffer, RIG_FRAME, 0);
	rig_start(&d.rig, TX, tap);
	interrupt_often();
	thread = start_changing(&d);
	sent = send_until_told(&d);
	atomic_store(&d.ended, true);
	pthread_join(thread, NULL);
	/* This waits for the device: the last decision is over. */
	rig_set_table(&d.rig);
	if (read(d.rig.call[TX], &calls, sizeof(calls)) < 0 && errno != EAGAIN)
		must(-errno, "read calls");
	printf("{\"sent\":%" PRIu64 ",\"calls\":%" PRIu64 "}\n", sent, calls);
	close(tap);
	rig_close(&d.rig);
	return 0;
}
