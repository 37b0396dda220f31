// SPDX-License-Identifier: GPL-2.0-or-later
#include "watched-threads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/array.h"
#include "base/error-text.h"
#include "bpf/hostthreads.skel.h"
#include "probe/pid-namespace.h"
#include "probe/session.h"

/* The most looks that are kept; of more, the places of later ones are not. */
#define LOOKS_MAX 64

/* The iterator's buffer: what one read() returns at most. */
#define READ_SIZE (8 * 4096)

/**
 * struct seen - a thread
 * @first: at the first look that had it
 * @last: at the last one
 * @vcpu: it was within KVM_RUN at a look
 * @ran: by number of the look: it had run since the look before
 * @cpu: by number of the look: the CPU that it ran on last
 */
struct seen {
	struct host_thread first, last;
	bool vcpu;
	bool ran[LOOKS_MAX];
	uint16_t cpu[LOOKS_MAX];
};

/**
 * struct watched_threads - all threads, by several looks
 * @session: the programs' session
 * @skel: the programs
 * @link: the attached iterator
 * @seen: the threads; owned
 * @count: number of @seen
 * @room: allocated elements of @seen
 * @next: where to search first
 * @looks: number of looks
 * @began: time of the first look, nanoseconds of CLOCK_BOOTTIME
 * @ended: time of the last one
 */
struct watched_threads {
	struct session session;
	struct hostthreads_bpf *skel;
	struct bpf_link *link;
	struct seen *seen;
	size_t count, room, next;
	uint32_t looks;
	uint64_t began, ended;
};

static int load(struct watched_threads *t, char *why, size_t len)
{
	static const struct hook walks[] = {
		{ "threads", { "bpf_iter_task" }, { "find_host_threads" }, .shows = 1, .iterator = true },
	};
	static const struct session_conf conf = { walks, ARRAY_SIZE(walks), .vhost = true };
	int err = session_begin(&t->session, &conf, why, len);

	if (!err) {
		t->skel = hostthreads_bpf__open_opts(session_open_opts(&t->session));
		err = session_opened(&t->session, t->skel ? t->skel->skeleton : NULL, 1, why, len);
	}
	if (!err)
		err = pid_namespace((uint32_t *)&t->skel->rodata->pidns, why, len);
	if (!err)
		err = session_load(&t->session, why, len);
	session_end(&t->session);
	if (err)
		return err;
	t->link = bpf_program__attach_iter(t->skel->progs.find_host_threads, NULL);
	err = t->link ? 0 : -errno;
	if (err)
		snprintf(why, len, "attaching the BPF iterators: %s", error_text(err));
	return err;
}

int watched_threads_open(struct watched_threads **result, char *why, size_t len)
{
	struct watched_threads *t = calloc(1, sizeof(*t));
	int err;

	*result = NULL;
	if (!t) {
		snprintf(why, len, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	err = load(t, why, len);
	if (err)
		watched_threads_close(t);
	else
		*result = t;
	return err;
}

/* Threads come in the same order each time: most often it is the one behind the last. */
static struct seen *find(struct watched_threads *t, const struct host_thread *h)
{
	for (size_t i = 0; i < t->count; i++) {
		struct seen *s = &t->seen[(t->next + i) % t->count];

		if (s->first.tid == h->tid && s->first.start == h->start) {
			t->next += i + 1;
			return s;
		}
	}
	return NULL;
}

static int add(struct watched_threads *t, const struct host_thread *h)
{
	/* The first look has each thread once. */
	struct seen *s = t->looks ? find(t, h) : NULL, *more;

	if (!h->tid)
		return 0;
	if (!s) {
		more = array_grow(t->seen, &t->room, t->count + 1, sizeof(*more));
		if (!more)
			return -ENOMEM;
		t->seen = more;
		s = &more[t->count++];
		*s = (struct seen){ .first = *h, .last = *h };
	}
	if (t->looks < LOOKS_MAX) {
		s->ran[t->looks] = h->cpu_ns > s->last.cpu_ns;
		s->cpu[t->looks] = (uint16_t)h->cpu;
	}
	s->vcpu |= h->flags & HOST_THREAD_VCPU;
	s->last = *h;
	t->ended = h->time;
	if (!t->began)
		t->began = h->time;
	return 0;
}

int watched_threads_look(struct watched_threads *t)
{
	int fd = bpf_iter_create(bpf_link__fd(t->link)), err = fd < 0 ? fd : 0;
	struct host_thread *all = malloc(READ_SIZE);

	if (!err && !all)
		err = -ENOMEM;
	while (!err) {
		ssize_t n = read(fd, all, READ_SIZE - READ_SIZE % sizeof(*all));

		if (!n)
			break;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			err = -errno;
		for (ssize_t i = 0; !err && i < n / (ssize_t)sizeof(*all); i++)
			err = add(t, &all[i]);
	}
	t->looks++;
	t->next = 0;
	free(all);
	if (fd >= 0)
		close(fd);
	return err;
}

static double share_of(uint64_t part, uint64_t ns)
{
	return ns ? (double)part / (double)ns : 0;
}

/* Return: whether the thread was seen for at least half of the time. */
static bool describe(const struct watched_threads *t, const struct seen *s, struct watched_thread *w)
{
	const uint64_t ns = s->last.time - s->first.time;

	w->tid = s->last.tid;
	w->pid = s->last.pid;
	w->kernel = s->last.flags & HOST_THREAD_KERNEL;
	w->cpu = share_of(s->last.cpu_ns - s->first.cpu_ns, ns);
	w->wait = s->last.waits ? share_of(s->last.wait_ns - s->first.wait_ns, ns) : -1;
	w->cpus = s->last.cpus;
	w->last_cpu = s->last.cpu;
	return ns && ns >= (t->ended - t->began) / 2;
}

/* At how many looks had a virtual CPU of the owner run on the worker's CPU? */
static void find_sharers(const struct watched_threads *t, const struct seen *worker, uint32_t owner,
			 struct watched_thread *w)
{
	for (uint32_t look = 1; look < t->looks && look < LOOKS_MAX; look++) {
		bool shared = false;

		if (!worker->ran[look])
			continue;
		w->looks++;
		for (size_t i = 0; i < t->count; i++) {
			const struct seen *s = &t->seen[i];

			if (!s->vcpu || s->first.pid != owner || !s->ran[look] || s->cpu[look] != worker->cpu[look])
				continue;
			shared = true;
			w->sharer = s->first.tid;
		}
		w->shared += shared;
	}
}

bool watched_threads_worker(const struct watched_threads *t, uint32_t tid, uint32_t owner, struct watched_thread *w)
{
	for (size_t i = 0; tid && i < t->count; i++) {
		if (t->seen[i].first.tid != tid || !describe(t, &t->seen[i], w))
			continue;
		if (owner)
			find_sharers(t, &t->seen[i], owner, w);
		return true;
	}
	return false;
}

bool watched_threads_vcpu(const struct watched_threads *t, uint32_t pid, size_t *at, struct watched_thread *w)
{
	while (*at < t->count) {
		const struct seen *s = &t->seen[(*at)++];

		*w = (struct watched_thread){ 0 };
		if (s->vcpu && s->first.pid == pid && describe(t, s, w))
			return true;
	}
	return false;
}

void watched_threads_close(struct watched_threads *t)
{
	if (!t)
		return;
	bpf_link__destroy(t->link);
	hostthreads_bpf__destroy(t->skel);
	free(t->seen);
	free(t);
}
