// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-look.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/array.h"
#include "base/clock.h"
#include "bpf/virtqueues.skel.h"
#include "irq-lines.h"
#include "probe/session.h"
#include "probe/task-iterator.h"

/**
 * struct virtio_look - the program
 * @session: its session
 * @skel: the skeleton
 */
struct virtio_look {
	struct session session;
	struct virtqueues_bpf *skel;
};

static int load(struct virtio_look *l, char *why, size_t len)
{
	static const struct hook walks[] = {
		{ "virtqueues", { "bpf_iter_task_file" }, { "read_virtqueues" }, .shows = 1, .iterator = true },
		{ "irq line", { "bpf_iter_task_file" }, { "read_irq_line" }, .shows = 1, .iterator = true },
	};
	static const struct session_conf conf = { walks, ARRAY_SIZE(walks), .vhost = false };
	int err = session_begin(&l->session, &conf, why, len);

	if (!err) {
		l->skel = virtqueues_bpf__open_opts(session_open_opts(&l->session));
		err = session_opened(&l->session, l->skel ? l->skel->skeleton : NULL, 1, why, len);
	}
	if (!err)
		err = session_load(&l->session, why, len);
	session_end(&l->session);
	return err;
}

int virtio_look_open(struct virtio_look **result, char *why, size_t len)
{
	struct virtio_look *l = calloc(1, sizeof(*l));
	int err = -ENOMEM;

	*result = NULL;
	if (!l)
		snprintf(why, len, "no memory");
	else
		err = load(l, why, len);
	if (err)
		virtio_look_close(l);
	else
		*result = l;
	return err;
}

void virtio_look_close(struct virtio_look *l)
{
	if (!l)
		return;
	virtqueues_bpf__destroy(l->skel);
	free(l);
}

/* Read all that one run writes, less than @size bytes. */
static int run_walk(const struct bpf_program *prog, char *buf, size_t size)
{
	int fd = task_iterator_begin(prog, gettid()), err = fd < 0 ? fd : 0;
	size_t used = 0;

	while (!err) {
		ssize_t n = read(fd, buf + used, size - used);

		if (!n)
			break;
		if (n > 0)
			used += (size_t)n;
		else if (errno != EINTR && errno != EAGAIN)	/* EAGAIN: many files without a record */
			err = -errno;
	}
	if (fd >= 0)
		close(fd);
	return err;
}

/* Return: 0 or -errno: -ENODEV if the device goes meanwhile. */
static int read_queues(struct virtio_look *l, struct virtio_device_info *d, int dir)
{
	struct virtqueue_request *request = &l->skel->bss->request;
	size_t room = 0;
	int err;

	do {
		const size_t size = VIRTQUEUE_BATCH * sizeof(*d->queues) + 1;
		/* One byte more than a batch, so that the read behind the last record is not an empty one. */
		struct virtqueue_record *more = array_grow(d->queues, &room, d->queue_count + VIRTQUEUE_BATCH + 1,
							    sizeof(*more));

		if (!more)
			return -ENOMEM;
		d->queues = more;
		*request = (struct virtqueue_request){ .fd = (uint32_t)dir, .first = (uint32_t)d->queue_count };
		err = run_walk(l->skel->progs.read_virtqueues, (char *)(d->queues + d->queue_count), size);
		if (!err && !request->alive)
			err = -ENODEV;
		if (!err)
			d->queue_count += request->written;
	} while (!err && request->written == VIRTQUEUE_BATCH);
	d->time = now_ns();
	if (d->queue_count)
		d->features = d->queues[0].features;
	return err;
}

/* The programs take the directory's inode for one of sysfs. */
static int open_sysfs(const char *path)
{
	struct statfs fs;
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return errno == ENOENT ? -ENODEV : -errno;
	if (!fstatfs(dir, &fs) && fs.f_type == SYSFS_MAGIC)
		return dir;
	close(dir);
	return -EMEDIUMTYPE;
}

static int look_at(struct virtio_look *l, struct virtio_device_info *d)
{
	char path[PATH_MAX];
	int dir, err;

	snprintf(path, sizeof(path), "%s/%s", VIRTIO_SYSFS, d->name);
	dir = open_sysfs(path);
	if (dir < 0)
		return dir;
	err = read_queues(l, d, dir);
	close(dir);
	return err;
}

/*
 * A line that is released meanwhile stays unknown, and so does one that is not the kernel's, but that of another file
 * system, mounted there. Return: 0 or -errno.
 */
static int look_at_line(struct virtio_look *l, const struct irq_line *line, enum irq_users users,
			struct virtqueue_record *q)
{
	static const uint32_t flags[] = {
		[IRQ_OF_DEVICE] = VIRTQUEUE_IRQ_OF_DEVICE,
		[IRQ_SHARED] = VIRTQUEUE_IRQ_OF_DEVICE | VIRTQUEUE_IRQ_SHARED,
	};
	struct irq_line_request *request = &l->skel->bss->irq_line_request;
	char path[PATH_MAX], none;
	int dir, err;

	snprintf(path, sizeof(path), IRQ_SYSFS "/%" PRIu32, line->number);
	dir = open_sysfs(path);
	if (dir < 0)
		return dir == -ENODEV || dir == -EMEDIUMTYPE ? 0 : dir;
	*request = (struct irq_line_request){ .fd = (uint32_t)dir };
	err = run_walk(l->skel->progs.read_irq_line, &none, sizeof(none));
	close(dir);
	if (err || !request->alive)
		return err;
	q->irq = line->number;
	q->flags |= flags[users];
	q->flags |= request->disabled ? VIRTQUEUE_IRQ_DISABLED : 0;
	return 0;
}

static int look_at_lines(struct virtio_look *l, struct virtio_device_info *d, const struct irq_lines *lines)
{
	int err = 0;

	for (size_t i = 0; !err && i < d->queue_count; i++) {
		struct virtqueue_record *q = &d->queues[i];
		const struct irq_line *line;
		enum irq_users users;

		/* A queue without a callback has no interrupt, even if the others share one. */
		if (!(q->flags & VIRTQUEUE_CALLBACK))
			continue;
		line = irq_lines_find(lines, d->name, q->name, &users);
		if (line)
			err = look_at_line(l, line, users, q);
	}
	return err;
}

int virtio_look(struct virtio_look *l, struct virtio_devices *v)
{
	struct irq_lines lines;
	int err = virtio_devices_scan(v, VIRTIO_SYSFS);

	if (err)
		return err;
	err = irq_lines_scan(&lines, IRQ_SYSFS);
	for (size_t i = 0; !err && i < v->count; i++) {
		struct virtio_device_info *d = &v->all[i];

		if (!*d->driver)
			continue;
		err = look_at(l, d);
		/* One that goes during the look has no queues. */
		if (err == -ENODEV) {
			d->queue_count = 0;
			err = 0;
		}
		if (!err)
			err = look_at_lines(l, d, &lines);
	}
	irq_lines_free(&lines);
	if (err)
		virtio_devices_free(v);
	return err;
}
