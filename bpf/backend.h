/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BACKEND_H
#define BACKEND_H

/* The backend of a queue; it decides what the queue's device name and number mean. */
enum backend_kind {
	BACKEND_OTHER,		/* the queue has a number, the device has no name */
	BACKEND_TUN,		/* a tap of tun.c */
	BACKEND_TAP,		/* macvtap, ipvtap */
	BACKEND_SOCKET,		/* another socket under vhost-net: packet */
	BACKEND_VSOCK,
	BACKEND_SCSI,
	BACKEND_DRIVER,		/* not vhost: a queue of a virtio device, seen from the driver in this kernel */
	BACKEND_DEVICE,		/* no queue: the whole device, for what its owner does to it */
};

#endif
