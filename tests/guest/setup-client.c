// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A command for "vhostctl setup -- setup-client ...": the driver of the rings that it inherits. It makes nothing
 * itself, so that it sees what setup made. Prints one line when it is through; status 1 and a line on standard error
 * otherwise.
 *
 *   send N       sends N frames on each TX ring, one kick each, and waits until all are given back
 *   receive N    sends N frames to the tap and waits until the first RX ring has them all
 *   fault KIND   puts a descriptor on tx0 that no device can use, kicks, and waits for a signal
 *   far          puts a buffer on tx0 that is not in the memory, kicks, and waits for a signal
 *   rest N K     sends N frames on tx0, publishes K more without a kick, prints what tx0 holds, and waits for a signal
 *   own COMMAND  becomes the owner of a vhost-net device, which COMMAND inherits as descriptor 3
 *   fds COMMAND  makes an eventfd and opens a vhost-net device, which COMMAND inherits as descriptors 40 and 41
 */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-c/json.h>
#include <linux/if_packet.h>
#include <net/if.h>

#include "driver/frame.h"
#include "driver/netdrv.h"
#include "vhost/vhost.h"
#include "virtio/vring.h"

#define FDS_START 3
#define GIVEN_FD 40
#define FRAME_SIZE 60
#define WAIT_MS 20000

static struct json_object *setup;
static char *memory;
static uint64_t gpa, size;

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "setup-client: ");
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(1);
}

/* The descriptor of that name. */
static int inherited(const char *name)
{
	char *names = strdup(getenv("LISTEN_FDNAMES") ? getenv("LISTEN_FDNAMES") : ""), *next = names, *word;
	int fd = FDS_START;

	if (!getenv("LISTEN_PID") || atoi(getenv("LISTEN_PID")) != getpid())
		die("LISTEN_PID is not ours");
	while ((word = strsep(&next, ":")) && strcmp(word, name))
		fd++;
	free(names);
	if (!word)
		die("there is no descriptor '%s'", name);
	if (fd >= FDS_START + atoi(getenv("LISTEN_FDS")))
		die("LISTEN_FDS is too small for '%s'", name);
	return fd;
}

static struct json_object *member(struct json_object *obj, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(obj, name, &value))
		die("the description has no %s", name);
	return value;
}

static uint64_t number(struct json_object *obj, const char *name)
{
	return json_object_get_uint64(member(obj, name));
}

static void open_setup(void)
{
	int fd = inherited("memory");
	struct stat st;

	setup = json_object_from_fd(inherited("setup"));
	if (!setup)
		die("no description: %s", json_util_get_last_err());
	gpa = number(member(setup, "memory"), "gpa");
	size = number(member(setup, "memory"), "size");
	if (fstat(fd, &st) || (uint64_t)st.st_size != size)
		die("the memory is not as large as described");
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		die("cannot map the memory");
}

/**
 * struct ring - a ring as its driver has it
 * @vq: the virtqueue
 * @kick: wakes the device
 * @call: wakes us
 */
struct ring {
	struct virtq vq;
	int kick, call;
};

/* Returns false if there is no such ring. */
static bool open_ring(struct ring *r, const char *name)
{
	struct json_object *queues = member(setup, "queues");
	char fd[16];

	for (size_t i = 0; i < json_object_array_length(queues); i++) {
		struct json_object *q = json_object_array_get_idx(queues, i);

		if (strcmp(json_object_get_string(member(q, "queue")), name))
			continue;
		if (virtq_init(&r->vq, (unsigned int)number(q, "num"), memory + (number(q, "desc") - gpa),
			       VIRTQ_EVENT_IDX, (uint16_t)number(q, "base")))
			die("cannot lay %s out", name);
		if ((char *)r->vq.vring.used != memory + (number(q, "used") - gpa))
			die("%s is not laid out in the classic way", name);
		snprintf(fd, sizeof(fd), "%s-kick", name);
		r->kick = inherited(fd);
		snprintf(fd, sizeof(fd), "%s-call", name);
		r->call = inherited(fd);
		return true;
	}
	return false;
}

static void kick(struct ring *r)
{
	const uint64_t one = 1;

	if (virtq_kick_prepare(&r->vq) && write(r->kick, &one, sizeof(one)) < 0)
		die("cannot kick");
}

/* Take back what is used until there are @count. */
static void wait_used(struct ring *r, unsigned int count)
{
	struct pollfd fd = { .fd = r->call, .events = POLLIN };
	uint64_t calls;
	uint32_t len;
	uint16_t id;

	while (count) {
		int n = virtq_take_used(&r->vq, &id, &len);

		if (n < 0)
			die("the device gave back nonsense");
		if (n) {
			virtq_release(&r->vq, id);
			count--;
			continue;
		}
		if (!virtq_enable_call(&r->vq, 1))
			continue;
		if (poll(&fd, 1, WAIT_MS) <= 0)
			die("no call within %d s; %u buffers are still out", WAIT_MS / 1000, count);
		if (read(r->call, &calls, sizeof(calls)) < 0 && errno != EAGAIN)
			die("cannot read the call");
	}
}

/* Buffers are in the second half of the memory, a page each. */
static uint64_t buffer(unsigned int i)
{
	return gpa + size / 2 + 4096 * (uint64_t)i;
}

static void make_frame(struct frame *f, enum frame_way way)
{
	const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, 1 };

	if (frame_init(f, FRAME_SIZE, way, 0, mac))
		die("no memory");
}

static void send_frames(struct ring *r, unsigned int count)
{
	struct frame f;

	make_frame(&f, FRAME_TX);
	for (unsigned int i = 0; i < count; i++) {
		int id = virtq_reserve(&r->vq);

		if (id < 0)
			die("the ring is full");
		memset(memory + (buffer(0) - gpa), 0, NETDRV_HEADER);
		frame_write(&f, memory + (buffer(0) - gpa) + NETDRV_HEADER, i);
		virtq_add(&r->vq, (uint16_t)id, buffer(0), NETDRV_HEADER + FRAME_SIZE, false);
		virtq_publish(&r->vq);
		kick(r);
		wait_used(r, 1);
	}
	frame_fini(&f);
}

static void run_send(unsigned int count)
{
	struct ring r;
	char name[16];
	unsigned int pair;

	for (pair = 0; snprintf(name, sizeof(name), "tx%u", pair), open_ring(&r, name); pair++) {
		send_frames(&r, count);
		virtq_fini(&r.vq);
	}
	printf("sent %u on each of %u\n", count, pair);
}

static int open_tap_socket(void)
{
	const char *name = json_object_get_string(member(member(setup, "tap"), "name"));
	struct sockaddr_ll addr = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("cannot open %s from outside", name);
	return fd;
}

static void run_receive(unsigned int count)
{
	uint8_t bytes[FRAME_SIZE];
	struct frame f;
	struct ring r;
	uint64_t seq;
	int fd;

	if (!open_ring(&r, "rx0"))
		die("there is no rx0");
	fd = open_tap_socket();
	make_frame(&f, FRAME_RX);
	for (unsigned int i = 0; i < count; i++) {
		frame_write(&f, bytes, i);
		if (send(fd, bytes, sizeof(bytes), 0) != sizeof(bytes))
			die("cannot send to the tap");
		do {
			virtq_add(&r.vq, (uint16_t)virtq_reserve(&r.vq), buffer(i), 4096, true);
			virtq_publish(&r.vq);
			kick(&r);
			wait_used(&r, 1);
			/* The host may have sent something of its own. */
		} while (!frame_is_ours(&f, memory + (buffer(i) - gpa) + NETDRV_HEADER, FRAME_SIZE));
		if (!frame_check(&f, memory + (buffer(i) - gpa) + NETDRV_HEADER, FRAME_SIZE, &seq) || seq != i)
			die("frame %u came through changed", i);
	}
	close(fd);
	frame_fini(&f);
	virtq_fini(&r.vq);
	printf("received %u, the first at 0x%llx\n", count, (unsigned long long)buffer(0));
}

static void set_desc(struct ring *r, unsigned int i, uint64_t addr, uint32_t len, uint16_t flags, uint16_t next)
{
	r->vq.vring.desc[i] = (struct vring_desc){ htole64(addr), htole32(len), htole16(flags), htole16(next) };
}

/* Publish @head, whatever it is. */
static void publish(struct ring *r, uint16_t head)
{
	r->vq.vring.avail->ring[r->vq.avail_idx % r->vq.vring.num] = htole16(head);
	r->vq.avail_idx++;
	virtq_publish(&r->vq);
	kick(r);
}

static void run_fault(const char *kind)
{
	uint16_t head = 7;
	struct ring r;

	if (!open_ring(&r, "tx0"))
		die("there is no tx0");
	set_desc(&r, 7, buffer(0), 72, 0, 0);
	if (!strcmp(kind, "head"))
		head = (uint16_t)(r.vq.vring.num + 44);
	else if (!strcmp(kind, "next"))
		set_desc(&r, 7, buffer(0), 72, VRING_DESC_F_NEXT, (uint16_t)(r.vq.vring.num + 1));
	else if (!strcmp(kind, "loop"))
		set_desc(&r, 7, buffer(0), 72, VRING_DESC_F_NEXT, 7);
	else if (!strcmp(kind, "address"))
		set_desc(&r, 7, gpa + size - 8, 72, 0, 0);
	else if (!strcmp(kind, "writable"))
		set_desc(&r, 7, buffer(0), 72, VRING_DESC_F_WRITE, 0);
	else if (!strcmp(kind, "indirect"))
		set_desc(&r, 7, buffer(0), 24, VRING_DESC_F_INDIRECT, 0);
	else if (!strcmp(kind, "jump"))
		r.vq.avail_idx = (uint16_t)(r.vq.avail_idx + r.vq.vring.num);
	else
		die("'%s' is no fault", kind);
	publish(&r, head);
	printf("published\n");
	fflush(stdout);
	pause();
}

static void run_far(void)
{
	struct ring r;

	if (!open_ring(&r, "tx0"))
		die("there is no tx0");
	set_desc(&r, 7, gpa + size + 0x5000, 72, 0, 0);
	publish(&r, 7);
	printf("published\n");
	fflush(stdout);
	pause();
}

static void run_rest(unsigned int count, unsigned int more)
{
	struct ring r;

	if (!open_ring(&r, "tx0"))
		die("there is no tx0");
	send_frames(&r, count);
	while (more--) {
		virtq_add(&r.vq, (uint16_t)virtq_reserve(&r.vq), buffer(0), NETDRV_HEADER + FRAME_SIZE, false);
		virtq_publish(&r.vq);
	}
	printf("{\"type\":\"rest\",\"avail_idx\":%u,\"used_idx\":%u,\"used_event\":%u,\"num\":%u}\n", r.vq.avail_idx,
	       r.vq.used_idx, virtq_used_event(&r.vq), r.vq.vring.num);
	fflush(stdout);
	pause();
}

static void __attribute__((noreturn)) run_own(char **argv)
{
	int fd = vhost_open();

	/* The kernel keeps the memory of this process as the owner's; the exec gives COMMAND another. */
	if (fd < 0 || vhost_set_owner(fd) || dup2(fd, FDS_START) < 0 || (fd == FDS_START && fcntl(fd, F_SETFD, 0)))
		die("cannot own a device");
	execvp(argv[0], argv);
	die("cannot run %s", argv[0]);
}

static void __attribute__((noreturn)) run_fds(char **argv)
{
	int call = eventfd(0, EFD_CLOEXEC), vhost = vhost_open();

	if (call < 0 || vhost < 0 || dup2(call, GIVEN_FD) < 0 || dup2(vhost, GIVEN_FD + 1) < 0)
		die("cannot make descriptors");
	execvp(argv[0], argv);
	die("cannot run %s", argv[0]);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "own") && argc > 2)
		run_own(argv + 2);
	if (!strcmp(what, "fds") && argc > 2)
		run_fds(argv + 2);
	open_setup();
	if (!strcmp(what, "send") && argc == 3)
		run_send((unsigned int)atoi(argv[2]));
	else if (!strcmp(what, "receive") && argc == 3)
		run_receive((unsigned int)atoi(argv[2]));
	else if (!strcmp(what, "fault") && argc == 3)
		run_fault(argv[2]);
	else if (!strcmp(what, "rest") && argc == 4)
		run_rest((unsigned int)atoi(argv[2]), (unsigned int)atoi(argv[3]));
	else if (!strcmp(what, "far"))
		run_far();
	else
		die("see the source");
	json_object_put(setup);
	return 0;
}
