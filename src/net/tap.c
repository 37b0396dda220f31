// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if_tun.h>

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

int tap_name(int fd, char name[IFNAMSIZ])
{
	struct ifreq ifr = { 0 };

	if (ioctl(fd, TUNGETIFF, &ifr))
		return -errno;
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	return 0;
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
