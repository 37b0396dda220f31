// SPDX-License-Identifier: GPL-2.0-or-later
#include "virtio-devices.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/virtio_ids.h>

#include "base/array.h"
#include "virtio/device-kinds.h"

/* Keep the beginning of a name. */
static void set_name(char name[VIRTIO_NAME_LEN], const char *text)
{
	snprintf(name, VIRTIO_NAME_LEN, "%.*s", VIRTIO_NAME_LEN - 1, text);
}

/* The last part of a path that a link leads to; empty: there is no such link. */
static void read_link_name(int dir, const char *link, char name[VIRTIO_NAME_LEN])
{
	char path[PATH_MAX];
	ssize_t n = readlinkat(dir, link, path, sizeof(path) - 1);
	const char *last;

	*name = 0;
	if (n <= 0)
		return;
	path[n] = 0;
	last = strrchr(path, '/');
	set_name(name, last ? last + 1 : path);
}

/* Read an attribute, without its line break. Return: whether there is one. */
static bool read_attribute(int dir, const char *path, char *text, size_t len)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, len - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return false;
	text[n] = 0;
	text[strcspn(text, "\n")] = 0;
	return true;
}

static uint32_t read_number(int dir, const char *path)
{
	char text[32];

	return read_attribute(dir, path, text, sizeof(text)) ? (uint32_t)strtoul(text, NULL, 0) : 0;
}

/* The first entry of a directory below. Return: whether there is one. */
static bool first_entry(int dir, const char *path, char name[VIRTIO_NAME_LEN])
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;
	bool found = false;

	if (!entries) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (e = readdir(entries))) {
		found = *e->d_name != '.';
		if (found)
			set_name(name, e->d_name);
	}
	closedir(entries);
	return found;
}

static void read_label(struct virtio_device_info *d, int dir)
{
	char path[64], text[VIRTIO_NAME_LEN];

	if (first_entry(dir, "net", d->label)) {
		snprintf(path, sizeof(path), "net/%s/flags", d->label);
		d->down = !(read_number(dir, path) & IFF_UP);
	} else if (d->id == VIRTIO_ID_NET && *d->driver) {
		d->elsewhere = true;
	} else if (!first_entry(dir, "block", d->label) && read_attribute(dir, "mount_tag", text, sizeof(text))) {
		set_name(d->label, text);
	}
}

/* The directory's real path ends in ADDRESS/virtioN. */
static void read_address(struct virtio_device_info *d, const char *sysfs, const char *name)
{
	char path[PATH_MAX], *real, *last;

	snprintf(path, sizeof(path), "%s/%s", sysfs, name);
	real = realpath(path, NULL);
	last = real ? strrchr(real, '/') : NULL;
	if (last) {
		*last = 0;
		last = strrchr(real, '/');
		set_name(d->address, last ? last + 1 : real);
	}
	free(real);
}

static int add_device(struct virtio_devices *v, int sysfs_fd, const char *sysfs, const char *name)
{
	struct virtio_device_info *all = array_grow(v->all, &v->room, v->count + 1, sizeof(*all)), *d;
	int dir = all ? openat(sysfs_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (!all)
		return -ENOMEM;
	v->all = all;
	if (dir < 0)
		return errno == ENOENT ? 0 : -errno;	/* it has gone since */
	d = &all[v->count++];
	*d = (struct virtio_device_info){ .id = read_number(dir, "device") };
	set_name(d->name, name);
	read_link_name(dir, "driver", d->driver);
	read_label(d, dir);
	read_address(d, sysfs, name);
	close(dir);
	return 0;
}

static int compare_devices(const void *a, const void *b)
{
	return strverscmp(((const struct virtio_device_info *)a)->name, ((const struct virtio_device_info *)b)->name);
}

int virtio_devices_scan(struct virtio_devices *v, const char *sysfs)
{
	DIR *entries = opendir(sysfs);
	const struct dirent *e;
	int err = 0;

	*v = (struct virtio_devices){ 0 };
	if (!entries)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (e = readdir(entries)))
		if (*e->d_name != '.')
			err = add_device(v, dirfd(entries), sysfs, e->d_name);
	closedir(entries);
	if (err)
		virtio_devices_free(v);
	else if (v->count)
		qsort(v->all, v->count, sizeof(*v->all), compare_devices);
	return err;
}

void virtio_devices_free(struct virtio_devices *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->all[i].queues);
	free(v->all);
	*v = (struct virtio_devices){ 0 };
}

const struct virtio_device_info *virtio_devices_find(const struct virtio_devices *v, const char *name)
{
	for (size_t i = 0; i < v->count; i++)
		if (!strcmp(v->all[i].name, name))
			return &v->all[i];
	return NULL;
}

bool virtio_device_is(const struct virtio_device_info *d, const char *word)
{
	return !word || !strcmp(d->name, word) || (*d->label && !strcmp(d->label, word)) ||
	       (*d->address && !strcmp(d->address, word));
}

static bool is_broken(const struct virtio_device_info *d)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].flags & VIRTQUEUE_BROKEN)
			return true;
	return false;
}

const char *virtio_device_state(const struct virtio_device_info *d)
{
	return !*d->driver ? "no_driver" : is_broken(d) ? "broken" : d->down ? "down" :
	       d->elsewhere ? "elsewhere" : "running";
}

const struct virtqueue_record *virtio_device_queue(const struct virtio_device_info *d, uint32_t index)
{
	for (size_t i = 0; i < d->queue_count; i++)
		if (d->queues[i].index == index)
			return &d->queues[i];
	return NULL;
}
