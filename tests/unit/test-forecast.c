// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The forecast from a queue's state. The indexes are compared with a walk that publishes one entry after another and
 * applies the rule each time.
 */
#include "inspect/forecast.h"

#include <string.h>

#include <linux/virtio_ring.h>

#include "base/array.h"
#include "tap-out.h"

#define NUM 256
#define RING 65536

/* How many entries until the rule says to notify, one by one; 0: never. */
static uint32_t walk(uint16_t event, uint16_t told, uint16_t now)
{
	for (uint32_t n = 1; n <= RING; n++) {
		uint16_t next = (uint16_t)(now + n);

		if (vring_need_event(event, next, told))
			return n;
		told = next;
	}
	return 0;
}

static bool agrees(uint16_t event, uint16_t told, uint16_t now)
{
	struct forecast_notice n = forecast_reach(event, told, now);

	return n.when == FORECAST_AT && n.away == walk(event, told, now) && n.at == (uint16_t)(now + n.away);
}

static void test_reach_all(void)
{
	unsigned long wrong = 0;

	for (uint32_t event = 0; event < RING; event++)
		wrong += !agrees((uint16_t)event, 65530, 65530);
	ok(!wrong, "all events, from 65530 on");
}

static void test_reach_some(void)
{
	static const uint16_t starts[] = { 0, 1, 255, 256, 32767, 32768, 65280, 65535 };
	static const uint16_t lags[] = { 0, 1, 2, 255, 256, 32768, 65534 };
	unsigned long wrong = 0, count = 0;

	for (size_t s = 0; s < ARRAY_SIZE(starts); s++)
		for (size_t l = 0; l < ARRAY_SIZE(lags); l++)
			for (uint32_t d = 0; d < RING; d = d < 4 || d > RING - 4 || d % 32768 < 4 ? d + 1 : d + 509) {
				const uint16_t told = starts[s], now = (uint16_t)(told + lags[l]);

				/* Around both ends of the entries that were not decided on yet. */
				wrong += !agrees((uint16_t)(told + d), told, now);
				wrong += !agrees((uint16_t)(now + d), told, now);
				wrong += !agrees((uint16_t)(now - d), told, now);
				count += 3;
			}
	ok(!wrong, "%lu events around wraps, with entries that are not decided upon", count);
}

static struct inspect_word word(uint16_t value)
{
	return (struct inspect_word){ .value = value, .state = INSPECT_OK };
}

/* A queue at rest at index 40; for the next buffer the driver wants a call, and the device a kick. */
static struct inspect_queue make(void)
{
	return (struct inspect_queue){
		.desc = 0x1000, .avail = 0x2000, .used = 0x3000, .num = NUM,
		.features = { UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX },
		.kick = { .id = 1 }, .call = { .id = 2 }, .err = { .id = 3 },
		.flags = INSPECT_BACKEND | INSPECT_VALID | INSPECT_EVENT_IDX | INSPECT_KICK_POLLED,
		.worker = 99, .worker_ns = 1000, .worker_state = INSPECT_TASK_ASLEEP,
		.last_avail_idx = 40, .avail_idx = 40, .last_used_idx = 40, .signalled_used = 40,
		.ring_avail_flags = word(0), .ring_avail_idx = word(40), .ring_used_event = word(40),
		.ring_used_flags = word(0), .ring_used_idx = word(40), .ring_avail_event = word(40),
	};
}

static bool says(const struct forecast *p, const char *line)
{
	for (unsigned int i = 0; i < p->count; i++)
		if (!strcmp(p->lines[i], line))
			return true;
	return false;
}

/* The forecast of @q has exactly the lines of @lines, which NULL ends. */
static void check(const char *name, const struct inspect_queue *q, enum forecast_role role, const char *const *lines)
{
	struct forecast p;
	bool right = true;
	unsigned int count = 0;

	forecast_of(q, role, &p);
	for (; lines[count]; count++)
		right = right && says(&p, lines[count]);
	if (ok(right && count == p.count, "%s", name))
		return;
	for (unsigned int i = 0; i < p.count; i++)
		diag("got: %s", p.lines[i]);
	for (unsigned int i = 0; i < count; i++)
		diag("wanted: %s", lines[i]);
}

#define CHECK(name, q, role, ...) check(name, q, role, (const char *const[]){ __VA_ARGS__, NULL })

#define IDLE "no buffers wait"
#define WAITS "device waits for a kick"
#define KICK_41 "driver will kick with the next buffer, when avail reaches 41"
#define CALL_41 "device will signal when used reaches 41, with the next buffer"

static void test_calls(void)
{
	struct inspect_queue q = make();

	CHECK("at rest", &q, FORECAST_TX, IDLE, WAITS, CALL_41, KICK_41);
	q.ring_used_event = word(49);
	CHECK("a call later", &q, FORECAST_TX, IDLE, WAITS, "device will signal when used reaches 50, 10 entries away",
	      KICK_41);
	q.ring_used_event = word(40 + NUM - 1);
	CHECK("a call for the last that fits", &q, FORECAST_TX, IDLE, WAITS,
	      "device will signal when used reaches 296, 256 entries away", KICK_41);
	q.ring_used_event = word(39);
	CHECK("an event just passed", &q, FORECAST_TX, IDLE, WAITS,
	      "used_event, 39, is passed: device will not signal until driver asks anew, or "
	      "used reaches 40, 65536 entries away", KICK_41);
	q.ring_used_event = word(0);
	CHECK("event 0", &q, FORECAST_TX, IDLE, WAITS, "used_event is 0, as drivers set it that want no calls: device "
	      "will not signal until driver asks, or used reaches 1, 65497 entries away", KICK_41);
	q.ring_used_event = word(38);
	q.signalled_used = 36;
	CHECK("not decided yet", &q, FORECAST_TX, IDLE, WAITS, "device will signal when used reaches 41, with the next "
	      "buffer: it has not decided yet about what it used since 36", KICK_41);
	q.flags &= ~INSPECT_VALID;
	CHECK("the first decision", &q, FORECAST_TX, IDLE, WAITS, "device will signal with the next buffer, whatever "
	      "used_event is: it has nothing yet to compare it with", KICK_41);
	q = make();
	q.signalled_used = 41;
	CHECK("round once without a decision", &q, FORECAST_TX, IDLE, WAITS, "device will signal with the next buffer, "
	      "whatever used_event is: it has nothing yet to compare it with", KICK_41);
	q = make();
	q.call.id = -1;
	CHECK("no call eventfd", &q, FORECAST_TX, IDLE, WAITS, "nobody will be called: there is no call eventfd",
	      KICK_41);
	q = make();
	q.features[0] |= 1 << 24;
	CHECK("NOTIFY_ON_EMPTY", &q, FORECAST_TX, IDLE, WAITS, CALL_41,
	      "device will signal earlier if it has then taken all that it knows of (NOTIFY_ON_EMPTY)", KICK_41);
}

static void test_kicks(void)
{
	struct inspect_queue q = make();

	q.ring_avail_event = word(976);
	q.ring_avail_idx = word(52);
	CHECK("restored behind avail_event", &q, FORECAST_TX, "12 buffers wait",
	      "device waits for a kick, with work to do: vhostctl check tells if it comes", CALL_41,
	      "driver will not kick before avail reaches 977, 925 entries away");
	q.ring_avail_event = word(51);
	CHECK("a kick that is lost", &q, FORECAST_TX, "12 buffers wait",
	      "device waits for a kick, with work to do: vhostctl check tells if it comes", CALL_41,
	      "avail_event, 51, is passed: driver will not kick until device asks anew, or "
	      "avail reaches 52, 65536 entries away");
	q.flags |= INSPECT_WORK_QUEUED;
	q.ring_avail_idx = word(41);
	q.ring_avail_event = word(40);
	CHECK("a kick that is under way", &q, FORECAST_TX, "1 buffer waits", "device has been woken, or is working",
	      CALL_41, "avail_event, 40, is passed: driver will not kick until device asks anew, or "
	      "avail reaches 41, 65536 entries away");
	q.ring_avail_idx = word(41 + NUM);
	CHECK("two moments", &q, FORECAST_TX,
	      "how many buffers wait cannot be told: the device worked while it was looked at",
	      "device has been woken, or is working", CALL_41,
	      "avail_event, 40, is passed: driver will not kick until device asks anew, or "
	      "avail reaches 41, 65280 entries away");
	q.last_used_idx = q.signalled_used = 41;
	q.ring_used_idx = q.ring_used_event = word(41);
	CHECK("two moments of the kernel's", &q, FORECAST_TX,
	      "how many buffers wait cannot be told: the device worked while it was looked at",
	      "device has been woken, or is working", "device will signal when used reaches 42, with the next buffer",
	      "avail_event, 40, is passed: driver will not kick until device asks anew, or "
	      "avail reaches 41, 65280 entries away");
	q = make();
	q.ring_avail_idx = word(41 + NUM);
	q.ring_avail_event = word(41 + NUM);
	CHECK("an index that cannot be", &q, FORECAST_TX,
	      "avail->idx is 257 past last_avail_idx, in a ring of 256: device stops there with an error",
	      "device waits for a kick, with work to do: vhostctl check tells if it comes", CALL_41,
	      "driver will kick with the next buffer, when avail reaches 298");
	q = make();
	q.kick.id = -1;
	CHECK("no kick eventfd", &q, FORECAST_TX, IDLE, WAITS, CALL_41, KICK_41,
	      "no kick will be heard: there is no kick eventfd");
}

static void test_device(void)
{
	struct inspect_queue q = make();

	q.used_flags = VRING_USED_F_NO_NOTIFY;
	q.flags |= INSPECT_BACKEND_POLLED;
	q.ring_avail_idx = word(43);
	q.ring_avail_event = word(43);
	CHECK("RX: idle", &q, FORECAST_RX, "3 buffers wait", "device asks for no kicks: it waits for packets", CALL_41,
	      "driver will kick with the next buffer, when avail reaches 44");
	CHECK("TX: full", &q, FORECAST_TX, "3 buffers wait", "device asks for no kicks: it waits for room", CALL_41,
	      "driver will kick with the next buffer, when avail reaches 44");
	q.worker_state = 0;
	q.last_avail_idx = 43;
	CHECK("working", &q, FORECAST_TX, IDLE, "3 buffers are with the device",
	      "device asks for no kicks: it is working", CALL_41,
	      "driver will kick with the next buffer, when avail reaches 44");
	q.ring_used_idx = word(41);
	CHECK("one step further meanwhile", &q, FORECAST_TX, IDLE, "3 buffers are with the device",
	      "used->idx and last_used_idx differ: device was working meanwhile",
	      "device asks for no kicks: it is working", CALL_41,
	      "driver will kick with the next buffer, when avail reaches 44");
	q = make();
	q.used_flags = VRING_USED_F_NO_NOTIFY;
	CHECK("stopped", &q, FORECAST_TX, IDLE, "device asks for no kicks, but its worker sleeps", CALL_41, KICK_41);
	q = make();
	q.flags |= INSPECT_BACKEND_POLLED;
	CHECK("RX: just started, or after busy polling", &q, FORECAST_RX, IDLE,
	      "device waits for packets, and needs no kick for that", CALL_41, KICK_41);
	q.ring_avail_idx = word(43);
	CHECK("TX: at a tap that is down from the start", &q, FORECAST_TX, "3 buffers wait",
	      "device waits for a kick, or for room in its backend", CALL_41,
	      "avail_event, 40, is passed: driver will not kick until device asks anew, or "
	      "avail reaches 41, 65534 entries away");
	q = make();
	q.flags &= ~INSPECT_BACKEND;
	CHECK("no backend", &q, FORECAST_TX, IDLE, "device does nothing with it: it has no backend", KICK_41);
	q.num = 0;
	CHECK("no size", &q, FORECAST_TX, "device does nothing with it: it has no size");
	q.num = NUM;
	q.used = 0;
	CHECK("no addresses", &q, FORECAST_TX, "device does nothing with it: it has no addresses");
}

/* Indexes that contradict each other in a queue at rest need not do so in a moving one: they were read at two times. */
static void test_moved(void)
{
	struct inspect_queue q = make();
	struct forecast p;

	q.ring_used_idx = word(41);
	CHECK("an index that another has written", &q, FORECAST_TX, IDLE,
	      "used->idx and last_used_idx differ: one of them was written by somebody else", WAITS, CALL_41, KICK_41);
	q.last_avail_idx = 39;
	q.ring_avail_idx = word(39);
	CHECK("indexes that do not go together", &q, FORECAST_TX, IDLE,
	      "last_used_idx, 40, does not go with last_avail_idx, 39, in a ring of 256",
	      "used->idx and last_used_idx differ: one of them was written by somebody else", WAITS, CALL_41,
	      "driver will not kick before avail reaches 41, 2 entries away");
	q.flags |= INSPECT_MOVED;
	q.ring_used_event = word(400);
	CHECK("moved", &q, FORECAST_TX, "queue moved while it was looked at: its words are not all of the same moment",
	      IDLE, "used->idx and last_used_idx differ: device was working meanwhile",
	      "device has been woken, or is working");
	forecast_of(&q, FORECAST_TX, &p);
	ok(p.taken == FORECAST_NONE && p.call.when == FORECAST_UNKNOWN && p.kick.when == FORECAST_UNKNOWN,
	   "moved: and no numbers");
	q.flags &= ~(INSPECT_MOVED | INSPECT_BACKEND);
	CHECK("no backend: no last_used_idx", &q, FORECAST_TX, IDLE, "device does nothing with it: it has no backend",
	      "driver will not kick before avail reaches 41, 2 entries away");
}

static void test_flags(void)
{
	struct inspect_queue q = make();

	q.flags &= ~INSPECT_EVENT_IDX;
	q.flags &= ~INSPECT_VALID;
	q.ring_used_event.state = q.ring_avail_event.state = INSPECT_UNSET;
	CHECK("flags: both wanted", &q, FORECAST_TX, IDLE, WAITS, "device will signal with the next buffer",
	      "driver will kick with the next buffer");
	q.ring_avail_flags = word(VRING_AVAIL_F_NO_INTERRUPT);
	q.ring_used_flags = word(VRING_USED_F_NO_NOTIFY);
	q.used_flags = VRING_USED_F_NO_NOTIFY;
	q.flags |= INSPECT_WORK_QUEUED;
	CHECK("flags: none wanted", &q, FORECAST_TX, IDLE, "device asks for no kicks: it is working",
	      "device will not signal: driver asks for no calls", "driver will not kick: used->flags asks for none");
	q.ring_avail_flags.state = q.ring_used_flags.state = INSPECT_UNMAPPED;
	CHECK("flags: not mapped", &q, FORECAST_TX, IDLE, "device asks for no kicks: it is working",
	      "when device signals cannot be told: avail->flags cannot be read (not mapped)",
	      "when driver kicks cannot be told: used->flags cannot be read (not mapped)");
}

static void test_unreadable(void)
{
	struct inspect_queue q = make();
	struct forecast p;

	q.ring_avail_idx.state = q.ring_used_event.state = q.ring_avail_flags.state = INSPECT_IOTLB;
	CHECK("avail behind the IOTLB", &q, FORECAST_TX,
	      "how many buffers wait cannot be told: avail->idx cannot be read (behind the IOTLB)", WAITS,
	      "when device signals cannot be told: used_event cannot be read (behind the IOTLB)",
	      "when driver kicks cannot be told: avail->idx cannot be read (behind the IOTLB)");
	forecast_of(&q, FORECAST_TX, &p);
	ok(p.waiting == FORECAST_NONE && p.call.when == FORECAST_UNKNOWN && p.kick.when == FORECAST_UNKNOWN,
	   "and no numbers");
	q = make();
	q.ring_used_idx.state = q.ring_used_flags.state = q.ring_avail_event.state = INSPECT_ORPHAN;
	q.ring_used_idx.value = 1;
	CHECK("used without an owner", &q, FORECAST_TX, IDLE, WAITS, CALL_41,
	      "when driver kicks cannot be told: avail_event cannot be read (no owner)");
}

/* Of devices other than vhost-net. */
static void test_kept(void)
{
	struct inspect_queue q = make();

	q.ring_avail_idx = word(52);
	q.ring_avail_event = word(52);
	CHECK("kept buffers", &q, FORECAST_KEPT, "12 buffers wait", "device keeps the buffers until it has something "
	      "for the driver, and needs no kick for that", CALL_41,
	      "driver will kick with the next buffer, when avail reaches 53");
	CHECK("requests", &q, FORECAST_REQUESTS, "12 buffers wait",
	      "device waits for a kick, with work to do: vhostctl check tells if it comes", CALL_41,
	      "driver will kick with the next buffer, when avail reaches 53");
	q.used_flags = VRING_USED_F_NO_NOTIFY;
	CHECK("kept buffers, kicks not wanted", &q, FORECAST_KEPT, "12 buffers wait",
	      "device asks for no kicks: it keeps the buffers until it has something for the driver", CALL_41,
	      "driver will kick with the next buffer, when avail reaches 53");
	q.ring_avail_idx = word(40);
	q.used_flags = 0;
	q.ring_avail_event = word(40);
	CHECK("no buffers to keep", &q, FORECAST_KEPT, IDLE, WAITS, CALL_41, KICK_41);
}

int main(void)
{
	test_reach_all();
	test_reach_some();
	test_calls();
	test_kicks();
	test_device();
	test_moved();
	test_flags();
	test_unreadable();
	test_kept();
	return tap_done();
}
