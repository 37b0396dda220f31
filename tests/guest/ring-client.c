// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner and driver of a ring that is stopped, continued, reset and set up anew. For each frame that it sends it
 * prints which ring the trace has to name, and which position in it: one JSON object a line. It has two
 * steps, see steps.h: all of that, and its end.
 */
#include <sys/wait.h>

#include "rig.h"
#include "steps.h"

#define QUEUE 1

struct client {
	struct rig rig;
	int tap;
	unsigned int num, generation;
	uint64_t position;
};

static void send_frame(struct client *c)
{
	struct rig *r = &c->rig;
	struct vring_avail *avail = r->ring[QUEUE].avail;
	const uint16_t idx = le16toh(avail->idx);

	avail->ring[idx % c->num] = 0;
	/* The entry before the index, for the device's worker (vhost_get_vq_desc()). */
	ring_store_release(&avail->idx, htole16((uint16_t)(idx + 1)));
	rig_kick(r, QUEUE);
	rig_wait_used(r, QUEUE, (uint16_t)(idx + 1));
	/* Until the worker has decided and waits for the next kick: so it is the only kick of a run. */
	rig_set_table(r);
	c->position++;
	printf("{\"type\":\"frame\",\"addr\":%llu,\"size\":%u,\"gen\":%u,\"pos\":%llu,\"idx\":%u}\n",
	       (unsigned long long)guestmem_gpa(&r->mem, r->ring[QUEUE].desc), c->num, c->generation,
	       (unsigned long long)c->position, (uint16_t)(idx + 1));
}

/* Return: where the ring is to go on. */
static unsigned int stop(const struct client *c)
{
	unsigned int base;

	must(vhost_net_set_backend(c->rig.vhost, QUEUE, -1), "VHOST_NET_SET_BACKEND");
	must(vhost_get_vring_base(c->rig.vhost, QUEUE, &base), "VHOST_GET_VRING_BASE");
	return base;
}

static void start(const struct client *c, unsigned int base)
{
	must(vhost_set_vring_base(c->rig.vhost, QUEUE, base), "VHOST_SET_VRING_BASE");
	rig_start(&c->rig, QUEUE, c->tap);
}

/* The same ring goes on. */
static void continue_ring(const struct client *c)
{
	start(c, stop(c));
}

/*
 * A new ring in the place of the former one, as after a reset. @base: where it begins; @generation and @position: what
 * the trace has to call that
 */
static void restart_ring(struct client *c, unsigned int num, uint16_t base, unsigned int generation, uint64_t position)
{
	struct vring *v = &c->rig.ring[QUEUE];

	stop(c);
	memset(v->desc, 0, vring_size(RIG_NUM, 4096));
	vring_init(v, num, v->desc, 4096);
	v->avail->idx = v->used->idx = htole16(base);
	rig_desc(&c->rig, QUEUE, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	must(vhost_set_vring_num(c->rig.vhost, QUEUE, num), "VHOST_SET_VRING_NUM");
	must(rig_set_addr(&c->rig, QUEUE, 0, 0), "VHOST_SET_VRING_ADDR");
	start(c, base);
	c->num = num;
	c->generation = generation;
	c->position = position;
}

/* A kick by a process that does not have the ring's memory. */
static void kick_from_elsewhere(const struct client *c)
{
	pid_t child = fork();

	must(child < 0 ? -errno : 0, "fork");
	if (!child) {
		rig_kick(&c->rig, QUEUE);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	rig_set_table(&c->rig);
	puts("{\"type\":\"elsewhere\"}");
}

int main(void)
{
	struct client c = { .num = RIG_NUM, .generation = 1 };
	int ifindex;

	wait_step();
	rig_open(&c.rig, UINT64_C(1) << VIRTIO_F_VERSION_1);
	c.tap = rig_tap(&ifindex);
	rig_desc(&c.rig, QUEUE, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	rig_start(&c.rig, QUEUE, c.tap);
	send_frame(&c);
	send_frame(&c);
	kick_from_elsewhere(&c);
	continue_ring(&c);
	send_frame(&c);
	restart_ring(&c, RIG_NUM, 0, 2, 0);
	send_frame(&c);
	/* It comes from elsewhere, as in a migration: nobody knows its laps. */
	restart_ring(&c, RIG_NUM, 65535, 0, 65536 + 65535);
	send_frame(&c);
	send_frame(&c);
	continue_ring(&c);
	send_frame(&c);
	/* A smaller one. */
	restart_ring(&c, RIG_NUM / 2, 0, 3, 0);
	send_frame(&c);
	done();
	wait_step();
	rig_close(&c.rig);
	close(c.tap);
	done();
	return 0;
}
