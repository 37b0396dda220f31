// SPDX-License-Identifier: GPL-2.0-or-later
/* Holding a setup; a socket plays a device with an IOTLB. */
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/vhost_types.h>

#include "base/stop.h"
#include "setup/setup-watch.h"
#include "tap-out.h"

#define PAGE UINT64_C(4096)

/* Seconds that the whole test may take. */
#define TOO_LONG 60

/* More misses than a correct run handles. */
#define FAR_TOO_MANY 10000

/**
 * struct rig - a setup with one device
 * @device: the device's side of the socket
 * @keep: each answered miss is followed by another one, until this number is reached
 * @stop_at: number of the miss at which SIGTERM sets the stop flag
 * @seen: misses so far
 */
struct rig {
	struct setup s;
	struct device d;
	struct watch w;
	int device;
	unsigned int keep, stop_at, seen;
};

static void must(bool cond, const char *what)
{
	if (cond)
		return;
	perror(what);
	exit(2);
}

static void miss(const struct rig *r, uint64_t iova)
{
	const struct vhost_msg_v2 m = {
		.type = VHOST_IOTLB_MSG_V2,
		.iotlb = { .iova = iova, .perm = VHOST_ACCESS_RO, .type = VHOST_IOTLB_MISS },
	};

	must(write(r->device, &m, sizeof(m)) == sizeof(m), "write a miss");
}

static void on_event(void *ctx, const struct watch_event *e)
{
	struct rig *r = ctx;

	r->seen += e->kind == WATCH_MISS;
	if (r->seen == r->stop_at)
		raise(SIGTERM);
	if (r->seen <= r->keep)
		miss(r, 0);
}

/* The memory is one page, at the address PAGE. */
static void open_rig(struct rig *r)
{
	const struct guestmem_conf memory = { .size = PAGE, .gpa = PAGE, .regions = 1 };
	int fds[2];

	*r = (struct rig){ .s = { .log_fd = -1, .devices = &r->d, .count = 1 } };
	r->w = (struct watch){ .s = &r->s, .iotlb = true, .iotlb_v2 = true, .seen = on_event, .ctx = r };
	must(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), "socketpair");
	must(!guestmem_open(&r->s.mem, &memory), "guestmem_open");
	r->d.vhost = fds[0];
	r->device = fds[1];
	for (int i = 0; i < DEVICE_RINGS; i++)
		r->d.rings[i].conf.err = DEVICE_FD_NONE;
}

static void close_rig(struct rig *r)
{
	guestmem_close(&r->s.mem);
	close(r->d.vhost);
	close(r->device);
}

/* Hold the setup until @pid ends. Return: whether setup_watch() succeeded, with the wait status of @pid in @status. */
static bool hold_for(struct rig *r, pid_t pid, int *status)
{
	struct step step;
	int pidfd = pidfd_open(pid, 0), err;

	must(pidfd >= 0, "pidfd_open");
	err = setup_watch(&r->w, pidfd, &step);
	must(waitpid(pid, status, 0) == pid, "waitpid");
	close(pidfd);
	return !err;
}

/* A child that has ended before setup_watch() looks at anything. */
static void child_ends(void)
{
	struct vhost_msg_v2 answer;
	struct rig r;
	siginfo_t info;
	int status;
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (!pid)
		_exit(0);
	open_rig(&r);
	must(!waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), "waitid");
	miss(&r, 0);
	miss(&r, PAGE + 8);
	miss(&r, 2 * PAGE);
	ok(hold_for(&r, pid, &status) && r.w.unanswered == 2 && r.w.answered == 1,
	   "the child's end: what has come until then is told and answered");
	ok(read(r.device, &answer, sizeof(answer)) == sizeof(answer) && answer.iotlb.type == VHOST_IOTLB_UPDATE &&
	   answer.iotlb.iova == PAGE && answer.iotlb.uaddr == (uintptr_t)r.s.mem.base, "with the page's address");
	close_rig(&r);
}

static void stop_is_not_starved(void)
{
	struct step step;
	struct rig r;

	open_rig(&r);
	r.keep = FAR_TOO_MANY;
	r.stop_at = 10;
	miss(&r, 0);
	ok(!setup_watch(&r.w, -1, &step) && r.seen >= 10 && r.seen < FAR_TOO_MANY,
	   "a device that keeps missing does not starve a request to stop");
	diag("%u misses", r.seen);
	close_rig(&r);
}

/* The stop flag is set, and SIGTERM has its default action again. */
static void stop_is_passed_on(void)
{
	struct rig r;
	int status;
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (!pid)
		for (;;)
			pause();
	open_rig(&r);
	ok(hold_for(&r, pid, &status) && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
	   "a child gets SIGTERM, and its end is waited for");
	close_rig(&r);
}

int main(void)
{
	alarm(TOO_LONG);
	must(!stop_init(), "stop_init");
	child_ends();
	stop_is_not_starved();
	stop_is_passed_on();
	return tap_done();
}
