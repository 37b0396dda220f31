// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/array.h"
#include "base/error-text.h"
#include "bpf/inspect.skel.h"
#include "bpf/page-tables.h"
#include "probe/probe-check.h"
#include "probe/pid-namespace.h"
#include "probe/session.h"
#include "virtio/net-queue.h"

/**
 * struct inspect - the iterator
 * @session: its session
 * @skel: the skeleton; NULL where no vhost device is offered
 * @link: the attached iterator, from which each look is read
 * @memory: what it has copied
 * @eventfd: one of our own
 * @blind: why no memory of owners can be read; NULL: it can
 */
struct inspect {
	struct session session;
	struct inspect_bpf *skel;
	struct bpf_link *link;
	const uint8_t *memory;
	int eventfd;
	const char *blind;
};

static const struct {
	const char *name, *misc;
} kinds[INSPECT_KINDS] = {
	[INSPECT_NET] = { "net", "vhost-net" },
	[INSPECT_VSOCK] = { "vsock", "vhost-vsock" },
	[INSPECT_SCSI] = { "scsi", "vhost-scsi" },
};

const char *inspect_kind_name(enum inspect_kind kind)
{
	return kinds[kind].name;
}

/* Returns the number of kinds of vhost devices that the kernel offers, or -errno. */
static int read_minors(struct inspect_config *config)
{
	FILE *f = fopen("/proc/misc", "re");
	char name[64];
	int found = 0;
	__u32 minor;

	if (!f)
		return -errno;
	while (fscanf(f, "%u %63s", &minor, name) == 2)
		for (int i = 0; i < INSPECT_KINDS; i++)
			if (!strcmp(name, kinds[i].misc)) {
				config->minors[i] = minor;
				found++;
			}
	fclose(f);
	return found;
}

static int read_config(struct inspect_config *config, char *why, size_t len)
{
	int found = read_minors(config);

	if (found < 0)
		snprintf(why, len, "reading /proc/misc: %s; mount /proc", error_text(found));
	return found;
}

/* Without this, the words of the rings cannot be read, but everything else can. */
static void learn_page_tables(struct inspect *ins)
{
	uint16_t word = 0x5aa5;
	struct page_tables_try try = { (uintptr_t)&word, word };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &try, .ctx_size_in = sizeof(try));
	int err = bpf_prog_test_run_opts(bpf_program__fd(ins->skel->progs.learn_page_tables), &opts);

	if (!err)
		err = (int)opts.retval;
	if (err == -EPERM)
		ins->blind = "kernel.kptr_restrict is 2, or CAP_SYSLOG is missing";
	else if (err)
		ins->blind = "this kernel's page tables are not known";
}

static int prepare_copies(struct inspect *ins)
{
	void *memory = mmap(NULL, INSPECT_COPY_ROOM, PROT_READ, MAP_SHARED, bpf_map__fd(ins->skel->maps.copied_memory),
			    0);

	if (memory == MAP_FAILED)
		return -errno;
	ins->memory = memory;
	return 0;
}

/* Run an iterator over the files of thread @tid only. Return: a descriptor to read from, or -errno. */
static int begin_thread(const struct bpf_program *prog, pid_t tid)
{
	union bpf_iter_link_info info = { .task.tid = (__u32)tid };
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));
	struct bpf_link *link = bpf_program__attach_iter(prog, &opts);
	int fd;

	if (!link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(link));
	bpf_link__destroy(link);
	return fd;
}

/* Run one that writes nothing. */
static int run_in_thread(const struct bpf_program *prog, pid_t tid)
{
	int fd = begin_thread(prog, tid), err = fd < 0 ? fd : 0;
	char nothing;

	/* EAGAIN: a million files without a record */
	while (!err && read(fd, &nothing, sizeof(nothing)) < 0)
		err = errno == EINTR || errno == EAGAIN ? 0 : -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static int load(struct inspect *ins, unsigned int uses, const struct inspect_config *config, char *why, size_t len)
{
	static const struct hook walks[] = {
		{ "look", { "bpf_iter_task_file" }, { "look" }, .shows = INSPECT_LOOKS, .iterator = true },
		{ "copy", { "bpf_iter_task_file" }, { "copy_memory" }, .shows = INSPECT_COPIES, .iterator = true },
		{ "learn", { "bpf_iter_task_file" }, { "learn_eventfds" }, .shows = INSPECT_EVENTFDS,
		  .iterator = true },
		{ "find", { "bpf_iter_task_file" }, { "find_eventfds" }, .shows = INSPECT_EVENTFDS, .iterator = true },
	};
	static const struct session_conf conf = { walks, ARRAY_SIZE(walks), .vhost = true };
	int err = session_begin(&ins->session, &conf, why, len);

	if (!err) {
		ins->skel = inspect_bpf__open_opts(session_open_opts(&ins->session));
		err = session_opened(&ins->session, ins->skel ? ins->skel->skeleton : NULL,
				     INSPECT_LOOKS | uses, why, len);
	}
	if (!err)
		err = pid_namespace((uint32_t *)&ins->skel->rodata->pidns, why, len);
	if (!err) {
		memcpy((void *)&ins->skel->rodata->config, config, sizeof(*config));
		bpf_map__set_autocreate(ins->skel->maps.copied_memory, uses & INSPECT_COPIES);
		ins->skel->rodata->own_eventfd = (uint32_t)ins->eventfd;
		err = session_load(&ins->session, why, len);
	}
	session_end(&ins->session);
	if (err)
		return err;
	if (uses & INSPECT_RINGS)
		learn_page_tables(ins);
	ins->link = bpf_program__attach_iter(ins->skel->progs.look, NULL);
	err = ins->link ? 0 : -errno;
	if (!err && uses & INSPECT_COPIES)
		err = prepare_copies(ins);
	if (!err && uses & INSPECT_EVENTFDS)
		err = run_in_thread(ins->skel->progs.learn_eventfds, gettid());
	if (err)
		snprintf(why, len, "attaching the BPF iterators: %s", error_text(err));
	return err;
}

int inspect_open(struct inspect **result, unsigned int uses, char *why, size_t len)
{
	struct inspect_config config = { 0 };
	struct inspect *ins;
	int r;

	*result = NULL;
	r = read_config(&config, why, len);
	if (r < 0)
		return r;
	ins = calloc(1, sizeof(*ins));
	if (!ins) {
		snprintf(why, len, "no memory");
		return -ENOMEM;
	}
	ins->eventfd = eventfd(0, EFD_CLOEXEC);
	if (ins->eventfd < 0) {
		r = -errno;
		snprintf(why, len, "eventfd: %s", error_text(r));
	} else if (r) {
		r = load(ins, uses, &config, why, len);
	}
	if (r) {
		inspect_close(ins);
		return r;
	}
	*result = ins;
	return 0;
}

void inspect_close(struct inspect *ins)
{
	if (!ins)
		return;
	if (ins->memory)
		munmap((void *)ins->memory, INSPECT_COPY_ROOM);
	if (ins->eventfd >= 0)
		close(ins->eventfd);
	bpf_link__destroy(ins->link);
	inspect_bpf__destroy(ins->skel);
	free(ins);
}

static void free_device(struct inspect_device *d)
{
	for (size_t i = 0; i < d->holder_count; i++)
		free(d->holders[i].more);
	free(d->holders);
	free(d->queues);
	free(d->regions);
}

void inspect_free(struct inspect_host *host)
{
	for (size_t i = 0; i < host->count; i++)
		free_device(&host->devices[i]);
	free(host->devices);
	*host = (struct inspect_host){ 0 };
}

static void *copy(const void *from, size_t count, size_t size)
{
	void *to = malloc(count * size + 1);	/* not NULL if @count is 0 */

	if (to)
		memcpy(to, from, count * size);
	return to;
}

/* A device may have more queues than are in use. */
static void leave_out_unused(struct inspect_device *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->queue_count; i++)
		if (d->kind == INSPECT_NET || d->queues[i].desc || d->queues[i].kick.id >= 0)
			d->queues[kept++] = d->queues[i];
	d->queue_count = kept;
}

/* A region that was removed during the look has size 0. */
static void leave_out_unread(struct inspect_device *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->region_count; i++)
		if (d->regions[i].size)
			d->regions[kept++] = d->regions[i];
	d->nmaps -= d->region_count - kept;
	d->region_count = kept;
}

/* Fill in or replace a device from one holder's record. */
static int fill_device(struct inspect_device *d, const struct inspect_record *r)
{
	const struct inspect_queue *queues = (const void *)(r + 1);
	const struct inspect_region *regions = (const void *)(queues + r->queues);
	struct inspect_queue *q = copy(queues, r->queues, sizeof(*q));
	struct inspect_region *g = copy(regions, r->regions, sizeof(*g));

	if (!q || !g) {
		free(q);
		free(g);
		return -ENOMEM;
	}
	free(d->queues);
	free(d->regions);
	d->id = r->id;
	d->time = r->time;
	d->kind = r->kind;
	d->flags = r->flags;
	d->owner = r->owner;
	d->owner_fd = r->flags & INSPECT_BY_OWNER ? (int)r->fd : -1;
	d->owner_tid = r->flags & INSPECT_BY_OWNER ? r->tid : r->owner.pid;
	d->nvqs = r->nvqs;
	d->nmaps = r->nmaps;
	d->queues = q;
	d->queue_count = r->queues;
	d->regions = g;
	d->region_count = r->regions;
	leave_out_unread(d);
	leave_out_unused(d);
	return 0;
}

static int add_descriptor(struct inspect_holder *h, int fd)
{
	int *more = array_grow(h->more, &h->more_room, h->more_count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	h->more = more;
	more[h->more_count++] = fd;
	return 0;
}

/* Is the record about the process that was found last? The iterator does not remember all devices. */
static bool same_holder(const struct inspect_device *d, const struct inspect_record *r)
{
	const struct inspect_holder *h = d->holder_count ? &d->holders[d->last_holder] : NULL;

	return h && h->tid == r->tid && h->process.pid == r->holder.pid &&
	       h->process.start == r->holder.start;
}

static int add_holder(struct inspect_device *d, const struct inspect_record *r)
{
	struct inspect_holder *more;
	bool first = (r->flags & INSPECT_BY_OWNER) && d->owner_fd == (int)r->fd && d->owner_tid == r->tid;

	if (same_holder(d, r))
		return add_descriptor(&d->holders[d->last_holder], (int)r->fd);
	more = array_grow(d->holders, &d->holder_room, d->holder_count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	d->holders = more;
	if (first)
		memmove(more + 1, more, d->holder_count * sizeof(*more));
	d->last_holder = first ? 0 : d->holder_count;
	more[d->last_holder] = (struct inspect_holder){ .process = r->holder, .tid = r->tid, .fd = (int)r->fd };
	d->holder_count++;
	return 0;
}

/*
 * Add a record to its device, which exists already if another process holds it too. The owner's record is preferred:
 * only that has the words of the ring.
 */
static int add_record(struct inspect_host *host, const struct inspect_record *r)
{
	struct inspect_device *d = (struct inspect_device *)inspect_find(host, r->id);
	int err = 0;

	if (!d) {
		struct inspect_device *more = array_grow(host->devices, &host->room, host->count + 1, sizeof(*more));

		if (!more)
			return -ENOMEM;
		host->devices = more;
		d = &more[host->count++];
		*d = (struct inspect_device){ 0 };
		err = fill_device(d, r);
	} else if (!(d->flags & INSPECT_BY_OWNER) && (r->flags & INSPECT_BY_OWNER)) {
		err = fill_device(d, r);
	}
	return err ? err : add_holder(d, r);
}

static int add_duplicate(struct inspect_host *host, const struct inspect_duplicate *r)
{
	struct inspect_device *d = (struct inspect_device *)inspect_find(host, r->id);

	return d ? add_descriptor(&d->holders[d->last_holder], (int)r->fd) : -EPROTO;
}

/* The kernel returns only complete records. */
static int add_records(struct inspect_host *host, const char *data, size_t size)
{
	int err = 0;

	for (size_t at = 0; !err && at < size;) {
		const struct inspect_record *r = (const void *)(data + at);

		if (size - at < sizeof(struct inspect_duplicate))
			return -EPROTO;
		if (r->kind == INSPECT_DUPLICATE) {
			err = add_duplicate(host, (const void *)r);
			at += sizeof(struct inspect_duplicate);
			continue;
		}
		if (size - at < sizeof(*r))
			return -EPROTO;
		at += sizeof(*r) + r->queues * sizeof(struct inspect_queue) +
		      r->regions * sizeof(struct inspect_region);
		err = at > size ? -EPROTO : add_record(host, r);
	}
	return err;
}

/* The most that one read() returns: the iterator's buffer of eight pages (kernel/bpf/bpf_iter.c). */
#define READ_SIZE (8 * 4096)

/* Read all that the iterator writes, piece by piece: it may be much. */
static int read_all(int fd, struct inspect_host *host)
{
	char *data = malloc(READ_SIZE);
	int err = data ? 0 : -ENOMEM;

	while (!err) {
		ssize_t n = read(fd, data, READ_SIZE);

		if (!n)
			break;
		if (n > 0)
			err = add_records(host, data, (size_t)n);
		else if (errno != EINTR && errno != EAGAIN)	/* EAGAIN: a million files without a record */
			err = -errno;
	}
	free(data);
	return err;
}

static uint64_t order_pid(const struct inspect_device *d)
{
	return d->owner_fd >= 0 ? d->owner_tid : d->holders[0].tid;
}

static int compare(const void *a, const void *b)
{
	const struct inspect_device *x = a, *y = b;

	if (order_pid(x) != order_pid(y))
		return order_pid(x) < order_pid(y) ? -1 : 1;
	return (x->holders[0].fd > y->holders[0].fd) - (x->holders[0].fd < y->holders[0].fd);
}

/* With unknown page tables no page is found, which is not the owner's fault. */
static void mark_blind(struct inspect_host *host)
{
	for (size_t i = 0; i < host->count; i++)
		for (size_t k = 0; k < host->devices[i].queue_count; k++) {
			struct inspect_word *words = &host->devices[i].queues[k].ring_avail_flags;

			for (int w = 0; w < INSPECT_WORDS; w++)
				if (words[w].state == INSPECT_ABSENT)
					words[w].state = INSPECT_BLIND;
		}
}

int inspect_look(struct inspect *ins, struct inspect_host *host)
{
	int fd, err;

	*host = (struct inspect_host){ 0 };
	if (!ins->skel)
		return 0;
	fd = bpf_iter_create(bpf_link__fd(ins->link));
	if (fd < 0)
		return fd;
	err = read_all(fd, host);
	close(fd);
	if (!err && ins->blind)
		mark_blind(host);
	if (err)
		inspect_free(host);
	else if (host->count)
		qsort(host->devices, host->count, sizeof(*host->devices), compare);
	return err;
}

int inspect_copy(struct inspect *ins, pid_t tid, struct inspect_copy *copy, const uint8_t **memory)
{
	struct inspect_copy *shared = &ins->skel->bss->copy;
	int err;

	copy->err = -ENOENT;
	*shared = *copy;
	err = run_in_thread(ins->skel->progs.copy_memory, tid);
	*copy = *shared;
	*memory = ins->memory;
	return err ? err : copy->err;
}

int inspect_eventfds(struct inspect *ins, pid_t tid, struct inspect_fd **fds, size_t *count)
{
	int fd = begin_thread(ins->skel->progs.find_eventfds, tid), err = fd < 0 ? fd : 0;
	size_t size = 0, room = 0;
	ssize_t n = 1;

	*fds = NULL;
	*count = 0;
	while (!err && n) {
		void *more = array_grow(*fds, &room, size + READ_SIZE, 1);

		if (!more) {
			err = -ENOMEM;
			break;
		}
		*fds = more;
		n = read(fd, (char *)*fds + size, READ_SIZE);
		if (n > 0)
			size += (size_t)n;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			err = -errno;
	}
	if (fd >= 0)
		close(fd);
	if (err) {
		free(*fds);
		*fds = NULL;
		size = 0;
	}
	*count = size / sizeof(**fds);
	return err;
}

const char *inspect_blind(const struct inspect *ins)
{
	return ins->blind;
}

const struct inspect_device *inspect_find(const struct inspect_host *host, uint64_t id)
{
	for (size_t i = 0; i < host->count; i++)
		if (host->devices[i].id == id)
			return &host->devices[i];
	return NULL;
}

const struct inspect_queue *inspect_queue_by_number(const struct inspect_device *d, unsigned int number)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].number == number)
			return &d->queues[i];
	return NULL;
}

const struct inspect_queue *inspect_tap(const struct inspect_device *d)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].device[0])
			return &d->queues[i];
	return NULL;
}

void inspect_features(const struct inspect_device *d, uint64_t words[2])
{
	for (int i = 0; i < 2; i++)
		words[i] = d->queue_count ? d->queues[0].features[i] : 0;
}

uint64_t inspect_backend_features(const struct inspect_device *d)
{
	return d->queue_count ? d->queues[0].backend_features : 0;
}

struct inspect_holder inspect_who(const struct inspect_device *d)
{
	if (!d->owner.pid && d->holder_count)
		return d->holders[0];
	return (struct inspect_holder){ .process = d->owner, .tid = d->owner_tid, .fd = d->owner_fd };
}

size_t inspect_descriptors(const struct inspect_device *d)
{
	size_t count = 0;

	for (size_t i = 0; i < d->holder_count; i++)
		count += 1 + d->holders[i].more_count;
	return count;
}

const char *inspect_device_name(const struct inspect_device *d)
{
	const struct inspect_queue *tap = inspect_tap(d);

	return tap ? tap->device : inspect_kind_name(d->kind);
}

/* The number of the tap's queue, which both queues of a device share. Any queue with a backend has it. */
static unsigned int pair_of(const struct inspect_device *d)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].flags & INSPECT_BACKEND)
			return d->queues[i].pair;
	return 0;
}

const char *inspect_queue_name(const struct inspect_device *d, const struct inspect_queue *q,
			       char buf[INSPECT_QUEUE_NAME])
{
	if (d->kind == INSPECT_NET)
		net_queue_name(q->number, pair_of(d), buf, INSPECT_QUEUE_NAME);
	else
		snprintf(buf, INSPECT_QUEUE_NAME, "%u", q->number);
	return buf;
}
