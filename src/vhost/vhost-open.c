// SPDX-License-Identifier: GPL-2.0-or-later
#include "vhost-open.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error-text.h"
#include "vhost.h"

/* Exists whenever the module is loaded or built in, even if the node in /dev is missing. */
#define VHOST_NET_SYSFS "/sys/class/misc/vhost-net"

void vhost_close_all(const int *fds, unsigned int count)
{
	while (count)
		close(fds[--count]);
}

int vhost_open_all(int *fds, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		fds[i] = vhost_open();
		if (fds[i] < 0) {
			vhost_close_all(fds, i);
			return fds[i];
		}
	}
	return 0;
}

static void why_absent(char *why, const char *what)
{
	if (!access(VHOST_NET_SYSFS, F_OK))
		snprintf(why, VHOST_OPEN_WHY_MAX,
			 "%s, although the module vhost_net is loaded; in a container, pass the device in", what);
	else
		snprintf(why, VHOST_OPEN_WHY_MAX,
			 "%s: the module vhost_net is not loaded; load it with: modprobe vhost_net", what);
}

/* Name the node's group and mode, since distributions differ. A security module may refuse in spite of them. */
static void why_denied(char *why)
{
	const struct group *gr;
	struct stat st;
	char gid[16];

	if (stat(VHOST_NET_DEVICE, &st)) {
		snprintf(why, VHOST_OPEN_WHY_MAX, "permission denied");
		return;
	}
	gr = getgrgid(st.st_gid);
	snprintf(gid, sizeof(gid), "%u", (unsigned int)st.st_gid);
	snprintf(why, VHOST_OPEN_WHY_MAX, "permission denied; its group is %s, its mode %04o", gr ? gr->gr_name : gid,
		 (unsigned int)(st.st_mode & 07777));
}

const char *vhost_open_why(int err, char why[VHOST_OPEN_WHY_MAX])
{
	switch (-err) {
	case ENOENT:
		why_absent(why, "no such node");
		break;
	case ENODEV:
	case ENXIO:
		why_absent(why, "no device behind the node");
		break;
	case EACCES:
		why_denied(why);
		break;
	case EPERM:
		snprintf(why, VHOST_OPEN_WHY_MAX,
			 "not permitted, though not by its mode; a container's device rules may forbid it");
		break;
	default:
		snprintf(why, VHOST_OPEN_WHY_MAX, "%s", error_text(err));
	}
	return why;
}
