/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VIRTIO_LABELS_H
#define VIRTIO_LABELS_H

#include <stdbool.h>

#include "bpf/device-pattern.h"

/**
 * virtio_labels_choose() - let a choice of virtio devices take the names of their interfaces and disks as well
 * @c: the choice: each virtio device is added whose interface or disk it matches
 *
 * Only devices that are there now are found.
 *
 * Return: NULL, or what is wrong: "match too many virtio devices".
 */
const char *virtio_labels_choose(struct device_choice *c);

/* Is there any virtio device? */
bool virtio_labels_any_device(void);

#endif
