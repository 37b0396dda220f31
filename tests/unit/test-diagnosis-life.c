// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Diagnosis of the life of a device: its owner is stopped, it was never started, its release does not end.
 */
#include <string.h>

#include "inspect/diagnosis.h"
#include "tap-out.h"

#define SECOND UINT64_C(1000000000)

/* @first, @second: the owner's state in the two looks */
static enum diagnosis_result owned(uint32_t first, uint32_t second, struct diagnosis *f)
{
	const struct inspect_device d[] = {
		{ .id = 1, .time = SECOND, .flags = INSPECT_HAS_OWNER, .owner = { .pid = 4711, .state = first } },
		{ .id = 1, .time = 2 * SECOND, .flags = INSPECT_HAS_OWNER, .owner = { .pid = 4711, .state = second } },
	};

	return diagnose_device(&d[0], &d[1], f);
}

static void test_owner(void)
{
	struct diagnosis f;

	ok(owned(INSPECT_TASK_ASLEEP, INSPECT_TASK_ASLEEP, &f) == DIAGNOSIS_NOTHING, "an owner that sleeps");
	ok(owned(INSPECT_TASK_ASLEEP, INSPECT_TASK_STOPPED, &f) == DIAGNOSIS_NOTHING,
	   "an owner stopped in one look only");
	ok(owned(INSPECT_TASK_STOPPED, INSPECT_TASK_STOPPED, &f) == DIAGNOSIS_FOUND &&
	   f.kind == DIAGNOSIS_OWNER_STOPPED && f.level == LEVEL_STUCK, "an owner that is stopped");
	ok(owned(INSPECT_TASK_ASLEEP | INSPECT_TASK_FROZEN, INSPECT_TASK_ASLEEP | INSPECT_TASK_FROZEN, &f) ==
	   DIAGNOSIS_FOUND && f.kind == DIAGNOSIS_OWNER_STOPPED && f.level == LEVEL_STUCK &&
	   strstr(f.evidence, "frozen"), "one that is frozen");
	ok(owned(INSPECT_TASK_TRACED, INSPECT_TASK_TRACED, &f) == DIAGNOSIS_FOUND && f.level == LEVEL_SUSPECT,
	   "one that is traced");
}

/* A look at a device whose release blocks @tid, which has slept @sleeps times. */
static struct inspect_device releasing(uint32_t tid, uint64_t sleeps, uint32_t held)
{
	return (struct inspect_device){
		.id = 1, .time = SECOND, .kind = INSPECT_NET, .flags = INSPECT_HAS_OWNER | INSPECT_RELEASING,
		.owner = { .pid = 4711 }, .owner_fd = -1, .owner_tid = tid,
		.release = { .id = 1, .tid = tid, .sleeps = sleeps, .held = held },
	};
}

static bool finds(const struct inspect_device *first, const struct inspect_device *second, struct diagnosis *f)
{
	return diagnose_device(first, second, f) == DIAGNOSIS_FOUND;
}

static void test_release(void)
{
	const struct inspect_device blocked = releasing(7, 3, 1), again = releasing(7, 4, 1),
				    other = releasing(8, 3, 1), nothing_held = releasing(7, 3, 0);
	struct inspect_device open = blocked;
	struct diagnosis f;

	open.flags = INSPECT_HAS_OWNER;
	ok(finds(&blocked, &blocked, &f) && f.kind == DIAGNOSIS_RELEASING && f.side == SIDE_BACKEND &&
	   f.level == LEVEL_STUCK, "releasing: a packet is held");
	ok(finds(&nothing_held, &nothing_held, &f) && f.kind == DIAGNOSIS_RELEASING && f.level == LEVEL_SUSPECT,
	   "releasing: no packet is held");
	ok(!finds(&blocked, &again, &f), "releasing: it goes on");
	ok(!finds(&blocked, &other, &f), "releasing: another thread");
	ok(!finds(&open, &blocked, &f), "releasing: not yet at the first look");
}

/* A device with an owner, and without a ring. */
static struct inspect_device unstarted(uint64_t id, const char *tap, struct inspect_queue *q)
{
	struct inspect_device d = {
		.id = id, .kind = INSPECT_NET, .flags = INSPECT_HAS_OWNER, .owner = { .pid = 4711 }, .queues = q,
		.queue_count = 1,
	};

	strcpy(d.tap.name, tap);
	return d;
}

/* Which of three devices have a note? */
static void notes(struct inspect_device d[3], const char *wanted, const char *what)
{
	const struct inspect_host host = { .devices = d, .count = 3 };
	struct diagnosis f;
	char got[4] = "---";

	for (int i = 0; i < 3; i++)
		if (diagnose_start(&d[i], &host, &d[i], &f) == DIAGNOSIS_FOUND)
			got[i] = f.kind == DIAGNOSIS_NEVER_STARTED && f.level == LEVEL_NOTE ? 'n' : '?';
	if (!ok(!strcmp(got, wanted), "never started: %s", what))
		diag("got %s, expected %s", got, wanted);
}

static void test_start(void)
{
	struct inspect_queue q[3] = { 0 };
	struct inspect_device d[3] = { unstarted(1, "a", &q[0]), unstarted(2, "a", &q[1]), unstarted(3, "b", &q[2]) };

	notes(d, "nnn", "a note for each device; the findings join those of a tap");
	q[1].flags = INSPECT_BACKEND;
	notes(d, "--n", "another queue of the tap is in use");
	d[2].flags = 0;
	notes(d, "---", "no owner");
	d[2].flags = INSPECT_HAS_OWNER;
	q[2].desc = 0x1000;
	notes(d, "---", "it was started, and is stopped");
	q[2].desc = 0;
	d[2].kind = INSPECT_VSOCK;
	notes(d, "---", "it is not vhost-net's");
}

int main(void)
{
	test_owner();
	test_release();
	test_start();
	return tap_done();
}
