// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tap with a vhost-net device and a driver that does only what it is told: for tests of what happens to packets
 * between the tap and the ring. Prints "ready TAP", obeys the lines of standard input, answers each with one line, and
 * ends with its input.
 *
 *   name=NAME   of the tap
 *   pairs=N     queues of the tap (default 1)
 *   devices=N   vhost devices for the first of them (default: all)
 *   features=F  of virtio, hexadecimal, besides VERSION_1 and EVENT_IDX
 *   header=N    length of the tap's virtio-net header (default 12)
 *   sndbuf=N    of the tap's sockets
 *   flags=F     of TUNSETIFF, hexadecimal, besides those of a tap with headers
 *
 *   give P N LEN   publish N receive buffers of LEN bytes in pair P and kick; "given"
 *   drain P N      give back what comes used, until N buffers are used; "drained"
 *   used P         "used N": the used index of pair P's receive queue
 *   send N LEN     N frames of LEN bytes from the driver, each taken back; "sent"
 *   stuff N LEN    the same, without waiting for any; "stuffed"
 *   receive N LEN  N frames of LEN bytes to the tap, of 16 flows; "received N", without those that were refused
 *   header N       "header"
 *   listen         open a packet socket for all that leaves the tap; "listening"
 *   turn P ON      turn queue P of the tap off or on (0 or 1); "turned"
 *   close P        close queue P of the tap; "closed"
 */
#include <net/if.h>
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

#include "rig.h"

#define RX 0
#define TX 1
#define VERSION_1 (UINT64_C(1) << 32)
#define EVENT_IDX (UINT64_C(1) << 29)
#define PAIRS_MAX 4
#define BUFFER 4096
#define FRAME_MAX 16384
#define FLOWS 16

static struct pair {
	struct rig rig;
	int tap;
	uint64_t rx, tx;
	unsigned int given, sent;
} pairs[PAIRS_MAX];
static unsigned int pair_count = 1, device_count = PAIRS_MAX, header = RIG_HEADER, flags;
static uint64_t features;
static int sndbuf, ifindex;
static char tap_name_of[IFNAMSIZ] = "loss%d";

static struct pair *pair(unsigned int number)
{
	must(number < pair_count ? 0 : -EINVAL, "number of a pair");
	return &pairs[number];
}

static void read_options(char **words)
{
	for (; *words; words++) {
		const char *value = strchr(*words, '=');

		must(value ? 0 : -EINVAL, *words);
		if (!strncmp(*words, "name", 4))
			snprintf(tap_name_of, sizeof(tap_name_of), "%s", value + 1);
		else if (!strncmp(*words, "pairs", 5))
			pair_count = (unsigned int)atoi(value + 1);
		else if (!strncmp(*words, "devices", 7))
			device_count = (unsigned int)atoi(value + 1);
		else if (!strncmp(*words, "features", 8))
			features = strtoull(value + 1, NULL, 16);
		else if (!strncmp(*words, "header", 6))
			header = (unsigned int)atoi(value + 1);
		else if (!strncmp(*words, "sndbuf", 6))
			sndbuf = atoi(value + 1);
		else if (!strncmp(*words, "flags", 5))
			flags = (unsigned int)strtoul(value + 1, NULL, 16);
		else
			must(-EINVAL, *words);
	}
	must(pair_count && pair_count <= PAIRS_MAX ? 0 : -EINVAL, "pairs");
}

static void open_tap(void)
{
	struct ifreq ifr = { 0 };
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	for (unsigned int i = 0; i < pair_count; i++) {
		char name[IFNAMSIZ];

		memcpy(name, tap_name_of, sizeof(name));
		pairs[i].tap = must(tap_open(name, IFF_VNET_HDR | (int)flags | (pair_count > 1 ? IFF_MULTI_QUEUE : 0),
					     tap_name_of), "tap");
		must(tap_set_vnet_hdr_size(pairs[i].tap, (int)header), "TUNSETVNETHDRSZ");
		if (sndbuf)
			must(tap_set_sndbuf(pairs[i].tap, sndbuf), "TUNSETSNDBUF");
	}
	memcpy(ifr.ifr_name, tap_name_of, IFNAMSIZ);
	ifr.ifr_flags = IFF_UP;
	if (ioctl(s, SIOCSIFFLAGS, &ifr))
		must(-errno, "SIOCSIFFLAGS");
	close(s);
	ifindex = (int)if_nametoindex(tap_name_of);
}

/* The driver looks into the ring instead. The device's first call comes nevertheless. */
static void no_calls(struct pair *p, unsigned int queue)
{
	uint64_t count;

	vring_used_event(&p->rig.ring[queue]) = htole16((uint16_t)(rig_used(&p->rig, queue) + 0x7fff));
	if (read(p->rig.call[queue], &count, sizeof(count)) < 0)
		must(errno == EAGAIN ? 0 : -errno, "read a call");
}

static void start(struct pair *p)
{
	rig_open(&p->rig, VERSION_1 | EVENT_IDX | features);
	p->rx = guestmem_gpa(&p->rig.mem, guestmem_alloc(&p->rig.mem, RIG_NUM * BUFFER, 4096));
	p->tx = guestmem_gpa(&p->rig.mem, guestmem_alloc(&p->rig.mem, FRAME_MAX, 4096));
	no_calls(p, RX);
	no_calls(p, TX);
	rig_start(&p->rig, RX, p->tap);
	rig_start(&p->rig, TX, p->tap);
}

static void publish(struct pair *p, unsigned int len)
{
	const unsigned int id = p->given++ % RIG_NUM;

	rig_desc(&p->rig, RX, id, p->rx + BUFFER * id, len, VRING_DESC_F_WRITE);
	rig_publish(&p->rig, RX, (uint16_t)id);
}

static void give(struct pair *p, unsigned int count, unsigned int len)
{
	no_calls(p, RX);
	while (count--)
		publish(p, len);
	rig_kick(&p->rig, RX);
}

static void drain(struct pair *p, unsigned int count)
{
	unsigned int taken = rig_used(&p->rig, RX);

	while (taken < count) {
		if (p->given == taken)
			give(p, count - taken < RIG_NUM ? count - taken : RIG_NUM, BUFFER);
		rig_wait_used(&p->rig, RX, (uint16_t)(taken + 1));
		taken = rig_used(&p->rig, RX);
	}
	no_calls(p, RX);
}

static void send_frames(struct pair *p, unsigned int count, unsigned int len, bool wait)
{
	while (count--) {
		const unsigned int id = p->sent++ % RIG_NUM;
		char *frame = guestmem_translate(&p->rig.mem, p->tx, FRAME_MAX);

		memset(frame, 0, header + len);
		memset(frame + header, 0xff, ETH_ALEN);
		memcpy(frame + header + 2 * ETH_ALEN, "\x88\xb5", 2);
		rig_desc(&p->rig, TX, id, p->tx, header + len, 0);
		no_calls(p, TX);
		rig_add(&p->rig, TX, (uint16_t)id);
		if (wait)
			rig_wait_used(&p->rig, TX, (uint16_t)p->sent);
	}
	no_calls(p, TX);
}

/* UDP of a flow, so that the tap's queues share the frames. */
static unsigned int receive(unsigned int count, unsigned int len)
{
	const struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = ifindex };
	static char frame[FRAME_MAX] = { 2, [12] = 8, 0 };
	struct iphdr *ip = (void *)(frame + ETH_HLEN);
	struct udphdr *udp = (void *)(ip + 1);
	int s = socket(AF_PACKET, SOCK_RAW, 0);
	unsigned int done = 0;

	*ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
		.tot_len = htons((uint16_t)(len - ETH_HLEN)),
		.saddr = htonl(0xc0000201), .daddr = htonl(0xc0000202),
	};
	for (unsigned int i = 0; i < count; i++) {
		*udp = (struct udphdr){ .source = htons((uint16_t)(1000 + i % FLOWS)), .dest = htons(9) };
		done += sendto(s, frame, len, 0, (const struct sockaddr *)&to, sizeof(to)) == (ssize_t)len;
	}
	close(s);
	return done;
}

/* Until the end. */
static void listen_to_tap(void)
{
	const struct sockaddr_ll from = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = ifindex,
	};
	int s = socket(AF_PACKET, SOCK_RAW, 0);

	if (s < 0 || bind(s, (const struct sockaddr *)&from, sizeof(from)))
		must(-errno, "listen to the tap");
}

static void turn(const struct pair *p, bool on)
{
	struct ifreq ifr = { .ifr_flags = on ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE };

	if (ioctl(p->tap, TUNSETQUEUE, &ifr))
		must(-errno, "TUNSETQUEUE");
}

static void obey(const char *order)
{
	unsigned int a, b, c;

	if (sscanf(order, "give %u %u %u", &a, &b, &c) == 3) {
		give(pair(a), b, c);
		puts("given");
	} else if (sscanf(order, "drain %u %u", &a, &b) == 2) {
		drain(pair(a), b);
		puts("drained");
	} else if (sscanf(order, "used %u", &a) == 1) {
		printf("used %u\n", rig_used(&pair(a)->rig, RX));
	} else if (sscanf(order, "send %u %u", &a, &b) == 2) {
		send_frames(pair(0), a, b, true);
		puts("sent");
	} else if (sscanf(order, "stuff %u %u", &a, &b) == 2) {
		send_frames(pair(0), a, b, false);
		puts("stuffed");
	} else if (sscanf(order, "receive %u %u", &a, &b) == 2) {
		printf("received %u\n", receive(a, b));
	} else if (sscanf(order, "header %u", &a) == 1) {
		must(tap_set_vnet_hdr_size(pairs[0].tap, (int)a), "TUNSETVNETHDRSZ");
		puts("header");
	} else if (!strcmp(order, "listen\n")) {
		listen_to_tap();
		puts("listening");
	} else if (sscanf(order, "turn %u %u", &a, &b) == 2) {
		turn(pair(a), b);
		puts("turned");
	} else if (sscanf(order, "close %u", &a) == 1) {
		close(pair(a)->tap);
		puts("closed");
	} else {
		must(-EINVAL, order);
	}
}

int main(int argc, char **argv)
{
	char line[64];

	(void)argc;
	setvbuf(stdout, NULL, _IOLBF, 0);
	read_options(argv + 1);
	open_tap();
	for (unsigned int i = 0; i < pair_count && i < device_count; i++)
		start(&pairs[i]);
	printf("ready %s\n", tap_name_of);
	while (fgets(line, sizeof(line), stdin))
		obey(line);
	return 0;
}
