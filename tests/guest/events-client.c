// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner and driver of a device, for traces. It prints what it does, a JSON object a line, ioctls by ioctl-log.c:
 *
 *   events-client config     configures queues, in right and in wrong ways
 *   events-client error      puts into the rings what vhost cannot use
 *   events-client unordered  the same with VIRTIO_F_IN_ORDER, out of order
 *   events-client dropped    puts chains of the wrong direction into the rings
 *   events-client iotlb      has a virtual IOMMU, and lets the device wait for its translations
 *   events-client busypoll   has a device that polls, and sends a frame at each step
 *   events-client early      kicks both queues before vhost is given their eventfds, twice; gets backends and sends two
 *                            frames
 *   events-client restarted  sends twenty frames, is reset as a driver's device, and sends five
 *   events-client spurious   kicks an empty ring, twenty times, each of which vhost has acted on before the next
 *   events-client passed     sends twenty frames one by one, and asks for a call at the third only
 *   events-client renamed    gives its worker another name, where that is a thread of its own, and sends twenty frames
 *
 * It goes on by steps, see steps.h.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <linux/virtio_net.h>

#include "rig.h"
#include "steps.h"
#include "vhost/iotlb.h"
#include "vhost/vhost-uapi.h"

#define BUSYLOOP_US 100

/* A device without owner and queues' settings, to which nearly everything is refused. */
static void misconfigure(void)
{
	static struct vhost_memory none;
	int fd = must(vhost_open(), VHOST_NET_DEVICE), no_tap = rig_eventfd();
	void *unreadable = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	/* It has no owner yet. */
	vhost_set_vring_num(fd, 0, 128);
	vhost_set_mem_table(fd, &none);
	ioctl(fd, VHOST_RESET_OWNER);
	vhost_net_set_backend(fd, 1, no_tap);
	must(vhost_set_owner(fd), "VHOST_SET_OWNER");
	vhost_set_owner(fd);
	vhost_set_features(fd, UINT64_C(1) << 63);
	ioctl(fd, VHOST_SET_BACKEND_FEATURES, &(uint64_t){ UINT64_C(1) << 60 });
	ioctl(fd, VHOST_SET_MEM_TABLE, unreadable);
	ioctl(fd, VHOST_SET_FEATURES, unreadable);
	ioctl(fd, VHOST_SET_VRING_NUM, unreadable);
	must(vhost_set_mem_table(fd, &none), "VHOST_SET_MEM_TABLE");
	vhost_net_set_backend(fd, 0, 9999);
	vhost_net_set_backend(fd, RIG_QUEUES, no_tap);
	ioctl(fd, VHOST_SET_LOG_FD, &(int){ 9999 });
	must(ioctl(fd, VHOST_SET_LOG_FD, &(int){ -1 }) ? -errno : 0, "VHOST_SET_LOG_FD");
	must(ioctl(fd, VHOST_SET_LOG_BASE, &(uint64_t){ 0x123456789000 }) ? -errno : 0, "VHOST_SET_LOG_BASE");
	must(ioctl(fd, VHOST_RESET_OWNER) ? -errno : 0, "VHOST_RESET_OWNER");
	close(no_tap);
	close(fd);
}

/* A step: a device whose queues are both at work, with empty rings. Return: its tap, after the next order has come. */
static int open_rig(struct rig *r, uint64_t features, int *ifindex)
{
	int tap;

	wait_step();
	rig_open(r, features);
	tap = rig_tap(ifindex);
	rig_start(r, 0, tap);
	rig_start(r, 1, tap);
	done();
	wait_step();
	return tap;
}

/* The end of the last step. */
static void close_rig(struct rig *r, int tap)
{
	rig_close(r);
	close(tap);
	done();
}

/* The kernel may lack it. */
static void set_features_array(const struct rig *r)
{
	uint64_t array[3] = { 2, UINT64_C(1) << VIRTIO_F_VERSION_1 | UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX };

	ioctl(r->vhost, VHOST_SET_FEATURES_ARRAY, array);
}

static void run_config(void)
{
	unsigned int base;
	int ifindex, tap;
	struct rig r;

	wait_step();
	misconfigure();
	rig_open(&r, UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX | UINT64_C(1) << VIRTIO_F_VERSION_1);
	tap = rig_tap(&ifindex);
	set_features_array(&r);
	/* What is refused. */
	vhost_set_vring_num(r.vhost, 0, 3);
	vhost_set_vring_base(r.vhost, 1, 65536);
	vhost_set_vring_kick(r.vhost, 1, tap);
	vhost_net_set_backend(r.vhost, 0, r.kick[0]);
	rig_set_addr(&r, 0, 0, 2);
	must(rig_set_addr(&r, 0, 0, 1 << VHOST_VRING_F_LOG), "VHOST_SET_VRING_ADDR");
	/* What is not there. */
	vhost_set_vring_num(r.vhost, RIG_QUEUES, 256);
	must(vhost_set_vring_busyloop_timeout(r.vhost, 1, 50), "VHOST_SET_VRING_BUSYLOOP_TIMEOUT");
	rig_start(&r, 0, tap);
	rig_start(&r, 1, tap);
	/* A call eventfd is taken away, as for a vector that is masked, and comes back. */
	must(vhost_set_vring_call(r.vhost, 1, -1), "VHOST_SET_VRING_CALL");
	must(vhost_set_vring_call(r.vhost, 1, r.call[1]), "VHOST_SET_VRING_CALL");
	vhost_set_vring_num(r.vhost, 0, 128);
	/* Now the device has a tap's name. */
	rig_set_table(&r);
	must(vhost_net_set_backend(r.vhost, 1, -1), "VHOST_NET_SET_BACKEND");
	must(vhost_get_vring_base(r.vhost, 1, &base), "VHOST_GET_VRING_BASE");
	close_rig(&r, tap);
}

static void log_error_at(const struct rig *r, unsigned int queue, unsigned int index, unsigned int head, bool err_fd)
{
	if (err_fd && !signalled(r->err[queue]))
		must(-ETIME, "no error was signalled");
	printf("{\"type\":\"error\",\"vq\":%u,\"last_avail_idx\":%u,\"head\":%u,\"err_fd\":%s}\n", queue, index, head,
	       err_fd ? "true" : "false");
}

static void log_error(const struct rig *r, unsigned int queue, unsigned int head, bool err_fd)
{
	log_error_at(r, queue, 0, head, err_fd);
}

static void run_error(void)
{
	int ifindex, tap;
	struct rig r;

	tap = open_rig(&r, UINT64_C(1) << VIRTIO_F_VERSION_1, &ifindex);
	/* No descriptor has this number. */
	rig_add(&r, 1, RIG_NUM + 44);
	log_error(&r, 1, RIG_NUM + 44, true);
	done();
	wait_step();
	/* The same place again, with a descriptor that is outside of the memory. */
	rig_desc(&r, 1, 5, RIG_GPA + RIG_SIZE + 4096, 100, 0);
	r.ring[1].avail->ring[0] = htole16(5);
	rig_kick(&r, 1);
	log_error(&r, 1, 5, true);
	done();
	wait_step();
	/* The driver's buffers for what it receives are not looked at before there is something. */
	rig_add(&r, 0, RIG_NUM + 1);
	done();
	wait_step();
	rig_receive(ifindex);
	log_error(&r, 0, RIG_NUM + 1, true);
	done();
	wait_step();
	must(vhost_set_vring_err(r.vhost, 1, -1), "VHOST_SET_VRING_ERR");
	rig_kick(&r, 1);
	log_error(&r, 1, 5, false);
	done();
	wait_step();
	close_rig(&r, tap);
}

/* The device takes the next descriptor, whatever the driver has put into the ring. */
static void run_unordered(void)
{
	int ifindex, tap;
	struct rig r;

	tap = open_rig(&r, UINT64_C(1) << VIRTIO_F_VERSION_1 | UINT64_C(1) << VIRTIO_F_IN_ORDER, &ifindex);
	rig_desc(&r, 1, 0, RIG_GPA + RIG_SIZE + 4096, 100, 0);
	rig_add(&r, 1, 7);
	log_error(&r, 1, 0, true);
	done();
	wait_step();
	rig_desc(&r, 1, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	rig_desc(&r, 1, 1, RIG_GPA + RIG_SIZE + 4096, 100, 0);
	rig_add(&r, 1, 9);
	log_error_at(&r, 1, 1, 1, true);
	done();
	wait_step();
	close_rig(&r, tap);
}

/* A chain of the wrong direction after one of the right one, which receiving needs both of for a frame. */
static void run_dropped(void)
{
	const uint64_t buffer = RIG_GPA + RIG_SIZE / 2;
	int ifindex, tap;
	struct rig r;

	tap = open_rig(&r, UINT64_C(1) << VIRTIO_F_VERSION_1 | UINT64_C(1) << VIRTIO_NET_F_MRG_RXBUF, &ifindex);
	rig_desc(&r, 1, 7, buffer, RIG_HEADER + 60, 0);
	rig_desc(&r, 1, 8, buffer, RIG_HEADER + 60, VRING_DESC_F_WRITE);
	rig_publish(&r, 1, 7);
	rig_publish(&r, 1, 8);
	rig_add(&r, 1, 7);
	log_error_at(&r, 1, 1, 8, true);
	done();
	wait_step();
	/* The chain before is given back and so skipped, and the wrong one is met again: vhost counts entries only. */
	rig_desc(&r, 0, 7, buffer, RIG_HEADER + 60, VRING_DESC_F_WRITE);
	rig_desc(&r, 0, 8, buffer, RIG_HEADER + 60, 0);
	rig_publish(&r, 0, 7);
	rig_publish(&r, 0, 8);
	rig_publish(&r, 0, 7);
	rig_publish(&r, 0, RIG_NUM + 1);
	rig_receive(ifindex);
	log_error_at(&r, 0, 1, 8, true);
	done();
	wait_step();
	rig_kick(&r, 0);
	log_error_at(&r, 0, 1, 8, true);
	done();
	wait_step();
	/* This one is not taken, and that before it is given back. */
	rig_kick(&r, 0);
	log_error_at(&r, 0, 3, RIG_NUM + 1, true);
	done();
	wait_step();
	close_rig(&r, tap);
}

#define IOVA_SHIFT UINT64_C(0x5000000000)

/* Give the device a translation of a part of the memory. */
static void translate(const struct rig *r, uint64_t gpa, uint64_t size)
{
	must(iotlb_update(r->vhost, true, gpa + IOVA_SHIFT, size,
			  (uintptr_t)guestmem_translate(&r->mem, gpa, size), VHOST_ACCESS_RW), "IOTLB update");
}

static void run_iotlb(void)
{
	const uint64_t buffer = RIG_GPA + RIG_SIZE / 2;
	struct iotlb_miss m;
	int ifindex, tap;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1 | UINT64_C(1) << VIRTIO_F_ACCESS_PLATFORM);
	must(vhost_set_backend_features(r.vhost, UINT64_C(1) << VHOST_BACKEND_F_IOTLB_MSG_V2), "backend features");
	must(rig_set_addr(&r, 1, IOVA_SHIFT, 0), "VHOST_SET_VRING_ADDR");
	translate(&r, guestmem_gpa(&r.mem, r.ring[1].desc), vring_size(RIG_NUM, 4096));
	tap = rig_tap(&ifindex);
	rig_start(&r, 1, tap);
	done();
	wait_step();
	rig_desc(&r, 1, 0, buffer + IOVA_SHIFT, RIG_HEADER + 60, 0);
	rig_add(&r, 1, 0);
	done();
	wait_step();
	must(iotlb_read_miss(r.vhost, true, &m) == 1 && m.iova == buffer + IOVA_SHIFT ? 0 : -ENOMSG, "the miss");
	translate(&r, buffer, 4096);
	must(signalled(r.call[1]) ? 0 : -ETIME, "no call");
	done();
	wait_step();
	/* Two frames: the device sends the first and has no translation for the second, which it never gets. */
	rig_desc(&r, 1, 1, buffer + 4096 + IOVA_SHIFT, RIG_HEADER + 60, 0);
	rig_publish(&r, 1, 0);
	rig_add(&r, 1, 1);
	done();
	wait_step();
	rig_kick(&r, 1);
	done();
	wait_step();
	close_rig(&r, tap);
}

static void run_busypoll(void)
{
	int ifindex, tap;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	tap = rig_tap(&ifindex);
	must(vhost_set_vring_busyloop_timeout(r.vhost, 1, BUSYLOOP_US), "VHOST_SET_VRING_BUSYLOOP_TIMEOUT");
	rig_start(&r, 0, tap);
	/* The tap takes frames, and the worker has a look at once. */
	rig_start(&r, 1, tap);
	rig_desc(&r, 1, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	for (;;) {
		done();
		wait_step();
		rig_add(&r, 1, 0);
	}
}

/* Frames one by one, each of which has come back before the next. */
static void send_frames(const struct rig *r, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		const uint16_t used = rig_used(r, 1);

		rig_add(r, 1, 0);
		rig_wait_used(r, 1, (uint16_t)(used + 1));
	}
}

/* As QEMU does, which makes each eventfd with a count of 1. */
static void run_early(void)
{
	int ifindex, tap;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	for (unsigned int i = 0; i < 2 * RIG_QUEUES; i++) {
		const unsigned int queue = i % RIG_QUEUES;

		must(vhost_set_vring_kick(r.vhost, queue, -1), "VHOST_SET_VRING_KICK");
		rig_kick(&r, queue);
		must(vhost_set_vring_kick(r.vhost, queue, r.kick[queue]), "VHOST_SET_VRING_KICK");
		/* It waits for what the worker has to do. */
		rig_set_table(&r);
	}
	done();
	wait_step();
	tap = rig_tap(&ifindex);
	for (unsigned int queue = 0; queue < RIG_QUEUES; queue++)
		rig_start(&r, queue, tap);
	rig_desc(&r, 1, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	send_frames(&r, 2);
	done();
	wait_step();
	close_rig(&r, tap);
}

/*
 * The owner takes the backend away, and sets the ring up anew: it begins at 0 again. A kick that vhost finds when it is
 * given the eventfd makes the worker run before there is a backend.
 */
static void run_restarted(void)
{
	int ifindex, tap;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	tap = rig_tap(&ifindex);
	rig_desc(&r, 1, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	rig_start(&r, 1, tap);
	send_frames(&r, 20);
	rig_start(&r, 1, -1);
	for (int i = 0; i < 2; i++) {
		must(vhost_set_vring_kick(r.vhost, 1, -1), "VHOST_SET_VRING_KICK");
		must(vhost_set_vring_base(r.vhost, 1, 0), "VHOST_SET_VRING_BASE");
		must(vhost_set_vring_kick(r.vhost, 1, r.kick[1]), "VHOST_SET_VRING_KICK");
		/* It waits for what the worker has to do. */
		rig_set_table(&r);
	}
	r.ring[1].avail->idx = r.ring[1].used->idx = 0;
	rig_start(&r, 1, tap);
	send_frames(&r, 5);
	done();
	wait_step();
	close_rig(&r, tap);
}

static void run_spurious(void)
{
	int ifindex, tap;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	tap = rig_tap(&ifindex);
	rig_start(&r, 1, tap);
	/* An ioctl for the whole device waits for what its workers have to do. */
	rig_set_table(&r);
	for (int i = 0; i < 20; i++) {
		rig_kick(&r, 1);
		rig_set_table(&r);
	}
	done();
	wait_step();
	close_rig(&r, tap);
}

/* Distances of 2, 1 and 0 from the device to the event; for all other frames it is behind. */
static void run_passed(void)
{
	int ifindex, tap;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX | UINT64_C(1) << VIRTIO_F_VERSION_1);
	tap = rig_tap(&ifindex);
	rig_desc(&r, 1, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	vring_used_event(&r.ring[1]) = htole16(2);
	rig_start(&r, 1, tap);
	for (uint16_t i = 0; i < 20; i++) {
		rig_add(&r, 1, 0);
		rig_wait_used(&r, 1, (uint16_t)(i + 1));
		/* Until the worker has decided and waits for the next kick. */
		rig_set_table(&r);
	}
	close_rig(&r, tap);
}

/* Up to 6.3 workers are threads of the kernel, which nobody renames. Return: whether there was one. */
static bool rename_worker(void)
{
	DIR *tasks = opendir("/proc/self/task");
	char path[64], comm[16];
	struct dirent *task;
	bool found = false;
	int fd;

	must(tasks ? 0 : -errno, "/proc/self/task");
	while (!found && (task = readdir(tasks))) {
		snprintf(path, sizeof(path), "/proc/self/task/%.16s/comm", task->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		found = read(fd, comm, sizeof(comm)) > 6 && !memcmp(comm, "vhost-", 6);
		if (found)
			must(write(fd, "other", 5) < 0 ? -errno : 0, path);
		close(fd);
	}
	closedir(tasks);
	return found;
}

static void run_renamed(void)
{
	const int frames = 20;
	int ifindex, tap;
	struct rig r;
	bool renamed;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	renamed = rename_worker();
	tap = rig_tap(&ifindex);
	rig_desc(&r, 1, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	/* The worker's first run, which the backend's coming is the reason for, finds one already. */
	rig_publish(&r, 1, 0);
	rig_start(&r, 1, tap);
	for (int i = 0; i < frames; i++) {
		if (i)
			rig_add(&r, 1, 0);
		must(signalled(r.call[1]) ? 0 : -ETIME, "no call");
	}
	/* The last decision ends after its call. */
	rig_set_table(&r);
	printf("{\"type\":\"frames\",\"sent\":%d,\"renamed\":%s}\n", frames, renamed ? "true" : "false");
	done();
	wait_step();
	close_rig(&r, tap);
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "config"))
		run_config();
	else if (!strcmp(what, "error"))
		run_error();
	else if (!strcmp(what, "unordered"))
		run_unordered();
	else if (!strcmp(what, "dropped"))
		run_dropped();
	else if (!strcmp(what, "iotlb"))
		run_iotlb();
	else if (!strcmp(what, "busypoll"))
		run_busypoll();
	else if (!strcmp(what, "early"))
		run_early();
	else if (!strcmp(what, "restarted"))
		run_restarted();
	else if (!strcmp(what, "spurious"))
		run_spurious();
	else if (!strcmp(what, "passed"))
		run_passed();
	else if (!strcmp(what, "renamed"))
		run_renamed();
	else
		return 1;
	return 0;
}
