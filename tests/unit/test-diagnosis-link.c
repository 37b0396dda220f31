// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Diagnosis between the tap and the ring: each fault is named with its numbers, and each healthy state that is close to
 * a fault finds nothing.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>

#include "base/array.h"
#include "inspect/diagnosis-link.h"
#include "tap-out.h"

#define RX 0
#define TX 1
#define BASE 65530
#define SECOND UINT64_C(1000000000)
#define MRG_RXBUF (UINT64_C(1) << VIRTIO_NET_F_MRG_RXBUF)

/* Two looks at a tap with a device at rest. The driver has given buffers, and all that it has sent is used. */
struct scene {
	struct inspect_queue q[2][2];		/* by look and number */
	struct inspect_device d[2];
	struct inspect_host host[2];
	struct inspect_tap_queue t[2][2];	/* by look; the second has no device, and is not there at first */
	struct tap_link link[2];
	struct link_looks looks;
	struct diagnosis_rx rx;
	struct diagnosis_more more;
	bool starved, routed;
	int asked;
};

static struct inspect_word word(unsigned int value)
{
	return (struct inspect_word){ (uint16_t)value, INSPECT_OK };
}

static void at_rest(struct inspect_queue *q, unsigned int number)
{
	*q = (struct inspect_queue){
		.desc = 0x1000, .avail = 0x2000, .used = 0x3000, .num = 256, .number = number, .socket = 0x5000,
		.features = { UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX }, .ifindex = 4, .netns = 5,
		.kick = { .count = 7, .id = 1 }, .call = { .id = 2 }, .err = { .id = 3 },
		.flags = INSPECT_BACKEND | INSPECT_VALID | INSPECT_EVENT_IDX | INSPECT_KICK_POLLED,
		.worker = 9, .worker_state = INSPECT_TASK_ASLEEP, .worker_ns = 1000,
		.last_avail_idx = BASE, .avail_idx = BASE, .last_used_idx = BASE, .signalled_used = BASE,
		.ring_avail_flags = word(0), .ring_avail_idx = word(BASE), .ring_used_event = word(BASE),
		.ring_used_flags = word(0), .ring_used_idx = word(BASE), .ring_avail_event = word(BASE),
		.device = "tap0", .backend = BACKEND_TUN,
	};
	if (number == RX) {
		q->flags |= INSPECT_BACKEND_POLLED;
		q->used_flags = VRING_USED_F_NO_NOTIFY;
		q->avail_idx = (uint16_t)(BASE + 100);
		q->ring_avail_idx = word(BASE + 200u);
	}
}

static void healthy(struct scene *s)
{
	*s = (struct scene){ 0 };
	for (int i = 0; i < 2; i++) {
		at_rest(&s->q[i][RX], RX);
		at_rest(&s->q[i][TX], TX);
		s->d[i] = (struct inspect_device){
			.id = 1, .time = (uint64_t)(i + 1) * SECOND, .kind = INSPECT_NET, .owner = { .pid = 4711 },
			.owner_fd = 5, .owner_tid = 4711, .queues = s->q[i], .queue_count = 2,
			.flags = INSPECT_BY_OWNER, .link = &s->link[i],
		};
		s->host[i] = (struct inspect_host){ .devices = &s->d[i], .count = 1 };
		s->t[i][0] = (struct inspect_tap_queue){
			.socket = 0x5000, .size = 1000, .flags = TAP_QUEUE_SERVED, .sndbuf = 100000, .taken = 77,
		};
		s->t[i][1] = (struct inspect_tap_queue){ .socket = 0x6000, .number = 1, .size = 1000, .taken = 88 };
		s->link[i] = (struct tap_link){
			.link = { .id = 3, .ifindex = 4, .netns = 5, .type = LINK_TUN, .flags = LINK_UP | LINK_CARRIER,
				  .tap_flags = TAP_IFF_TAP | TAP_IFF_VNET_HDR, .mtu = 1500, .txqueuelen = 1000,
				  .name = "tap0", .master_ifindex = 8, .master = "br0", .tx_dropped = 50,
				  .rx_dropped = 60 },
			.queues = s->t[i], .queue_count = 1,
		};
	}
	s->looks = (struct link_looks){
		.first = &s->link[0], .second = &s->link[1], .before = &s->host[0], .after = &s->host[1],
		.seconds = 1, .ip = "ip", .name = "tap0",
	};
	s->rx = (struct diagnosis_rx){ .size = 1000, .header = 12, .tap_header = 12, .frame = 1526, .buffers = 200,
				       .shortest = 1530 };
	s->more.rx = &s->rx;
}

/* Change both looks. */
#define QUEUE(s, number, field, value) ((s)->q[0][number].field = (s)->q[1][number].field = (value))
#define TAP(s, field, value) ((s)->t[0][0].field = (s)->t[1][0].field = (value))
#define OTHER(s, field, value) ((s)->t[0][1].field = (s)->t[1][1].field = (value))
#define LINK(s, field, value) ((s)->link[0].link.field = (s)->link[1].link.field = (value))

/* The device has packets and too few buffers for the next one, @buffers. */
static void hungry(struct scene *s, unsigned int buffers)
{
	for (int i = 0; i < 2; i++)
		s->q[i][RX].flags &= ~(uint32_t)INSPECT_BACKEND_POLLED;
	QUEUE(s, RX, used_flags, 0);
	QUEUE(s, RX, avail_idx, (uint16_t)(BASE + buffers));
	QUEUE(s, RX, ring_avail_idx, word(BASE + buffers));
	QUEUE(s, RX, ring_avail_event, word(BASE + buffers));
	s->rx.waiting = 1064;
}

static void never_begun(struct scene *s)
{
	hungry(s, 0);
	for (int i = 0; i < 2; i++)
		s->q[i][RX].flags &= ~(uint32_t)INSPECT_VALID;
}

static void not_served(struct scene *s)
{
	never_begun(s);
	s->rx.dropped = 126;
	strcpy(s->rx.beside, "rx0");
}

static void not_booted(struct scene *s) { never_begun(s); }
static void nothing_waits(struct scene *s) { not_served(s); s->rx.waiting = 0; }
static void served_meanwhile(struct scene *s) { not_served(s); s->q[1][RX].ring_avail_idx = word(BASE + 1u); }
static void begun_before(struct scene *s)
{
	hungry(s, 0);
	strcpy(s->rx.beside, "rx0");
	QUEUE(s, RX, ring_used_event, word(BASE - 1u));
}

static void few(struct scene *s)
{
	hungry(s, 4);
	QUEUE(s, RX, features[0], s->q[0][RX].features[0] | MRG_RXBUF);
	QUEUE(s, RX, ring_used_event, word(BASE + 1u));
	s->rx.waiting = 1;
	s->rx.next = 8912;
}
static void few_all(struct scene *s) { few(s); QUEUE(s, RX, num, 4); }
static void few_polled(struct scene *s) { few(s); s->q[1][RX].flags |= INSPECT_BACKEND_POLLED; }
static void few_kick(struct scene *s) { few(s); s->q[1][RX].ring_avail_idx = word(BASE + 8u); }
static void few_gone(struct scene *s) { few(s); s->rx.waiting = 0; }
static void stopped_owner(struct scene *s)
{
	few(s);
	s->d[0].owner.state = s->d[1].owner.state = INSPECT_TASK_STOPPED;
}

static void at_rest_all(struct scene *s) { (void)s; }
static void short_note(struct scene *s) { s->rx.shortest = 1526; s->rx.frame = 1527; }
static void short_for_all(struct scene *s) { s->rx.shortest = 1525; }
static void short_lost(struct scene *s) { s->rx.shortest = 1000; s->rx.lost = 5; }
static void not_measured(struct scene *s) { s->rx.shortest = s->rx.buffers = 0; }
static void long_enough(struct scene *s) { s->rx.shortest = 1526; }
static void header(struct scene *s) { s->rx.tap_header = 10; }
static void header_lost(struct scene *s) { s->rx.tap_header = 10; s->rx.lost = 1; }
static void header_none(struct scene *s) { s->rx.tap_header = 0; }
static void header_both(struct scene *s) { s->rx.header = 0; s->rx.own_header = 12; }
static void header_own(struct scene *s) { s->rx.header = s->rx.tap_header = 0; s->rx.own_header = 12; }
static void header_hash(struct scene *s) { s->rx.header = s->rx.tap_header = 20; }
static void header_tunnel(struct scene *s) { s->rx.header = 24; }

static void sends(struct scene *s)
{
	s->q[1][TX].last_used_idx += 7;
	s->q[1][TX].last_avail_idx += 7;
	s->q[1][TX].ring_avail_idx = word(BASE + 7u);
}
static void down(struct scene *s) { LINK(s, flags, LINK_CARRIER); }
static void down_sends(struct scene *s) { down(s); sends(s); }
static void down_waits(struct scene *s) { down(s); QUEUE(s, TX, ring_avail_idx, word(BASE + 3u)); }
static void down_blind(struct scene *s)
{
	down_waits(s);
	QUEUE(s, TX, ring_avail_idx.state, INSPECT_IOTLB);
}
static void no_carrier(struct scene *s) { LINK(s, flags, LINK_UP); sends(s); }
static void no_parent(struct scene *s)
{
	no_carrier(s);
	LINK(s, type, LINK_MACVTAP);
	strcpy(s->link[1].link.parent, "eth0");
}
static void down_once(struct scene *s) { down_sends(s); s->link[0].link.flags |= LINK_UP; }
static void down_idle(struct scene *s)
{
	never_begun(s);
	down(s);
}
static void down_no_backend(struct scene *s)
{
	down_sends(s);
	for (int i = 0; i < 4; i++)
		s->q[i / 2][i % 2].flags &= ~(uint32_t)INSPECT_BACKEND;
}
static void down_other(struct scene *s) { down_sends(s); LINK(s, netns, 6); }

static void drops(struct scene *s) { s->link[1].link.tx_dropped += 680; }
static void drops_starving(struct scene *s) { drops(s); hungry(s, 0); }
static void drops_booting(struct scene *s) { drops(s); never_begun(s); }
static void drops_told(struct scene *s) { drops(s); s->starved = true; }
static void drops_before(struct scene *s) { LINK(s, tx_dropped, 1000); }
static void drops_sent(struct scene *s) { s->link[1].link.rx_dropped += 5; }
static void drops_macvtap(struct scene *s) { LINK(s, type, LINK_MACVTAP); s->link[1].link.rx_dropped += 5; }

static void nowhere(struct scene *s) { sends(s); LINK(s, master_ifindex, 0); }
static void nowhere_idle(struct scene *s) { LINK(s, master_ifindex, 0); }
static void nowhere_taken(struct scene *s) { nowhere(s); s->link[1].link.flags |= LINK_TAKEN; }
static void nowhere_routed(struct scene *s) { nowhere(s); s->routed = true; }
static void nowhere_answered(struct scene *s) { nowhere(s); s->q[1][RX].last_used_idx++; }
static void nowhere_macvtap(struct scene *s) { nowhere(s); LINK(s, type, LINK_MACVTAP); }
static void nowhere_tun(struct scene *s) { nowhere(s); LINK(s, tap_flags, TAP_IFF_TUN); }

static void second_queue(struct scene *s)
{
	s->link[0].queue_count = s->link[1].queue_count = 2;
	OTHER(s, fill, 500);
}
static void taken(struct scene *s) { second_queue(s); s->t[1][1].taken++; }
static void emptied(struct scene *s) { second_queue(s); s->t[1][1].fill = 0; }
static void turned_off(struct scene *s) { second_queue(s); OTHER(s, flags, TAP_QUEUE_DISABLED); }
static void device_now(struct scene *s) { second_queue(s); s->t[1][1].flags = TAP_QUEUE_SERVED; }
static void no_vhost(struct scene *s) { second_queue(s); TAP(s, flags, 0); }
static void new_queue(struct scene *s) { second_queue(s); s->t[0][1].socket = 0x7000; }
static void not_woken(struct scene *s) { TAP(s, flags, TAP_QUEUE_SERVED | TAP_QUEUE_STOPPED); }
static void full(struct scene *s) { not_woken(s); TAP(s, fill, 1000); }
static void not_empty(struct scene *s) { not_woken(s); TAP(s, fill, 1); }
static void stopped_again(struct scene *s) { not_woken(s); s->t[1][0].sent_ticks++; }
static void stopped_taken(struct scene *s) { not_woken(s); s->t[1][0].taken++; }

enum judge { OF_QUEUE, OF_LENGTHS, OF_LINK, OF_TAP_QUEUE };

#define NONE DIAGNOSIS_KINDS

static const struct test_case {
	const char *name;
	void (*change)(struct scene *s);
	enum judge judge;
	enum diagnosis_kind kind;
	enum diagnosis_side side;
	enum diagnosis_level level;
	const char *evidence, *remedy;
} cases[] = {
	{ "a pair that is not served", not_served, OF_QUEUE, DIAGNOSIS_NOT_SERVED, SIDE_DRIVER, LEVEL_STUCK,
	  "1064 packets wait, and the driver, which serves rx0, has never given this queue a buffer; the tap's ring "
	  "has room for 1000; the tap dropped 126 more in 1.0 s", "ethtool -L" },
	{ "a guest that has not booted", not_booted, OF_QUEUE, DIAGNOSIS_NOT_SERVED, SIDE_DRIVER, LEVEL_NOTE,
	  "1064 packets wait, and the driver has not given a buffer yet", "nothing" },
	{ "not served, and nothing waits", nothing_waits, OF_QUEUE, NONE },
	{ "served meanwhile", served_meanwhile, OF_QUEUE, NONE },
	{ "served before", begun_before, OF_QUEUE, DIAGNOSIS_CALL_IGNORED, SIDE_DRIVER, LEVEL_SUSPECT, "", "" },
	{ "too few buffers", few, OF_QUEUE, DIAGNOSIS_TOO_FEW_BUFFERS, SIDE_DRIVER, LEVEL_SUSPECT,
	  "4 buffers wait, too few for the next packet, which needs 8912 bytes with its header; 1 packet waits for "
	  "it in all",
	  "memory" },
	{ "too few buffers, and all are given", few_all, OF_QUEUE, DIAGNOSIS_TOO_FEW_BUFFERS, SIDE_DRIVER, LEVEL_STUCK,
	  "needs 8912 bytes", "ring of 4 is too small" },
	{ "buffers enough", few_polled, OF_QUEUE, NONE },
	{ "more buffers meanwhile", few_kick, OF_QUEUE, NONE },
	{ "no packet for the buffers", few_gone, OF_QUEUE, NONE },
	{ "too few buffers of a stopped owner", stopped_owner, OF_QUEUE, NONE },
	{ "lengths that fit", at_rest_all, OF_LENGTHS, NONE },
	{ "a buffer one byte too short", short_note, OF_LENGTHS, DIAGNOSIS_SHORT_BUFFERS, SIDE_DRIVER, LEVEL_NOTE,
	  "the shortest of 200 buffers takes 1526 bytes, but a packet of the tap's MTU has 1527", "MTU" },
	{ "buffers that take no plain frame", short_for_all, OF_LENGTHS, NONE },
	{ "short buffers, and packets lost", short_lost, OF_LENGTHS, DIAGNOSIS_SHORT_BUFFERS, SIDE_DRIVER,
	  LEVEL_SUSPECT, "threw 5 packets away", "MTU" },
	{ "buffers that were not measured", not_measured, OF_LENGTHS, NONE },
	{ "a buffer just long enough", long_enough, OF_LENGTHS, NONE },
	{ "header of 10 for 12", header, OF_LENGTHS, DIAGNOSIS_HEADER_LENGTH, SIDE_OWNER, LEVEL_SUSPECT,
	  "the tap gives headers of 10 bytes, but by the features the device expects 12: no packet", "12 bytes" },
	{ "header of 10 for 12, and a packet lost", header_lost, OF_LENGTHS, DIAGNOSIS_HEADER_LENGTH, SIDE_OWNER,
	  LEVEL_STUCK, "it threw 1 packet away", "12 bytes" },
	{ "no header for 12", header_none, OF_LENGTHS, DIAGNOSIS_HEADER_LENGTH, SIDE_OWNER, LEVEL_SUSPECT,
	  "headers of 0 bytes", "12 bytes" },
	{ "header of 12 for 24", header_tunnel, OF_LENGTHS, DIAGNOSIS_HEADER_LENGTH, SIDE_OWNER, LEVEL_SUSPECT,
	  "headers of 12 bytes, but by the features the device expects 24", "24 bytes" },
	{ "two headers", header_both, OF_LENGTHS, DIAGNOSIS_HEADER_LENGTH, SIDE_OWNER, LEVEL_SUSPECT,
	  "makes headers of 12 bytes itself", "IFF_VNET_HDR" },
	{ "header of the device's own", header_own, OF_LENGTHS, NONE },
	{ "header of 20 for 20", header_hash, OF_LENGTHS, NONE },
	{ "a tap that is well", sends, OF_LINK, NONE },
	{ "down", down, OF_LINK, DIAGNOSIS_LINK_DOWN, SIDE_BACKEND, LEVEL_NOTE, "the tap is down",
	  "ip link set dev tap0 up" },
	{ "down, and the driver sends", down_sends, OF_LINK, DIAGNOSIS_LINK_DOWN, SIDE_BACKEND, LEVEL_SUSPECT,
	  "the driver sent 7 packets in 1.0 s", "ip link set dev tap0 up" },
	{ "down, and packets wait", down_waits, OF_LINK, DIAGNOSIS_LINK_DOWN, SIDE_BACKEND, LEVEL_SUSPECT,
	  "3 packets of the driver wait", "ip link set dev tap0 up" },
	{ "down, and the ring cannot be read", down_blind, OF_LINK, DIAGNOSIS_LINK_DOWN, SIDE_BACKEND, LEVEL_NOTE,
	  "nothing reaches the driver", "ip link set dev tap0 up" },
	{ "no carrier", no_carrier, OF_LINK, DIAGNOSIS_LINK_DOWN, SIDE_BACKEND, LEVEL_SUSPECT, "has no carrier",
	  "ip link set dev tap0 carrier on" },
	{ "no carrier of a macvtap", no_parent, OF_LINK, DIAGNOSIS_LINK_DOWN, SIDE_BACKEND, LEVEL_SUSPECT,
	  "has no carrier", "eth0" },
	{ "down in one look", down_once, OF_LINK, NONE },
	{ "down, with a driver that has not begun", down_idle, OF_LINK, NONE },
	{ "down, without a backend", down_no_backend, OF_LINK, NONE },
	{ "down, in another namespace", down_other, OF_LINK, NONE },
	{ "drops", drops, OF_LINK, DIAGNOSIS_TAP_DROPS, SIDE_BACKEND, LEVEL_SUSPECT,
	  "680 packets for the driver were dropped at the tap in 1.0 s", "ip link set dev tap0 txqueuelen 4000" },
	{ "drops for want of buffers", drops_starving, OF_LINK, DIAGNOSIS_TAP_DROPS, SIDE_DRIVER, LEVEL_SUSPECT,
	  "it had no buffers", "guest" },
	{ "drops before the driver", drops_booting, OF_LINK, DIAGNOSIS_TAP_DROPS, SIDE_DRIVER, LEVEL_NOTE,
	  "it has not given a buffer yet", "nothing" },
	{ "drops, and why", drops_told, OF_LINK, NONE },
	{ "drops before the first look", drops_before, OF_LINK, NONE },
	{ "drops of what the driver sent", drops_sent, OF_LINK, NONE },
	{ "drops of a macvtap", drops_macvtap, OF_LINK, DIAGNOSIS_TAP_DROPS, SIDE_BACKEND, LEVEL_SUSPECT,
	  "5 packets", "" },
	{ "nowhere", nowhere, OF_LINK, DIAGNOSIS_LEADS_NOWHERE, SIDE_BACKEND, LEVEL_SUSPECT,
	  "the driver sent 7 packets in 1.0 s", "ip link set dev tap0 master" },
	{ "nowhere, and nothing is sent", nowhere_idle, OF_LINK, NONE },
	{ "not nowhere: somebody takes it", nowhere_taken, OF_LINK, NONE },
	{ "not nowhere: a route", nowhere_routed, OF_LINK, NONE },
	{ "not nowhere: an answer", nowhere_answered, OF_LINK, NONE },
	{ "not nowhere: a macvtap", nowhere_macvtap, OF_LINK, NONE },
	{ "not nowhere: a tun", nowhere_tun, OF_LINK, NONE },
	{ "a queue without a device", second_queue, OF_TAP_QUEUE, DIAGNOSIS_NO_DEVICE, SIDE_OWNER, LEVEL_SUSPECT,
	  "500 packets wait in queue 1 of the tap", "TUNSETQUEUE" },
	{ "a queue out of which somebody takes", taken, OF_TAP_QUEUE, NONE },
	{ "a queue that was emptied", emptied, OF_TAP_QUEUE, NONE },
	{ "a queue that is turned off", turned_off, OF_TAP_QUEUE, NONE },
	{ "a queue with a device since then", device_now, OF_TAP_QUEUE, NONE },
	{ "a tap without vhost", no_vhost, OF_TAP_QUEUE, NONE },
	{ "a queue that is new", new_queue, OF_TAP_QUEUE, NONE },
	{ "never woken", not_woken, OF_TAP_QUEUE, DIAGNOSIS_NEVER_WOKEN, SIDE_BACKEND, LEVEL_STUCK,
	  "its ring of 1000 is empty", "ip link set dev tap0 down; ip link set dev tap0 up" },
	{ "stopped, with a packet that waits for the driver", not_empty, OF_TAP_QUEUE, NONE },
	{ "stopped, and full", full, OF_TAP_QUEUE, NONE },
	{ "stopped again", stopped_again, OF_TAP_QUEUE, NONE },
	{ "stopped, and taken from", stopped_taken, OF_TAP_QUEUE, NONE },
};

static bool is_routed(void *arg)
{
	struct scene *s = arg;

	s->asked++;
	return s->routed;
}

static enum diagnosis_result judge(struct scene *s, enum judge judge, struct diagnosis *f)
{
	switch (judge) {
	case OF_QUEUE:
		return diagnose_queue(&s->d[0], &s->d[1], RX, &s->more, f);
	case OF_LENGTHS:
		return diagnose_lengths(&s->rx, f);
	case OF_LINK:
		return diagnose_link(&s->looks, s->starved, is_routed, s, f);
	case OF_TAP_QUEUE:
		return diagnose_tap_queue(&s->looks, s->link[1].queue_count - 1, f);
	}
	return DIAGNOSIS_NOTHING;
}

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct test_case *c = &cases[i];
		struct diagnosis f = { 0 };
		enum diagnosis_result r;
		struct scene s;

		healthy(&s);
		c->change(&s);
		r = judge(&s, c->judge, &f);
		if (c->kind == NONE) {
			ok(r == DIAGNOSIS_NOTHING, "%s%s", c->name, r ? f.evidence : "");
			continue;
		}
		ok(r == DIAGNOSIS_FOUND && f.kind == c->kind && f.side == c->side && f.level == c->level &&
		   strstr(f.evidence, c->evidence) && strstr(f.remedy, c->remedy), "%s", c->name);
		if (!strstr(f.evidence, c->evidence) || !strstr(f.remedy, c->remedy))
			printf("# %s; %s\n", f.evidence, f.remedy);
	}
}

/* Routes take a system call: they are asked for only where all else says that the tap leads nowhere. */
static void test_routes(void)
{
	struct diagnosis f;
	struct scene s;

	healthy(&s);
	sends(&s);
	judge(&s, OF_LINK, &f);
	ok(!s.asked, "routes: not asked for a port of a bridge");
	nowhere_taken(&s);
	judge(&s, OF_LINK, &f);
	ok(!s.asked, "routes: not asked for a tap that somebody listens to");
	healthy(&s);
	nowhere(&s);
	judge(&s, OF_LINK, &f);
	ok(s.asked == 1, "routes: asked for once");
}

static void test_held(void)
{
	struct inspect_tap_queue q = { .sndbuf = 20000, .unsent = 10000 };
	struct diagnosis f = { .evidence = "3 buffers wait", .remedy = "before" };
	struct scene s;

	healthy(&s);
	q.unsent--;
	diagnosis_held(&f, &s.link[0].link, &q);
	ok(!strcmp(f.evidence, "3 buffers wait") && !strcmp(f.remedy, "before"), "held: too little to matter");
	q.unsent++;
	diagnosis_held(&f, &s.link[0].link, &q);
	ok(strstr(f.evidence, "holds 10000 bytes") && strstr(f.evidence, "20000") && strstr(f.remedy, "port of br0"),
	   "held: the bytes, and where to look");
	LINK(&s, master_ifindex, 0);
	diagnosis_held(&f, &s.link[0].link, &q);
	ok(strstr(f.remedy, "tc -s qdisc") && !strstr(f.remedy, "br0"), "held: without a bridge");
}

int main(void)
{
	test_cases();
	test_routes();
	test_held();
	return tap_done();
}
