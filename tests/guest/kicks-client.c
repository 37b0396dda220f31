// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner and driver of a device whose kicks come around the changes in a queue's life:
 *
 *   kicks-client begun      has a device at work; kicks an empty ring, which vhost has acted on, and sends a frame
 *   kicks-client reopened   kicks an empty ring seven times; closes its device, opens another, and kicks twenty times
 *   kicks-client swapped    kicks an empty ring two hundred times, and gives it another backend after each kick
 *   kicks-client requeued   kicks an empty ring twice, the second time amid the run for the first kick
 *   kicks-client full       kicks six times; lets vhost refuse an eventfd that is at its end, and sets the first again
 *
 * It goes on by steps, see steps.h.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <linux/userfaultfd.h>
#include <linux/virtio_config.h>

#include "rig.h"
#include "steps.h"

#define TX 1

/* An empty ring. An ioctl for the whole device waits for what its worker has to do. */
static void start(const struct rig *r, int tap)
{
	rig_start(r, TX, tap);
	rig_set_table(r);
}

static void kick_and_wait(const struct rig *r, int count)
{
	for (int i = 0; i < count; i++) {
		rig_kick(r, TX);
		rig_set_table(r);
	}
}

static void send_frame(const struct rig *r)
{
	rig_desc(r, TX, 0, RIG_GPA + RIG_SIZE / 2, RIG_HEADER + 60, 0);
	rig_add(r, TX, 0);
	rig_wait_used(r, TX, 1);
	rig_set_table(r);
}

static void run_begun(void)
{
	int ifindex, tap;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX | UINT64_C(1) << VIRTIO_F_VERSION_1);
	tap = rig_tap(&ifindex);
	start(&r, tap);
	done();
	wait_step();
	kick_and_wait(&r, 1);
	send_frame(&r);
	done();
	wait_step();
	rig_close(&r);
	close(tap);
	done();
}

static void run_reopened(void)
{
	int ifindex, tap;
	struct rig r;

	wait_step();
	tap = rig_tap(&ifindex);
	for (int kicks = 7; kicks <= 20; kicks += 13) {
		rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
		start(&r, tap);
		kick_and_wait(&r, kicks);
		done();
		wait_step();
		rig_close(&r);
	}
	close(tap);
	done();
}

static void run_swapped(void)
{
	int ifindex, taps[2];
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	for (int i = 0; i < 2; i++)
		taps[i] = rig_tap(&ifindex);
	rig_start(&r, TX, taps[0]);
	for (int i = 1; i <= 200; i++) {
		rig_kick(&r, TX);
		rig_start(&r, TX, taps[i % 2]);
	}
	rig_set_table(&r);
	done();
	wait_step();
	rig_close(&r);
	close(taps[0]);
	close(taps[1]);
	done();
}

/* The worker's next look at the avail ring waits until somebody gives it the page. */
static int hide_avail(const struct rig *r)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = must((int)syscall(SYS_userfaultfd, O_CLOEXEC), "userfaultfd");
	void *page = mmap(r->ring[TX].avail, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
			  -1, 0);
	struct uffdio_register reg = { .range = { (uintptr_t)page, 4096 }, .mode = UFFDIO_REGISTER_MODE_MISSING };

	must(page == MAP_FAILED ? -errno : 0, "mmap");
	must(ioctl(fd, UFFDIO_API, &api) ? -errno : 0, "UFFDIO_API");
	must(ioctl(fd, UFFDIO_REGISTER, &reg) ? -errno : 0, "UFFDIO_REGISTER");
	return fd;
}

static void run_requeued(void)
{
	struct uffdio_zeropage zero = { .range = { .len = 4096 } };
	int ifindex, tap, hidden;
	struct uffd_msg msg;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	tap = rig_tap(&ifindex);
	start(&r, tap);
	hidden = hide_avail(&r);
	rig_kick(&r, TX);
	must(read(hidden, &msg, sizeof(msg)) == sizeof(msg) ? 0 : -EIO, "the worker's look at the ring");
	rig_kick(&r, TX);
	zero.range.start = (uintptr_t)r.ring[TX].avail;
	must(ioctl(hidden, UFFDIO_ZEROPAGE, &zero) ? -errno : 0, "UFFDIO_ZEROPAGE");
	rig_set_table(&r);
	close(hidden);
	done();
	wait_step();
	rig_close(&r);
	close(tap);
	done();
}

/* Only the kernel brings an eventfd to its end: here vhost by a call. */
static void run_full(void)
{
	const uint64_t last = UINT64_MAX - 1;
	int full = rig_eventfd(), ifindex, tap;
	struct rig r;

	wait_step();
	rig_open(&r, UINT64_C(1) << VIRTIO_F_VERSION_1);
	tap = rig_tap(&ifindex);
	must(write(full, &last, sizeof(last)) < 0 ? -errno : 0, "write");
	must(vhost_set_vring_call(r.vhost, TX, full), "VHOST_SET_VRING_CALL");
	start(&r, tap);
	send_frame(&r);
	kick_and_wait(&r, 5);
	must(vhost_set_vring_kick(r.vhost, TX, full) == -EINVAL ? 0 : -EPROTO, "an eventfd that is at its end");
	must(vhost_set_vring_kick(r.vhost, TX, r.kick[TX]), "VHOST_SET_VRING_KICK");
	rig_set_table(&r);
	done();
	wait_step();
	close(full);
	rig_close(&r);
	close(tap);
	done();
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "begun"))
		run_begun();
	else if (!strcmp(what, "reopened"))
		run_reopened();
	else if (!strcmp(what, "swapped"))
		run_swapped();
	else if (!strcmp(what, "requeued"))
		run_requeued();
	else if (!strcmp(what, "full"))
		run_full();
	else
		return 1;
	return 0;
}
