// SPDX-License-Identifier: GPL-2.0-or-later
/* A /proc made of files: what the scan must find in it, and what it must not mistake for something else. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/scan.h"
#include "tap-out.h"

/* The nodes that play a vhost device and a tap: they are on every machine, with these numbers. */
#define NODE "/dev/null"
#define TUN "/dev/full"
#define EVENTFD "anon_inode:[eventfd]"
#define DEVICES "Character devices:\n  1 misc\n  4 tty\n\nBlock devices:\n  7 loop\n"
#define MISC "238 fuse\n  3 vhost-net\n  5 zero\n  7 tun\n"

static char root[] = "/tmp/test-scan.XXXXXX";

static void must(bool done)
{
	if (done)
		return;
	perror(root);
	exit(1);
}

/* The path of a file below the root, with the directories that it is in. */
static const char *make_path(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	for (char *p = path + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		must(!mkdir(path, 0700) || errno == EEXIST);
		*p = '/';
	}
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(make_path(name), "w");

	must(f && fputs(text, f) >= 0 && !fclose(f));
}

static void put_link(const char *name, const char *target)
{
	const char *path = make_path(name);

	must(!symlink(target, path));
}

/* A descriptor of process 1234: its link, and what the file's driver says in fdinfo. */
static void put_fd(int fd, const char *target, const char *driver)
{
	char name[64], text[256];

	snprintf(name, sizeof(name), "1234/fd/%d", fd);
	put_link(name, target);
	snprintf(name, sizeof(name), "1234/fdinfo/%d", fd);
	snprintf(text, sizeof(text), "pos:\t0\nflags:\t02\nmnt_id:\t15\nino:\t1234\n%s", driver);
	put(name, text);
}

/* Descriptors that look like something else: another file with the right text, or the right text behind another. */
static void put_forgeries(void)
{
	put_fd(20, "/tmp/x", "iff:\ttap2\n");
	put_fd(21, "/dev/zero", "iff:\ttap3\n");
	put_fd(22, TUN, "SqMask:\t0x0\nUserFiles:\t1\n    0: x\niff:\ttap4\n");
	put_fd(23, "anon_inode:[io_uring]", "eventfd-count:                0\neventfd-id: 30\n");
	put_fd(24, "/anon_inode:[eventfd]", "eventfd-count:                0\neventfd-id: 31\n");
	put_fd(25, EVENTFD, "SqMask:\t0x0\nUserFiles:\t1\n    0: x\neventfd-count: 0\neventfd-id: 32\n");
	put_fd(26, EVENTFD, "eventfd-id: 33\n");
	put_fd(27, EVENTFD "x", "eventfd-count:                0\neventfd-id: 34\n");
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void make_stat(pid_t pid, const char *comm, unsigned int flags)
{
	char name[64], text[256];

	snprintf(name, sizeof(name), "%d/comm", pid);
	snprintf(text, sizeof(text), "%s\n", comm);
	put(name, text);
	snprintf(name, sizeof(name), "%d/stat", pid);
	snprintf(text, sizeof(text), "%d (%s) S 2 0 0 0 -1 %u 0 0\n", pid, comm, flags);
	put(name, text);
	snprintf(name, sizeof(name), "%d/schedstat", pid);
	snprintf(text, sizeof(text), "%d000 5 6\n", pid);
	put(name, text);
}

#define KTHREAD 0x00208040
#define USER 0x00400000

static void make_proc(void)
{
	put("devices", DEVICES);
	put("misc", MISC);
	/* A process with two devices, one of them owned by a thread, and with other files. */
	make_stat(1234, "a) S 2\n", USER);
	put_link("1234/fd/0", "/dev/zero");
	put_link("1234/fd/12", NODE);
	put_link("1234/fd/7", NODE);
	put_link("1234/fd/8", "/nowhere");
	put_link("1234/fd/9", "/");
	put_fd(3, TUN, "iff:\ttap1\n");
	put_fd(4, TUN, "iff:\t\n");
	put_fd(5, TUN, "lock:\t1: FLOCK  ADVISORY  WRITE 1234 00:05:7 0 EOF\niff:\ta23456789012345\n");
	put_fd(6, TUN, "iff:\ttap1\n");
	put_fd(10, EVENTFD, "eventfd-count:                3\neventfd-id: 21\neventfd-semaphore: 0\n");
	put_fd(11, EVENTFD, "eventfd-count:                0\neventfd-id: 0\n");
	put_fd(2, EVENTFD, "eventfd-count:                0\neventfd-id: 7\n");
	put_fd(13, "anon_inode:[timerfd]", "clockid: 0\n");
	put_forgeries();
	put("1234/task/1234/comm", "a) S 2\n\n");
	put("1234/task/1235/comm", "vhost-1235\n");
	put("1234/task/1236/comm", "vhost-1x\n");
	make_stat(1235, "vhost-1235", USER);
	/* The workers of its threads, a user process with the name of a worker, and a worker of another process. */
	make_stat(50, "vhost-1234", KTHREAD);
	make_stat(51, "vhost-1236", KTHREAD);
	make_stat(52, "vhost-1234", USER);
	make_stat(53, "vhost-99", KTHREAD);
	put_link("52/fd/1", "/dev/zero");
	/* Another process, without a name. */
	put_link("99999/fd/5", NODE);
	put("version", "Linux\n");
}

static void test_devices(struct scan_devices *all)
{
	const struct scan_device wanted[] = {
		{ 1234, 7, "a) S 2\n", "net" }, { 1234, 12, "a) S 2\n", "net" }, { 99999, 5, "", "net" },
	};

	ok(!scan_devices(root, all) && all->count == 3, "devices: all of them and nothing else");
	for (size_t i = 0; i < 3 && i < all->count; i++) {
		const struct scan_device *d = &all->devices[i];

		ok(d->pid == wanted[i].pid && d->fd == wanted[i].fd && !strcmp(d->comm, wanted[i].comm) &&
		   !strcmp(d->kind, wanted[i].kind), "devices: %d:%d", wanted[i].pid, wanted[i].fd);
	}
	ok(all->hidden == 0, "devices: what has no descriptors is not hidden");
}

static void test_no_devices(void)
{
	struct scan_devices all;

	put("misc", "238 fuse\n  3 vhost\n");
	ok(!scan_devices(root, &all) && !all.count, "devices: a kernel without vhost");
	put("misc", MISC);
	put("devices", "Character devices:\n 10 misc\n");
	ok(!scan_devices(root, &all) && !all.count, "devices: the major number counts too");
	put("devices", DEVICES);
	ok(scan_devices("/nowhere", &all) == -ENOENT && !all.count, "devices: no /proc");
}

static void test_workers(const struct scan_devices *all)
{
	struct scan_worker *w;
	uint64_t sum = 0;
	size_t count;
	int tids = 0;

	ok(!scan_workers(root, all, &w, &count) && count == 3, "workers: three of them");
	for (size_t i = 0; i < count; i++) {
		ok(w[i].pid == 1234, "workers: %d is of the process", w[i].tid);
		tids += w[i].tid;
		sum += w[i].ns;
	}
	ok(tids == 50 + 51 + 1235 && sum == 1336000, "workers: these, with their time");
	free(w);
}

static void test_taps(void)
{
	char (*names)[SCAN_NAME_LEN];
	size_t count;

	ok(!scan_taps(root, 1234, &names, &count) && count == 2, "taps: each once, and none that is forged");
	if (count == 2)
		ok(!strcmp(names[0], "a23456789012345") && !strcmp(names[1], "tap1"), "taps: by name, the longest too");
	free(names);
	ok(scan_taps(root, 4, &names, &count) == -ENOENT && !names && !count, "taps: no such process");
}

static void test_eventfds(void)
{
	ok(scan_eventfd_id(root, 1234, 10) == 21 && !scan_eventfd_id(root, 1234, 11), "eventfds: the number of one");
	ok(scan_eventfd_id(root, 1234, 13) == -1 && scan_eventfd_id(root, 1234, 99) == -1,
	   "eventfds: another file, and none");
}

static void test_netdevs(void)
{
	struct scan_netdev *devs;
	size_t count;

	put("self/net/dev", "Inter-|   Receive                     |  Transmit\n"
	    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
	    "    lo:     100       2    0    0    0     0          0         0      100       3 0 0 0 0 0 0\n"
	    "a23456789012345:1 18446744073709551000 0 0 0 0 0 0 9 600 0 0 0 0 0 0\n");
	ok(!scan_netdevs(root, 0, &devs, &count) && count == 2, "packets: both devices, without the heads");
	if (count == 2) {
		ok(!strcmp(devs[0].name, "lo") && devs[0].packets == 5, "packets: received and sent");
		ok(!strcmp(devs[1].name, "a23456789012345") && devs[1].packets == UINT64_C(18446744073709551600),
		   "packets: no blank behind the colon, large numbers");
	}
	free(devs);
	ok(scan_netdevs(root, 7, &devs, &count) == -ENOENT && !devs && !count, "packets: no such process");
}

static void test_netns(void)
{
	uint64_t inode, other;

	put("1234/ns/net", "");
	ok(!scan_netns(root, 1234, &inode) && !scan_netns("/proc", 0, &other) && other != inode,
	   "namespace: its number");
	ok(scan_netns(root, 99, &inode) == -ENOENT, "namespace: no such process");
}

/* Pinned, this thread is on a CPU that is known. */
static void test_cpu(void)
{
	cpu_set_t allowed, one;
	int last = CPU_SETSIZE - 1;

	must(!sched_getaffinity(0, sizeof(allowed), &allowed));
	while (!CPU_ISSET(last, &allowed))
		last--;
	CPU_ZERO(&one);
	CPU_SET(last, &one);
	must(!sched_setaffinity(0, sizeof(one), &one));
	ok(scan_thread_cpu("/proc", gettid()) == last, "the CPU of a thread");
	must(!sched_setaffinity(0, sizeof(allowed), &allowed));
	ok(scan_thread_cpu(root, 1234) == -EPROTO, "the CPU: too few fields");
	ok(scan_thread_cpu(root, 99999) == -ENOENT, "the CPU: no such thread");
}

int main(void)
{
	struct scan_devices all;

	must(mkdtemp(root));
	make_proc();
	test_devices(&all);
	test_workers(&all);
	free(all.devices);
	test_no_devices();
	test_taps();
	test_eventfds();
	test_netdevs();
	test_netns();
	test_cpu();
	must(!nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS));
	return tap_done();
}
