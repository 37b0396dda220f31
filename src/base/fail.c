// SPDX-License-Identifier: GPL-2.0-or-later
#include "fail.h"

#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "vhost/vhost.h"

void fail(const char *command, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "vhostctl%s%s: ", *command ? " " : "", command);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

/* The misc device is there as soon as the module is, whether loaded or built in, and whatever became of the node. */
#define VHOST_NET_SYSFS "/sys/class/misc/vhost-net"

static void fail_absent(const char *command, const char *what)
{
	if (!access(VHOST_NET_SYSFS, F_OK))
		fail(command, "%s: %s, although the module vhost_net is loaded; in a container, pass the device in",
		     VHOST_NET_DEVICE, what);
	else
		fail(command, "%s: %s: the module vhost_net is not loaded; load it with: modprobe vhost_net",
		     VHOST_NET_DEVICE, what);
}

/* The node's own rights, since distributions differ in the group. A security module may refuse beyond them. */
static void fail_permission(const char *command)
{
	const struct group *gr;
	struct stat st;
	char gid[16];

	if (stat(VHOST_NET_DEVICE, &st)) {
		fail(command, "%s: permission denied", VHOST_NET_DEVICE);
		return;
	}
	gr = getgrgid(st.st_gid);
	snprintf(gid, sizeof(gid), "%u", (unsigned int)st.st_gid);
	fail(command, "%s: permission denied; its group is %s, its mode %04o", VHOST_NET_DEVICE,
	     gr ? gr->gr_name : gid, (unsigned int)(st.st_mode & 07777));
}

int fail_vhost_open(const char *command, int err)
{
	switch (-err) {
	case ENOENT:
		fail_absent(command, "no such node");
		break;
	case ENODEV:
	case ENXIO:
		fail_absent(command, "no device behind the node");
		break;
	case EACCES:
		fail_permission(command);
		break;
	case EPERM:
		fail(command, "%s: not permitted, though not by its mode; a container's device rules may forbid it",
		     VHOST_NET_DEVICE);
		break;
	default:
		fail(command, "%s: %s", VHOST_NET_DEVICE, strerror(-err));
	}
	return STATUS_REFUSED;
}

int fail_step(const char *command, const struct opt_places *places, const struct step *s, int err)
{
	const char *why = *s->why ? s->why : strerror(-err);
	char where[192];

	if (s->key)
		fail(command, "%s: cannot %s: %s", opts_where(places, s->key, s->item, where, sizeof(where)), s->doing,
		     why);
	else
		fail(command, "cannot %s: %s", s->doing, why);
	return STATUS_REFUSED;
}
