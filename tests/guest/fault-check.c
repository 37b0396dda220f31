// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each call of a set-up into the kernel fails once in each of four ways: fault-check SETUP-OPTION... With QUICK in the
 * environment it is one way for each call, another one for the next.
 *
 * The set-up is done in this process, so that what it leaves behind shows: descriptors, threads, the network namespace,
 * and the links of both namespaces are counted before and after; with AddressSanitizer memory is, too. The functions
 * below stand in for the C library's, for libnl as well, and fail when their turn has come.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/tap-out.h"
#include "base/array.h"
#include "net/link.h"
#include "setup/setup-options.h"
#include "setup/setup.h"
#include "vhost/vhost.h"

/* The call of this number fails with that errno, and all are counted; armed only while a set-up is made. */
static struct {
	bool armed;
	unsigned int calls, fail_at;
	int err;
	const char *failed;
} fault;

static bool fails(const char *name)
{
	if (!fault.armed || ++fault.calls != fault.fail_at)
		return false;
	fault.failed = name;
	errno = fault.err;
	return true;
}

/* The function that ours hides. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

#define STAND_IN(type, name, params, args)		\
	type name params				\
	{						\
		return fails(#name) ? (type)-1 : REAL(name) args; \
	}

STAND_IN(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
STAND_IN(int, bind, (int fd, const struct sockaddr *addr, socklen_t len), (fd, addr, len))
STAND_IN(int, getsockname, (int fd, struct sockaddr *restrict addr, socklen_t *restrict len), (fd, addr, len))
STAND_IN(int, setsockopt, (int fd, int level, int name, const void *value, socklen_t len),
	 (fd, level, name, value, len))
STAND_IN(ssize_t, sendmsg, (int fd, const struct msghdr *msg, int flags), (fd, msg, flags))
STAND_IN(ssize_t, recvmsg, (int fd, struct msghdr *msg, int flags), (fd, msg, flags))
STAND_IN(int, eventfd, (unsigned int count, int flags), (count, flags))
STAND_IN(int, memfd_create, (const char *name, unsigned int flags), (name, flags))
STAND_IN(int, setns, (int fd, int type), (fd, type))
STAND_IN(ssize_t, read, (int fd, void *buf, size_t len), (fd, buf, len))
STAND_IN(ssize_t, write, (int fd, const void *buf, size_t len), (fd, buf, len))

/* Says in its result what others say in errno. */
int posix_fallocate(int fd, off_t offset, off_t len)
{
	return fails("posix_fallocate") ? fault.err : REAL(posix_fallocate)(fd, offset, len);
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	/* Memory of the C library's own is not ours to refuse. */
	if (fd >= 0 && fails("mmap"))
		return MAP_FAILED;
	return REAL(mmap)(addr, len, prot, flags, fd, offset);
}

static void *third(va_list ap)
{
	return va_arg(ap, void *);
}

#define STAND_IN_VARIADIC(name, first, second)			\
	int name(first a, second b, ...)			\
	{							\
		va_list ap;					\
		void *c;					\
								\
		va_start(ap, b);				\
		c = third(ap);					\
		va_end(ap);					\
		return fails(#name) ? -1 : REAL(name)(a, b, c);	\
	}

STAND_IN_VARIADIC(open, const char *, int)
STAND_IN_VARIADIC(ioctl, int, unsigned long)
STAND_IN_VARIADIC(fcntl, int, int)

/**
 * struct remains - what a set-up could leave behind
 */
struct remains {
	int fds, threads, links, inner_links;
	ino_t netns;
};

static int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	if (!dir)
		abort();
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static int count_links(void)
{
	struct link_info *links;
	size_t count;

	if (link_list(&links, &count))
		abort();
	free(links);
	return (int)count;
}

static struct remains look(const char *netns)
{
	struct remains r = { 0 };
	struct stat st;
	int back;

	r.fds = count_entries("/proc/self/fd");
	r.threads = count_entries("/proc/self/task");
	r.links = count_links();
	if (stat("/proc/thread-self/ns/net", &st))
		abort();
	r.netns = st.st_ino;
	if (link_enter_netns(netns, &back))
		abort();
	r.inner_links = count_links();
	link_leave_netns(back);
	return r;
}

static bool same(const struct remains *a, const struct remains *b)
{
	return a->fds == b->fds && a->threads == b->threads && a->links == b->links && a->netns == b->netns &&
	       a->inner_links == b->inner_links;
}

/* Sets up and takes down again. */
static int attempt(const struct setup_opts *o, struct step *step)
{
	struct setup_conf c;
	struct setup s;
	int r;

	fault.calls = 0;
	fault.failed = NULL;
	*step = (struct step){ .doing = "" };
	fault.armed = true;
	r = setup_complete(o, &c, step);
	for (unsigned int i = 0; !r && i < c.net.queues; i++) {
		step_at(step, NULL, "open " VHOST_NET_DEVICE);
		c.vhost[i] = vhost_open();
		r = c.vhost[i] < 0 ? c.vhost[i] : 0;
	}
	if (!r)
		r = setup_open(&s, &c, step);
	fault.armed = false;
	if (!r)
		setup_close(&s);
	setup_conf_fini(&c);
	return r;
}

/* libnl repeats recvmsg() by itself, and guestmem the other. */
static bool repeated(void)
{
	return fault.err == EINTR && (!strcmp(fault.failed, "recvmsg") || !strcmp(fault.failed, "posix_fallocate"));
}

/* Where the way back is what failed, the thread is left on the other side, and the process would end. */
static void go_home(int home)
{
	if (fault.failed && !strcmp(fault.failed, "setns") && setns(home, CLONE_NEWNET))
		abort();
}

static void test_call(const struct setup_opts *o, unsigned int nth, const struct remains *before, int home)
{
	static const int errs[] = { EINTR, ENOMEM, EMFILE, EPERM };
	char wrong[512] = "";
	struct remains after;
	struct step step;

	for (size_t i = 0; i < ARRAY_SIZE(errs); i++) {
		int r;

		if (getenv("QUICK") && i != nth % 4)
			continue;

		fault.fail_at = nth;
		fault.err = errs[i];
		r = attempt(o, &step);
		fault.fail_at = 0;
		go_home(home);
		after = look(o->net.netns);
		if (fault.failed && (r < 0 ? *step.doing : repeated()) && same(before, &after))
			continue;
		snprintf(wrong + strlen(wrong), sizeof(wrong) - strlen(wrong),
			 "%s: %d, '%s'; left: %d descriptors, %d threads, %d and %d links. ",
			 strerrorname_np(errs[i]), r, step.doing, after.fds - before->fds,
			 after.threads - before->threads, after.links - before->links,
			 after.inner_links - before->inner_links);
	}
	if (!ok(!*wrong, "%u: %s: cannot %s", nth, fault.failed ? fault.failed : "-", step.doing))
		diag("%s", wrong);
}

int main(int argc, char **argv)
{
	static struct setup_opts o;
	struct opt_places places = { 0 };
	struct opt_set sets[16] = { { 0 } };
	struct remains before, after;
	struct step step;
	const int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	unsigned int calls;
	char err[256];
	int n = 0, r;

	o = setup_defaults;
	for (const struct opt_group *g = setup_groups; g->table; g++)
		sets[n++] = (struct opt_set){ g->table, (char *)&o + g->offset };
	if (opts_parse(argc, argv, OPTS_FIRST, sets, &places, err, sizeof(err)) != argc || !o.net.netns) {
		diag("%s", err);
		return 1;
	}
	before = look(o.net.netns);
	r = attempt(&o, &step);
	after = look(o.net.netns);
	calls = fault.calls;
	ok(!r && same(&before, &after) && calls > 100, "a set-up of %u calls, and nothing left behind", calls);
	for (unsigned int i = 1; i <= calls; i++)
		test_call(&o, i, &before, home);
	r = attempt(&o, &step);
	after = look(o.net.netns);
	ok(!r && same(&before, &after), "the next set-up succeeds");
	opts_places_fini(&places);
	return tap_done();
}
