// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Links of taps: from the iterator's records to what is said of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/link-state.h"
#include "tap-out.h"

#define OURS 4026531840u
#define BLUE 4026532999u

#define NS_PER_SEC UINT64_C(1000000000)

/* A record as the iterator writes it. */
struct record {
	struct inspect_link link;
	struct inspect_tap_queue queues[3];
};

static struct record record_of(uint32_t ifindex, uint32_t netns)
{
	return (struct record){
		.link = { .id = ifindex, .ifindex = ifindex, .netns = netns, .listed = 3, .kind = 1 },
		.queues = { { .socket = 10 }, { .socket = 0 }, { .socket = 30, .fill = 7 } },
	};
}

static void test_records(void)
{
	struct record a = record_of(5, OURS), b = record_of(5, BLUE);
	const struct inspect_tap_queue *q;
	const struct tap_link *link;
	struct tap_links l = { 0 };

	ok(tap_links_add(&l, &a.link, sizeof(a)) == sizeof(a), "a link and its queues: the whole record is used");
	ok(tap_links_add(&l, &b.link, sizeof(b) + 1) == sizeof(b), "what follows is left for others");
	ok(tap_links_add(&l, &a.link, sizeof(a)) == sizeof(a) && l.count == 2, "one that comes twice is there once");
	link = tap_links_find(&l, 5, BLUE);
	ok(link && link->link.netns == BLUE, "the same number in another namespace is another link");
	ok(!tap_links_find(&l, 6, BLUE), "a link that is not there");
	ok(link && link->queue_count == 2, "a queue that was gone is left out");
	q = link ? tap_link_queue(link, 30) : NULL;
	ok(q && q->fill == 7, "a queue by its socket");
	ok(link && !tap_link_queue(link, 20), "a socket of no queue");
	if (link)
		tap_link_mark_served(link, 30);
	ok(q && q->flags & TAP_QUEUE_SERVED, "a queue that vhost serves");
	ok(link && !(tap_link_queue(link, 10)->flags & TAP_QUEUE_SERVED), "one that it does not");
	ok(tap_links_add(&l, &a.link, sizeof(a) - 1) == -EPROTO, "a record that is cut off");
	ok(tap_links_add(&l, &a.link, sizeof(a.link) - 1) == -EPROTO, "even before its queues");
	a.link.listed = LINK_QUEUES_MAX + 1;
	ok(tap_links_add(&l, &a.link, SIZE_MAX) == -EPROTO, "more queues than a tap can have");
	tap_links_free(&l);
	ok(!l.count && !l.list, "nothing is left");
}

static void test_words(void)
{
	struct inspect_link l = { .type = LINK_TUN, .tx_dropped = 3, .rx_dropped = 4 };

	ok(link_drops(&l).to_driver == 3 && link_drops(&l).from_driver == 4, "a tap sends to the driver");
	l.type = LINK_MACVTAP;
	ok(link_drops(&l).to_driver == 4 && link_drops(&l).from_driver == 3, "a macvtap receives for it");
	ok(!strcmp(link_type_name(&l), "macvtap"), "macvtap");
	l = (struct inspect_link){ .type = LINK_TUN, .tap_flags = TAP_IFF_TAP };
	ok(!strcmp(link_type_name(&l), "tap"), "tap");
	ok(link_condition(&l) == LINK_IS_DOWN, "down");
	l.flags = LINK_UP;
	ok(link_condition(&l) == LINK_HAS_NO_CARRIER, "no carrier");
	l.flags = LINK_UP | LINK_CARRIER;
	ok(!strcmp(link_condition_name(link_condition(&l)), "up"), "up");
	ok(!strcmp(link_operstate_name(6), "up") && !strcmp(link_operstate_name(0), "unknown") &&
	   !link_operstate_name(7), "operstates, and one that is not known");
	ok(link_header(TAP_IFF_VNET_HDR, 12) == 12 && link_header(TAP_IFF_TAP, 10) == 0, "no header without the flag");
	for (unsigned int i = 0; i < LINK_OFFLOADS; i++)
		ok(link_offload_name(i), "offload %u: %s", i, link_offload_name(i));
}

/* Jiffies as a kernel of that rate has them at that time. */
static uint64_t jiffies_at(uint64_t rate, uint64_t ns)
{
	return (uint32_t)(-300 * (int64_t)rate) + ns / NS_PER_SEC * rate + ns % NS_PER_SEC * rate / NS_PER_SEC;
}

static void test_stopped(void)
{
	static const uint64_t rates[] = { 100, 250, 300, 1000 };
	static const uint64_t times[] = { 5, 290, 310, 86400, 400 * UINT64_C(86400) };
	struct inspect_tap_queue q = { .flags = TAP_QUEUE_STOPPED };
	struct inspect_link l = { 0 };
	uint64_t ns;

	for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++)
		for (size_t t = 0; t < sizeof(times) / sizeof(times[0]); t++) {
			l.time = times[t] * NS_PER_SEC;
			l.ticks = jiffies_at(rates[r], l.time);
			q.sent_ticks = l.ticks - 3 * rates[r];
			if (!ok(link_stopped_ns(&l, &q, &ns) && ns / 1000000 == 3 * 1000 - (rates[r] == 300),
				"stopped for 3 s, %ju jiffies a second, %ju s after the boot", (uintmax_t)rates[r],
				(uintmax_t)times[t]))
				diag("%ju", (uintmax_t)ns);
		}
	l.time = 300 * NS_PER_SEC;
	l.ticks = jiffies_at(250, l.time);
	q.sent_ticks = l.ticks - 250;
	ok(!link_stopped_ns(&l, &q, &ns), "when all rates fit, the time is not known");
	l.time = 86400 * NS_PER_SEC;
	q.flags = 0;
	ok(!link_stopped_ns(&l, &q, &ns), "a queue that is not stopped");
}

int main(void)
{
	test_records();
	test_words();
	test_stopped();
	return tap_done();
}
