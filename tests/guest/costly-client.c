// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * costly-client [flags|iotlb|pairs=N|poll] [vcpu=CPU]...: the owner and driver of a device that sends and receives
 * frames as its last line on standard input says, and ends with its input:
 *
 *   well       eight at a time, with one kick, and one call when the last is used
 *   each_kick  a kick after each of the eight, whatever the device asks for
 *   twice      one kick before the eight are used, and one after that, which finds nothing
 *   apart      one every millisecond, with a kick
 *   missing    eight at a time; the translation of their page is taken out before
 *   hungry     receives: gives the device a buffer only when it has a frame for it
 *   fed        receives: gives eight buffers in advance
 *   calls      receives a frame, and then two; asks for a call after each time
 *   one_call   the same, but asks for one call after all three
 *   short      is sent frames that are longer than its buffers
 *   late       is sent frames, and gives no buffer
 *   bursts     is sent 1,500 frames and takes them afterwards, as many as are left, and sleeps
 *   full       keeps its ring half full at least, so that the device has no time to sleep
 *   all        the same with all queue pairs, one after the other
 *   rest       none
 *
 * With "pairs" there are up to four queue pairs. With "flags" it has no EVENT_IDX, with "iotlb" a virtual IOMMU, with
 * "poll" the device polls for 300 us before it sleeps. For each "vcpu" there is a thread that calls ioctl KVM_RUN again
 * and again, which fails, as a virtual CPU that never waits would do; on that CPU of the host. After each line it
 * prints the line.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <linux/virtio_config.h>

#include "rig.h"
#include "vhost/iotlb.h"

#define RX 0
#define TX 1
#define BURST 8
#define PAIRS_MAX 4
#define BUFFER (RIG_GPA + RIG_SIZE / 2)
#define IOVA_SHIFT UINT64_C(0x5000000000)
#define KVM_RUN 0xae80
#define BUSYLOOP_US 300
#define APART_US 1000
#define DIGEST 2000
#define BURST_FRAMES 1500
#define BURST_BUFFERS 200
/* Until no frame is left for the last of the buffers. */
#define BURST_WAITS 100
#define BURST_PAUSE_US 600000

enum mode {
	WELL, EACH_KICK, TWICE, APART, MISSING, HUNGRY, FED, CALLS, ONE_CALL, SHORT, LATE, BURSTS, FULL, ALL, REST,
	MODES,
};

static const char *const names[MODES] = {
	"well", "each_kick", "twice", "apart", "missing", "hungry", "fed", "calls", "one_call", "short", "late",
	"bursts", "full", "all", "rest",
};

/**
 * struct client - the owner
 * @rig: its device
 * @more: those of further queue pairs
 * @pairs: number of queue pairs
 * @event_idx: EVENT_IDX was acked
 * @shift: added to guest-physical addresses, for the IOTLB
 * @ifindex: its tap
 * @packets: a packet socket
 */
struct client {
	struct rig rig, more[PAIRS_MAX - 1];
	unsigned int pairs;
	bool event_idx;
	uint64_t shift;
	int ifindex;
	int packets;
};

static void *spin(void *arg)
{
	const long cpu = (long)arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (;;)
		ioctl(-1, KVM_RUN, 0);
	return NULL;
}

static void add_vcpu(const char *cpu)
{
	pthread_t t;

	must(-pthread_create(&t, NULL, spin, (void *)strtol(cpu, NULL, 10)), "a thread");
}

/* Read a line, if there is one, or else if the mode is REST. */
static enum mode next_mode(enum mode mode)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	char line[64];
	ssize_t n;

	if (poll(&p, 1, mode == REST ? -1 : 0) != 1)
		return mode;
	n = read(STDIN_FILENO, line, sizeof(line) - 1);
	if (n <= 0)
		exit(0);
	line[n - 1] = 0;
	for (mode = 0; mode < MODES && strcmp(line, names[mode]); mode++)
		;
	if (mode == MODES)
		exit(2);
	puts(line);
	fflush(stdout);
	return mode;
}

/* Ask for a call when the used index passes @last. */
static void ask(const struct client *c, const struct rig *r, unsigned int queue, uint16_t last)
{
	struct vring_avail *avail = r->ring[queue].avail;

	if (c->event_idx)
		ring_store_release(&avail->ring[RIG_NUM], htole16(last));
	/* The used index after the event: pairs with the barrier in vhost_notify(). */
	atomic_thread_fence(memory_order_seq_cst);
}

static void translate(const struct rig *r, uint64_t gpa, uint64_t size)
{
	must(iotlb_update(r->vhost, true, gpa + IOVA_SHIFT, size, (uintptr_t)guestmem_translate(&r->mem, gpa, size),
			  VHOST_ACCESS_RW), "IOTLB update");
}

static void answer(const struct rig *r)
{
	struct pollfd p = { .fd = r->vhost, .events = POLLIN };
	struct iotlb_miss m;

	must(poll(&p, 1, 10000) == 1 && iotlb_read_miss(r->vhost, true, &m) == 1 ? 0 : -ENOMSG, "the miss");
	translate(r, BUFFER, 4096);
}

/* Until the last is used, by calls. */
static void wait_used(const struct rig *r, unsigned int queue, uint16_t used)
{
	while ((int16_t)(rig_used(r, queue) - used) < 0)
		must(signalled(r->call[queue]) ? 0 : -ETIME, "no call");
}

static void send_frames(const struct client *c, enum mode mode)
{
	const struct rig *r = &c->rig;
	const uint16_t at = le16toh(r->ring[TX].avail->idx), count = mode == APART ? 1 : BURST;

	if (mode == MISSING)
		must(iotlb_invalidate(r->vhost, true, BUFFER + IOVA_SHIFT, 4096), "IOTLB invalidate");
	ask(c, r, TX, (uint16_t)(at + count - 1));
	for (uint16_t i = 0; i < count; i++) {
		rig_publish(r, TX, i);
		if (mode == EACH_KICK || i == count - 1)
			rig_kick(r, TX);
	}
	if (mode == MISSING)
		answer(r);
	wait_used(r, TX, (uint16_t)(at + count));
	if (mode == TWICE)
		rig_kick(r, TX);
	/* An ioctl for the whole device waits for what its worker has to do. */
	if (mode == TWICE)
		rig_set_table(r);
	/* The pace is what is tried: the device has nothing to do meanwhile, and polls. */
	if (mode == APART)
		usleep(APART_US);
}

static uint16_t avail_event(const struct rig *r, unsigned int queue)
{
	return le16toh(ring_load_acquire((const __virtio16 *)&r->ring[queue].used->ring[RIG_NUM]));
}

/* Kick if the device asks for that: the avail index was @before. */
static void kick_wanted(const struct rig *r, unsigned int queue, uint16_t before)
{
	/* The event after the index: pairs with the barrier in vhost_enable_notify(). */
	atomic_thread_fence(memory_order_seq_cst);
	if (vring_need_event(avail_event(r, queue), le16toh(r->ring[queue].avail->idx), before))
		rig_kick(r, queue);
}

/* Publish a quarter of a ring, and wait until another quarter is free. */
static void fill_ring(const struct client *c, const struct rig *r)
{
	const uint16_t at = le16toh(r->ring[TX].avail->idx), free = (uint16_t)(at - RIG_NUM / 2);

	for (uint16_t i = 0; i < RIG_NUM / 4; i++)
		rig_publish(r, TX, i % BURST);
	kick_wanted(r, TX, at);
	ask(c, r, TX, (uint16_t)(free - 1));
	wait_used(r, TX, free);
}

/* Buffers that the device has not used. */
static uint16_t given(const struct rig *r)
{
	return (uint16_t)(le16toh(r->ring[RX].avail->idx) - rig_used(r, RX));
}

/* Give the device a buffer, and kick if it asks for that. */
static void give(const struct rig *r)
{
	const uint16_t at = le16toh(r->ring[RX].avail->idx);

	rig_publish(r, RX, 0);
	kick_wanted(r, RX, at);
}

/* Wait until the device has found that it has no buffer. */
static void wait_asked(const struct rig *r)
{
	for (int i = 0; avail_event(r, RX) != le16toh(r->ring[RX].avail->idx); i++) {
		must(i < RIG_WAITS ? 0 : -ETIMEDOUT, "wait for the device to ask for buffers");
		/* Nothing tells when the word changes. */
		usleep(RIG_WAIT_US);
	}
}

static void receive_frame(const struct client *c, enum mode mode)
{
	const struct rig *r = &c->rig;
	const uint16_t used = rig_used(r, RX);

	rig_desc(r, RX, 0, BUFFER + 4096, 2048, VRING_DESC_F_WRITE);
	while (mode == FED && given(r) < BURST)
		give(r);
	rig_receive_by(c->packets, c->ifindex);
	if (!given(r)) {
		wait_asked(r);
		give(r);
	}
	rig_wait_used(r, RX, (uint16_t)(used + 1));
}

/* As wait_used() for frames, but a call is asked for again and again: for each that was not seen yet. */
static void wait_each(const struct client *c, const struct rig *r, uint16_t used)
{
	uint16_t seen = rig_used(r, RX);

	while ((int16_t)(seen - used) < 0) {
		ask(c, r, RX, seen);
		if (rig_used(r, RX) == seen)
			must(signalled(r->call[RX]) ? 0 : -ETIME, "no call");
		seen = rig_used(r, RX);
	}
	/* What a driver does with frames, and meanwhile the event is behind. */
	for (volatile int i = 0; i < DIGEST; i++)
		;
}

/* A frame, and then two at a time. */
static void receive_by_calls(const struct client *c, enum mode mode)
{
	const struct rig *r = &c->rig;
	const uint16_t used = rig_used(r, RX);

	rig_desc(r, RX, 0, BUFFER + 4096, 2048, VRING_DESC_F_WRITE);
	while (given(r) < BURST)
		give(r);
	if (mode == ONE_CALL)
		ask(c, r, RX, (uint16_t)(used + 2));
	rig_receive_by(c->packets, c->ifindex);
	if (mode == CALLS)
		wait_each(c, r, (uint16_t)(used + 1));
	rig_receive_by(c->packets, c->ifindex);
	rig_receive_by(c->packets, c->ifindex);
	if (mode == CALLS)
		wait_each(c, r, (uint16_t)(used + 3));
	else
		wait_used(r, RX, (uint16_t)(used + 3));
}

/* The device throws it away, and keeps the buffer. */
static void receive_too_long(const struct client *c)
{
	const struct rig *r = &c->rig;

	rig_desc(r, RX, 0, BUFFER + 4096, RIG_FRAME / 2, VRING_DESC_F_WRITE);
	if (!given(r))
		give(r);
	rig_receive_by(c->packets, c->ifindex);
	/* A pace only: nothing tells the driver of a frame that is thrown away. */
	usleep(RIG_WAIT_US);
}

static void receive_burst(const struct client *c)
{
	const struct rig *r = &c->rig;

	for (int i = 0; i < BURST_FRAMES; i++)
		rig_receive_by(c->packets, c->ifindex);
	do {
		while (given(r) < BURST_BUFFERS)
			give(r);
		/* Until all are used, or no frame is left for the rest, of which nothing tells. */
		for (int i = 0; given(r) && i < BURST_WAITS; i++)
			usleep(RIG_WAIT_US);
	} while (!given(r));
	/* What makes it a burst. */
	usleep(BURST_PAUSE_US);
}

static void add_translations(const struct rig *r)
{
	must(vhost_set_backend_features(r->vhost, UINT64_C(1) << VHOST_BACKEND_F_IOTLB_MSG_V2), "backend features");
	must(rig_set_addr(r, TX, IOVA_SHIFT, 0), "VHOST_SET_VRING_ADDR");
	translate(r, guestmem_gpa(&r->mem, r->ring[TX].desc), vring_size(RIG_NUM, 4096));
	translate(r, BUFFER, 4096);
}

static void open_device(const struct client *c, struct rig *r, bool busy, int tap)
{
	uint64_t features = UINT64_C(1) << VIRTIO_F_VERSION_1;

	if (c->event_idx)
		features |= UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX;
	if (c->shift)
		features |= UINT64_C(1) << VIRTIO_F_ACCESS_PLATFORM;
	rig_open(r, features);
	if (c->shift)
		add_translations(r);
	if (busy)
		must(vhost_set_vring_busyloop_timeout(r->vhost, TX, BUSYLOOP_US), "busy polling");
	for (unsigned int i = 0; i < BURST; i++)
		rig_desc(r, TX, i, BUFFER + c->shift, RIG_HEADER + 60, 0);
	rig_desc(r, RX, 0, BUFFER + 4096, 2048, VRING_DESC_F_WRITE);
	rig_start(r, TX, tap);
	/* Its ring has no translations. */
	if (!c->shift)
		rig_start(r, RX, tap);
}

static void open_devices(struct client *c, bool busy)
{
	struct ifreq ifr = { .ifr_flags = IFF_UP };
	const int flags = IFF_VNET_HDR | (c->pairs > 1 ? IFF_MULTI_QUEUE : 0);
	int tap = must(tap_open("rig%d", flags, ifr.ifr_name), "tap"), s = socket(AF_INET, SOCK_DGRAM, 0);

	must(tap_set_vnet_hdr_size(tap, RIG_HEADER), "TUNSETVNETHDRSZ");
	must(tap_set_offload(tap, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6), "TUNSETOFFLOAD");
	c->ifindex = (int)if_nametoindex(ifr.ifr_name);
	if (ioctl(s, SIOCSIFFLAGS, &ifr))
		must(-errno, "SIOCSIFFLAGS");
	close(s);
	open_device(c, &c->rig, busy, tap);
	for (unsigned int i = 1; i < c->pairs; i++) {
		tap = must(tap_open(ifr.ifr_name, flags, ifr.ifr_name), "tap");
		must(tap_set_vnet_hdr_size(tap, RIG_HEADER), "TUNSETVNETHDRSZ");
		open_device(c, &c->more[i - 1], busy, tap);
	}
}

static void work(const struct client *c, enum mode mode)
{
	switch (mode) {
	case HUNGRY:
	case FED:
		receive_frame(c, mode);
		break;
	case CALLS:
	case ONE_CALL:
		receive_by_calls(c, mode);
		break;
	case SHORT:
		receive_too_long(c);
		break;
	case LATE:
		rig_receive_by(c->packets, c->ifindex);
		break;
	case BURSTS:
		receive_burst(c);
		break;
	case ALL:
		for (unsigned int i = 0; i < c->pairs; i++)
			fill_ring(c, i ? &c->more[i - 1] : &c->rig);
		break;
	case FULL:
		fill_ring(c, &c->rig);
		break;
	case REST:
		break;
	default:
		send_frames(c, mode);
	}
}

int main(int argc, char **argv)
{
	struct client c = { .pairs = 1, .event_idx = true };
	enum mode mode = REST;
	bool busy = false;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "flags"))
			c.event_idx = false;
		else if (!strcmp(argv[i], "iotlb"))
			c.shift = IOVA_SHIFT;
		else if (!strncmp(argv[i], "pairs=", strlen("pairs=")))
			c.pairs = (unsigned int)strtoul(argv[i] + strlen("pairs="), NULL, 10);
		else if (!strcmp(argv[i], "poll"))
			busy = true;
		else
			add_vcpu(argv[i] + strlen("vcpu="));
	}
	must(c.pairs && c.pairs <= PAIRS_MAX ? 0 : -EINVAL, "pairs");
	open_devices(&c, busy);
	c.packets = rig_packet_socket();
	for (;;) {
		mode = next_mode(mode);
		work(&c, mode);
	}
}
