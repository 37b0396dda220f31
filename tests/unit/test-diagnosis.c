// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Diagnosis of queues and workers: each fault is named, and each healthy state that is close to a fault finds nothing.
 * test-diagnosis-life.c is about the device as a whole.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/virtio_ring.h>

#include "base/array.h"
#include "inspect/diagnosis.h"
#include "tap-out.h"

#define RX 0
#define TX 1
#define SECOND UINT64_C(1000000000)

/* Two looks at a device with a queue at rest; @base is its index. */
struct scene {
	struct inspect_queue q[2];
	struct inspect_device d[2];
	struct diagnosis_more more;
	uint16_t base;
};

static struct inspect_word word(unsigned int value)
{
	return (struct inspect_word){ (uint16_t)value, INSPECT_OK };
}

/* The queue is empty, the driver has taken all buffers back, and each side waits for the other. */
static void at_rest(struct inspect_queue *q, unsigned int number, uint16_t base)
{
	*q = (struct inspect_queue){
		.desc = 0x1000, .avail = 0x2000, .used = 0x3000, .num = 256, .number = number,
		.features = { UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX },
		.kick = { .count = 7, .id = 1 }, .call = { .id = 2 }, .err = { .id = 3 },
		.flags = INSPECT_BACKEND | INSPECT_VALID | INSPECT_EVENT_IDX | INSPECT_KICK_POLLED,
		.worker = 9, .worker_state = INSPECT_TASK_ASLEEP, .worker_ns = 1000,
		.last_avail_idx = base, .avail_idx = base, .last_used_idx = base, .signalled_used = base,
		.ring_avail_flags = word(0), .ring_avail_idx = word(base), .ring_used_event = word(base),
		.ring_used_flags = word(0), .ring_used_idx = word(base), .ring_avail_event = word(base),
		.device = "tap0", .backend = BACKEND_TUN,
	};
	if (number == RX) {
		/* Buffers wait for packets. */
		q->flags |= INSPECT_BACKEND_POLLED;
		q->used_flags = VRING_USED_F_NO_NOTIFY;
		q->avail_idx = (uint16_t)(base + 100);
		q->ring_avail_idx = word(base + 256u);
	}
}

static void healthy(struct scene *s, unsigned int number, uint16_t base)
{
	memset(s, 0, sizeof(*s));
	s->base = base;
	for (int i = 0; i < 2; i++) {
		at_rest(&s->q[i], number, base);
		s->d[i] = (struct inspect_device){
			.id = 1, .time = (uint64_t)(i + 1) * SECOND, .kind = INSPECT_NET, .owner = { .pid = 4711 },
			.owner_fd = 5, .owner_tid = 4711, .queues = &s->q[i], .queue_count = 1,
			.flags = INSPECT_BY_OWNER,
		};
	}
}

/* Change both looks. */
#define SET(s, field, value) ((s)->q[0].field = (s)->q[1].field = (value))
#define ADD(s, flag) ((s)->q[0].flags |= (flag), (s)->q[1].flags |= (flag))
#define DROP(s, flag) ((s)->q[0].flags &= ~(uint32_t)(flag), (s)->q[1].flags &= ~(uint32_t)(flag))

static void by_flags(struct scene *s)
{
	DROP(s, INSPECT_EVENT_IDX | INSPECT_VALID);
	SET(s, ring_avail_event, ((struct inspect_word){ 0 }));
	SET(s, ring_used_event, ((struct inspect_word){ 0 }));
	SET(s, signalled_used, 0);
}

static void publish(struct scene *s)
{
	SET(s, ring_avail_idx, word(s->base + 12u));
}

/* rx: the device has a packet, but no buffers. */
static void starve(struct scene *s)
{
	DROP(s, INSPECT_BACKEND_POLLED);
	SET(s, used_flags, 0);
	SET(s, avail_idx, s->base);
	SET(s, ring_avail_idx, word(s->base));
	SET(s, ring_avail_event, word(s->base));
	SET(s, ring_used_event, word(s->base - 256u));
}

static void lost_kick(struct scene *s) { publish(s); }
static void lost_kick_flags(struct scene *s) { by_flags(s); publish(s); }
static void goes_on(struct scene *s) { publish(s); s->q[1].ring_avail_idx = word(s->base + 40u); }
static void lost_kick_rx(struct scene *s) { starve(s); publish(s); }
static void just_now(struct scene *s) { s->q[1].ring_avail_idx = word(s->base + 12u); }
static void kicked(struct scene *s) { publish(s); s->q[1].kick.count++; }
static void queued(struct scene *s) { publish(s); s->q[1].flags |= INSPECT_WORK_QUEUED; }
static void runs(struct scene *s) { publish(s); s->q[0].worker_state = 0; }
static void moves(struct scene *s) { publish(s); s->q[1].last_avail_idx++; }
static void signals(struct scene *s) { publish(s); s->q[1].last_used_idx++; }
static void reset(struct scene *s) { publish(s); s->q[1].desc = 0x9000; }
static void overwritten(struct scene *s) { publish(s); SET(s, ring_avail_event, word(s->base - 5u)); }
static void overwritten_idle(struct scene *s) { SET(s, ring_avail_event, word(s->base - 5u)); }
static void overwritten_flags(struct scene *s) { by_flags(s); publish(s); SET(s, ring_used_flags, word(1)); }
static void no_kick_fd(struct scene *s) { publish(s); SET(s, kick.id, -1); }
static void no_kick_fd_idle(struct scene *s) { SET(s, kick.id, -1); }
static void unheard(struct scene *s) { publish(s); DROP(s, INSPECT_KICK_POLLED); }
static void jumped(struct scene *s) { SET(s, ring_avail_idx, word(s->base - 1u)); }
static void no_base(struct scene *s)
{
	SET(s, last_avail_idx, (uint16_t)(s->base - 300));
	SET(s, avail_idx, (uint16_t)(s->base - 300));
}
static void no_base_error(struct scene *s)
{
	no_base(s);
	SET(s, used_flags, VRING_USED_F_NO_NOTIFY);
	s->more.desc_fault = "tx0: bad";
}
static void used_twice(struct scene *s) { SET(s, last_used_idx, (uint16_t)(s->base + 5)); }
static void used_twice_once(struct scene *s) { s->q[0].last_used_idx = (uint16_t)(s->base + 5); }
static void stopped(struct scene *s) { publish(s); SET(s, used_flags, VRING_USED_F_NO_NOTIFY); }
static void stopped_desc(struct scene *s) { stopped(s); s->more.desc_fault = "tx0: bad"; }
static void stopped_rx(struct scene *s) { DROP(s, INSPECT_BACKEND_POLLED); }
static void stopped_rx_desc(struct scene *s) { stopped_rx(s); s->more.desc_fault = "rx0: bad"; }
static void detached_rx(struct scene *s) { stopped_rx(s); s->q[0].device[0] = s->q[1].device[0] = '\0'; }
static void iotlb(struct scene *s)
{
	stopped(s);
	s->d[0].flags |= INSPECT_HAS_IOTLB;
	s->d[1].flags |= INSPECT_HAS_IOTLB;
}

static void no_room(struct scene *s) { stopped(s); ADD(s, INSPECT_BACKEND_POLLED); }
static void tap_down(struct scene *s) { publish(s); ADD(s, INSPECT_BACKEND_POLLED); }
static void fresh_rx(struct scene *s) { SET(s, used_flags, 0); SET(s, avail_idx, 0); DROP(s, INSPECT_VALID); }
static void nothing(struct scene *s) { (void)s; }

static void no_backend(struct scene *s) { publish(s); DROP(s, INSPECT_BACKEND); s->more.kick_held = true; }
static void no_backend_qemu(struct scene *s) { no_backend(s); s->more.kick_held = false; }
static void no_backend_quiet(struct scene *s) { no_backend(s); SET(s, kick.count, 0); }
static void no_backend_empty(struct scene *s) { DROP(s, INSPECT_BACKEND); s->more.kick_held = true; }
static void no_backend_rx(struct scene *s) { no_backend(s); }
static void no_backend_rx_moves(struct scene *s) { no_backend(s); s->q[1].kick.count++; }

static void take(struct scene *s)
{
	SET(s, last_avail_idx, (uint16_t)(s->base + 9));
	SET(s, avail_idx, (uint16_t)(s->base + 9));
	SET(s, ring_avail_idx, word(s->base + 9u));
	SET(s, ring_avail_event, word(s->base + 9u));
}
static void not_returned(struct scene *s) { take(s); }
static void not_returned_flags(struct scene *s)
{
	by_flags(s);
	take(s);
	SET(s, ring_avail_event, ((struct inspect_word){ 0 }));
}
static void returned(struct scene *s) { take(s); s->q[1].last_used_idx += 9; }
static void began_elsewhere(struct scene *s)
{
	take(s);
	DROP(s, INSPECT_VALID);
	SET(s, last_used_idx, 0);
	SET(s, ring_used_idx, word(0));
	SET(s, ring_used_event, word(0));
}
static void moved(struct scene *s) { publish(s); s->q[0].flags |= INSPECT_MOVED; }

static void owed(struct scene *s)
{
	SET(s, signalled_used, (uint16_t)(s->base - 3));
	SET(s, ring_used_event, word(s->base - 2u));
}
static void owed_empty(struct scene *s) { owed(s); SET(s, features[0], s->q[0].features[0] | UINT64_C(1) << 24); }
static void decided(struct scene *s) { owed(s); SET(s, ring_used_event, word(s->base)); }
static void unread(struct scene *s) { SET(s, ring_used_event, word(s->base - 1u)); SET(s, call.count, 1); }
static void unread_flags(struct scene *s) { by_flags(s); SET(s, call.count, 1); }
static void unread_forbidden(struct scene *s) { unread_flags(s); SET(s, ring_avail_flags, word(1)); }
static void unread_first(struct scene *s) { SET(s, call.count, 1); }
static void unread_moves(struct scene *s) { unread(s); s->q[1].ring_used_event = word(s->base); }
static void read_since(struct scene *s) { unread(s); s->q[1].call.count = 0; }
static void unread_new(struct scene *s) { unread(s); s->q[0].call.count = 0; }
static void old_event(struct scene *s)
{
	SET(s, ring_used_event, word(s->base - 20u));
	/* rx: the last 20 are not taken back. */
	if (s->q[1].number == RX)
		SET(s, ring_avail_idx, word(s->base + 236u));
}
static void old_event_polls(struct scene *s) { SET(s, ring_used_event, word(s->base - 20u)); }
static void old_event_far(struct scene *s) { SET(s, ring_used_event, word(s->base - 257u)); }
static void no_call_fd(struct scene *s) { old_event(s); SET(s, call.id, -1); }
static void no_call_fd_polls(struct scene *s) { by_flags(s); SET(s, call.id, -1); SET(s, ring_avail_flags, word(1)); }
static void no_call_fd_flags(struct scene *s) { by_flags(s); SET(s, call.id, -1); }
static void no_call_fd_idle(struct scene *s) { SET(s, call.id, -1); }
static void no_call_fd_starved(struct scene *s) { starve(s); SET(s, call.id, -1); }
static void starved(struct scene *s) { starve(s); }
static void starved_flags(struct scene *s) { starve(s); by_flags(s); }
static void starved_forbidden(struct scene *s) { starved_flags(s); SET(s, ring_avail_flags, word(1)); }
static void starved_far(struct scene *s) { starve(s); SET(s, ring_used_event, word(s->base - 300u)); }
static void starved_armed(struct scene *s) { starve(s); SET(s, ring_used_event, word(s->base)); }
static void never_began(struct scene *s) { starve(s); DROP(s, INSPECT_VALID); }
static void starved_moves(struct scene *s) { starve(s); s->q[1].ring_used_event = word(s->base); }

static void starved_unread(struct scene *s) { starve(s); SET(s, call.count, 1); }
static void starved_unread_flags(struct scene *s) { starved_flags(s); SET(s, call.count, 1); }
static void never_began_flags(struct scene *s)
{
	starved_flags(s);
	SET(s, last_used_idx, 0);
	SET(s, ring_used_idx, word(0));
}

static void not_read(struct scene *s) { SET(s, ring_avail_idx, ((struct inspect_word){ 0, INSPECT_UNMAPPED })); }
static void stopped_owner(struct scene *s)
{
	publish(s);
	s->d[0].owner.state = s->d[1].owner.state = INSPECT_TASK_STOPPED;
}

/* Of the other kinds, whose backend is not polled. vsock receives on 0 and sends on 1; scsi has events on 1. */
static void kind(struct scene *s, enum inspect_kind k)
{
	s->d[0].kind = s->d[1].kind = k;
	DROP(s, INSPECT_BACKEND_POLLED);
	SET(s, used_flags, 0);
	SET(s, device[0], 0);
	SET(s, backend, k == INSPECT_VSOCK ? BACKEND_VSOCK : BACKEND_SCSI);
}
static void vsock(struct scene *s) { kind(s, INSPECT_VSOCK); }
static void vsock_lost_kick(struct scene *s) { kind(s, INSPECT_VSOCK); publish(s); }
static void vsock_jumped(struct scene *s) { kind(s, INSPECT_VSOCK); SET(s, ring_avail_idx, word(s->base + 300u)); }
static void vsock_starved(struct scene *s) { starve(s); kind(s, INSPECT_VSOCK); }
static void vsock_stopped(struct scene *s) { vsock_lost_kick(s); SET(s, used_flags, VRING_USED_F_NO_NOTIFY); }
static void vsock_unread(struct scene *s) { unread(s); kind(s, INSPECT_VSOCK); }
static void scsi(struct scene *s) { kind(s, INSPECT_SCSI); }
static void scsi_control(struct scene *s) { scsi(s); SET(s, avail_idx, s->base); }
static void scsi_events(struct scene *s) { scsi(s); publish(s); }
static void scsi_not_returned(struct scene *s) { take(s); scsi(s); }
static void scsi_no_backend(struct scene *s) { no_backend(s); scsi(s); }

#define SILENT { DIAGNOSIS_NOTHING, 0, 0, 0 }
#define STUCK(kind, side) { DIAGNOSIS_FOUND, DIAGNOSIS_ ## kind, SIDE_ ## side, LEVEL_STUCK }
#define SUSPECT(kind, side) { DIAGNOSIS_FOUND, DIAGNOSIS_ ## kind, SIDE_ ## side, LEVEL_SUSPECT }

static const struct {
	const char *name;
	unsigned int number;
	void (*change)(struct scene *s);
	struct {
		enum diagnosis_result result;
		enum diagnosis_kind kind;
		enum diagnosis_side side;
		enum diagnosis_level level;
	} want;
} cases[] = {
	{ "tx at rest", TX, nothing, SILENT },
	{ "rx at rest, buffers wait", RX, nothing, SILENT },
	{ "rx that never ran", RX, fresh_rx, SILENT },
	{ "no kick", TX, lost_kick, STUCK(LOST_KICK, DRIVER) },
	{ "no kick, by flags", TX, lost_kick_flags, STUCK(LOST_KICK, DRIVER) },
	{ "no kick, and the driver goes on", TX, goes_on, STUCK(LOST_KICK, DRIVER) },
	{ "rx without buffers, refilled without a kick", RX, lost_kick_rx, STUCK(LOST_KICK, DRIVER) },
	{ "published just now", TX, just_now, SILENT },
	{ "kicked meanwhile", TX, kicked, SILENT },
	{ "work is queued", TX, queued, SILENT },
	{ "the worker runs", TX, runs, SILENT },
	{ "the device takes buffers", TX, moves, SILENT },
	{ "the device gives buffers back", TX, signals, SILENT },
	{ "set up anew", TX, reset, SILENT },
	{ "avail_event overwritten", TX, overwritten, STUCK(RING_OVERWRITTEN, OWNER) },
	{ "avail_event overwritten, nothing waits", TX, overwritten_idle, SUSPECT(RING_OVERWRITTEN, OWNER) },
	{ "flags overwritten", TX, overwritten_flags, STUCK(RING_OVERWRITTEN, OWNER) },
	{ "no kick eventfd", TX, no_kick_fd, STUCK(NO_KICK_FD, OWNER) },
	{ "no kick eventfd, nothing waits", TX, no_kick_fd_idle, SILENT },
	{ "kicks not listened to", TX, unheard, STUCK(KICK_UNHEARD, DEVICE) },
	{ "avail index too far ahead", TX, jumped, STUCK(RING_ERROR, DRIVER) },
	{ "avail index too far ahead of the device alone", TX, no_base, STUCK(RING_ERROR, OWNER) },
	{ "the same, and the device stopped", TX, no_base_error, STUCK(RING_ERROR, OWNER) },
	{ "more used than published", TX, used_twice, STUCK(RING_ERROR, OWNER) },
	{ "the same in one look", TX, used_twice_once, SILENT },
	{ "stopped for no reason to be seen", TX, stopped, STUCK(RING_ERROR, DRIVER) },
	{ "stopped at bad descriptors", TX, stopped_desc, STUCK(RING_ERROR, DRIVER) },
	{ "rx stopped", RX, stopped_rx, SUSPECT(RING_ERROR, DEVICE) },
	{ "rx stopped at bad descriptors", RX, stopped_rx_desc, STUCK(RING_ERROR, DRIVER) },
	{ "rx of a detached queue", RX, detached_rx, SILENT },
	{ "stopped, IOTLB", TX, iotlb, STUCK(IOTLB_MISS, OWNER) },
	{ "no room", TX, no_room, SUSPECT(NO_ROOM, BACKEND) },
	{ "a tap that is down from the start", TX, tap_down, SUSPECT(NO_ROOM, BACKEND) },
	{ "no backend", TX, no_backend, SUSPECT(NO_BACKEND, OWNER) },
	{ "no backend, and kicks come", TX, no_backend_rx_moves, STUCK(NO_BACKEND, OWNER) },
	{ "QEMU stopped vhost", TX, no_backend_qemu, SILENT },
	{ "no backend, never kicked", TX, no_backend_quiet, SILENT },
	{ "no backend, nothing waits", TX, no_backend_empty, SILENT },
	{ "rx without backend", RX, no_backend_rx, SILENT },
	{ "rx without backend, kicked", RX, no_backend_rx_moves, STUCK(NO_BACKEND, OWNER) },
	{ "taken and not returned", TX, not_returned, SUSPECT(NOT_RETURNED, BACKEND) },
	{ "the same by flags", TX, not_returned_flags, SUSPECT(NOT_RETURNED, BACKEND) },
	{ "taken, and returned meanwhile", TX, returned, SILENT },
	{ "rx takes for a packet that it waits for", RX, not_returned, SILENT },
	{ "tx that began at an index other than used", TX, began_elsewhere, SILENT },
	{ "moved while it was looked at", TX, moved, SILENT },
	{ "a call owed", TX, owed, STUCK(LOST_CALL, DEVICE) },
	{ "NOTIFY_ON_EMPTY does not move signalled_used", TX, owed_empty, SILENT },
	{ "no call owed", TX, decided, SILENT },
	{ "call not read", TX, unread, STUCK(CALL_UNREAD, CONSUMER) },
	{ "call not read, by flags", TX, unread_flags, SUSPECT(CALL_UNREAD, CONSUMER) },
	{ "calls forbidden since", TX, unread_forbidden, SILENT },
	{ "the first call, which is always sent", TX, unread_first, SILENT },
	{ "call not read, but the driver goes on", TX, unread_moves, SILENT },
	{ "call read meanwhile", TX, read_since, SILENT },
	{ "called just now", TX, unread_new, SILENT },
	{ "tx: used_event is old", TX, old_event, SILENT },
	{ "rx: used_event passed", RX, old_event, SUSPECT(CALL_IGNORED, DRIVER) },
	{ "rx: used_event is old, but all were taken back", RX, old_event_polls, SILENT },
	{ "rx: used_event more than a ring ago", RX, old_event_far, SILENT },
	{ "no call eventfd", TX, no_call_fd, SUSPECT(NO_CALL_FD, OWNER) },
	{ "no call eventfd, and the driver polls", TX, no_call_fd_polls, SILENT },
	{ "no call eventfd, by flags", TX, no_call_fd_flags, SILENT },
	{ "no call eventfd, nothing to call for", TX, no_call_fd_idle, SILENT },
	{ "rx without buffers and call eventfd", RX, no_call_fd_starved, STUCK(NO_CALL_FD, OWNER) },
	{ "rx without buffers, called", RX, starved, SUSPECT(CALL_IGNORED, DRIVER) },
	{ "rx without buffers, called by flags", RX, starved_flags, SUSPECT(CALL_IGNORED, DRIVER) },
	{ "rx without buffers, the call not read", RX, starved_unread, STUCK(CALL_UNREAD, CONSUMER) },
	{ "the same by flags", RX, starved_unread_flags, STUCK(CALL_UNREAD, CONSUMER) },
	{ "rx by flags that never returned a buffer", RX, never_began_flags, SILENT },
	{ "rx without buffers, calls forbidden", RX, starved_forbidden, SUSPECT(CALLS_UNWANTED, DRIVER) },
	{ "rx without buffers, used_event out of reach", RX, starved_far, SUSPECT(CALLS_UNWANTED, DRIVER) },
	{ "rx without buffers, all taken back", RX, starved_armed, SUSPECT(NO_BUFFERS, DRIVER) },
	{ "rx without buffers, the driver comes", RX, starved_moves, SILENT },
	{ "rx that never had buffers", RX, never_began, SILENT },
	{ "vsock at rest", TX, vsock, SILENT },
	{ "vsock: no kick", TX, vsock_lost_kick, STUCK(LOST_KICK, DRIVER) },
	{ "vsock: buffers to receive in", RX, vsock, SILENT },
	{ "vsock: buffers to receive in, too many", RX, vsock_jumped, STUCK(RING_ERROR, DRIVER) },
	{ "vsock: no buffers to receive in", RX, vsock_starved, SUSPECT(CALL_IGNORED, DRIVER) },
	{ "vsock: stopped", TX, vsock_stopped, STUCK(RING_ERROR, DRIVER) },
	{ "vsock: call not read", TX, vsock_unread, STUCK(CALL_UNREAD, CONSUMER) },
	{ "scsi: no kick for control", RX, scsi_control, STUCK(LOST_KICK, DRIVER) },
	{ "scsi: buffers for events", TX, scsi_events, SILENT },
	{ "scsi: requests that the target keeps", RX, scsi_not_returned, SUSPECT(NOT_RETURNED, BACKEND) },
	{ "scsi: no endpoint", RX, scsi_no_backend, SUSPECT(NO_BACKEND, OWNER) },
	{ "the ring cannot be read", TX, not_read, { DIAGNOSIS_UNKNOWN, 0, 0, 0 } },
	{ "the owner is stopped", TX, stopped_owner, SILENT },
};

/* Some make indexes wrap between the values of a case; none is 0, so a missing value cannot pass for an index. */
static const uint16_t bases[] = { 1000, 5, 65533, 32768 };

static bool right(size_t i, uint16_t base)
{
	enum diagnosis_result r;
	struct diagnosis f = { 0 };
	struct scene s;

	healthy(&s, cases[i].number, base);
	cases[i].change(&s);
	r = diagnose_queue(&s.d[0], &s.d[1], cases[i].number, &s.more, &f);
	if (r == cases[i].want.result &&
	    (r != DIAGNOSIS_FOUND || (f.kind == cases[i].want.kind && f.side == cases[i].want.side &&
				      f.level == cases[i].want.level && f.evidence[0] && f.remedy[0])))
		return true;
	diag("base %u: result %d, %s, %s, level %d: %s", base, r, diagnosis_kind_name(f.kind),
	     diagnosis_side_name(f.side), f.level, f.evidence);
	return false;
}

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool good = true;

		for (size_t b = 0; b < ARRAY_SIZE(bases); b++)
			good = right(i, bases[b]) && good;
		ok(good, "%s", cases[i].name);
	}
}

static void test_unheard(void)
{
	struct diagnosis f;
	struct scene s;

	healthy(&s, TX, 65533);
	unread(&s);
	diagnose_queue(&s.d[0], &s.d[1], TX, &s.more, &f);
	diagnosis_call_masked(&f);
	ok(f.kind == DIAGNOSIS_CALL_UNREAD && f.side == SIDE_DRIVER && f.level == LEVEL_STUCK &&
	   strstr(f.evidence, "that nobody read in 1.0 s, since the virtual machine has masked the interrupt") &&
	   strstr(f.remedy, "--driver"), "call not read: the virtual machine has masked the interrupt");
	diagnose_queue(&s.d[0], &s.d[1], TX, &s.more, &f);
	diagnosis_call_unheard(&f);
	ok(f.kind == DIAGNOSIS_CALL_UNREAD && f.side == SIDE_CONSUMER && f.level == LEVEL_STUCK &&
	   strstr(f.evidence, "that nobody read in 1.0 s, and nobody listens to it") &&
	   strlen(f.remedy) < sizeof(f.remedy) - 1, "call not read: nobody listens");
}

static enum diagnosis_result device(struct scene *s, struct diagnosis *f)
{
	return diagnose_device(&s->d[0], &s->d[1], f);
}

static void test_worker(void)
{
	struct diagnosis f;
	struct scene s;

	healthy(&s, TX, 1000);
	ok(device(&s, &f) == DIAGNOSIS_NOTHING, "a worker at rest");
	SET(&s, worker_state, INSPECT_TASK_BLOCKED);
	ok(device(&s, &f) == DIAGNOSIS_FOUND && f.kind == DIAGNOSIS_WORKER_STUCK, "a worker that is blocked");
	s.q[1].worker_ns++;
	ok(device(&s, &f) == DIAGNOSIS_NOTHING, "a worker that was blocked twice");
	healthy(&s, TX, 1000);
	publish(&s);
	SET(&s, worker_state, 0);
	s.q[1].worker_ns += SECOND - SECOND / 10;
	ok(device(&s, &f) == DIAGNOSIS_FOUND && f.level == LEVEL_STUCK, "a worker that runs in circles");
	s.q[1].last_avail_idx++;
	ok(device(&s, &f) == DIAGNOSIS_NOTHING, "a worker that works");
	s.q[1].last_avail_idx--;
	SET(&s, busyloop, 50);
	ok(device(&s, &f) == DIAGNOSIS_NOTHING, "a worker that polls busily");
}

/* xorshift, the same numbers each time. */
static uint64_t noise(void)
{
	static uint64_t x = UINT64_C(0x9e3779b97f4a7c15);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static void test_noise(void)
{
	unsigned long found = 0, empty = 0;
	struct diagnosis f;
	struct scene s;

	for (int i = 0; i < 300000; i++) {
		healthy(&s, (unsigned int)noise() % 2, (uint16_t)noise());
		for (int n = (int)(noise() % 12); n; n--) {
			size_t at = noise() % sizeof(s.q[0]);

			((unsigned char *)&s.q[1])[at] = (unsigned char)noise();
			if (noise() % 4)
				((unsigned char *)&s.q[0])[at] = ((unsigned char *)&s.q[1])[at];
		}
		s.q[0].device[15] = s.q[1].device[15] = '\0';
		if (device(&s, &f) == DIAGNOSIS_FOUND && !f.evidence[0])
			empty++;
		if (diagnose_queue(&s.d[0], &s.d[1], s.q[1].number, &s.more, &f) == DIAGNOSIS_FOUND) {
			found++;
			empty += !f.evidence[0] || !f.remedy[0];
		}
	}
	ok(found && !empty, "noise: %lu findings, each with evidence and remedy", found);
}

int main(void)
{
	test_cases();
	test_unheard();
	test_worker();
	test_noise();
	return tap_done();
}
