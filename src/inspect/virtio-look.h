/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIRTIO_LOOK_H
#define VIRTIO_LOOK_H

#include <stddef.h>

#include "probe/bpf-programs.h"
#include "virtio-devices.h"

struct virtio_look;

/**
 * virtio_look_open() - load the program that reads queues
 * @result: the result, for virtio_look_close(); NULL on failure
 * @why: on failure: the reason
 * @len: size of @why; PROBE_WHY_MAX is enough
 *
 * Return: 0 or -errno.
 */
int virtio_look_open(struct virtio_look **result, char *why, size_t len);

/* Release it; NULL is allowed. */
void virtio_look_close(struct virtio_look *l);

/**
 * virtio_look() - look at all devices and their queues
 * @l: the program
 * @v: the result, for virtio_devices_free()
 *
 * The queues of a device are read one after the other, those of a device without a driver not at all.
 *
 * Return: 0 or -errno.
 */
int virtio_look(struct virtio_look *l, struct virtio_devices *v);

#endif
