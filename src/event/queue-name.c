// SPDX-License-Identifier: GPL-2.0-or-later
#include "queue-name.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "virtio/net-queue.h"

static void name_queue(const struct queue_slot *s, char *name, size_t len)
{
	if (s->backend == BACKEND_DEVICE)
		*name = 0;
	else if (s->number == QUEUE_NO_NUMBER)
		snprintf(name, len, "?");
	else if (s->backend == BACKEND_TUN || s->backend == BACKEND_TAP)
		net_queue_name(s->number, s->pair, name, len);
	else if (s->backend == BACKEND_DRIVER)
		snprintf(name, len, "%.*s", (int)len - 1, s->worker);
	else if (s->backend == BACKEND_SOCKET)
		net_queue_name(s->number, s->number / 2, name, len);
	else
		snprintf(name, len, "%" PRIu16, s->number);
}

static void name_device(const struct queue_slot *s, char name[NAME_LEN])
{
	static const char *const kinds[] = {
		[BACKEND_SOCKET] = "packet", [BACKEND_VSOCK] = "vsock", [BACKEND_SCSI] = "scsi",
	};
	const char *kind = s->backend < ARRAY_SIZE(kinds) ? kinds[s->backend] : NULL;

	snprintf(name, NAME_LEN, "%.*s", NAME_LEN - 1, kind && !*s->device ? kind : s->device);
}

void queue_name_others(uint32_t count, bool driver, struct queue_name *name)
{
	*name = (struct queue_name){ .others = count, .number = -1, .net = !driver, .driver = driver };
	snprintf(name->device, sizeof(name->device), "others");
	snprintf(name->queue, sizeof(name->queue), "x%" PRIu32, count);
}

void queue_name(const struct queue_slot *s, struct queue_name *name)
{
	*name = (struct queue_name){
		.owner = s->owner,
		.ifindex = s->ifindex,
		.netns = s->netns,
		.tid = s->tid == TID_HIDDEN ? 0 : s->tid,
		.number = s->number == QUEUE_NO_NUMBER ? -1 : s->number,
		.pair = s->backend == BACKEND_TUN || s->backend == BACKEND_TAP ? s->pair : s->number / 2,
		.ring.address = -1,
	};
	if (s->backend != BACKEND_DRIVER)
		snprintf(name->worker, sizeof(name->worker), "%.*s", NAME_LEN - 1, s->worker);
	name->net = s->backend == BACKEND_TUN || s->backend == BACKEND_TAP || s->backend == BACKEND_SOCKET;
	name->driver = s->backend == BACKEND_DRIVER;
	name_device(s, name->device);
	name_queue(s, name->queue, sizeof(name->queue));
}

const char *queue_device_text(const struct queue_name *name)
{
	if (name->tap)
		return name->tap->text;
	return *name->device ? name->device : NULL;
}

const char *queue_netns_name(const struct queue_name *name)
{
	return name->tap && *name->tap->netns_name ? name->tap->netns_name : NULL;
}
