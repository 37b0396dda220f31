// SPDX-License-Identifier: GPL-2.0-or-later
#include "device-kinds.h"

#include <stddef.h>
#include <string.h>

#include <linux/virtio_ids.h>

#include "base/array.h"

/* Most kinds of queues that a kind of device has. */
#define ANSWERED_MAX 3

/* Every queue */
#define ALL ""

/**
 * struct kind - a kind of device
 * @name: the specification's name for it, shortened as in the names of drivers
 * @answered: how the names of queues begin that have to be answered
 */
struct kind {
	const char *name;
	const char *answered[ANSWERED_MAX];
};

/* By the numbers of linux/virtio_ids.h, since those of the build may lack some. */
static const struct kind kinds[] = {
	[1] = { "net", { "output.", "control" } },
	[2] = { "blk", { ALL } },
	[3] = { "console" },
	[4] = { "rng", { ALL } },
	[5] = { "balloon", { "inflate", "deflate", "reporting" } },
	[8] = { "scsi", { "control", "request" } },
	[9] = { "9p", { ALL } },
	[16] = { "gpu", { ALL } },
	[18] = { "input" },
	[19] = { "vsock", { "tx" } },
	[20] = { "crypto", { ALL } },
	[23] = { "iommu", { "request" } },
	[24] = { "mem", { ALL } },
	[25] = { "sound" },
	[26] = { "fs", { ALL } },
	[27] = { "pmem", { ALL } },
	[34] = { "i2c" },
	[40] = { "bt" },
	[41] = { "gpio" },
};

static const struct kind *find_kind(uint32_t id)
{
	return id < ARRAY_SIZE(kinds) && kinds[id].name ? &kinds[id] : NULL;
}

const char *device_kind_name(uint32_t id)
{
	const struct kind *k = find_kind(id);

	return k ? k->name : NULL;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

bool device_must_answer(uint32_t id, const char *queue)
{
	const struct kind *k = find_kind(id);

	for (int i = 0; k && i < ANSWERED_MAX && k->answered[i]; i++)
		if (begins(queue, k->answered[i]))
			return true;
	return false;
}

bool device_is_collected(uint32_t id)
{
	return find_kind(id) && id != VIRTIO_ID_CONSOLE;
}

bool device_is_data_queue(uint32_t id, const char *queue)
{
	return id == VIRTIO_ID_NET && (begins(queue, "input.") || begins(queue, "output."));
}
