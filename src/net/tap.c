// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/sockios.h>

/* Newer headers have it. */
#ifdef IFF_BACKPRESSURE
_Static_assert(IFF_BACKPRESSURE == TAP_BACKPRESSURE, "as the kernel has it");
#endif

int tap_open(const char *name, int flags, char actual[IFNAMSIZ])
{
	struct ifreq ifr = { 0 };
	int fd, err;

	if (strlen(name) >= sizeof(ifr.ifr_name))
		return -EINVAL;
	strcpy(ifr.ifr_name, name);
	ifr.ifr_flags = (short)(flags | IFF_TAP | IFF_NO_PI);

	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, TUNSETIFF, &ifr)) {
		err = -errno;
		close(fd);
		return err;
	}
	memcpy(actual, ifr.ifr_name, IFNAMSIZ);
	return fd;
}

int tap_can_stop(void)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC), r;
	unsigned int features = 0;

	if (fd < 0)
		return -errno;
	r = ioctl(fd, TUNGETFEATURES, &features) ? -errno : !!(features & TAP_BACKPRESSURE);
	close(fd);
	return r;
}

int tap_name(int fd, char name[IFNAMSIZ])
{
	struct ifreq ifr = { 0 };

	if (ioctl(fd, TUNGETIFF, &ifr))
		return -errno;
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	return 0;
}

/* Look at the namespace that an ioctl gives a descriptor of. */
static int stat_netns(int fd, unsigned long request, struct stat *netns)
{
	int ns = ioctl(fd, request), r = 0;

	if (ns < 0)
		return -errno;
	if (fstat(ns, netns))
		r = -errno;
	close(ns);
	return r;
}

int tap_check_netns(int fd)
{
	struct stat opened, now;
	int opened_err = stat_netns(fd, SIOCGSKNS, &opened);
	int now_err = stat_netns(fd, TUNGETDEVNETNS, &now);

	/* A caller without CAP_NET_ADMIN, whose tap it is. */
	if (opened_err == -EPERM && now_err == -EPERM)
		return 0;
	if (opened_err)
		return opened_err;
	/* The other namespace may belong to others. */
	if (now_err)
		return now_err == -EPERM ? -ESTALE : now_err;
	return opened.st_ino == now.st_ino && opened.st_dev == now.st_dev ? 0 : -ESTALE;
}

int tap_set_persist(int fd, bool persist)
{
	return ioctl(fd, TUNSETPERSIST, (unsigned long)persist) ? -errno : 0;
}

int tap_set_owner(int fd, uid_t uid)
{
	return ioctl(fd, TUNSETOWNER, (unsigned long)uid) ? -errno : 0;
}

int tap_set_vnet_hdr_size(int fd, int size)
{
	return ioctl(fd, TUNSETVNETHDRSZ, &size) ? -errno : 0;
}

int tap_get_vnet_hdr_size(int fd, int *size)
{
	return ioctl(fd, TUNGETVNETHDRSZ, size) ? -errno : 0;
}

int tap_set_sndbuf(int fd, int bytes)
{
	return ioctl(fd, TUNSETSNDBUF, &bytes) ? -errno : 0;
}

int tap_get_sndbuf(int fd, int *bytes)
{
	return ioctl(fd, TUNGETSNDBUF, bytes) ? -errno : 0;
}

int tap_set_offload(int fd, unsigned int offload)
{
	return ioctl(fd, TUNSETOFFLOAD, (unsigned long)offload) ? -errno : 0;
}

int tap_set_steering(int fd, int prog)
{
	return ioctl(fd, TUNSETSTEERINGEBPF, &prog) ? -errno : 0;
}
