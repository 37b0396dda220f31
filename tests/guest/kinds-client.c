// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner and driver of a vhost device that is no vhost-net:
 *
 *   kinds-client vsock CID
 *   kinds-client scsi TARGET
 *
 * It begins a step with each line that it reads on its standard input, ends it with a line of JSON that says what it
 * has done and seen so far, and ends at the end of file. The lines:
 *
 *   N        N requests: vsock: to a port of the host at which nobody listens, so that each gets a reply; scsi: TEST
 *	      UNIT READY of LUN 0
 *   silent   one more request, for which it does not kick
 *   deaf     it waits for all answers, and asks once more; it does not read the call
 *   stop     it stops the device; the next N starts it again, where it was
 *
 * It asks for a call for every fourth used buffer while more than that are under way, and counts calls by what it reads
 * from the eventfds. So nothing that it says comes from where trace and stat have it.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/vhost.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <linux/virtio_scsi.h>
#include <linux/virtio_vsock.h>

#include "base/array.h"
#include "vhost/guestmem.h"
#include "vhost/vhost.h"
#include "virtio/vring.h"

#define NUM 64
#define CALL_AFTER 4
#define WAIT_MS 60000

/* Room for a buffer; also for a struct virtio_vsock_hdr, and for what a SCSI command consists of. */
#define BUFFER 256
#define SCSI_RESPONSE 128	/* where the response begins */

#define GPA UINT64_C(0x100000000)
#define MEMORY (1 << 20)

#define HOST_CID 2
#define NOBODYS_PORT 4711

/**
 * struct queue - a queue that the driver uses
 * @index: its position in the device
 * @vq: the ring
 * @buffers: NUM of BUFFER bytes
 * @kick: wakes the device
 * @call: wakes us
 * @kicks: kicks so far
 * @calls: calls so far
 * @used: buffers that came back so far
 */
struct queue {
	unsigned int index;
	struct virtq vq;
	char *buffers;
	int kick, call;
	uint64_t kicks, calls, used;
};

/**
 * struct client - all of it
 * @vhost: the device
 * @scsi: it is a vhost-scsi
 * @running: it is started
 * @cid: the guest's, of a vsock
 * @target: what starts and stops it, of a scsi
 * @mem: the memory
 * @queues: vsock: receives and sends; scsi: controls, events, requests
 * @count: number of @queues
 * @asks: the queue that requests go to
 * @under_way: requests without an answer
 */
struct client {
	int vhost;
	bool scsi, running;
	uint64_t cid;
	struct vhost_scsi_target target;
	struct guestmem mem;
	struct queue queues[3];
	size_t count;
	struct queue *asks;
	unsigned int under_way;
};

static int must(int r, const char *what)
{
	if (r < 0) {
		fprintf(stderr, "kinds-client: %s: %s\n", what, strerror(-r));
		exit(2);
	}
	return r;
}

static int must_ioctl(int r, const char *what)
{
	return must(r < 0 ? -errno : r, what);
}

static int new_eventfd(void)
{
	return must_ioctl(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

static void kick(struct queue *q)
{
	const uint64_t one = 1;

	virtq_publish(&q->vq);
	if (!virtq_kick_prepare(&q->vq))
		return;
	must_ioctl((int)write(q->kick, &one, sizeof(one)), "kick");
	q->kicks++;
}

static void set_addresses(const struct client *c, const struct queue *q)
{
	const struct vhost_vring_addr addr = {
		.index = q->index,
		.desc_user_addr = (uintptr_t)q->vq.vring.desc,
		.avail_user_addr = (uintptr_t)q->vq.vring.avail,
		.used_user_addr = (uintptr_t)q->vq.vring.used,
	};

	must(vhost_set_vring_num(c->vhost, q->index, NUM), "VHOST_SET_VRING_NUM");
	must(vhost_set_vring_base(c->vhost, q->index, q->vq.used_idx), "VHOST_SET_VRING_BASE");
	must(vhost_set_vring_addr(c->vhost, &addr), "VHOST_SET_VRING_ADDR");
	must(vhost_set_vring_kick(c->vhost, q->index, q->kick), "VHOST_SET_VRING_KICK");
	must(vhost_set_vring_call(c->vhost, q->index, q->call), "VHOST_SET_VRING_CALL");
}

static struct queue *open_queue(struct client *c, unsigned int index)
{
	struct queue *q = &c->queues[c->count++];
	void *ring = guestmem_alloc(&c->mem, vring_size(NUM, VIRTQ_ALIGN), VIRTQ_ALIGN);

	*q = (struct queue){ .index = index, .kick = new_eventfd(), .call = new_eventfd() };
	q->buffers = guestmem_alloc(&c->mem, NUM * BUFFER, 64);
	must(ring && q->buffers ? virtq_init(&q->vq, NUM, ring, true, 0) : -ENOMEM, "ring");
	memset(q->buffers, 0, NUM * BUFFER);
	set_addresses(c, q);
	return q;
}

static void open_device(struct client *c, const char *device, uint64_t features)
{
	const struct guestmem_conf conf = { .size = MEMORY, .gpa = GPA, .regions = 1 };
	struct vhost_memory *table;

	c->vhost = must_ioctl(open(device, O_RDWR | O_CLOEXEC), device);
	must(vhost_set_owner(c->vhost), "VHOST_SET_OWNER");
	features |= UINT64_C(1) << VIRTIO_F_VERSION_1 | UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX;
	must(vhost_set_features(c->vhost, features), "VHOST_SET_FEATURES");
	must(guestmem_open(&c->mem, &conf), "memory");
	table = guestmem_table(&c->mem);
	must(table ? vhost_set_mem_table(c->vhost, table) : -ENOMEM, "VHOST_SET_MEM_TABLE");
	free(table);
}

/* Start or stop it. */
static void set_running(struct client *c, bool running)
{
	const int value = running;

	if (!c->scsi)
		must_ioctl(ioctl(c->vhost, VHOST_VSOCK_SET_RUNNING, &value), "VHOST_VSOCK_SET_RUNNING");
	else if (running)
		must_ioctl(ioctl(c->vhost, VHOST_SCSI_SET_ENDPOINT, &c->target), "VHOST_SCSI_SET_ENDPOINT");
	else
		must_ioctl(ioctl(c->vhost, VHOST_SCSI_CLEAR_ENDPOINT, &c->target), "VHOST_SCSI_CLEAR_ENDPOINT");
	c->running = running;
}

static void *buffer(const struct queue *q, unsigned int id)
{
	return q->buffers + (size_t)id * BUFFER;
}

static void add(const struct client *c, struct queue *q, int id, bool writable, uint32_t len)
{
	must(id, "a descriptor");
	virtq_add(&q->vq, (uint16_t)id, guestmem_gpa(&c->mem, buffer(q, (unsigned int)id)), len, writable);
}

/* Buffers for all that the device has to tell. */
static void fill(const struct client *c, struct queue *q)
{
	while (q->vq.num_free)
		add(c, q, virtq_reserve(&q->vq), true, BUFFER);
	kick(q);
}

static void open_vsock(struct client *c, const char *cid)
{
	c->cid = strtoull(cid, NULL, 10);
	open_device(c, "/dev/vhost-vsock", 0);
	open_queue(c, 0);
	c->asks = open_queue(c, 1);
	must_ioctl(ioctl(c->vhost, VHOST_VSOCK_SET_GUEST_CID, &c->cid), "VHOST_VSOCK_SET_GUEST_CID");
	set_running(c, true);
	fill(c, &c->queues[0]);
}

static void open_scsi(struct client *c, const char *target)
{
	c->scsi = true;
	c->target.vhost_tpgt = 1;
	must(snprintf(c->target.vhost_wwpn, sizeof(c->target.vhost_wwpn), "%s", target), "target");
	open_device(c, "/dev/vhost-scsi", 0);
	open_queue(c, 0);
	open_queue(c, 1);
	c->asks = open_queue(c, 2);
	set_running(c, true);
	fill(c, &c->queues[1]);
}

static void ask_vsock(struct client *c)
{
	const int id = must(virtq_reserve(&c->asks->vq), "a descriptor");

	*(struct virtio_vsock_hdr *)buffer(c->asks, (unsigned int)id) = (struct virtio_vsock_hdr){
		.src_cid = htole64(c->cid), .dst_cid = htole64(HOST_CID), .src_port = htole32(1000),
		.dst_port = htole32(NOBODYS_PORT), .type = htole16(VIRTIO_VSOCK_TYPE_STREAM),
		.op = htole16(VIRTIO_VSOCK_OP_REQUEST),
	};
	add(c, c->asks, id, false, sizeof(struct virtio_vsock_hdr));
}

/* Two descriptors: the request of all 0 but the address is TEST UNIT READY; the device writes the response. */
static void ask_scsi(struct client *c)
{
	const int id = must(virtq_reserve(&c->asks->vq), "a descriptor");
	const int second = must(virtq_reserve(&c->asks->vq), "a descriptor");
	struct virtio_scsi_cmd_req *request = buffer(c->asks, (unsigned int)id);
	struct vring_desc *desc = c->asks->vq.vring.desc;
	const uint64_t addr = guestmem_gpa(&c->mem, request);

	*request = (struct virtio_scsi_cmd_req){ .lun = { 1, 1, 0x40, 0 } };
	desc[second] = (struct vring_desc){
		.addr = htole64(addr + SCSI_RESPONSE), .len = htole32(sizeof(struct virtio_scsi_cmd_resp)),
		.flags = htole16(VRING_DESC_F_WRITE),
	};
	add(c, c->asks, id, false, sizeof(*request));
	desc[id].flags |= htole16(VRING_DESC_F_NEXT);
	desc[id].next = htole16((uint16_t)second);
}

static void ask(struct client *c)
{
	if (c->scsi)
		ask_scsi(c);
	else
		ask_vsock(c);
	c->under_way++;
}

static void check_reply(const void *reply)
{
	const struct virtio_vsock_hdr *hdr = reply;

	must(le16toh(hdr->op) == VIRTIO_VSOCK_OP_RST ? 0 : -EPROTO, "the reply to a request to nobody");
}

static void check_response(const void *request)
{
	const struct virtio_scsi_cmd_resp *r = (const void *)((const char *)request + SCSI_RESPONSE);

	must(r->response == VIRTIO_SCSI_S_OK && r->status == 0 ? 0 : -EIO, "the response to TEST UNIT READY");
}

/* Give back what a used buffer of the requests' queue took. Only that of scsi is an answer. */
static void release(struct client *c, struct queue *q, uint16_t id)
{
	if (c->scsi) {
		check_response(buffer(q, id));
		virtq_release(&q->vq, (uint16_t)le16toh(q->vq.vring.desc[id].next));
		c->under_way--;
	}
	virtq_release(&q->vq, id);
}

static void take_used(struct client *c, struct queue *q)
{
	uint32_t len;
	uint16_t id;

	while (must(virtq_take_used(&q->vq, &id, &len), "a used buffer")) {
		q->used++;
		if (q == c->asks) {
			release(c, q, id);
			continue;
		}
		if (!c->scsi) {
			check_reply(buffer(q, id));
			c->under_way--;
		}
		add(c, q, id, true, BUFFER);
	}
	kick(q);
}

static void read_calls(struct queue *q)
{
	uint64_t count;

	if (read(q->call, &count, sizeof(count)) == sizeof(count))
		q->calls += count;
}

/* Sleep until a queue calls. Return at once if what would be called for has come already. */
static void wait_for_call(struct client *c)
{
	struct pollfd fds[ARRAY_SIZE(c->queues)];

	for (size_t i = 0; i < c->count; i++) {
		struct queue *q = &c->queues[i];
		const uint16_t under_way = virtq_outstanding(&q->vq);

		fds[i] = (struct pollfd){ .fd = q->call, .events = POLLIN };
		if (under_way && !virtq_enable_call(&q->vq, c->under_way > CALL_AFTER ? CALL_AFTER : 1))
			return;
	}
	must(poll(fds, c->count, WAIT_MS) > 0 ? 0 : -ETIME, "a call");
	for (size_t i = 0; i < c->count; i++)
		read_calls(&c->queues[i]);
}

/* Until every request has its answer, and every buffer with a request is back. */
static void wait_for_answers(struct client *c)
{
	while (c->under_way || virtq_outstanding(&c->asks->vq)) {
		wait_for_call(c);
		for (size_t i = 0; i < c->count; i++)
			take_used(c, &c->queues[i]);
	}
}

/* As many at once as a ring takes, and at least one. */
static void work(struct client *c, unsigned int requests)
{
	if (!c->running) {
		for (size_t i = 0; i < c->count; i++)
			set_addresses(c, &c->queues[i]);
		set_running(c, true);
	}
	while (requests) {
		for (; requests && c->asks->vq.num_free >= 2; requests--)
			ask(c);
		kick(c->asks);
		wait_for_answers(c);
	}
}

static void step(struct client *c, const char *line)
{
	if (!strcmp(line, "silent")) {
		ask(c);
		virtq_publish(&c->asks->vq);
	} else if (!strcmp(line, "deaf")) {
		wait_for_answers(c);
		for (size_t i = 0; i < c->count; i++)
			virtq_enable_call(&c->queues[i].vq, 1);
		ask(c);
		kick(c->asks);
	} else if (!strcmp(line, "stop")) {
		set_running(c, false);
	} else {
		work(c, (unsigned int)strtoul(line, NULL, 10));
	}
}

static void report(const struct client *c)
{
	printf("{\"queues\":[");
	for (size_t i = 0; i < c->count; i++) {
		const struct queue *q = &c->queues[i];

		printf("%s{\"vq\":%u,\"kicks\":%" PRIu64 ",\"calls\":%" PRIu64 ",\"used\":%" PRIu64 "}", i ? "," : "",
		       q->index, q->kicks, q->calls, q->used);
	}
	printf("]}\n");
}

int main(int argc, char **argv)
{
	struct client c = { 0 };
	char line[32];
	bool deaf;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "vsock")) {
		open_vsock(&c, argv[2]);
	} else if (argc == 3 && !strcmp(argv[1], "scsi")) {
		open_scsi(&c, argv[2]);
	} else {
		fprintf(stderr, "usage: kinds-client vsock CID | scsi TARGET\n");
		return 2;
	}
	report(&c);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		deaf = !strcmp(line, "deaf");
		step(&c, line);
		for (size_t i = 0; i < c.count && !deaf; i++)
			read_calls(&c.queues[i]);
		report(&c);
	}
	return 0;
}
