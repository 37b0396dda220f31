// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Owns a device whose rings lie where no page ever comes:
 *
 *   lost-memory fuse FILE     in a private mapping of a file; its FUSE server, mounted upon FILE, answers no read
 *   lost-memory userfaultfd   in memory of a userfaultfd that nobody reads
 *   lost-memory forbidden     in memory that the owner has forbidden itself
 *   lost-memory remap         there and in memory full of MARK, in turns, as fast as it goes
 *
 * The device is started before the rings are taken away. The owner's arguments are where its first ring is, so that who
 * reads them by /proc/PID/cmdline waits, too. With fuse a thread waits in epoll_wait() for the page that the
 * events go to, and so holds the lock that a reader of that descriptor's fdinfo wants. Another one makes a descriptor
 * that and an eventfd, in turns.
 *
 * Prints its process id and the device's descriptor, and goes on until it is killed.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/fuse.h>
#include <linux/userfaultfd.h>

#include "../rig.h"

#define PAGE 4096
#define RING (3 * PAGE)
#define MARK 0x5a

/* The file has room for both rings, and for the page of epoll_wait(). */
#define EVENTS_AT (2 * RING)
#define FILE_SIZE (EVENTS_AT + PAGE)

/**
 * struct lost - memory without pages
 * @file: the FUSE file; -1: none
 * @uffd: the userfaultfd; -1: none
 */
struct lost {
	int file;
	int uffd;
};

static void *map(void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
	void *p = mmap(at, len, prot, MAP_PRIVATE | flags, fd, offset);

	must(p == MAP_FAILED ? -errno : 0, "mmap");
	return p;
}

/* --- A FUSE server for one file, which has the root's number. */

/**
 * struct server - the server
 * @fuse: its end of /dev/fuse
 * @read: the eventfd that counts the reads that it has heard of
 */
struct server {
	int fuse, read;
};

static void reply(const struct server *s, uint64_t unique, int error, const void *body, size_t len)
{
	char answer[sizeof(struct fuse_out_header) + PAGE] = { 0 };
	const struct fuse_out_header h = { .len = (uint32_t)(sizeof(h) + len), .error = error, .unique = unique };

	memcpy(answer, &h, sizeof(h));
	memcpy(answer + sizeof(h), body, len);
	must(write(s->fuse, answer, h.len) < 0 ? -errno : 0, "answer of the FUSE server");
}

static void serve(const struct server *s, const struct fuse_in_header *in)
{
	const struct fuse_init_out init = { .major = 7, .minor = 31, .max_write = PAGE };
	const struct fuse_attr_out attr = { .attr_valid = 1000000,
		.attr = { .ino = FUSE_ROOT_ID, .size = FILE_SIZE, .mode = S_IFREG | 0666, .nlink = 1 } };
	const struct fuse_open_out opened = { .fh = 1 };
	const uint64_t one = 1;

	switch (in->opcode) {
	case FUSE_INIT:
		reply(s, in->unique, 0, &init, sizeof(init));
		break;
	case FUSE_GETATTR:
		reply(s, in->unique, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
		reply(s, in->unique, 0, &opened, sizeof(opened));
		break;
	case FUSE_READ:
		must(write(s->read, &one, sizeof(one)) < 0 ? -errno : 0, "eventfd");
		break;
	case FUSE_INTERRUPT:
		break;
	default:
		reply(s, in->unique, -ENOSYS, NULL, 0);
	}
}

static void *run_server(void *arg)
{
	static char request[FUSE_MIN_READ_BUFFER + PAGE];
	const struct server *s = arg;

	while (read(s->fuse, request, sizeof(request)) > 0)
		serve(s, (const void *)request);
	return NULL;
}

static void start(void *(*fn)(void *), void *arg)
{
	pthread_t thread;

	must(-pthread_create(&thread, NULL, fn, arg), "pthread_create");
}

static int open_fuse(const char *path, struct server *s)
{
	char options[64];
	struct stat st;

	s->fuse = must(open("/dev/fuse", O_RDWR | O_CLOEXEC), "/dev/fuse");
	s->read = must(eventfd(0, EFD_CLOEXEC), "eventfd");
	snprintf(options, sizeof(options), "fd=%d,rootmode=100000,user_id=0,group_id=0", s->fuse);
	must(mount("lost", path, "fuse", 0, options) ? -errno : 0, "mount");
	start(run_server, s);
	/* The kernel asks for the size only when somebody else does. */
	must(stat(path, &st) ? -errno : st.st_size == FILE_SIZE ? 0 : -EINVAL, "stat");
	return must(open(path, O_RDWR | O_CLOEXEC), path);
}

/* --- A thread that holds an epoll descriptor's lock for ever. */

/**
 * struct waiter - what the two threads need
 * @epoll: a descriptor
 * @eventfd: one of an eventfd
 * @events: the memory that the events of @epoll go to
 */
struct waiter {
	int epoll, eventfd;
	struct epoll_event *events;
};

static void *wait_in_epoll(void *arg)
{
	struct waiter *w = arg;

	epoll_wait(w->epoll, w->events, 1, -1);
	return NULL;
}

/* Each file stays for a moment: long enough to be found, and the only CPU is left to whoever looks. */
static void *swap(void *arg)
{
	const struct waiter *w = arg;
	int both = must(dup(w->eventfd), "dup");

	for (;;) {
		dup2(w->epoll, both);
		usleep(100);
		dup2(w->eventfd, both);
		usleep(100);
	}
	return NULL;
}

static void hold_epoll(struct waiter *w, const struct lost *l, const struct server *s)
{
	struct epoll_event event = { .events = EPOLLOUT };
	uint64_t count;

	w->epoll = must(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
	w->eventfd = rig_eventfd();
	must(epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->eventfd, &event) ? -errno : 0, "epoll_ctl");
	w->events = map(NULL, PAGE, PROT_READ | PROT_WRITE, 0, l->file, EVENTS_AT);
	start(wait_in_epoll, w);
	must(read(s->read, &count, sizeof(count)) < 0 ? -errno : 0, "eventfd");
	start(swap, w);
}

/* --- userfaultfd */

static int open_uffd(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = must((int)syscall(SYS_userfaultfd, O_CLOEXEC), "userfaultfd");

	must(ioctl(fd, UFFDIO_API, &api) ? -errno : 0, "UFFDIO_API");
	return fd;
}

static void lose(const struct lost *l, void *at, off_t offset)
{
	struct uffdio_register r = { .range = { (uintptr_t)at, RING }, .mode = UFFDIO_REGISTER_MODE_MISSING };

	if (l->file >= 0) {
		map(at, RING, PROT_READ | PROT_WRITE, MAP_FIXED, l->file, offset);
		return;
	}
	if (l->uffd < 0) {
		must(mprotect(at, RING, PROT_NONE) ? -errno : 0, "mprotect");
		return;
	}
	/* Forbidden until it is registered: as ordinary memory that nobody has touched it would be read as 0. */
	map(at, RING, PROT_NONE, MAP_FIXED | MAP_ANONYMOUS, -1, 0);
	must(ioctl(l->uffd, UFFDIO_REGISTER, &r) ? -errno : 0, "UFFDIO_REGISTER");
	must(mprotect(at, RING, PROT_READ | PROT_WRITE) ? -errno : 0, "mprotect");
}

/* Move a full ring to where the other one is: it is there at once, with all that is in it. */
static void bring(void *at)
{
	void *full = map(NULL, RING, PROT_READ | PROT_WRITE, MAP_ANONYMOUS, -1, 0);

	memset(full, MARK, RING);
	must(mremap(full, RING, RING, MREMAP_MAYMOVE | MREMAP_FIXED, at) == MAP_FAILED ? -errno : 0, "mremap");
}

static void lose_all(const struct rig *r, const struct lost *l)
{
	for (unsigned int queue = 0; queue < RIG_QUEUES; queue++)
		lose(l, r->ring[queue].desc, queue * RING);
}

/* The beginning first: the kernel wants it before the end, and the stack is above all mappings. */
static void lose_args(const struct rig *r)
{
	const char *at = (const char *)r->ring[0].desc;

	must(prctl(PR_SET_MM, PR_SET_MM_ARG_START, at, 0, 0) ? -errno : 0, "PR_SET_MM_ARG_START");
	must(prctl(PR_SET_MM, PR_SET_MM_ARG_END, at + PAGE, 0, 0) ? -errno : 0, "PR_SET_MM_ARG_END");
}

static void bring_all(const struct rig *r)
{
	for (unsigned int queue = 0; queue < RIG_QUEUES; queue++)
		bring(r->ring[queue].desc);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	struct lost lost = { -1, -1 };
	struct server server;
	struct waiter waiter;
	int ifindex, tap;
	struct rig r;

	tap = rig_tap(&ifindex);
	rig_open(&r, UINT64_C(1) << VIRTIO_RING_F_EVENT_IDX | UINT64_C(1) << VIRTIO_F_VERSION_1);
	for (unsigned int queue = 0; queue < RIG_QUEUES; queue++)
		rig_start(&r, queue, tap);
	if (!strcmp(how, "fuse"))
		lost.file = open_fuse(argv[2], &server);
	else if (strcmp(how, "forbidden"))
		lost.uffd = open_uffd();
	if (lost.file >= 0)
		hold_epoll(&waiter, &lost, &server);
	lose_all(&r, &lost);
	lose_args(&r);
	printf("%d %d\n", getpid(), r.vhost);
	fflush(stdout);
	while (!strcmp(how, "remap")) {
		bring_all(&r);
		lose_all(&r, &lost);
	}
	for (;;)
		pause();
}
