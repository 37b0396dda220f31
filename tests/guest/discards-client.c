// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A driver that gets packets which its device throws away, or would not. Half of the frames are long, the other half
 * short. It has three steps, see steps.h: so many that the device takes them in batches; one after the other; its end.
 * It prints what is to be expected, one JSON object a line.
 *
 *   short      buffers without VIRTIO_NET_F_MRG_RXBUF: the long frames do not fit
 *   chains     the same, with buffers of two descriptors
 *   many       buffers of a byte with VIRTIO_NET_F_MRG_RXBUF: a long frame needs more of them than it may use
 *   header     the tap's header is longer than that of the acked features, without VIRTIO_NET_F_MRG_RXBUF
 *   mergeable  it is shorter, with VIRTIO_NET_F_MRG_RXBUF
 *   few        with VIRTIO_NET_F_MRG_RXBUF the long frames wait for more buffers
 *   failed     the buffers' memory is taken away
 *   full       there are no buffers: the tap drops what it has no room for, in the second step all that comes
 *   stopped    the same with back pressure: it drops nothing, and in the second step there are buffers
 */
#include <sys/mman.h>

#include "rig.h"
#include "steps.h"

#define QUEUE 0
#define VERSION_1 (UINT64_C(1) << 32)
#define MRG_RXBUF (UINT64_C(1) << 15)
#define OLD_HEADER 10
#define SHORT_FRAME 100
#define NUM 2048

/* Frames of the first step, of which the tap has room for 500, and of the second. */
#define TOGETHER 150
#define ALONE 20

/* Frames for which there are no buffers: more than there is room for in the tap and in vhost's batch. */
#define HELD 1300

/**
 * struct mode - what is done
 * @name: its name
 * @features: what the driver acks
 * @header: the tap's header
 * @num: the ring's size
 * @buffers: how many buffers
 * @length: of a buffer
 * @chain: descriptors of each
 * @long_frame: length of the long frames
 * @used: buffers used of a long and of a short frame
 * @discards: long and short frames that are thrown away
 * @reason: why
 * @held: there are no buffers in the first step
 * @tap_flags: of the tap
 */
struct mode {
	const char *name;
	uint64_t features;
	int header;
	unsigned int num, buffers, length, chain, long_frame;
	unsigned int used[2], discards[2];
	const char *reason;
	bool held;
	int tap_flags;
};

static const struct mode modes[] = {
	{ "short", VERSION_1, RIG_HEADER, 256, 256, 512, 1, 1000, { 0, 1 }, { 1, 0 }, "too_short" },
	{ "chains", VERSION_1, RIG_HEADER, 256, 128, 256, 2, 1000, { 0, 1 }, { 1, 0 }, "too_short" },
	{ "many", VERSION_1 | MRG_RXBUF, RIG_HEADER, NUM, NUM, 1, 1, 1514, { 0, 112 }, { 1, 0 }, "too_short" },
	{ "header", 0, RIG_HEADER, 256, 256, 1536, 1, 1000, { 0, 0 }, { 1, 1 }, "header" },
	{ "mergeable", MRG_RXBUF, OLD_HEADER, 256, 256, 512, 1, 1000, { 0, 0 }, { 1, 1 }, "header" },
	{ "few", VERSION_1 | MRG_RXBUF, RIG_HEADER, 256, 2, 512, 1, 1000, { 2, 1 }, { 0, 0 }, "" },
	{ "failed", VERSION_1, RIG_HEADER, 256, 256, 1536, 1, 1000, { 0, 0 }, { 1, 1 }, "failed" },
	{ "full", VERSION_1, RIG_HEADER, 256, 256, 1536, 1, 1000, .reason = "full_ring", .held = true },
	{ "stopped", VERSION_1, RIG_HEADER, 256, 256, 1536, 1, 1000, { 1, 1 }, .reason = "", .held = true,
	  .tap_flags = TAP_BACKPRESSURE },
	{ 0 },
};

struct client {
	const struct mode *mode;
	struct rig rig;
	struct vring ring;
	uint64_t buffers;
	int tap, ifindex, socket;
	uint16_t given, used;
	unsigned int sent[2];
};

static uint16_t used_now(const struct client *c)
{
	return le16toh(ring_load_acquire(&c->ring.used->idx));
}

static void give(struct client *c, unsigned int buffer)
{
	c->ring.avail->ring[c->given % c->mode->num] = htole16((uint16_t)(buffer * c->mode->chain));
	c->given++;
	/* The entry before the index, for the device's worker (vhost_get_vq_desc()). */
	ring_store_release(&c->ring.avail->idx, htole16(c->given));
}

/* Give back what was used. */
static void give_back(struct client *c)
{
	const uint16_t used = used_now(c);

	if (c->used == used)
		return;
	for (; c->used != used; c->used++)
		give(c, le32toh(c->ring.used->ring[c->used % c->mode->num].id) / c->mode->chain);
	rig_kick(&c->rig, QUEUE);
}

static void send_frame(struct client *c, bool is_short)
{
	const struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = c->ifindex };
	const size_t len = is_short ? SHORT_FRAME : c->mode->long_frame;
	char frame[1514] = { 2, [12] = 0x88, 0xb5 };

	if (sendto(c->socket, frame, len, 0, (const struct sockaddr *)&to, sizeof(to)) != (ssize_t)len)
		must(-errno, "send a frame to the tap");
	c->sent[is_short]++;
}

static void fill_ring(struct client *c)
{
	const struct mode *m = c->mode;

	for (unsigned int i = 0; i < m->buffers * m->chain; i++)
		c->ring.desc[i] = (struct vring_desc){
			.addr = htole64(c->buffers + (uint64_t)i * m->length), .len = htole32(m->length),
			.flags = htole16(VRING_DESC_F_WRITE | (i % m->chain + 1 < m->chain ? VRING_DESC_F_NEXT : 0)),
			.next = htole16((uint16_t)(i + 1)),
		};
}

static void give_all(struct client *c)
{
	for (unsigned int i = 0; i < c->mode->buffers; i++)
		give(c, i);
	rig_kick(&c->rig, QUEUE);
}

static void set_up(struct client *c)
{
	const struct mode *m = c->mode;
	const size_t size = (size_t)m->buffers * m->chain * m->length;
	const int room = 16 << 20;
	void *ring, *buffers;

	rig_open(&c->rig, m->features);
	c->tap = rig_tap_with(&c->ifindex, m->tap_flags);
	must(tap_set_vnet_hdr_size(c->tap, m->header), "TUNSETVNETHDRSZ");
	c->socket = must(socket(AF_PACKET, SOCK_RAW, 0), "a packet socket");
	/* What waits in a qdisc counts. */
	must(setsockopt(c->socket, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)), "SO_SNDBUFFORCE");
	ring = guestmem_alloc(&c->rig.mem, vring_size(m->num, 4096), 4096);
	buffers = guestmem_alloc(&c->rig.mem, size, 4096);
	memset(ring, 0, vring_size(m->num, 4096));
	memset(buffers, 0, size);
	c->buffers = guestmem_gpa(&c->rig.mem, buffers);
	vring_init(&c->ring, m->num, ring, 4096);
	c->rig.ring[QUEUE] = c->ring;
	must(vhost_set_vring_num(c->rig.vhost, QUEUE, m->num), "VHOST_SET_VRING_NUM");
	must(rig_set_addr(&c->rig, QUEUE, 0, 0), "VHOST_SET_VRING_ADDR");
	fill_ring(c);
	if (!m->held)
		give_all(c);
	if (!strcmp(m->name, "failed") && mprotect(buffers, size, PROT_NONE))
		must(-errno, "mprotect");
}

/* Wait until all that is to be delivered was. */
static void receive(struct client *c)
{
	const struct mode *m = c->mode;
	const unsigned int wanted = c->sent[0] * m->used[0] + c->sent[1] * m->used[1];

	for (int i = 0; (uint16_t)(wanted - used_now(c)) && (int16_t)(wanted - used_now(c)) > 0; i++) {
		must(i < RIG_WAITS ? 0 : -ETIMEDOUT, "wait for used buffers");
		give_back(c);
		/* A pace: it polls the used index, and reads no calls. */
		usleep(RIG_WAIT_US);
	}
	give_back(c);
}

static void tell(const struct client *c)
{
	const struct mode *m = c->mode;

	printf("{\"mode\":\"%s\",\"owner\":%d,\"reason\":\"%s\",\"discards\":%u,", m->name, getpid(), m->reason,
	       c->sent[0] * m->discards[0] + c->sent[1] * m->discards[1]);
	printf("\"long\":%u,\"used\":%u,\"wanted\":%u}\n", m->long_frame, used_now(c),
	       (uint16_t)(c->sent[0] * m->used[0] + c->sent[1] * m->used[1]));
}

static void send_frames(struct client *c, int count)
{
	for (int i = 0; i < count; i++)
		send_frame(c, i % 3 == 1);
}

static void hold(struct client *c)
{
	rig_start(&c->rig, QUEUE, c->tap);
	send_frames(c, HELD);
}

static void deliver(struct client *c)
{
	send_frames(c, TOGETHER);
	rig_start(&c->rig, QUEUE, c->tap);
	rig_kick(&c->rig, QUEUE);
	receive(c);
}

static void deliver_alone(struct client *c)
{
	for (int i = 0; i < ALONE; i++) {
		send_frame(c, i % 2);
		receive(c);
	}
}

int main(int argc, char **argv)
{
	struct client c = { .mode = modes };

	while (c.mode->name && (argc < 2 || strcmp(c.mode->name, argv[1])))
		c.mode++;
	must(c.mode->name ? 0 : -EINVAL, "the mode");
	wait_step();
	set_up(&c);
	if (c.mode->held)
		hold(&c);
	else
		deliver(&c);
	tell(&c);
	done();
	wait_step();
	if (c.mode->held && *c.mode->reason)
		send_frames(&c, ALONE);
	else if (c.mode->held)
		give_all(&c);
	else
		deliver_alone(&c);
	if (!c.mode->held || !*c.mode->reason)
		receive(&c);
	tell(&c);
	done();
	wait_step();
	rig_close(&c.rig);
	close(c.tap);
	close(c.socket);
	done();
	return 0;
}
