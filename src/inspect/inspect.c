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
#include "bpf/inspect-record.h"
#include "bpf/inspect.skel.h"
#include "inspect-host.h"
#include "probe/fdinfo.h"
#include "probe/numa.h"
#include "probe/owner-memory.h"
#include "probe/pid-namespace.h"
#include "probe/probe-check.h"
#include "probe/session.h"
#include "probe/task-iterator.h"
#include "probe/vm-names.h"

/**
 * struct inspect - the iterator
 * @session: its session
 * @skel: the skeleton; NULL where no vhost device is offered
 * @link: the attached iterator, from which each look is read
 * @releases: that of devices whose release blocks a thread; NULL: not wanted, or not possible on this kernel
 * @memory: what it has copied
 * @eventfd: one of our own
 * @vms: the names of VMs
 * @numa: the NUMA nodes, with INSPECT_WORKERS
 * @blind: why no memory of owners can be read; NULL: it can
 */
struct inspect {
	struct session session;
	struct inspect_bpf *skel;
	struct bpf_link *link, *releases;
	const uint8_t *memory;
	int eventfd;
	struct vm_names vms;
	struct numa numa;
	const char *blind;
};

/* Returns the number of kinds of vhost devices that the kernel offers, or -errno. */
static int read_numbers(struct inspect_config *config)
{
	struct misc_devices misc;
	int found = 0, err = misc_devices_read(&misc, "/proc");

	if (err)
		return err;
	for (enum inspect_kind kind = 0; kind < INSPECT_KINDS; kind++) {
		char name[MISC_NAME_LEN];

		snprintf(name, sizeof(name), "vhost-%s", inspect_kind_name(kind));
		for (size_t i = 0; i < misc.count; i++)
			if (!strcmp(misc.names[i], name)) {
				config->minors[kind] = misc.minors[i];
				found++;
			}
	}
	for (size_t i = 0; i < misc.count; i++)
		if (!strcmp(misc.names[i], "tun"))
			config->tun_minor = misc.minors[i];
	for (size_t i = 0; i < ARRAY_SIZE(config->tap_majors); i++)
		config->tap_majors[i] = misc.tap_majors[i];
	return found;
}

static int read_config(struct inspect_config *config, char *why, size_t len)
{
	int found = read_numbers(config);

	if (found < 0)
		snprintf(why, len, "reading /proc/misc and /proc/devices: %s; mount /proc", error_text(found));
	return found;
}

/* Without this, the words of the rings and arguments cannot be read, but everything else can. */
static void learn_page_tables(struct inspect *ins)
{
	int err = owner_memory_learn(ins->skel->progs.learn_page_tables);

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

/* Run an iterator over the files of a thread that writes nothing. */
static int run_in_thread(const struct bpf_program *prog, pid_t tid)
{
	int fd = task_iterator_begin(prog, tid), err = fd < 0 ? fd : 0;
	char nothing;

	/* EAGAIN: a million files without a record */
	while (!err && read(fd, &nothing, sizeof(nothing)) < 0)
		err = errno == EINTR || errno == EAGAIN ? 0 : -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

/* Without it, looks show fewer devices. */
static int attach_releases(struct inspect *ins)
{
	if (bpf_program__fd(ins->skel->progs.find_releases) < 0)
		return 0;
	ins->releases = bpf_program__attach_iter(ins->skel->progs.find_releases, NULL);
	return ins->releases ? 0 : -errno;
}

static int load(struct inspect *ins, unsigned int uses, const struct inspect_config *config, char *why, size_t len)
{
	static const struct hook walks[] = {
		{ "look", { "bpf_iter_task_file" }, { "look" }, .shows = INSPECT_LOOKS, .iterator = true },
		{ "copy", { "bpf_iter_task_file" }, { "copy_memory" }, .shows = INSPECT_COPIES, .iterator = true },
		{ "learn", { "bpf_iter_task_file" }, { "learn_eventfds" }, .shows = INSPECT_EVENTFDS,
		  .iterator = true },
		{ "find", { "bpf_iter_task_file" }, { "find_eventfds" }, .shows = INSPECT_EVENTFDS, .iterator = true },
		{ "listeners", { "bpf_iter_task_file" }, { "find_listeners" }, .shows = INSPECT_LISTENERS,
		  .iterator = true },
		{ "ioeventfds", { "bpf_iter_task_file" }, { "find_ioeventfds" }, .shows = INSPECT_LISTENERS,
		  .iterator = true },
		{ "vm", { "bpf_iter_task" }, { "read_vm" }, .serves = INSPECT_LOOKS, .iterator = true },
		{ "releases", { "bpf_iter_task" }, { "find_releases" }, .shows = INSPECT_RELEASES, .iterator = true },
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
		ins->skel->rodata->config.workers = uses & INSPECT_WORKERS;
		bpf_map__set_autocreate(ins->skel->maps.copied_memory, uses & INSPECT_COPIES);
		ins->skel->rodata->own_eventfd = (uint32_t)ins->eventfd;
		err = session_load(&ins->session, why, len);
	}
	session_end(&ins->session);
	if (err)
		return err;
	learn_page_tables(ins);
	ins->vms.prog = ins->skel->progs.read_vm;
	ins->link = bpf_program__attach_iter(ins->skel->progs.look, NULL);
	err = ins->link ? 0 : -errno;
	if (!err && uses & INSPECT_RELEASES)
		err = attach_releases(ins);
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
		/* Without NUMA, no node is known. */
		if (!r && uses & INSPECT_WORKERS)
			numa_read(&ins->numa, "/sys/devices/system");
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
	bpf_link__destroy(ins->releases);
	inspect_bpf__destroy(ins->skel);
	numa_free(&ins->numa);
	free(ins);
}

/* The most that one read() returns: the iterator's buffer of eight pages (kernel/bpf/bpf_iter.c). */
#define READ_SIZE (8 * 4096)

/* Read all that an iterator writes, piece by piece: it may be much. */
static int read_all(const struct bpf_link *link, struct inspect_host *host,
		    int (*add)(struct inspect_host *, const char *, size_t))
{
	int fd = bpf_iter_create(bpf_link__fd(link)), err = fd < 0 ? fd : 0;
	char *data = malloc(READ_SIZE);

	if (!err && !data)
		err = -ENOMEM;

	while (!err) {
		ssize_t n = read(fd, data, READ_SIZE);

		if (!n)
			break;
		if (n > 0)
			err = add(host, data, (size_t)n);
		else if (errno != EINTR && errno != EAGAIN)	/* EAGAIN: a million files without a record */
			err = -errno;
	}
	free(data);
	if (fd >= 0)
		close(fd);
	return err;
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

static void name_vms(struct inspect *ins, struct inspect_host *host)
{
	for (size_t i = 0; i < host->count; i++) {
		struct inspect_device *d = &host->devices[i];
		const struct vm_owner owner = { .pid = d->owner.pid, .start = d->owner.start };

		vm_names_find(&ins->vms, &owner, d->vm);
	}
}

int inspect_look(struct inspect *ins, struct inspect_host *host)
{
	int err;

	*host = (struct inspect_host){ 0 };
	if (!ins->skel)
		return 0;
	err = read_all(ins->link, host, inspect_host_add);
	if (!err && ins->releases)
		err = read_all(ins->releases, host, inspect_host_add_releases);
	if (!err && ins->blind)
		mark_blind(host);
	if (!err)
		err = inspect_host_complete(host);
	if (err) {
		inspect_free(host);
		return err;
	}
	name_vms(ins, host);
	for (size_t i = 0; i < host->count; i++)
		placement_complete(&host->devices[i], &ins->numa);
	return 0;
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

/* Read all that an iterator over the files of a thread writes: @count records of @each bytes, for free(). */
static int read_thread(const struct bpf_program *prog, pid_t tid, size_t each, void **records, size_t *count)
{
	int fd = tid ? task_iterator_begin(prog, tid) : -ESRCH, err = fd < 0 ? fd : 0;
	size_t size = 0, room = 0;
	ssize_t n = 1;

	*records = NULL;
	*count = 0;
	while (!err && n) {
		void *more = array_grow(*records, &room, size + READ_SIZE, 1);

		if (!more) {
			err = -ENOMEM;
			break;
		}
		*records = more;
		n = read(fd, (char *)*records + size, READ_SIZE);
		if (n > 0)
			size += (size_t)n;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			err = -errno;
	}
	if (fd >= 0)
		close(fd);
	if (err) {
		free(*records);
		*records = NULL;
		size = 0;
	}
	*count = size / each;
	return err;
}

int inspect_eventfds(struct inspect *ins, pid_t tid, struct inspect_fd **fds, size_t *count)
{
	return read_thread(ins->skel->progs.find_eventfds, tid, sizeof(**fds), (void **)fds, count);
}

int inspect_calls(struct inspect *ins, pid_t tid, struct inspect_call **calls, size_t *count)
{
	return read_thread(ins->skel->progs.find_listeners, tid, sizeof(**calls), (void **)calls, count);
}

int inspect_ioeventfds(struct inspect *ins, pid_t tid, int32_t **ids, size_t *count)
{
	return read_thread(ins->skel->progs.find_ioeventfds, tid, sizeof(**ids), (void **)ids, count);
}

const char *inspect_blind(const struct inspect *ins)
{
	return ins->blind;
}
