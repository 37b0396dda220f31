// SPDX-License-Identifier: GPL-2.0-or-later
#include "event-names.h"

#include <stddef.h>

#include "bpf/events.h"

const struct event_kind event_kinds[] = {
	[EVENT_CALL] = { "call", NULL, "vhost decides whether to signal the driver" },
	[EVENT_KICK] = { "kick", "kick", "a kick of the driver arrives" },
	[EVENT_RUN] = { "run", "run", "the worker has handled the queue" },
	[EVENT_ARM] = { "arm", "arm", "vhost asks for kicks" },
	[EVENT_DISARM] = { "disarm", "disarm", "vhost asks for no kicks" },
	[EVENT_REPOLL] = { "repoll", "repoll", "the queue is to be handled, without a kick" },
	[EVENT_BUSYPOLL] = { "busypoll", "busypoll", "the worker has polled instead of sleeping" },
	[EVENT_ERROR] = { "error", "error", "the worker has stopped at what is in the ring" },
	[EVENT_CONFIG] = { "config", "config", "the owner configures the device or a queue by an ioctl" },
	[EVENT_INJECT] = { "inject", "inject", "KVM injects an interrupt, since vhost has signalled" },
	[EVENT_DISCARD] = { "discard", "discard", "vhost throws away a packet for the driver" },
	[EVENT_DROP] = { "drop", "drop", "the kernel drops a packet at the tap; costs each drop of the host" },
	[EVENT_DRIVER_KICK] = { "driver_kick", NULL, "a driver of this kernel decides whether to kick its device" },
	[EVENT_DRIVER_NOTIFY] = { "driver_notify", "notify", "it has kicked" },
	[EVENT_DRIVER_INTERRUPT] = { "driver_interrupt", "irq", "an interrupt of its device arrives" },
	[EVENT_DRIVER_ENABLE] = { "driver_enable", "enable", "it asks for interrupts" },
	[EVENT_DRIVER_DISABLE] = { "driver_disable", "disable", "it asks for no interrupts" },
	[EVENT_TYPES] = { NULL, NULL, NULL },
};

const char *decision_word(bool driver, bool signalled)
{
	return !signalled ? "suppress" : driver ? "KICK" : "SIGNAL";
}

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

const char *kick_source_name(unsigned int source)
{
	static const char *const names[KICK_SOURCES] = {
		[KICK_SOURCE_IOEVENTFD] = "ioeventfd", [KICK_SOURCE_WRITE] = "write", [KICK_SOURCE_KERNEL] = "kernel",
		[KICK_SOURCE_OTHER] = "other",
	};

	return source < KICK_SOURCES ? names[source] : NULL;
}

const char *inject_result_name(unsigned int result)
{
	static const char *const names[INJECT_RESULTS] = {
		[INJECT_DELIVERED] = "delivered", [INJECT_MERGED] = "merged", [INJECT_DEFERRED] = "deferred",
		[INJECT_FAILED] = "failed",
	};

	return result < INJECT_RESULTS ? names[result] : "?";
}
