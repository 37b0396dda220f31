// SPDX-License-Identifier: GPL-2.0-or-later
#include "irq-lines.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"

/* Return: whether the line has a handler. */
static bool read_actions(int sysfs_fd, const char *number, char actions[IRQ_ACTIONS_LEN])
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/actions", number);
	fd = openat(sysfs_fd, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, actions, IRQ_ACTIONS_LEN - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	actions[n] = 0;
	/* The last name of a list that is cut may be the beginning of another one. */
	if (!strchr(actions, '\n') && strchr(actions, ','))
		*strrchr(actions, ',') = 0;
	actions[strcspn(actions, "\n")] = 0;
	return *actions;
}

static int add_line(struct irq_lines *l, int sysfs_fd, const char *number)
{
	struct irq_line line = { .number = (uint32_t)strtoul(number, NULL, 10) }, *all;

	if (!read_actions(sysfs_fd, number, line.actions))
		return 0;
	all = array_grow(l->all, &l->room, l->count + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	l->all = all;
	all[l->count++] = line;
	return 0;
}

int irq_lines_scan(struct irq_lines *l, const char *sysfs)
{
	DIR *entries = opendir(sysfs);
	const struct dirent *e;
	int err = 0;

	*l = (struct irq_lines){ 0 };
	if (!entries)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (e = readdir(entries)))
		if (*e->d_name != '.')
			err = add_line(l, dirfd(entries), e->d_name);
	closedir(entries);
	if (err)
		irq_lines_free(l);
	return err;
}

void irq_lines_free(struct irq_lines *l)
{
	free(l->all);
	*l = (struct irq_lines){ 0 };
}

/* Is the name one of those? */
static bool has_action(const struct irq_line *line, const char *name)
{
	const size_t len = strlen(name);

	for (const char *at = line->actions; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (!strncmp(at, name, len) && (!at[len] || at[len] == ','))
			return true;
	}
	return false;
}

/* Find the only line with this name: where several have it, none is known to be the queue's. */
static const struct irq_line *find_action(const struct irq_lines *l, const char *name)
{
	const struct irq_line *found = NULL;

	for (size_t i = 0; i < l->count; i++) {
		if (!has_action(&l->all[i], name))
			continue;
		if (found)
			return NULL;
		found = &l->all[i];
	}
	return found;
}

/* The names are those of drivers/virtio/virtio_pci_common.c; virtio_mmio uses the device's alone. */
const struct irq_line *irq_lines_find(const struct irq_lines *l, const char *device, const char *queue,
				      enum irq_users *users)
{
	const struct irq_line *line = NULL;
	char names[3][IRQ_ACTIONS_LEN];

	snprintf(names[IRQ_OF_QUEUE], IRQ_ACTIONS_LEN, "%s-%s", device, queue);
	snprintf(names[IRQ_OF_DEVICE], IRQ_ACTIONS_LEN, "%s-virtqueues", device);
	snprintf(names[IRQ_SHARED], IRQ_ACTIONS_LEN, "%s", device);
	for (int i = IRQ_OF_QUEUE; !line && i <= IRQ_SHARED; i++) {
		line = find_action(l, names[i]);
		*users = (enum irq_users)i;
	}
	return line;
}
