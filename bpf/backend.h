/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BACKEND_H
#define BACKEND_H

/* What is behind a queue, which says what its device and number mean. */
enum backend_kind {
	BACKEND_OTHER,		/* the queue has its number, the device no name */
	BACKEND_TUN,		/* a tap of tun.c */
	BACKEND_TAP,		/* macvtap, ipvtap */
	BACKEND_SOCKET,		/* another socket under vhost-net: packet */
	BACKEND_VSOCK,
	BACKEND_DRIVER,		/* none of vhost: a queue seen from its driver, of a virtio device */
};

#endif
