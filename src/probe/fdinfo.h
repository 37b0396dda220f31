/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FDINFO_H
#define FDINFO_H

#include <dirent.h>
#include <stdio.h>
#include <sys/types.h>

/**
 * DOC: what /proc tells about a descriptor of another process
 *
 * Nothing in fdinfo may be believed because of its look alone. The kernel's own lines are first: pos, flags, mnt_id,
 * ino, and one for each lock. The lines of the file's driver follow, and some drivers print names there that anybody
 * may have chosen, line breaks included. So a file is recognized by its link or its device number, and then only by the
 * first line of its driver. A name that a driver prints comes later, behind a word of the driver's own.
 */

/**
 * fdinfo_open_dirs() - open what /proc tells about the descriptors of a process
 * @proc: "/proc"
 * @pid: the process; or a thread, whose descriptors may be others; 0: this process
 * @fds: the directory fd, with a link for each descriptor; for closedir()
 * @fdinfo: the directory fdinfo, with a file for each; for closedir()
 *
 * Return: 0 or -errno, with nothing open: -ENOENT if there is no such process, -EACCES without ptrace access to it.
 */
int fdinfo_open_dirs(const char *proc, pid_t pid, DIR **fds, DIR **fdinfo);

/* Room for a line; longer ones come in pieces. */
#define FDINFO_LINE 128

/**
 * fdinfo_open() - open the fdinfo of a descriptor, and read up to the first line of its driver
 * @dir: descriptor of the directory fdinfo
 * @fd: the descriptor in decimal
 * @line: the first line of the driver
 *
 * Return: a stream that continues after @line, for fclose(); NULL if the driver has no line, or the descriptor has been
 * closed.
 */
FILE *fdinfo_open(int dir, const char *fd, char line[FDINFO_LINE]);

/* Room for the name of a misc device. */
#define MISC_NAME_LEN 16

/* There are fewer. */
#define MISC_MAX 16

/**
 * struct misc_devices - the character devices of this kernel that matter here: vhost's and taps
 * @major: their major number; 0: the kernel has no misc devices
 * @minors: the minor numbers
 * @names: the names: "vhost-net", "vhost-vsock", "tun"
 * @count: number of @minors and @names
 * @tap_majors: major numbers of macvtap and ipvtap, which are no misc devices; 0: not there
 */
struct misc_devices {
	unsigned int major;
	unsigned int minors[MISC_MAX];
	char names[MISC_MAX][MISC_NAME_LEN];
	size_t count;
	unsigned int tap_majors[2];
};

/**
 * misc_devices_read() - read them from /proc/devices and /proc/misc
 * @m: the result
 * @proc: "/proc"
 *
 * Return: 0 or -errno.
 */
int misc_devices_read(struct misc_devices *m, const char *proc);

/* The minor number of a device by its name; 0: this kernel has none. */
unsigned int misc_device_minor(const struct misc_devices *m, const char *name);

/**
 * misc_device_name() - which misc device is this?
 * @m: the misc devices
 * @dir: descriptor of the directory /proc/PID/fd
 * @fd: the descriptor in decimal
 *
 * The file system that the file is on is not asked, since it may never answer.
 *
 * Return: Its name, in @m; NULL if it is another file.
 */
const char *misc_device_name(const struct misc_devices *m, int dir, const char *fd);

#endif
