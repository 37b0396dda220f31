/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIRTIO_DEVICES_H
#define VIRTIO_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/virtqueue.h"

/**
 * DOC: the virtio devices that have their driver in this kernel
 *
 * This is the view from inside of a virtual machine: whoever the device is, a process of the host, vhost or hardware,
 * the driver and its rings are in this kernel. Names come from sysfs, queues from BPF, see virtio-look.h.
 */

/* Room for names of sysfs that are shown; longer ones are cut. */
#define VIRTIO_NAME_LEN 32

/* Where sysfs has them. */
#define VIRTIO_SYSFS "/sys/bus/virtio/devices"

/**
 * struct virtio_device_info - a device
 * @name: "virtio0"
 * @id: its kind, a VIRTIO_ID_*
 * @driver: name of the driver; empty: it has none
 * @label: name of the interface, disk or mount tag; empty: it has none
 * @address: of the device on the bus below, such as a PCI address
 * @down: it is a network interface that is down
 * @elsewhere: it is one that this sysfs does not show, since it is in another network namespace: up or down
 * @time: when its queues were read, in nanoseconds of CLOCK_MONOTONIC; 0: not yet
 * @features: that device and driver agree on; known if it has a queue
 * @queues: its queues; owned
 * @queue_count: how many
 */
struct virtio_device_info {
	char name[VIRTIO_NAME_LEN];
	uint32_t id;
	char driver[VIRTIO_NAME_LEN], label[VIRTIO_NAME_LEN], address[VIRTIO_NAME_LEN];
	bool down, elsewhere;
	uint64_t time;
	uint64_t features;
	struct virtqueue_record *queues;
	size_t queue_count;
};

/**
 * struct virtio_devices - all devices
 * @all: by their numbers; owned
 * @count: how many
 * @room: allocated elements of @all
 */
struct virtio_devices {
	struct virtio_device_info *all;
	size_t count, room;
};

/**
 * virtio_devices_scan() - find the devices in sysfs, without their queues
 * @v: the result, for virtio_devices_free()
 * @sysfs: VIRTIO_SYSFS
 *
 * Return: 0 or -errno. It is no error if the kernel knows no virtio.
 */
int virtio_devices_scan(struct virtio_devices *v, const char *sysfs);

/* Release all. */
void virtio_devices_free(struct virtio_devices *v);

/**
 * virtio_devices_find() - look a device up by its own name
 * @v: the devices
 * @name: "virtio0"
 *
 * Return: the device, or NULL.
 */
const struct virtio_device_info *virtio_devices_find(const struct virtio_devices *v, const char *name);

/**
 * virtio_device_is() - is it the device that the user means?
 * @d: the device
 * @word: its name, label or address; NULL: any device
 */
bool virtio_device_is(const struct virtio_device_info *d, const char *word);

/* The word for what a device does: "no_driver", "broken" (one of its queues is), "down", "elsewhere" or "running". */
const char *virtio_device_state(const struct virtio_device_info *d);

/**
 * virtio_device_queue() - look a queue up
 * @d: the device
 * @index: number of the queue
 *
 * Return: the queue, or NULL.
 */
const struct virtqueue_record *virtio_device_queue(const struct virtio_device_info *d, uint32_t index);

#endif
