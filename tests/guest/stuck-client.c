// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A driver of a vhost-net device of its own that does one thing wrong, or has it done to it. Prints "ready" when that
 * has happened and the device is at rest, obeys the lines of standard input, and ends with it:
 *
 *   heal       do what was left out, and whatever belongs to it; prints "healed"
 *   repair     the same, but for the kick; prints "repaired"
 *   listen     prints "listening"; the next call heals it: prints "healed"
 *
 * What goes wrong:
 *
 *   zerocopy   idle; heal sends a frame, and waits for nothing
 *   gaveup     a device with features set, and no more; it has a tap
 *   idle       nothing is wrong
 *   second     nothing is wrong; it has a second tap and a second device, which it never starts
 *   kick       published, and did not kick
 *   flags      the same without EVENT_IDX
 *   restored   avail_event is overwritten with an older index; published, and rightly did not kick
 *   base       the ring is restored at another index, and the device is not told; published and kicked
 *   unread     asked for a call and does not read it
 *   ignored    rx: reads the call and takes nothing back, until the device has a packet and no buffers
 *   forbidden  rx: the same without EVENT_IDX, and forbids calls
 *   head       a head outside the ring
 *   unordered  with VIRTIO_F_IN_ORDER: not the next descriptor, and the next one is bad
 *   nobuffers  rx: takes everything back, and gives nothing new
 *   nokick     published without a kick eventfd
 *   nocall     asked for a call without a call eventfd
 *   deleted    published and kicked, but the tap is gone
 *   nobackend  published and kicked without a backend
 */
#include <net/if.h>

#include "rig.h"

#define RX 0
#define TX 1
#define VERSION_1 (UINT64_C(1) << 32)
#define EVENT_IDX (UINT64_C(1) << 29)
#define IN_ORDER (UINT64_C(1) << 35)
#define RX_BUFFERS 4
#define RESTORED 300

static struct rig rig;
static uint64_t buffer;
static int tap, ifindex;

static bool is(const char *mode, const char *name)
{
	return !strcmp(mode, name);
}

static void set_used_event(unsigned int queue, uint16_t event)
{
	vring_used_event(&rig.ring[queue]) = htole16(event);
}

/*
 * One packet goes out as it should. The run that was queued when the backend came may have taken it, with the kick's
 * still to come, which would see what is done next: an ioctl for the whole device waits for both.
 */
static void send_one(void)
{
	set_used_event(TX, 0xffff);
	rig_add(&rig, TX, 0);
	rig_wait_used(&rig, TX, 1);
	signalled(rig.call[TX]);	/* the device's first is always sent */
	rig_set_table(&rig);
}

static void give_rx_buffers(void)
{
	for (unsigned int i = 0; i < RX_BUFFERS; i++)
		rig_publish(&rig, RX, (uint16_t)i);
}

/* More packets than buffers come, and what the driver was told of them it has read. */
static void starve(bool called)
{
	for (unsigned int i = 0; i <= RX_BUFFERS; i++)
		rig_receive(ifindex);
	rig_wait_used(&rig, RX, RX_BUFFERS);
	if (called)
		signalled(rig.call[RX]);
}

static void delete_tap(void)
{
	char command[64], name[IF_NAMESIZE];

	must(if_indextoname(ifindex, name) ? 0 : -errno, "if_indextoname");
	snprintf(command, sizeof(command), "ip link del %s", name);
	must(system(command) ? -EIO : 0, command);
}

static void set_up(const char *mode)
{
	const bool flags = is(mode, "flags") || is(mode, "forbidden");

	if (is(mode, "gaveup")) {
		rig.vhost = must(vhost_open(), VHOST_NET_DEVICE);
		must(vhost_set_owner(rig.vhost), "VHOST_SET_OWNER");
		must(vhost_set_features(rig.vhost, VERSION_1), "VHOST_SET_FEATURES");
		rig_tap(&ifindex);
		return;
	}
	rig_open(&rig, VERSION_1 | (flags ? 0 : EVENT_IDX) | (is(mode, "unordered") ? IN_ORDER : 0));
	tap = rig_tap(&ifindex);
	buffer = guestmem_gpa(&rig.mem, guestmem_alloc(&rig.mem, 65536, 4096));
	for (unsigned int i = 0; i < 16; i++) {
		rig_desc(&rig, RX, i, buffer + 2048 * i, 2048, VRING_DESC_F_WRITE);
		rig_desc(&rig, TX, i, buffer + 32768, RIG_HEADER + RIG_FRAME, 0);
	}
	if (is(mode, "nobackend"))
		return;
	if (is(mode, "forbidden"))
		rig.ring[RX].avail->flags = htole16(VRING_AVAIL_F_NO_INTERRUPT);
	give_rx_buffers();
	rig_start(&rig, RX, tap);
	rig_start(&rig, TX, tap);
}

static void restart(uint16_t base)
{
	rig_start(&rig, TX, -1);
	must(vhost_set_vring_base(rig.vhost, TX, base), "VHOST_SET_VRING_BASE");
	rig_start(&rig, TX, tap);
}

static void err(const char *mode)
{
	printf("Bail out! there is no mode '%s'\n", mode);
	exit(2);
}

static void go_wrong(const char *mode)
{
	if (is(mode, "gaveup"))
		return;
	if (is(mode, "nobackend")) {
		rig_add(&rig, TX, 0);
		return;
	}
	if (is(mode, "zerocopy"))
		return;
	send_one();
	if (is(mode, "kick") || is(mode, "flags")) {
		rig_publish(&rig, TX, 1);
	} else if (is(mode, "restored")) {
		vring_avail_event(&rig.ring[TX]) = htole16(0xff00);
		rig_publish(&rig, TX, 1);
	} else if (is(mode, "base")) {
		rig.ring[TX].avail->idx = rig.ring[TX].used->idx = htole16(RESTORED);
		restart(0);
		rig_add(&rig, TX, 0);
		signalled(rig.err[TX]);
	} else if (is(mode, "unread")) {
		set_used_event(TX, 1);
		rig_add(&rig, TX, 1);
		rig_wait_used(&rig, TX, 2);
	} else if (is(mode, "ignored")) {
		set_used_event(RX, 1);
		starve(true);
	} else if (is(mode, "nobuffers")) {
		set_used_event(RX, RX_BUFFERS);
		starve(false);
	} else if (is(mode, "nokick")) {
		must(vhost_set_vring_kick(rig.vhost, TX, -1), "VHOST_SET_VRING_KICK");
		rig_publish(&rig, TX, 1);
	} else if (is(mode, "deleted")) {
		delete_tap();
		rig_add(&rig, TX, 1);
		signalled(rig.err[TX]);
	} else if (is(mode, "forbidden")) {
		starve(false);
	} else if (is(mode, "head")) {
		rig_add(&rig, TX, RIG_NUM + 44);
		signalled(rig.err[TX]);
	} else if (is(mode, "unordered")) {
		rig_desc(&rig, TX, 1, 0xbad, RIG_FRAME, 0);
		rig_add(&rig, TX, 3);
		signalled(rig.err[TX]);
	} else if (is(mode, "nocall")) {
		must(vhost_set_vring_call(rig.vhost, TX, -1), "VHOST_SET_VRING_CALL");
		set_used_event(TX, 1);
		rig_add(&rig, TX, 1);
		rig_wait_used(&rig, TX, 2);
	} else if (is(mode, "second")) {
		rig_tap(&ifindex);
		must(vhost_set_owner(must(vhost_open(), VHOST_NET_DEVICE)), "VHOST_SET_OWNER");
	} else if (!is(mode, "idle")) {
		err(mode);
	}
}

/* The head outside the ring becomes a good one. */
static void repair(void)
{
	rig.ring[TX].avail->ring[1] = htole16(1);
}

static void heal(const char *mode)
{
	if (is(mode, "zerocopy")) {
		rig_add(&rig, TX, 0);
	} else if (is(mode, "kick") || is(mode, "flags") || is(mode, "restored")) {
		rig_kick(&rig, TX);
		rig_wait_used(&rig, TX, 2);
		if (is(mode, "flags"))
			signalled(rig.call[TX]);
	} else if (is(mode, "base")) {
		restart(RESTORED);
		rig_kick(&rig, TX);
		rig_wait_used(&rig, TX, RESTORED + 1);
	} else if (is(mode, "unread")) {
		signalled(rig.call[TX]);
		set_used_event(TX, 2);
	} else if (is(mode, "nokick")) {
		must(vhost_set_vring_kick(rig.vhost, TX, rig.kick[TX]), "VHOST_SET_VRING_KICK");
		rig_kick(&rig, TX);
		rig_wait_used(&rig, TX, 2);
	} else if (is(mode, "ignored") || is(mode, "forbidden") || is(mode, "nobuffers")) {
		set_used_event(RX, RX_BUFFERS);
		for (unsigned int i = 0; i < 16; i++)
			rig_publish(&rig, RX, (uint16_t)i);
		rig_kick(&rig, RX);
		rig_wait_used(&rig, RX, RX_BUFFERS + 1);
		set_used_event(RX, rig_used(&rig, RX));
	} else if (is(mode, "head")) {
		repair();
		rig_kick(&rig, TX);
		rig_wait_used(&rig, TX, 2);
	} else if (is(mode, "unordered")) {
		rig.ring[TX].avail->ring[1] = htole16(1);
		rig_desc(&rig, TX, 1, buffer + 32768, RIG_HEADER + RIG_FRAME, 0);
		rig_kick(&rig, TX);
		rig_wait_used(&rig, TX, 2);
	} else if (is(mode, "nocall")) {
		must(vhost_set_vring_call(rig.vhost, TX, rig.call[TX]), "VHOST_SET_VRING_CALL");
		set_used_event(TX, 2);
	}
}

static void obey(const char *mode, const char *order)
{
	if (is(order, "repair\n")) {
		repair();
		puts("repaired");
		return;
	}
	if (is(order, "listen\n")) {
		puts("listening");
		must(signalled(rig.call[RX]) ? 0 : -ETIMEDOUT, "waiting for a call");
	}
	heal(mode);
	puts("healed");
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	char line[16];

	setvbuf(stdout, NULL, _IOLBF, 0);
	set_up(mode);
	go_wrong(mode);
	puts("ready");
	while (fgets(line, sizeof(line), stdin))
		obey(mode, line);
	return 0;
}
