// SPDX-License-Identifier: GPL-2.0-or-later
#include "macvtap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/if_tun.h>

/* A new file system that is not in any directory. Return: a descriptor of its root, or -errno. */
static int detached_fs(const char *type)
{
	int fs = fsopen(type, FSOPEN_CLOEXEC), root;

	if (fs < 0)
		return -errno;
	root = fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) ? -1 : fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (root < 0)
		root = -errno;
	close(fs);
	return root;
}

/*
 * sysfs shows the links of the network namespace in which it was mounted, which need not be ours: mount another one. An
 * ordinary user may not, and cannot have changed the namespace either.
 */
static int open_sysfs(void)
{
	int fd = detached_fs("sysfs");

	if (fd != -EPERM && fd != -ENOSYS)
		return fd;
	fd = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int read_number(int dir, const char *path, dev_t *number)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	unsigned int major, minor;
	char text[32];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return -ESTALE;
	text[n] = 0;
	if (sscanf(text, "%u:%u", &major, &minor) != 2)
		return -EPROTO;
	*number = makedev(major, minor);
	return 0;
}

/* The number of a macvtap's character device. */
static int find_number(const struct link_info *link, dev_t *number)
{
	char path[sizeof("class/net//tap/dev") + IFNAMSIZ + 10];
	int sysfs = open_sysfs(), r;

	if (sysfs < 0)
		return sysfs;
	snprintf(path, sizeof(path), "class/net/%s/tap%d/dev", link->name, link->ifindex);
	r = read_number(sysfs, path, number);
	close(sysfs);
	return r;
}

static bool is_device(int fd, dev_t number)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISCHR(st.st_mode) && st.st_rdev == number;
}

/* Open /dev/tapN, if that is the macvtap's. Another device must not be opened, so look first. */
static int open_node(const struct link_info *link, dev_t number)
{
	char path[sizeof("/dev/tap") + 10], self[sizeof("/proc/self/fd/") + 10];
	int found, fd;

	snprintf(path, sizeof(path), "/dev/tap%d", link->ifindex);
	found = open(path, O_PATH | O_CLOEXEC);
	if (found < 0)
		return -errno;
	if (!is_device(found, number)) {
		close(found);
		return -ENOENT;
	}
	snprintf(self, sizeof(self), "/proc/self/fd/%d", found);
	fd = open(self, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	close(found);
	return fd;
}

static int open_own_node(dev_t number)
{
	int root = detached_fs("tmpfs"), fd = -1;

	if (root < 0)
		return root;
	if (!mknodat(root, "tap", S_IFCHR | 0600, number))
		fd = openat(root, "tap", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	close(root);
	return fd;
}

int macvtap_open(const struct link_info *link, int flags)
{
	struct ifreq ifr = { .ifr_flags = (short)(flags | IFF_TAP | IFF_NO_PI) };
	dev_t number;
	int fd, r = find_number(link, &number);

	if (r)
		return r;
	fd = open_node(link, number);
	if (fd == -ENOENT)
		fd = open_own_node(number);
	if (fd < 0)
		return fd == -ENODEV || fd == -ENXIO ? -ESTALE : fd;
	if (!ioctl(fd, TUNSETIFF, &ifr))
		return fd;
	r = -errno;
	close(fd);
	return r;
}

/* Does the process whose descriptors are in @path have the device open? */
static int is_open(const char *path, dev_t number)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	int found = 0;

	/* It has ended meanwhile. */
	if (!dir)
		return errno == ENOENT || errno == ESRCH ? 0 : -errno;
	while (!found && (e = readdir(dir))) {
		struct stat st;

		found = !fstatat(dirfd(dir), e->d_name, &st, 0) && S_ISCHR(st.st_mode) && st.st_rdev == number;
	}
	closedir(dir);
	return found;
}

int macvtap_in_use(const struct link_info *link)
{
	char path[sizeof("/proc//fd") + NAME_MAX];
	struct dirent *e;
	dev_t number;
	int r = find_number(link, &number);
	DIR *proc;

	if (r)
		return r;
	proc = opendir("/proc");
	if (!proc)
		return -errno;
	while (!r && (e = readdir(proc))) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/fd", e->d_name);
		r = is_open(path, number);
	}
	closedir(proc);
	return r;
}
