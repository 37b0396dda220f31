// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * random-owner SEED SEQUENCES: the owner and driver of a device that does what owners and drivers may do, in random
 * order: sends, asks for calls, puts a head into the ring that is none, exchanges call and err eventfds (the same one
 * may be both), and restarts the queue at another index. Each sequence has some of these steps.
 *
 * Prints a JSON object with what it knows: kicks, used buffers, calls and errors by the counts of its eventfds, and
 * what an eventfd counted that was both.
 */
#include <inttypes.h>

#include "rig.h"

#define TX 1
#define EVENT_IDX (UINT64_C(1) << 29)
#define VERSION_1 (UINT64_C(1) << 32)
#define STEPS 8
#define EVENTFDS 3
#define NONE EVENTFDS
#define BAD_HEAD 0xfff0

/**
 * struct owner - the device, and what the owner knows
 * @rig: the device
 * @tap: its backend
 * @fds: eventfds; @call and @err are numbers of them, or NONE
 * @state: of the random numbers
 * @kicks: kicks so far
 * @used: used buffers so far
 * @calls: counts of eventfds that were for calls only
 * @errors: of those for errors only
 * @both: of those for both
 */
struct owner {
	struct rig rig;
	int tap;
	int fds[EVENTFDS + 1];
	unsigned int call, err;
	uint64_t state;
	uint64_t kicks, used, calls, errors, both;
};

/* xorshift64* */
static unsigned int pick(struct owner *o, unsigned int n)
{
	o->state ^= o->state >> 12;
	o->state ^= o->state << 25;
	o->state ^= o->state >> 27;
	return (unsigned int)((o->state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % n;
}

static uint16_t avail_idx(const struct owner *o)
{
	return le16toh(o->rig.ring[TX].avail->idx);
}

/* The device has done all that it was kicked for. What the eventfds counted belongs to their present roles. */
static void settle(struct owner *o)
{
	uint64_t count;

	rig_set_table(&o->rig);
	for (unsigned int i = 0; i < EVENTFDS; i++) {
		if (read(o->fds[i], &count, sizeof(count)) < 0)
			continue;
		if (i == o->call && i == o->err)
			o->both += count;
		else if (i == o->call)
			o->calls += count;
		else if (i == o->err)
			o->errors += count;
		else
			must(-EPROTO, "a signal of an eventfd that is neither for calls nor for errors");
	}
}

static void kick(struct owner *o)
{
	rig_kick(&o->rig, TX);
	o->kicks++;
}

static void send_some(struct owner *o)
{
	const unsigned int n = 1 + pick(o, 8);

	for (unsigned int i = 0; i < n; i++)
		rig_publish(&o->rig, TX, (uint16_t)pick(o, RIG_NUM));
	kick(o);
	rig_wait_used(&o->rig, TX, avail_idx(o));
	o->used += n;
	settle(o);
}

/* A head that is none stops the queue until it is replaced. */
static void fail(struct owner *o)
{
	const uint16_t idx = avail_idx(o);

	rig_publish(&o->rig, TX, BAD_HEAD);
	for (unsigned int i = 1 + pick(o, 3); i; i--) {
		kick(o);
		settle(o);
	}
	o->rig.ring[TX].avail->ring[idx % RIG_NUM] = htole16(0);
	kick(o);
	rig_wait_used(&o->rig, TX, avail_idx(o));
	o->used++;
	settle(o);
}

static void ask(struct owner *o)
{
	vring_used_event(&o->rig.ring[TX]) = htole16((uint16_t)(rig_used(&o->rig, TX) + pick(o, 8) - 3));
}

static void exchange(struct owner *o)
{
	if (pick(o, 2)) {
		o->call = pick(o, EVENTFDS + 1);
		must(vhost_set_vring_call(o->rig.vhost, TX, o->fds[o->call]), "VHOST_SET_VRING_CALL");
	} else {
		o->err = pick(o, EVENTFDS + 1);
		must(vhost_set_vring_err(o->rig.vhost, TX, o->fds[o->err]), "VHOST_SET_VRING_ERR");
	}
}

static void restart(struct owner *o)
{
	const uint16_t idx = (uint16_t)pick(o, 0x10000);
	struct vring *v = &o->rig.ring[TX];

	rig_start(&o->rig, TX, -1);
	settle(o);
	v->avail->idx = v->used->idx = htole16(idx);
	must(vhost_set_vring_base(o->rig.vhost, TX, idx), "VHOST_SET_VRING_BASE");
	rig_start(&o->rig, TX, o->tap);
	settle(o);
}

static void open_device(struct owner *o)
{
	uint64_t buffer;
	int ifindex;

	o->tap = rig_tap(&ifindex);
	rig_open(&o->rig, VERSION_1 | EVENT_IDX);
	buffer = guestmem_gpa(&o->rig.mem, guestmem_alloc(&o->rig.mem, RIG_FRAME, 64));
	for (unsigned int i = 0; i < RIG_NUM; i++)
		rig_desc(&o->rig, TX, i, buffer, RIG_FRAME, 0);
	for (unsigned int i = 0; i < EVENTFDS; i++)
		o->fds[i] = rig_eventfd();
	o->fds[NONE] = -1;
	o->call = o->err = NONE;
	must(vhost_set_vring_call(o->rig.vhost, TX, -1), "VHOST_SET_VRING_CALL");
	must(vhost_set_vring_err(o->rig.vhost, TX, -1), "VHOST_SET_VRING_ERR");
	rig_start(&o->rig, TX, o->tap);
	settle(o);
}

int main(int argc, char **argv)
{
	static void (*const steps[])(struct owner *) = {
		send_some, send_some, send_some, ask, ask, exchange, exchange, fail, restart,
	};
	struct owner o = { .state = argc > 2 ? strtoull(argv[1], NULL, 10) : 0 };

	if (!o.state)
		return 1;
	open_device(&o);
	for (long i = strtol(argv[2], NULL, 10) * STEPS; i > 0; i--)
		steps[pick(&o, sizeof(steps) / sizeof(steps[0]))](&o);
	printf("{\"kicks\":%" PRIu64 ",\"used\":%" PRIu64 ",\"calls\":%" PRIu64, o.kicks, o.used, o.calls);
	printf(",\"errors\":%" PRIu64 ",\"both\":%" PRIu64 "}\n", o.errors, o.both);
	close(o.tap);
	rig_close(&o.rig);
	return 0;
}
