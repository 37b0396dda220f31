// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of trace, read back: events of each kind are printed in each way and have to come back as they were.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "event/decision.h"
#include "event/event-lines.h"
#include "event/event-names.h"
#include "event/event-read.h"
#include "event/reason-words.h"
#include "event-text.h"
#include "tap-out.h"

/* Any of the events; all begin with their head. */
union any_event {
	struct event head;
	struct call_event call;
	struct run_event run;
	struct thread_event thread;
	struct config_event config;
	struct driver_kick_event kick;
	struct interrupt_event interrupt;
};

static const struct queue_name queues[] = {
	{ .device = "tap0", .queue = "tx0", .worker = "vhost-7", .owner = 7, .tid = 9, .number = 1, .net = true,
	  .ring = { .address = 0xfffffffff000, .size = 32768, .generation = 12 } },
	{ .device = "tap0123456789ab", .queue = "rx65535", .worker = "vhost-7", .owner = 7, .number = 65534,
	  .ring = { .address = -1, .size = 256 } },
	/* What others have chosen. */
	{ .device = "run tx0 SIGNAL", .queue = "0", .worker = "w" },
	{ .device = "\033[31m \n?", .queue = "?", .worker = "w", .number = -1 },
	{ .device = "", .queue = "5", .number = 5 },
};

static const struct queue_name driver_queues[] = {
	{ .device = "virtio1", .queue = "output.0", .number = 1, .driver = true },
	{ .device = "virtio12345", .queue = "requests", .number = 0, .driver = true },
};

static const int words[] = { 0, 1, 9, 255, 32768, 65535 };

static bool same(const struct event_read *r, const union any_event *e, bool event_idx, int word, bool json)
{
	const bool driver = e->head.type == EVENT_DRIVER_KICK;
	/* Text does not have the flags, and says KICK of a driver's kick. */
	const int flags = json && !event_idx ? word : -1;

	return r->type == (driver ? EVENT_DRIVER_KICK : EVENT_CALL) &&
	       r->signalled == !!(e->head.flags & CALL_SIGNALLED) && r->reason == (enum reason)e->head.reason &&
	       r->old == e->head.old && r->new == e->head.new && r->event == (event_idx ? word : -1) &&
	       r->flags == flags && r->packed == (json && e->head.flags & DRIVER_PACKED);
}

/* Text with each --time, in a pipe, on a terminal, where names may be cut, and with --wide; and JSON. */
#define WAY_JSON (3 * (TIME_NONE + 1))
#define WAYS (WAY_JSON + 1)

static char *line_in_way(const struct queue_name *q, const union any_event *e, int way)
{
	static const struct out texts[] = { { 0 }, { .width = OUT_WIDTH }, { .whole = true } };

	return way == WAY_JSON ? event_text(q, e, &(struct out){ .json = true }, TIME_REL) :
	       event_text(q, e, &texts[way % 3], way / 3);
}

/* Print the event in all ways. Return: in how many it did not come back. */
static unsigned int lost_ways(const struct queue_name *q, const union any_event *e, bool event_idx, int word)
{
	unsigned int lost = 0;

	for (int way = 0; way < WAYS; way++) {
		const bool json = way == WAY_JSON;
		char *text = line_in_way(q, e, way);
		struct event_read r;

		if (event_read(text, &r) || !same(&r, e, event_idx, word, json)) {
			diag("way %d, got type %d, %s: %s", way, r.type, r.why, text);
			lost++;
		}
		free(text);
	}
	return lost;
}

static void test_decisions(enum event_type type, const struct queue_name *names, size_t count)
{
	unsigned int lost = 0, printed = 0;

	for (size_t q = 0; q < count; q++)
		for (int reason = 0; reason < REASON_COUNT; reason++)
			for (size_t w = 0; w < ARRAY_SIZE(words); w++)
				for (unsigned int bits = 0; bits < 8; bits++) {
					const bool event_idx = bits & 2;
					const struct reading word = { (uint16_t)words[w], READING_OK };
					union any_event e = { .head = {
						.time = 2123456789000, .tid = 165, .cpu = 3, .type = (uint8_t)type,
						.reason = (uint8_t)reason, .old = (uint16_t)words[w],
						.new = (uint16_t)(words[w] + 1),
						.flags = (uint16_t)(CALL_WORD_AFTER | (bits & 1 ? CALL_SIGNALLED : 0) |
								    (event_idx ? CALL_EVENT_IDX : 0) |
								    (bits & 4 ? CALL_MOVED : 0)),
					} };

					if (type == EVENT_CALL)
						e.call.before = e.call.after = word;
					else
						e.kick.before = e.kick.after = word;
					if (type == EVENT_DRIVER_KICK && reason & 1)
						e.head.flags |= DRIVER_PACKED;
					lost += lost_ways(&names[q], &e, event_idx, words[w]);
					printed++;
				}
	ok(!lost, "%s: %u decisions come back, from text and JSON, with each --time", event_kinds[type].name, printed);
}

static void test_others(void)
{
	/* A tap may be called like a type of event. */
	static const struct queue_name q = { .device = "kick", .queue = "tx0" };

	for (int type = 0; type < EVENT_TYPES; type++) {
		union any_event e = { .head = { .time = 2123456789000, .tid = 165, .type = (uint8_t)type,
						.old = 1, .new = 2 } };
		bool good = true;

		if (event_decides((enum event_type)type))
			continue;
		if (type == EVENT_KICK)
			memcpy(e.thread.comm, "CPU 0/KVM", 10);
		for (int way = 0; way < WAYS; way++) {
			char *text = line_in_way(&q, &e, way);
			struct event_read r;

			if (event_read(text, &r) || r.type != (enum event_type)type) {
				diag("way %d, got type %d, %s: %s", way, r.type, r.why, text);
				good = false;
			}
			free(text);
		}
		ok(good, "%s is known for what it is", event_kinds[type].name);
	}
}

static void test_names(void)
{
	struct event_read r;

	ok(!event_read("0.5 1 165 vhost0 tx0 suppress not_reached 1 2 3", &r) && !strcmp(r.device, "vhost0") &&
	   !strcmp(r.queue, "tx0"), "device and queue");
	ok(!event_read("1 165 my tap 0 tx0 SIGNAL crossed 1 2 1 *\n", &r) && !strcmp(r.device, "my tap 0") &&
	   !strcmp(r.queue, "tx0"), "a device with blanks, without a time");
	ok(!event_read("15:04:05.123456 1 - - 7 SIGNAL first 1 2 1", &r) && !*r.device && !strcmp(r.queue, "7"),
	   "none");
	ok(!event_read("0.5 1 165 0x1f000/256/1 65536 70001 vhost0 tx0 SIGNAL crossed 1 2 1", &r) &&
	   !strcmp(r.device, "vhost0") && !strcmp(r.queue, "tx0"), "behind a ring and positions in it");
	ok(!event_read("0.5 1 165 ?/256/0 65536 70001 x/1 tx0 SIGNAL crossed 1 2 1", &r) && !strcmp(r.device, "x/1"),
	   "a ring whose address is not known");
	ok(!event_read("0.5 1 165 - - - vhost0 tx0 SIGNAL crossed 1 2 1", &r) && !strcmp(r.device, "vhost0"),
	   "or no ring");
	ok(!event_read("SIGNAL crossed 1 2 1", &r) && !*r.device && !*r.queue, "only the decision of a line");
	ok(!event_read("0.5 1 165 vhost0 odd SIGNAL crossed 1 2 1", &r) && r.type == EVENT_CALL,
	   "a signal is one of vhost, whatever the queue is called");
	ok(!event_read("0.5 1 - virtio1 input.0 suppress flags 1 2 -", &r) && r.type == EVENT_DRIVER_KICK,
	   "a driver's suppressed kick, by the name of its queue");
}

static void refused(const char *text, int err, const char *why)
{
	struct event_read r;
	int got = event_read(text, &r);

	if (!ok(got == err && strstr(r.why, why), "refused: %.50s", text))
		diag("got %d, '%s'", got, r.why);
}

static void test_refused(void)
{
	char deep[64], long_line[4096];

	refused("", -ENOMSG, "no word");
	refused("      TIME CPU  THREAD DEVICE  VQ       TYPE     REASON        OLD   NEW EVENT", -ENOMSG, "no word");
	refused("suppressed                  4", -ENOMSG, "no word");
	refused("0.5 1 165 vhost0 tx0 suppress not_reached 17064 17066", -EINVAL, "behind suppress");
	refused("0.5 1 165 vhost0 tx0 SIGNAL crossed 1 65536 2", -EINVAL, "behind SIGNAL");
	refused("0.5 1 165 vhost0 tx0 SIGNAL because 1 2 2", -EINVAL, "behind SIGNAL");
	refused("0.5 1 165 vhost0 tx0 KICK crossed 1 2 -1", -EINVAL, "behind KICK");
	refused("{\"type\":\"start\"}", -ENOMSG, "start");
	refused("{}", -EINVAL, "\"type\"");
	refused("{\"type\":7}", -EINVAL, "\"type\"");
	refused("{\"type\":\"call\"", -EINVAL, "ends in the middle");
	refused("{\"type\":\"call\"}", -EINVAL, "\"decision\"");
	refused("{\"type\":\"call\",\"decision\":\"kick\"}", -EINVAL, "\"signal\" or \"suppress\"");
	refused("{\"type\":\"call\",\"decision\":\"signal\",\"reason\":null}", -EINVAL, "\"reason\"");
	refused("{\"type\":\"call\",\"decision\":\"signal\",\"reason\":\"crossed\",\"old\":-1}", -EINVAL, "\"old\"");
	refused("{\"type\":\"call\",\"decision\":\"signal\",\"reason\":\"crossed\",\"old\":1,\"new\":65536}", -EINVAL,
		"\"new\"");
	refused("{\"type\":\"call\",\"decision\":\"signal\",\"reason\":\"crossed\",\"old\":1,\"new\":2}", -EINVAL,
		"no member \"event\"");
	refused("{\"type\":\"run\"} {}", -EINVAL, "follows");
	memset(deep, '[', sizeof(deep));
	memcpy(deep, "{\"a\":", 5);
	deep[sizeof(deep) - 1] = 0;
	refused(deep, -EINVAL, "no JSON object");
	memset(long_line, 'x', sizeof(long_line));
	memcpy(long_line + sizeof(long_line) - 8, " KICK x", 8);
	refused(long_line, -EINVAL, "behind KICK");
}

/* Each decision that can be has words, and no other one. */
static void test_words(void)
{
	for (int signalled = 0; signalled < 2; signalled++) {
		bool listed[REASON_COUNT] = { [REASON_UNEXPLAINED] = true }, good = true;

		for (const enum reason *r = reasons_of[signalled]; *r != REASON_UNEXPLAINED; r++)
			listed[*r] = true;
		for (int r = 0; r < REASON_COUNT; r++)
			good = good && listed[r] == !!reason_words(EVENT_CALL, signalled, (enum reason)r);
		ok(good, "words for all reasons to %s, and for no others", signalled ? "signal" : "suppress");
	}
	ok(!reason_words(EVENT_DRIVER_KICK, false, REASON_CROSSED) &&
	   !reason_words(EVENT_DRIVER_KICK, true, REASON_NOT_REACHED) &&
	   !reason_words(EVENT_DRIVER_KICK, false, REASON_NO_CALL_FD), "a driver's have fewer");
}

int main(void)
{
	test_decisions(EVENT_CALL, queues, ARRAY_SIZE(queues));
	test_decisions(EVENT_DRIVER_KICK, driver_queues, ARRAY_SIZE(driver_queues));
	test_others();
	test_names();
	test_refused();
	test_words();
	return tap_done();
}
