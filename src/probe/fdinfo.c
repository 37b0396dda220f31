// SPDX-License-Identifier: GPL-2.0-or-later
#include "fdinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"

static DIR *open_dir(const char *proc, pid_t pid, const char *name)
{
	char path[PATH_MAX];

	if (pid)
		snprintf(path, sizeof(path), "%s/%d/%s", proc, pid, name);
	else
		snprintf(path, sizeof(path), "%s/self/%s", proc, name);
	return opendir(path);
}

int fdinfo_open_dirs(const char *proc, pid_t pid, DIR **fds, DIR **fdinfo)
{
	int err = 0;

	*fds = open_dir(proc, pid, "fd");
	if (!*fds)
		return -errno;
	*fdinfo = open_dir(proc, pid, "fdinfo");
	if (!*fdinfo) {
		err = -errno;
		closedir(*fds);
	}
	return err;
}

/* Is it one of the lines that the kernel prints for every file? */
static bool is_general(const char *line)
{
	static const char *const keys[] = { "pos:", "flags:", "mnt_id:", "ino:", "lock:" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strncmp(line, keys[i], strlen(keys[i])))
			return true;
	return false;
}

FILE *fdinfo_open(int dir, const char *fd, char line[FDINFO_LINE])
{
	int own = openat(dir, fd, O_RDONLY | O_CLOEXEC);
	FILE *f = own < 0 ? NULL : fdopen(own, "r");

	if (!f) {
		if (own >= 0)
			close(own);
		return NULL;
	}
	while (fgets(line, FDINFO_LINE, f)) {
		if (!is_general(line))
			return f;
		if (!strchr(line, '\n'))
			break;	/* The next piece would not begin where a line begins. */
	}
	fclose(f);
	return NULL;
}

/* Call @fn for each line of a number and a name, as in /proc/devices and /proc/misc. */
static int read_numbers(const char *proc, const char *file,
			void (*fn)(struct misc_devices *, unsigned int, const char *), struct misc_devices *m)
{
	char path[PATH_MAX], line[128], name[64];
	unsigned int number;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", proc, file);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %63s", &number, name) == 2)
			fn(m, number, name);
	fclose(f);
	return 0;
}

static void on_major(struct misc_devices *m, unsigned int number, const char *name)
{
	/* The block devices at the end of the file do not matter: none has these names. */
	if (!strcmp(name, "misc"))
		m->major = number;
	else if (!strcmp(name, "macvtap"))
		m->tap_majors[0] = number;
	else if (!strcmp(name, "ipvtap"))
		m->tap_majors[1] = number;
}

static void on_minor(struct misc_devices *m, unsigned int number, const char *name)
{
	if ((strncmp(name, "vhost-", 6) && strcmp(name, "tun")) || m->count == MISC_MAX)
		return;
	m->minors[m->count] = number;
	snprintf(m->names[m->count], MISC_NAME_LEN, "%.*s", MISC_NAME_LEN - 1, name);
	m->count++;
}

int misc_devices_read(struct misc_devices *m, const char *proc)
{
	int err;

	*m = (struct misc_devices){ 0 };
	err = read_numbers(proc, "devices", on_major, m);
	return err ? err : read_numbers(proc, "misc", on_minor, m);
}

unsigned int misc_device_minor(const struct misc_devices *m, const char *name)
{
	for (size_t i = 0; i < m->count; i++)
		if (!strcmp(m->names[i], name))
			return m->minors[i];
	return 0;
}

const char *misc_device_name(const struct misc_devices *m, int dir, const char *fd)
{
	struct statx st;

	/* A FUSE or NFS server is not asked: what is known already is enough, or the file is none of ours. */
	if (!m->major || statx(dir, fd, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE, &st) ||
	    !S_ISCHR(st.stx_mode) || st.stx_rdev_major != m->major)
		return NULL;
	for (size_t i = 0; i < m->count; i++)
		if (st.stx_rdev_minor == m->minors[i])
			return m->names[i];
	return NULL;
}
