// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ioctls-check ARRAY FORK [SCSI]
 *
 * Every wrapper of vhost.h on a real /dev/vhost-net: what succeeds, with what can be read back, and each error that the
 * header promises. ARRAY and FORK are "yes" or "no": whether this kernel has VHOST_GET/SET_FEATURES_ARRAY and
 * VHOST_GET/SET_FORK_FROM_OWNER. SCSI is a device that has workers, /dev/vhost-scsi, where the kernel has that.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <linux/vhost.h>
#include <linux/virtio_config.h>

#include "../unit/tap-out.h"
#include "base/array.h"
#include "rig.h"
#include "vhost/vhost-uapi.h"

#define BIT(n) (UINT64_C(1) << (n))
#define NOBODY 4096	/* no descriptor of that number */

/* One call and what it must return. */
static __attribute__((format(printf, 3, 4))) void is(int got, int wanted, const char *fmt, ...)
{
	char what[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (!ok(got == wanted, "%s: %s", what, wanted < 0 ? strerrorname_np(-wanted) : "done"))
		diag("%s", got < 0 ? strerrorname_np(-got) : "done");
}

static int fresh(void)
{
	return must(vhost_open(), VHOST_NET_DEVICE);
}

static int owned(void)
{
	int fd = fresh();

	must(vhost_set_owner(fd), "VHOST_SET_OWNER");
	return fd;
}

/* The least bit that is not in @mask. */
static uint64_t missing(uint64_t mask)
{
	return ~mask & (mask + 1);
}

static void nobody_owns_it(void)
{
	const struct vhost_vring_addr addr = { 0 };
	const struct vhost_memory none = { 0 };
	unsigned int value;
	int fd = fresh();

	is(vhost_reset_owner(fd), -EPERM, "no owner: reset the owner");
	is(vhost_set_mem_table(fd, &none), -EPERM, "no owner: memory table");
	is(vhost_set_log_base(fd, 0), -EPERM, "no owner: log base");
	is(vhost_set_log_fd(fd, -1), -EPERM, "no owner: log eventfd");
	is(vhost_set_vring_num(fd, 0, 256), -EPERM, "no owner: ring size");
	is(vhost_set_vring_base(fd, 0, 0), -EPERM, "no owner: base");
	is(vhost_get_vring_base(fd, 0, &value), -EPERM, "no owner: read the base");
	is(vhost_set_vring_addr(fd, &addr), -EPERM, "no owner: ring addresses");
	is(vhost_set_vring_kick(fd, 0, -1), -EPERM, "no owner: kick");
	is(vhost_set_vring_call(fd, 0, -1), -EPERM, "no owner: call");
	is(vhost_set_vring_err(fd, 0, -1), -EPERM, "no owner: err");
	is(vhost_set_vring_busyloop_timeout(fd, 0, 1), -EPERM, "no owner: busy polling");
	is(vhost_net_set_backend(fd, 0, -1), -EPERM, "no owner: backend");
	close(fd);
}

/* In a child, whose memory is not the owner's. */
static int as_somebody_else(int fd)
{
	unsigned int value;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(-vhost_get_vring_base(fd, 0, &value));
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

static void owner(void)
{
	unsigned int value;
	int fd = fresh();

	is(vhost_set_owner(fd), 0, "become the owner");
	is(vhost_set_owner(fd), -EBUSY, "become the owner once more");
	is(as_somebody_else(fd), -EPERM, "somebody else: read the base");
	is(vhost_set_vring_base(fd, 0, 100), 0, "base 100");
	is(vhost_set_vring_busyloop_timeout(fd, 1, 50), 0, "busy polling, 50 us");
	is(vhost_reset_owner(fd), 0, "reset the owner");
	is(vhost_get_vring_base(fd, 0, &value), -EPERM, "then nobody owns it");
	is(vhost_set_owner(fd), 0, "become the owner again");
	ok(vhost_get_vring_base(fd, 0, &value) == 0 && value == 0, "the base is 0 again");
	ok(vhost_get_vring_busyloop_timeout(fd, 1, &value) == 0 && value == 0, "nothing is polled again");
	close(fd);
}

static void features(void)
{
	const uint64_t known = BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM) | BIT(VHOST_F_LOG_ALL);
	uint64_t offered = 0, backend = 0;
	int fd = fresh();

	is(vhost_get_features(fd, &offered), 0, "read the features");
	ok((offered & known) == known, "VERSION_1, ACCESS_PLATFORM and LOG_ALL are among them");
	is(vhost_set_features(fd, offered), 0, "all that are offered");
	is(vhost_set_features(fd, missing(offered)), -EOPNOTSUPP, "one that is not");
	is(vhost_get_backend_features(fd, &backend), 0, "read the backend features");
	ok(backend & BIT(VHOST_BACKEND_F_IOTLB_MSG_V2), "IOTLB_MSG_V2 is among them");
	is(vhost_set_backend_features(fd, backend), 0, "all that are offered");
	is(vhost_set_backend_features(fd, missing(backend)), -EOPNOTSUPP, "one that is not");
	close(fd);
}

static void features_array(bool has, int fd, const char *who)
{
	uint64_t words[3] = { 7, 7, 7 }, offered;

	must(vhost_get_features(fd, &offered), "VHOST_GET_FEATURES");
	is(vhost_get_features_array(fd, words, 0), -EINVAL, "%s: an array of 0", who);
	is(vhost_get_features_array(fd, words, 3), -EINVAL, "%s: an array of 3", who);
	is(vhost_get_features_array(fd, words, 1), has ? 0 : -ENOTTY, "%s: read an array of 1", who);
	ok(words[0] == (has ? offered : 7) && words[1] == 7, "%s: word 0 and no more", who);
	is(vhost_get_features_array(fd, words, 2), has ? 0 : -ENOTTY, "%s: read an array of 2", who);
	ok(words[0] == (has ? offered : 7) && words[2] == 7, "%s: two words and no more", who);
	is(vhost_set_features_array(fd, words, 3), -EINVAL, "%s: set 3", who);
	is(vhost_set_features_array(fd, &(const uint64_t){ 0 }, 1), has ? 0 : -ENOTTY, "%s: set 1", who);
	is(vhost_set_features_array(fd, words, 2), has ? 0 : -ENOTTY, "%s: set 2", who);
	words[1] = missing(words[1]);
	is(vhost_set_features_array(fd, words, 2), has ? -EOPNOTSUPP : -ENOTTY, "%s: set one that is not offered", who);
	close(fd);
}

/* Whose thread the worker is, which is there at once: this process has no other but its first. */
static unsigned int whose_worker(void)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *entry;
	int threads = 0;

	must(dir ? 0 : -errno, "look at the threads");
	while ((entry = readdir(dir)))
		threads += entry->d_name[0] != '.';
	closedir(dir);
	return threads > 1 ? VHOST_FORK_OWNER_TASK : VHOST_FORK_OWNER_KTHREAD;
}

static void fork_from_owner(bool has)
{
	static const unsigned int values[] = { VHOST_FORK_OWNER_KTHREAD, VHOST_FORK_OWNER_TASK };
	const int done = has ? 0 : -ENOTTY;

	for (size_t i = 0; i < 2; i++) {
		unsigned int value = 7;
		int fd = fresh();

		is(vhost_set_fork_from_owner(fd, values[i]), done, "fork from owner %u", values[i]);
		is(vhost_get_fork_from_owner(fd, &value), done, "read it");
		ok(value == (has ? values[i] : 7), "it is what was set");
		is(vhost_set_fork_from_owner(fd, 2), has ? -EINVAL : -ENOTTY, "fork from owner 2");
		is(vhost_set_fork_from_owner(fd, 256), -EINVAL, "fork from owner 256");
		must(vhost_set_owner(fd), "VHOST_SET_OWNER");
		ok(!has || whose_worker() == values[i], "the worker is a thread of that");
		is(vhost_set_fork_from_owner(fd, values[i]), has ? -EBUSY : -ENOTTY, "with an owner: set it");
		is(vhost_get_fork_from_owner(fd, &value), done, "with an owner: read it");
		close(fd);
	}
}

/* As many as there may be, which is vhost's to say. */
static unsigned int regions_max(void)
{
	FILE *f = fopen("/sys/module/vhost/parameters/max_mem_regions", "r");
	unsigned int max = 0;

	if (!f || fscanf(f, "%u", &max) != 1)
		must(-EIO, "max_mem_regions");
	fclose(f);
	return max;
}

static int set_regions(int fd, unsigned int count, uint64_t size, uint32_t padding)
{
	struct vhost_memory *t = calloc(1, sizeof(*t) + count * sizeof(t->regions[0]));
	int r;

	t->nregions = count;
	t->padding = padding;
	for (unsigned int i = 0; i < count; i++)
		t->regions[i] = (struct vhost_memory_region){
			.guest_phys_addr = RIG_GPA + i * UINT64_C(0x1000), .memory_size = size,
			.userspace_addr = 0x10000 + i * UINT64_C(0x1000),
		};
	r = vhost_set_mem_table(fd, t);
	free(t);
	return r;
}

static void memory(void)
{
	const unsigned int max = regions_max();
	int fd = owned();

	is(set_regions(fd, 0, 0, 0), 0, "no memory");
	is(set_regions(fd, 1, 4096, 0), 0, "one region");
	is(set_regions(fd, max, 4096, 0), 0, "%u regions", max);
	is(set_regions(fd, max + 1, 4096, 0), -E2BIG, "%u regions", max + 1);
	is(set_regions(fd, 1, 4096, 1), -EOPNOTSUPP, "padding that is not 0");
	is(set_regions(fd, 1, 0, 0), -EFAULT, "a region of no bytes");
	is(set_regions(fd, 1, -RIG_GPA + 1, 0), -EFAULT, "a region beyond 2^64");
	close(fd);
}

static void logging(void)
{
	int fd = owned(), event = rig_eventfd(), null = open("/dev/null", O_RDWR);

	is(vhost_set_log_base(fd, 0x10000), 0, "log base");
	is(vhost_set_log_fd(fd, event), 0, "log eventfd");
	is(vhost_set_log_fd(fd, -1), 0, "no log eventfd");
	is(vhost_set_log_fd(fd, null), -EINVAL, "log eventfd that is none");
	is(vhost_set_log_fd(fd, NOBODY), -EBADF, "log eventfd that is not open");
	close(null);
	close(event);
	close(fd);
}

static void queue_2(int fd)
{
	const struct vhost_vring_addr addr = { .index = 2 };
	unsigned int value;

	is(vhost_set_vring_num(fd, 2, 256), -ENOBUFS, "queue 2: ring size");
	is(vhost_set_vring_base(fd, 2, 0), -ENOBUFS, "queue 2: base");
	is(vhost_get_vring_base(fd, 2, &value), -ENOBUFS, "queue 2: read the base");
	is(vhost_set_vring_addr(fd, &addr), -ENOBUFS, "queue 2: ring addresses");
	is(vhost_set_vring_kick(fd, 2, -1), -ENOBUFS, "queue 2: kick");
	is(vhost_set_vring_call(fd, 2, -1), -ENOBUFS, "queue 2: call");
	is(vhost_set_vring_err(fd, 2, -1), -ENOBUFS, "queue 2: err");
	is(vhost_set_vring_endian(fd, 2, VHOST_VRING_LITTLE_ENDIAN), -ENOBUFS, "queue 2: byte order");
	is(vhost_get_vring_endian(fd, 2, &value), -ENOBUFS, "queue 2: read the byte order");
	is(vhost_set_vring_busyloop_timeout(fd, 2, 1), -ENOBUFS, "queue 2: busy polling");
	is(vhost_get_vring_busyloop_timeout(fd, 2, &value), -ENOBUFS, "queue 2: read the busy polling");
	is(vhost_net_set_backend(fd, 2, -1), -ENOBUFS, "queue 2: backend");
}

static void numbers(int fd)
{
	static const unsigned int good[] = { 1, 2, 256, 32768 }, bad[] = { 0, 3, 257, 65535, 65536, 1u << 31 };
	unsigned int value;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		is(vhost_set_vring_num(fd, 0, good[i]), 0, "ring size %u", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		is(vhost_set_vring_num(fd, 0, bad[i]), -EINVAL, "ring size %u", bad[i]);
	is(vhost_set_vring_base(fd, 1, 65535), 0, "base 65535");
	is(vhost_set_vring_base(fd, 1, 65536), -EINVAL, "base 65536");
	ok(vhost_get_vring_base(fd, 1, &value) == 0 && value == 65535, "the base is 65535");
	ok(vhost_get_vring_base(fd, 0, &value) == 0 && value == 0, "that of the other queue is 0");
	is(vhost_set_vring_busyloop_timeout(fd, 0, 70), 0, "busy polling, 70 us");
	ok(vhost_get_vring_busyloop_timeout(fd, 0, &value) == 0 && value == 70, "it is 70 us");
	ok(vhost_get_vring_busyloop_timeout(fd, 1, &value) == 0 && value == 0, "and none for the other queue");
}

static void addresses(int fd)
{
	static const struct {
		struct vhost_vring_addr addr;
		int r;
		const char *what;
	} cases[] = {
		{ { 0, 0, 0x10000, 0x20000, 0x30000, 0 }, 0, "aligned" },
		{ { 0, 0, 0x10000, 0x20004, 0x30002, 4 }, 0, "just aligned" },
		{ { 0, 0, 0x10001, 0x20000, 0x30000, 0 }, 0, "descriptors at an odd address" },
		{ { 0, 0, 0x10000, 0x20002, 0x30000, 0 }, -EINVAL, "used ring not at a multiple of 4" },
		{ { 0, 0, 0x10000, 0x20000, 0x30001, 0 }, -EINVAL, "avail ring not at a multiple of 2" },
		{ { 0, 0, 0x10000, 0x20000, 0x30000, 2 }, -EINVAL, "log address not at a multiple of 4" },
		{ { 0, 1 << VHOST_VRING_F_LOG, 0x10000, 0x20000, 0x30000, 0 }, 0, "logged" },
		{ { 0, 2, 0x10000, 0x20000, 0x30000, 0 }, -EOPNOTSUPP, "another flag" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is(vhost_set_vring_addr(fd, &cases[i].addr), cases[i].r, "ring addresses: %s", cases[i].what);
}

static void eventfds(int fd)
{
	static const struct {
		int (*set)(int vhost, unsigned int queue, int eventfd);
		const char *name;
	} kinds[] = {
		{ vhost_set_vring_kick, "kick" }, { vhost_set_vring_call, "call" }, { vhost_set_vring_err, "err" },
	};
	int null = open("/dev/null", O_RDWR);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		int event = rig_eventfd();

		is(kinds[i].set(fd, 0, event), 0, "%s", kinds[i].name);
		is(kinds[i].set(fd, 0, null), -EINVAL, "%s that is no eventfd", kinds[i].name);
		is(kinds[i].set(fd, 0, NOBODY), -EBADF, "%s that is not open", kinds[i].name);
		is(kinds[i].set(fd, 0, -1), 0, "no %s", kinds[i].name);
		close(event);
	}
	close(null);
}

/* What no vhost-net has on this machine, whatever the kernel. */
static void not_for_us(int fd)
{
	unsigned int value;

	is(vhost_set_vring_endian(fd, 0, VHOST_VRING_BIG_ENDIAN), -ENOTTY, "byte order");
	is(vhost_get_vring_endian(fd, 0, &value), -ENOTTY, "read the byte order");
	is(vhost_new_worker(fd, &value), -ENOTTY, "a new worker");
	is(vhost_free_worker(fd, 5), -ENOTTY, "end a worker");
	is(vhost_attach_vring_worker(fd, 0, 5), -ENOTTY, "another worker for a queue");
	is(vhost_get_vring_worker(fd, 0, &value), -ENOTTY, "a queue's worker");
}

static void backend(void)
{
	int pipes[2], ifindex, tap = rig_tap(&ifindex);
	struct vhost_vring_addr odd = { .index = 1, .avail_user_addr = 1 };
	unsigned int value;
	struct rig r;
	int fd = owned();

	is(vhost_net_set_backend(fd, 1, tap), -EFAULT, "a backend without memory");
	close(fd);
	rig_open(&r, BIT(VIRTIO_F_VERSION_1) | BIT(VHOST_F_LOG_ALL));
	if (pipe(pipes))
		must(-errno, "pipe");
	is(vhost_net_set_backend(r.vhost, 1, pipes[0]), -ENOTSOCK, "a backend that is a pipe");
	is(vhost_net_set_backend(r.vhost, 1, NOBODY), -ENOTSOCK, "a backend that is not open");
	is(vhost_net_set_backend(r.vhost, 1, tap), 0, "a tap");
	is(vhost_set_vring_num(r.vhost, 1, 128), -EBUSY, "running: ring size");
	is(vhost_set_vring_base(r.vhost, 1, 1), -EBUSY, "running: base");
	is(vhost_set_vring_addr(r.vhost, &odd), -EINVAL, "running: a misaligned ring");
	is(vhost_set_log_base(r.vhost, UINT64_C(1) << 63), -EFAULT, "running: a log that is not the owner's memory");
	is(vhost_set_vring_call(r.vhost, 1, r.call[0]), 0, "running: another call");
	is(vhost_set_vring_kick(r.vhost, 1, r.kick[0]), 0, "running: another kick");
	is(vhost_get_vring_base(r.vhost, 1, &value), 0, "running: read the base");
	is(vhost_net_set_backend(r.vhost, 1, -1), 0, "no backend");
	is(vhost_set_vring_num(r.vhost, 1, 128), 0, "stopped: ring size");
	is(vhost_net_set_backend(r.vhost, 1, tap), 0, "a tap again");
	is(vhost_reset_owner(r.vhost), 0, "running: reset the owner");
	is(vhost_set_owner(r.vhost), 0, "become the owner again");
	is(vhost_net_set_backend(r.vhost, 1, tap), -EFAULT, "nothing is left of what was set");
	rig_close(&r);
	close(tap);
	close(pipes[0]);
	close(pipes[1]);
}

/* The pool has three (tests/guest/ioctls). */
static void hugepages(void)
{
	const struct guestmem_conf conf = { .size = 5 << 20, .gpa = RIG_GPA, .regions = 2, .hugepages = true };
	const struct guestmem_conf more = { .size = 7 << 20, .gpa = RIG_GPA, .regions = 1, .hugepages = true };
	struct guestmem_hugepages huge;
	struct rig r = { .vhost = owned() };
	void *promised;

	ok(guestmem_hugepages(&huge) == 0 && huge.size == 2 << 20 && huge.total == 3 && huge.free == 3,
	   "three huge pages of 2 MiB are free");
	promised = mmap(NULL, huge.size, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	ok(promised != MAP_FAILED && guestmem_hugepages(&huge) == 0 && huge.total == 3 && huge.free == 2,
	   "one that is mapped is not, even before it is touched");
	munmap(promised, huge.size);
	is(guestmem_open(&r.mem, &more), -ENOSPC, "7 MiB of huge pages");
	is(guestmem_open(&r.mem, &conf), 0, "5 MiB of huge pages");
	ok(r.mem.size == 6 << 20, "are 6 MiB");
	ok(guestmem_hugepages(&huge) == 0 && huge.total == 3 && huge.free == 0, "and none is free then");
	memset(r.mem.base, 1, r.mem.size);
	rig_set_table(&r);
	close(r.vhost);
	guestmem_close(&r.mem);
	ok(guestmem_hugepages(&huge) == 0 && huge.free == 3, "closed, they are free again");
}

static int open_scsi(const char *device, bool has_fork, unsigned int fork_value)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);

	must(fd < 0 ? -errno : fd, device);
	if (has_fork)
		must(vhost_set_fork_from_owner(fd, fork_value), "VHOST_SET_FORK_FROM_OWNER");
	must(vhost_set_owner(fd), "VHOST_SET_OWNER");
	return fd;
}

/* Of vhost-scsi, which has workers; it is no vhost-net, but these ioctls are all vhost's. */
static void workers(const char *device, bool has_fork)
{
	unsigned int first = 77, worker = 77, value = 77;
	int fd = open_scsi(device, has_fork, VHOST_FORK_OWNER_TASK);

	is(vhost_get_vring_worker(fd, 1, &first), 0, "scsi: the worker of a queue");
	is(vhost_new_worker(fd, &worker), 0, "scsi: a new worker");
	ok(worker != 77 && worker != first, "scsi: it has a number of its own");
	is(vhost_attach_vring_worker(fd, 1, worker), 0, "scsi: the new worker for a queue");
	ok(vhost_get_vring_worker(fd, 1, &value) == 0 && value == worker, "scsi: the queue has it");
	ok(vhost_get_vring_worker(fd, 0, &value) == 0 && value == first, "scsi: another queue does not");
	is(vhost_free_worker(fd, worker), -EBUSY, "scsi: end a worker that a queue has");
	is(vhost_attach_vring_worker(fd, 1, first), 0, "scsi: the first worker for the queue");
	is(vhost_free_worker(fd, worker), 0, "scsi: end the new one");
	is(vhost_free_worker(fd, worker), -ENODEV, "scsi: end it once more");
	is(vhost_attach_vring_worker(fd, 1, worker), -ENODEV, "scsi: one that has ended for a queue");
	close(fd);
	if (has_fork) {
		fd = open_scsi(device, has_fork, VHOST_FORK_OWNER_KTHREAD);
		is(vhost_new_worker(fd, &worker), -EFAULT, "scsi: a new worker where they are the kernel's");
		close(fd);
	}
}

int main(int argc, char **argv)
{
	const bool has_array = argc > 2 && !strcmp(argv[1], "yes"), has_fork = argc > 2 && !strcmp(argv[2], "yes");
	int fd;

	nobody_owns_it();
	owner();
	features();
	features_array(has_array, fresh(), "features, no owner");
	features_array(has_array, owned(), "features");
	fork_from_owner(has_fork);
	memory();
	logging();
	fd = owned();
	queue_2(fd);
	numbers(fd);
	addresses(fd);
	eventfds(fd);
	not_for_us(fd);
	close(fd);
	backend();
	hugepages();
	if (argc > 3)
		workers(argv[3], has_fork);
	return tap_done();
}
