// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "event/event-fields.h"
#include "event/event-lines.h"
#include "event-text.h"
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
	return event_text(q, event, &(struct out){ .json = json }, time);
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

/* A line has the namespace from the moment when a tap of the same name was added; JSON has it always. */
static void test_namespaces(void)
{
	struct device_names all = { .own_netns = 1 };
	struct queue_name q = queue;
	char *json;

	q.netns = 5;
	q.tap = device_names_add(&all, "tap0", 5, "blue");
	is(&q, &suppressed, "  0.500000   1       9 tap0    tx0      suppress not_reached 65535     3     3\n",
	   "the only tap of its name");
	device_names_add(&all, "tap0", 6, NULL);
	is(&q, &suppressed, "  0.500000   1       9 blue/tap0 tx0      suppress not_reached 65535     3     3\n",
	   "one of two");
	json = line(&q, &suppressed, true, TIME_REL);
	ok(strstr(json, "\"device\":\"tap0\"") && strstr(json, "\"netns\":5,\"netns_name\":\"blue\""),
	   "JSON has both by themselves");
	free(json);
	device_names_free(&all);
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
	struct thread_event kick = {
		.head = { .time = 1500000000, .tid = 8, .type = EVENT_KICK, .flags = KICK_MERGED }, .comm = "CPU 0/KVM",
	};
	const struct interrupt_event inject = {
		.head = { .time = 1500000000, .tid = 9, .type = EVENT_INJECT, .reason = INJECT_MERGED }, .irq = 24,
	};
	const struct config_event config = {
		.head = { .time = 1500000000, .tid = 7, .type = EVENT_CONFIG, .flags = CONFIG_VALUE }, .comm = "qemu",
		.value = (__u64)-1, .ioctl = 0x4008af21,
	};
	const struct driver_kick_event driver = {
		.head = { .time = 1500000000, .tid = 5, .type = EVENT_DRIVER_KICK, .reason = REASON_CROSSED,
			  .flags = CALL_SIGNALLED | CALL_EVENT_IDX | CALL_WORD_AFTER, .old = 7, .new = 8 },
		.before = { 7, READING_OK }, .after = { 7, READING_OK }, .num_added = 1,
	};
	char *text;

	is(&queue, &kick, "  0.500000   0       8 tap0    tx0      kick     merged      CPU 0/KVM\n", "a kick");
	kick.head.reason = KICK_SOURCE_IOEVENTFD;
	is(&queue, &kick, "  0.500000   0       8 tap0    tx0      kick     merged      ioeventfd CPU 0/KVM\n",
	   "a kick by KVM");
	memcpy(kick.comm, "qemu-system-x86", sizeof("qemu-system-x86"));
	is(&queue, &kick, "  0.500000   0       8 tap0    tx0      kick     merged      ioeventfd qemu-system-x86\n",
	   "a long name, whole in a pipe");
	text = event_text(&queue, &kick, &(struct out){ .width = 80 }, TIME_REL);
	ok(!strcmp(text, "  0.500000   0       8 tap0    tx0      kick     merged      ioeventfd qemu-sys+\n") &&
	   strlen(text) == 80 + 1, "and cut on a terminal");
	free(text);
	text = event_text(&queue, &kick, &(struct out){ .width = 80, .whole = true }, TIME_REL);
	ok(strstr(text, "ioeventfd qemu-system-x86\n"), "but with --wide");
	free(text);
	is(&queue, &inject, "  0.500000   0       9 tap0    tx0      inject   merged      GSI 24\n",
	   "an interrupt that KVM injects");
	is(&queue, &config, "  0.500000   0       7 tap0    tx0      config   SET_VRING_CALL -1\n",
	   "a masked call eventfd");
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

/* With --wide: the end of the line. */
static void is_wide(const struct queue_name *q, const void *event, const char *wanted, const char *name)
{
	char *text = event_text(q, event, &(struct out){ .whole = true }, TIME_REL);
	const size_t len = strlen(text);

	if (!ok(len > strlen(wanted) && !strcmp(text + len - strlen(wanted), wanted), "%s", name))
		diag("got '%s'", text);
	free(text);
}

static void has(const struct queue_name *q, const void *e, const char *wanted, const char *name)
{
	char *got = line(q, e, true, TIME_REL);

	if (!ok(strstr(got, wanted), "JSON: %s", name))
		diag("got    '%s'\nwanted '%s'", got, wanted);
	free(got);
}

/* Which ring, and where in it: in JSON, and in text where there is room. */
static void test_ring(void)
{
	const struct thread_event kick = {
		.head = { .time = 1500000000, .tid = 8, .type = EVENT_KICK, .flags = KICK_AVAIL_IDX, .new = 5,
			  .avail = 65539, .used = 65538 }, .comm = "CPU 0/KVM",
	};
	struct queue_name q = queue;

	has(&queue, &kick, "\"vq\":1,\"ring_addr\":null,\"ring_size\":null,\"ring_gen\":null,\"avail_pos\":null,"
	    "\"used_pos\":null,\"pos_from\":null,", "no ring that runs");
	q.ring = (struct queue_ring){ .address = 0x1f000, .size = 256, .generation = 2 };
	has(&q, &kick, "\"ring_addr\":126976,\"ring_size\":256,\"ring_gen\":2,\"avail_pos\":65539,"
	    "\"used_pos\":65538,\"pos_from\":\"start\",", "the ring");
	has(&q, &kick, "\"kick_source\":null,\"avail_idx\":5}", "and what was published when the kick arrived");
	is_wide(&q, &kick, "0x1f000/256/2              65539     65538 tap0            tx0      kick     -           "
		"CPU 0/KVM, avail->idx 5\n", "the ring with --wide");
	is(&q, &kick, "  0.500000   0       8 tap0    tx0      kick     -           CPU 0/KVM\n", "and not without");
	q.ring = (struct queue_ring){ .address = -1, .size = 128 };
	has(&q, &suppressed, "\"ring_addr\":null,\"ring_size\":128,\"ring_gen\":0,\"avail_pos\":0,\"used_pos\":0,"
	    "\"pos_from\":\"anchor\",", "a ring that no region has, from an anchor");
	is_wide(&q, &suppressed, "?/128/0                        0         0 tap0            tx0      suppress "
		"not_reached 65535     3     3\n", "the same with --wide");
}

static const struct queue_name device = { .owner = 7, .number = -1 };

#define CONFIG_HEAD { .time = 1500000000, .tid = 7, .type = EVENT_CONFIG, .flags = CONFIG_VALUE | CONFIG_MORE }

/* Lines have 80 columns: the note has what tells most of the argument, behind the error. */
static void test_configs(void)
{
	struct config_event addr = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_VRING_ADDR,
		.addr = { .desc = 0x7ffff79cb000, .avail = 0x2000, .used = 0x3000, .log = 0x4000 },
	};
	struct config_event memory = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_MEM_TABLE, .value = 3, .memory = { .size = 4 << 20 },
	};
	struct config_event features = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_FEATURES, .value = UINT64_C(1) << 33 | UINT64_C(1) << 29,
	};
	struct config_event array = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_FEATURES_ARRAY, .value = 2, .features = { 1, 2 },
	};
	struct config_event busyloop = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_VRING_BUSYLOOP_TIMEOUT, .value = 50,
	};
	struct config_event owner = { .head = CONFIG_HEAD, .ioctl = VHOST_SET_OWNER, .error = -EBUSY };
	struct config_event backend = {
		.head = CONFIG_HEAD, .ioctl = VHOST_NET_SET_BACKEND, .error = -ENOBUFS, .index = 2, .value = 7,
	};

	owner.head.flags = 0;
	backend.head.flags = CONFIG_VALUE | CONFIG_INDEX;
	is(&queue, &addr, "  0.500000   0       7 tap0    tx0      config   SET_VRING_ADDR 0x7ffff79cb000\n",
	   "the descriptor table of a ring");
	addr.error = -EINVAL;
	is(&queue, &addr, "  0.500000   0       7 tap0    tx0      config   SET_VRING_ADDR EINVAL ...\n",
	   "the error has to be read, not the addresses");
	addr.head.flags = 0;
	addr.error = -EFAULT;
	is(&queue, &addr, "  0.500000   0       7 tap0    tx0      config   SET_VRING_ADDR EFAULT ?\n",
	   "an argument that could not be read");
	is(&device, &memory, "  0.500000   0       7 -       -        config   SET_MEM_TABLE 3 regions, 4 MiB\n",
	   "the memory of a device");
	memory.error = -EFAULT;
	is(&device, &memory, "  0.500000   0       7 -       -        config   SET_MEM_TABLE EFAULT 3 regions\n",
	   "its size where there is room");
	is(&device, &features, "  0.500000   0       7 -       -        config   SET_FEATURES 0x220000000\n",
	   "features");
	features.value = 1 << 5;
	is(&device, &features, "  0.500000   0       7 -       -        config   SET_FEATURES VIRTIO_NET_F_MAC\n",
	   "by name where there is room");
	is(&device, &array, "  0.500000   0       7 -       -        config   SET_FEATURES_ARRAY ...\n",
	   "too many of them");
	is_wide(&device, &array, "SET_FEATURES_ARRAY VIRTIO_NET_F_CSUM VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO\n",
		"all of them with --wide");
	addr.head.flags = CONFIG_VALUE | CONFIG_MORE;
	addr.error = 0;
	addr.value = 3;
	is_wide(&queue, &addr, "SET_VRING_ADDR desc 0x7ffff79cb000, avail 0x2000, used 0x3000, log 0x4000, flags 0x3\n",
		"all addresses with --wide");
	array.head.flags = CONFIG_VALUE;
	is(&device, &array, "  0.500000   0       7 -       -        config   SET_FEATURES_ARRAY ?\n",
	   "words of them that could not be read");
	is(&queue, &busyloop, "  0.500000   0       7 tap0    tx0      config   SET_VRING_BUSYLOOP_TIMEOUT 50\n",
	   "the longest name");
	is(&device, &owner, "  0.500000   0       7 -       -        config   SET_OWNER EBUSY\n", "no argument");
	is(&device, &backend, "  0.500000   0       7 -       -        config   NET_SET_BACKEND ENOBUFS queue 2\n",
	   "a queue that there is not");
}

static void test_discard(void)
{
	struct discard_event e = {
		.head = { .type = EVENT_DISCARD, .time = 1500000000, .tid = 7, .reason = DISCARD_TOO_SHORT },
		.length = 1000, .buffers = 1,
	};

	is(&queue, &e, "  0.500000   0       7 tap0    tx0      discard  too_short   1000 bytes, 1 buffer\n",
	   "a discard");
	has(&queue, &e, "\"reason\":\"too_short\",\"length\":1000,\"buffers\":1}", "JSON of a discard");
	e.length = 0;
	e.buffers = 2;
	e.head.reason = DISCARD_HEADER;
	is(&queue, &e, "  0.500000   0       7 tap0    tx0      discard  header      2 buffers\n", "no length");
	has(&queue, &e, "\"reason\":\"header\",\"length\":null,\"buffers\":2}", "JSON without one");
}

static void test_drop(void)
{
	struct drop_event e = {
		.head = { .type = EVENT_DROP, .time = 1500000000, .tid = 7 },
		.length = 1514, .number = 30, .reason = "full_ring",
	};

	is(&queue, &e, "  0.500000   0       7 tap0    tx0      drop     full_ring 1514 bytes\n", "a drop");
	has(&queue, &e, "\"reason\":\"full_ring\",\"reason_number\":30,\"length\":1514}", "JSON of a drop");
	strcpy(e.reason, "a_reason_of_many_letters");
	is(&queue, &e, "  0.500000   0       7 tap0    tx0      drop     a_reason_of_many_letters 1514 bytes\n",
	   "a long reason");
	*e.reason = '\0';
	has(&queue, &e, "\"reason\":null,\"reason_number\":30,\"length\":1514}", "JSON without a name");
}

/* All of the argument, null for what there is not or could not be read. */
static void test_config_json(void)
{
	struct config_event addr = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_VRING_ADDR,
		.addr = { .desc = 0xffffffffffff0000, .avail = 0x2000, .log = 0x4000 },
	};
	struct config_event memory = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_MEM_TABLE, .value = 3, .error = -EINVAL,
		.memory = { .size = 4 << 20, .first = 4096, .first_size = 8192, .last = 65536, .last_size = 1 },
	};
	struct config_event features = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_FEATURES, .value = UINT64_C(1) << 33 | UINT64_C(1) << 29,
	};
	struct config_event array = {
		.head = CONFIG_HEAD, .ioctl = VHOST_SET_FEATURES_ARRAY, .value = 2, .features = { 1, 2 },
	};
	struct config_event fd = { .head = CONFIG_HEAD, .ioctl = VHOST_SET_VRING_KICK, .value = (__u64)-1, .index = 1 };

	fd.head.flags = CONFIG_VALUE | CONFIG_INDEX;
	has(&queue, &addr, "\"value\":18446744073709486080,\"desc\":18446744073709486080,\"avail\":8192,\"used\":null,"
	    "\"log_addr\":null,\"flags\":0}", "the addresses");
	addr.value = CONFIG_ADDR_LOG;
	has(&queue, &addr, "\"log_addr\":16384,\"flags\":1}", "and that of the log if it is on");
	has(&device, &memory, "\"queue\":null,\"vq\":null", "no queue");
	has(&device, &memory, "\"error\":22,\"error_name\":\"EINVAL\"", "the error");
	has(&device, &memory, "\"index\":null,\"value\":3,\"nregions\":3,\"size\":4194304,\"first\":{\"gpa\":4096,"
	    "\"size\":8192},\"last\":{\"gpa\":65536,\"size\":1}}", "the memory");
	memory.head.flags = CONFIG_VALUE;
	has(&device, &memory, "\"value\":3,\"nregions\":3,\"size\":null,\"first\":null,\"last\":null}",
	    "regions that could not be read");
	has(&device, &features, "\"value\":9126805504,\"features\":[\"VIRTIO_RING_F_EVENT_IDX\","
	    "\"VIRTIO_F_ACCESS_PLATFORM\"]}", "features by name");
	features.head.flags = 0;
	has(&device, &features, "\"value\":null,\"features\":null}", "features that could not be read");
	has(&device, &array, "\"value\":2,\"features\":[\"VIRTIO_NET_F_CSUM\",\"VIRTIO_NET_F_GUEST_UDP_TUNNEL_GSO\"]}",
	    "words of them");
	has(&queue, &fd, "\"index\":1,\"value\":-1}", "a descriptor");
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
	ok(!parse_events(&events, "all") && events == (EVENTS_VHOST & ~(1U << EVENT_INJECT | 1U << EVENT_DROP)),
	   "all are those of vhost that there are without KVM, too");
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
	test_namespaces();
	test_nothing_left();
	test_runs();
	test_others();
	test_json();
	test_ring();
	test_configs();
	test_config_json();
	test_discard();
	test_drop();
	test_time();
	test_events();
	return tap_done();
}
