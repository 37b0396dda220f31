// SPDX-License-Identifier: GPL-2.0-or-later
#include "ioctl-names.h"

#include <stddef.h>

#include "base/array.h"
#include "vhost-uapi.h"

const char *vring_ioctl_name(uint32_t ioctl)
{
	static const struct {
		uint32_t ioctl;
		const char *name;
	} names[] = {
		{ VHOST_SET_VRING_NUM, "VHOST_SET_VRING_NUM" },
		{ VHOST_SET_VRING_ADDR, "VHOST_SET_VRING_ADDR" },
		{ VHOST_SET_VRING_BASE, "VHOST_SET_VRING_BASE" },
		{ VHOST_GET_VRING_BASE, "VHOST_GET_VRING_BASE" },
		{ VHOST_SET_VRING_ENDIAN, "VHOST_SET_VRING_ENDIAN" },
		{ VHOST_GET_VRING_ENDIAN, "VHOST_GET_VRING_ENDIAN" },
		{ VHOST_ATTACH_VRING_WORKER, "VHOST_ATTACH_VRING_WORKER" },
		{ VHOST_GET_VRING_WORKER, "VHOST_GET_VRING_WORKER" },
		{ VHOST_SET_VRING_KICK, "VHOST_SET_VRING_KICK" },
		{ VHOST_SET_VRING_CALL, "VHOST_SET_VRING_CALL" },
		{ VHOST_SET_VRING_ERR, "VHOST_SET_VRING_ERR" },
		{ VHOST_SET_VRING_BUSYLOOP_TIMEOUT, "VHOST_SET_VRING_BUSYLOOP_TIMEOUT" },
		{ VHOST_GET_VRING_BUSYLOOP_TIMEOUT, "VHOST_GET_VRING_BUSYLOOP_TIMEOUT" },
		{ VHOST_NET_SET_BACKEND, "VHOST_NET_SET_BACKEND" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].ioctl == ioctl)
			return names[i].name;
	return NULL;
}
