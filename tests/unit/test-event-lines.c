// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "event/event-fields.h"
#include "event/event-lines.h"
#include "tap-out.h"
#include "trace/trace-options.h"
#include "vhost/vhost-uapi.h"

static const struct queue_name queue = {
	.device = "tap0", .queue = "tx0", .worker = "vhost-7", .owner = 7, .tid = 9, .number = 1,
};

static const struct queue_name driver_queue = { .device = "virtio1", .queue = "output.0", .number = 1, .driver = true };

/* The printed line of an event, for the caller to free. */
static char *line(const struct queue_name *q, const void *event, bool json, int time)
{
	struct event_lines lines;
	char *text = NULL;
	struct out o;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	out_init(&o, f, json, false, COLOR_NEVER);
	event_lines_init(&lines, &o, time, 1000000000, 0);
	event_lines_print(&lines, &o, q, event);
	fclose(f);
	return text;
}

static void is(const struct queue_name *q, const void *event, const char *wanted, const char *name)
{
	char *got = line(q, event, false, TIME_REL);

	if (!ok(!strcmp(got, wanted), "%s", name))
		diag("got    '%s'\nwanted '%s'", got, wanted);
	free(got);
}

static const struct call_event suppressed = {
	.head = { .time = 1500000000, .tid = 9, .cpu = 1, .type = EVENT_CALL, .reason = REASON_NOT_REACHED,
		  .flags = CALL_FD | CALL_EVENT_IDX | CALL_VALID | CALL_WORD_AFTER, .old = 65535, .new = 3 },
	.before = { 3, READING_OK },
	.after = { 3, READING_OK },
};

static void test_calls(void)
{
	struct call_event e = suppressed;

	is(&queue, &e, "  0.500000   1       9 tap0    tx0      suppress not_reached 65535     3     3\n",
	   "a suppression");
	e.head.flags |= CALL_SIGNALLED | CALL_MOVED;
	e.head.reason = REASON_CROSSED;
	is(&queue, &e, "  0.500000   1       9 tap0    tx0      SIGNAL   crossed     65535     3     3 *\n",
	   "a signal, and the word moved");
	e.head.flags = CALL_FD | CALL_SIGNALLED;
	e.head.reason = REASON_FLAGS;
	is(&queue, &e, "  0.500000   1       9 tap0    tx0      SIGNAL   flags       65535     3     -\n",
	   "without EVENT_IDX");
}

static void test_runs(void)
{
	struct run_event e = {
		.head = { .time = 1500000000, .tid = 9, .type = EVENT_RUN, .reason = RUN_EMPTY, .old = 7, .new = 9 },
		.time_start = 1200000000, .time_kick = 1199988000, .kicks = 3,
	};

	is(&queue, &e, "  0.500000   0       9 tap0    tx0      run      empty           7     9 12us 3x\n",
	   "a run for three kicks");
	e.kicks = 0;
	is(&queue, &e, "  0.500000   0       9 tap0    tx0      run      empty           7     9     -\n",
	   "one for none");
	e.head.flags = RUN_SPURIOUS;
	is(&queue, &e, "  0.500000   0       9 tap0    tx0      run      empty           7     9 spurious\n",
	   "a spurious one");
}

static void test_others(void)
{
	const struct thread_event kick = {
		.head = { .time = 1500000000, .tid = 8, .type = EVENT_KICK, .flags = KICK_MERGED }, .comm = "CPU 0/KVM",
	};
	const struct config_event config = {
		.head = { .time = 1500000000, .tid = 7, .type = EVENT_CONFIG }, .comm = "qemu",
		.value = (__u64)-1, .ioctl = 0x4008af21,
	};
	struct config_event addr = {
		.head = { .time = 1500000000, .tid = 7, .type = EVENT_CONFIG }, .ioctl = VHOST_SET_VRING_ADDR,
		.addr = { .desc = 0xffffffffffff0000, .avail = 0x2000, .used = 0x3000, .log = 0x4000 },
	};
	const struct driver_kick_event driver = {
		.head = { .time = 1500000000, .tid = 5, .type = EVENT_DRIVER_KICK, .reason = REASON_CROSSED,
			  .flags = CALL_SIGNALLED | CALL_EVENT_IDX | CALL_WORD_AFTER, .old = 7, .new = 8 },
		.before = { 7, READING_OK }, .after = { 7, READING_OK }, .num_added = 1,
	};

	is(&queue, &kick, "  0.500000   0       8 tap0    tx0      kick     merged      CPU 0/KVM\n", "a kick");
	is(&queue, &config, "  0.500000   0       7 tap0    tx0      config   SET_VRING_CALL -1\n",
	   "a masked call eventfd");
	is(&queue, &addr, "  0.500000   0       7 tap0    tx0      config   SET_VRING_ADDR "
	   "desc 0xffffffffffff0000, avail 0x2000, used 0x3000\n", "the addresses of a ring");
	addr.value = 3;
	addr.error = -EOPNOTSUPP;
	is(&queue, &addr, "  0.500000   0       7 tap0    tx0      config   SET_VRING_ADDR desc 0xffffffffffff0000, "
	   "avail 0x2000, used 0x3000, log 0x4000, flags 0x3: Operation not supported\n", "refused ones");
	is(&driver_queue, &driver, "  0.500000   0       5 virtio1 output.0 KICK     crossed         7     8     7\n",
	   "a driver's kick");
}

static void test_json(void)
{
	char *got = line(&queue, &suppressed, true, TIME_REL);
	static const char *const wanted[] = {
		"{\"type\":\"call\",\"time\":1.500000000,", "\"old\":65535,\"new\":3,\"event\":3,\"flags\":null,",
		"\"worker\":{\"tid\":9,\"name\":\"vhost-7\"}", "\"decision\":\"suppress\",\"reason\":\"not_reached\"",
	};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!ok(strstr(got, wanted[i]), "JSON has %s", wanted[i]))
			diag("got '%s'", got);
	free(got);
}

/* As show has them: a number, null for none. */
static void test_addresses(void)
{
	struct config_event addr = {
		.head = { .type = EVENT_CONFIG }, .ioctl = VHOST_SET_VRING_ADDR,
		.addr = { .desc = 0xffffffffffff0000, .avail = 0x2000, .log = 0x4000 },
	};
	char *got = line(&queue, &addr, true, TIME_REL);

	ok(strstr(got, "\"desc\":18446744073709486080,\"avail\":8192,\"used\":null,\"log_addr\":null,\"flags\":0}"),
	   "JSON has the addresses");
	free(got);
	addr.value = CONFIG_ADDR_LOG;
	got = line(&queue, &addr, true, TIME_REL);
	ok(strstr(got, "\"log_addr\":16384,\"flags\":1}"), "and that of the log if it is on");
	free(got);
}

static void test_time(void)
{
	char *got = line(&queue, &suppressed, false, TIME_NONE);

	ok(!strncmp(got, "  1       9 tap0", 16), "no time");
	free(got);
}

static void test_events(void)
{
	uint32_t events;

	ok(!parse_events(&events, "call,run") && events == (1U << EVENT_CALL | 1U << EVENT_RUN), "two events");
	ok(!parse_events(&events, "all") && events == EVENTS_VHOST, "all are those of vhost");
	ok(!parse_events(&events, "driver,kick") && events == (EVENTS_DRIVER | 1U << EVENT_KICK),
	   "a group and an event");
	ok(!parse_events(&events, "help") && !events, "help");
	ok(parse_events(&events, "call,") && parse_events(&events, "callx"), "what is none");
	ok(!(EVENTS_VHOST & EVENTS_DRIVER) && (EVENTS_VHOST | EVENTS_DRIVER) == (1U << EVENT_TYPES) - 1,
	   "every event is of one side");
}

/* Members that an event does not have are cleared, whatever the memory held before. */
static void test_nothing_left(void)
{
	struct event_line l;

	memset(&l, 0xa5, sizeof(l));
	event_line_fill(&l, &queue, &suppressed.head);
	ok(!l.shown.clock && !l.shown.ns && !l.thread && !l.ioctl_name && !l.note, "a call: no words of other events");
	ok(!l.start && !l.kicks && !l.found && !l.num_added && !l.irq && !l.spurious && !l.packed, "nor their numbers");
	memset(&l, 0xa5, sizeof(l));
	event_line_fill(&l, &queue, &(struct event){ .type = EVENT_REPOLL });
	ok(!l.decision && !l.time_entry && !l.word_before && !l.flags && !l.moved && !l.error,
	   "a repoll: nor those of a call");
	ok(l.old == -1 && l.new == -1 && l.event == -1 && !*l.text, "and no index");
}

int main(void)
{
	test_calls();
	test_nothing_left();
	test_runs();
	test_others();
	test_json();
	test_addresses();
	test_time();
	test_events();
	return tap_done();
}
