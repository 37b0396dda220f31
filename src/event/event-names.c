// SPDX-License-Identifier: GPL-2.0-or-later
#include "event-names.h"

#include <stddef.h>

#include "bpf/events.h"
#include "vhost/vhost-uapi.h"

const struct event_kind event_kinds[] = {
	[EVENT_CALL] = { "call", "vhost decides whether to signal the driver" },
	[EVENT_KICK] = { "kick", "a kick of the driver arrives" },
	[EVENT_RUN] = { "run", "the worker has handled the queue" },
	[EVENT_ARM] = { "arm", "vhost asks for kicks" },
	[EVENT_DISARM] = { "disarm", "vhost asks for no kicks" },
	[EVENT_REPOLL] = { "repoll", "the queue is to be handled, without a kick" },
	[EVENT_BUSYPOLL] = { "busypoll", "the worker has polled instead of sleeping" },
	[EVENT_ERROR] = { "error", "the worker has stopped at what is in the ring" },
	[EVENT_CONFIG] = { "config", "the owner configures the queue by an ioctl" },
	[EVENT_DRIVER_KICK] = { "driver_kick", "a driver of this kernel decides whether to kick its device" },
	[EVENT_DRIVER_NOTIFY] = { "driver_notify", "it has kicked" },
	[EVENT_DRIVER_INTERRUPT] = { "driver_interrupt", "an interrupt of its device arrives" },
	[EVENT_DRIVER_ENABLE] = { "driver_enable", "it asks for interrupts" },
	[EVENT_DRIVER_DISABLE] = { "driver_disable", "it asks for no interrupts" },
	[EVENT_TYPES] = { NULL, NULL },
};

const char *run_end_name(unsigned int end)
{
	static const char *const names[RUN_ENDS] = {
		[RUN_EMPTY] = "empty", [RUN_IDLE] = "idle", [RUN_FULL] = "full", [RUN_WEIGHT] = "weight",
		[RUN_BUSY] = "busy", [RUN_ERROR] = "error", [RUN_IOTLB] = "iotlb", [RUN_STOPPED] = "stopped",
	};

	return end < RUN_ENDS ? names[end] : "?";
}

const char *repoll_cause_name(unsigned int cause)
{
	static const char *const names[REPOLL_CAUSES] = {
		[REPOLL_WEIGHT] = "weight", [REPOLL_BUSY] = "busy", [REPOLL_SOCKET] = "socket",
	};

	return cause < REPOLL_CAUSES ? names[cause] : "?";
}

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

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].ioctl == ioctl)
			return names[i].name;
	return NULL;
}
